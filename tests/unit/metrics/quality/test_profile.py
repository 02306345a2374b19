"""Everything else that is counted in one text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics.quality import CodeProfile, FunctionProfile, Idiom, profile


def body(text: str) -> CodeProfile:
    """The profile of a function with this body."""
    return profile(f"fn f() {{ {text} }}")


def test_a_function_has_its_figures() -> None:
    """Names, lines, parameters, complexities and nesting, in the order in which functions begin."""
    found = profile(
        """\
/// Documented.
#[inline]
pub fn outer(&self, a: u8, (b, c): (u8, u8)) -> Result<u8, ()> {
    fn inner() {}
    for x in 0..a {
        if x > b {
            return Err(());
        }
    }
    Ok(c)
}
trait T {
    fn without_body(&self);
}
"""
    )

    assert found.functions == (
        FunctionProfile(name="outer", line=3, lines=9, parameters=3, cyclomatic=3, cognitive=2, nesting=2),
        FunctionProfile(name="inner", line=4, lines=1, parameters=0, cyclomatic=1, cognitive=1, nesting=0),
    )
    assert found.function_count == 3
    assert found.original_functions == 2


@pytest.mark.parametrize(
    ("text", "nesting"),
    [
        ("a(); { b() } unsafe { c() }", 0),
        ("if a { b() } if c { d() }", 1),
        ("if a {} else if b {} else if c {} else {}", 1),
        ("if a {} else if b { if c {} }", 2),
        ("if a {} else { if b {} }", 2),
        ("match a { 1 => if b {}, _ => while c { loop { for d in e {} } } }", 4),
        ("a.map(|x| if x { match y { _ => 1 } } else { 2 })", 2),
        ("if if a { b } else { c } { d() }", 2),
        ("if a { fn g() { if b {} } }", 1),
    ],
)
def test_nesting(text: str, nesting: int) -> None:
    """Control structures around one place; a chain of else if is one, and nested functions begin anew."""
    assert body(text).functions[0].nesting == nesting


@pytest.mark.parametrize(
    ("parameters", "count"),
    [("", 0), ("&self", 1), ("self: Box<Self>, a: u8", 2), ("mut a: u8, /* b */ _: u8, #[c] d: [u8; 2],", 3), ("f: fn(u8, u8)", 1)],
)  # fmt: skip
def test_parameters(parameters: str, count: int) -> None:
    """With self; without comments, attributes and generics."""
    assert profile(f"fn f<T, 'a, const N: u8>({parameters}) {{}}").functions[0].parameters == count


@pytest.mark.parametrize(
    ("text", "field", "count"),
    [
        ("a.unwrap(); b.c().unwrap().d; println!(\"{}\", e.unwrap()); f.unwrap; unwrap(); g.unwrap_or(1);", "unwraps", 3),
        ("a.expect(\"b\"); vec![c.expect(\"d\")];", "expects", 2),
        ("panic!(); std::panic!(\"a\"); my!(panic!()); panic();", "panics", 2),
        ("todo!(); unimplemented!(\"a\");", "placeholders", 2),
        ("match a { 1 => unreachable!(), _ => {} }", "unreachables", 1),
        ("a?; b.c()??; d.map(|x| x?); assert!(e?);", "question_marks", 5),
        ("a.clone(); b.to_owned(); c.to_vec(); Rc::clone(&d); <A as B>::clone(&e); f.cloned(); g.to_string(); clone();", "clones", 5),
        ("a as u8; b as usize as f64; println!(\"{}\", c as i32); use d as e;", "casts", 4),
        ("unsafe { unsafe { a() } } unsafe fn g() {}", "unsafe_blocks", 2),
        ("unsafe fn g() {} impl S { pub unsafe extern \"C\" fn h() {} } let p: unsafe fn() = g;", "unsafe_functions", 2),
        ("let a = b; let mut c = d; let (e, mut f) = g; let Some(h) = i else { return }; let _ = j; let k: &mut u8 = &mut l;", "bindings", 5),
        ("let a = b; let mut c = d; let (e, mut f) = g; let k: &mut u8 = &mut l; for mut m in n {}", "mutable_bindings", 2),
        ("if a { return; } if b { return 1; } return 2;", "early_returns", 2),
        ("if a { return; } return 2", "early_returns", 1),
        ("let c = || { return 1; }; async { return 1; }; c()", "early_returns", 0),
        ("fn g() { return; } if a { return; }", "early_returns", 1),
    ],
)  # fmt: skip
def test_counts(text: str, field: str, count: int) -> None:
    """What counts, and beside it what only looks like it."""
    assert getattr(body(text), field) == count


@pytest.mark.parametrize(
    ("text", "chains"),
    [
        ("a.iter().map(f).collect::<Vec<_>>();", 1),
        ("let n = s.chars().count();", 1),
        ("a.iter().zip(b.iter()).sum::<u8>()", 1),
        ("a.iter().map(|x| x.chars().rev().collect()).collect()", 2),
        ("for x in a.iter() {} for x in a {}", 0),
        ("for (i, x) in a.iter().enumerate() {}", 1),
        ("(0..n).map(f).collect()", 1),
        ("(0..=n).filter_map(|x| (0..x).max()).sum::<u8>()", 2),
        ("(0..n).len(); (a + b).map(f); a.map(f);", 0),
        ("assert_eq!(a.iter().sum::<u8>(), 1);", 1),
        ("a.iter::<u8>().max()", 1),
    ],
)
def test_iterator_chains(text: str, chains: int) -> None:
    """A method called on what makes an iterator, or one of iterators on a range; one chain is one."""
    assert body(text).iterator_chains == chains


@pytest.mark.parametrize(
    ("text", "loops"),
    [
        ("for i in 0..n { a[i] = 1; a[i] += 2; }", 1),
        ("for i in (0..n).rev() { f(a[i + 1]); }", 1),
        ("for i in (0..n).step_by(2).rev() { f(a[i]); }", 1),
        ("for i in 0..=n { for j in i..n { a[i][j] = b[j * n + i]; } }", 2),
        ('for i in 0..n { println!("{}", a[i]); }', 1),
        ("for i in 0..n { f(i); a[j]; b[0]; }", 0),
        ("for x in a { b[x]; }", 0),
        ("for (i, j) in c { b[i]; }", 0),
        ("for i in 0..n {} a[i];", 0),
        ("for i in 0..n { let b = [i]; i; }", 0),
        ("for i in (0..n).map(f) { a[i]; }", 0),
        ("while i < n { a[i]; i += 1; }", 0),
    ],
)
def test_index_loops(text: str, loops: int) -> None:
    """A loop over a range that indexes by an expression with its variable; however often, it is one."""
    assert body(text).index_loops == loops


def test_public_items() -> None:
    """Those that are pub without restriction; documentation may stand behind attributes and comments."""
    found = profile(
        """\
//! Of the file.
pub fn bare() {}
/// Yes.
#[inline]
// And more.
pub fn documented() {}
#[doc = "Yes."]
pub struct S { pub field: u8 }
/// Of something else.
fn private() {}
pub const C: u8 = 1;
/// Restricted.
pub(crate) fn restricted() {}
impl S {
    /** Yes. */
    pub fn method(&self) {}
    #[doc(hidden)]
    pub fn hidden(&self) {}
}
pub use std::fmt;
fn f() { /// Local.
    pub fn local() {} }
"""
    )

    assert (found.public_items, found.documented_items) == (6, 3)


@pytest.mark.parametrize(
    ("idiom", "shown", "not_shown"),
    [
        (Idiom.ITERATOR_CHAIN, "fn f() { a.iter().sum() }", "fn f() { a.sum() }"),
        (Idiom.INDEX_LOOP, "fn f() { for i in 0..n { a[i]; } }", "fn f() { for i in 0..n {} }"),
        (Idiom.CLOSURE, "fn f() { || 1 }", "fn f() { a || b }"),
        (Idiom.QUESTION_MARK, "fn f() { a? }", "fn f<T: ?Sized>() {}"),
        (Idiom.COMBINATOR, "fn f() { a.ok_or(b) }", "fn f() { a.map(b) }"),
        (Idiom.RESULT_RETURN, "trait T { fn f() -> Option<u8>; }", "fn f(a: Option<u8>) -> u8 {}"),
        (Idiom.MATCH, "fn f() { matches!(a, b) }", "fn f() { let a = b; }"),
        (Idiom.IF_LET, "fn f() { while let Some(x) = a {} }", "fn f() { let Some(x) = a else { b }; }"),
        (Idiom.LET_ELSE, "fn f() { let Some(x) = a else { b }; }", "fn f() { let x = if a { b } else { c }; }"),
        (Idiom.GENERICS, "struct S<const N: usize>;", "fn f<'a>(a: Vec<u8>) {}"),
        (Idiom.LIFETIMES, "fn f<'a>(a: &'a u8) {}", "fn f(a: &'static u8) {}"),
        (Idiom.IMPL_TRAIT, "fn f(a: impl T) {}", "impl T for S {}"),
        (Idiom.DYN_TRAIT, "fn f(a: &dyn T) {}", "fn f(a: T) {}"),
        (Idiom.TRAIT_DEFINITION, "trait T {}", "impl T for S {}"),
        (Idiom.TRAIT_IMPL, "impl T for S {}", "impl S {}"),
        (Idiom.INHERENT_IMPL, "impl<T> S<T> {}", "impl T for S {}"),
        (Idiom.DERIVE, "#[derive(Debug)] struct S;", "#[derived] struct S;"),
        (Idiom.BORROWED_PARAMETER, "fn f(a: &u8) {}", "fn f(&self, a: Vec<&u8>) { |b: &u8| 1; }"),
        (Idiom.SLICE_PARAMETER, "fn f(a: &mut [u8]) {}", "fn f(a: &[u8; 2], b: &Vec<u8>) {}"),
        (Idiom.SLICE_PARAMETER, "fn f(a: &'a str) {}", "fn f(a: String) -> &str {}"),
        (Idiom.CONTAINER_REFERENCE, "fn f(a: &Vec<u8>) {}", "fn f(a: Vec<u8>, b: &[u8]) {}"),
        (Idiom.CONTAINER_REFERENCE, "fn f(a: &String) {}", "fn f(a: &str) {}"),
        (Idiom.TAIL_EXPRESSION, "fn f() -> u8 { a } // b", "fn f() -> u8 { return a; }"),
        (Idiom.TAIL_EXPRESSION, "fn f() -> u8 { if a { 1 } else { 2 } }", "fn f() { a() }"),
        (Idiom.FINAL_RETURN, "fn f() -> u8 { return a }", "fn f() -> u8 { if a { return b; } c }"),
        (Idiom.FORMAT_MACRO, "fn f() { my!(1); writeln!(a) }", "fn f() { vec![1]; println(); }"),
        (Idiom.MACRO_DEFINITION, "macro_rules! m { () => {} }", "m!{}"),
        (Idiom.DOC_COMMENT, "//! a", "// a"),
        (Idiom.TEST, "#[test] fn f() {}", "#[cfg(test)] mod m {}"),
        (Idiom.TEST, "#[tokio::test(flavor = \"a\")] async fn f() {}", "#[testing] fn f() {}"),
        (Idiom.ASYNC, "async fn f() {}", "fn f() { my!(async) }"),
        (Idiom.ASYNC, "fn f() { async move { 1 } }", "fn asynchronous() {}"),
        (Idiom.UNSAFE, "unsafe fn f() {}", "unsafe impl Send for S {}"),
        (Idiom.UNSAFE, "fn f() { unsafe { a() } }", "fn f() { my!(unsafe {}) }"),
    ],
)  # fmt: skip
def test_idioms(idiom: Idiom, shown: str, not_shown: str) -> None:
    """Each has a text that shows it, and one that comes close."""
    assert idiom in profile(shown).idioms
    assert idiom not in profile(not_shown).idioms


def test_no_idiom_is_without_a_case() -> None:
    """The table above is complete."""
    cases = next(mark for mark in test_idioms.pytestmark if mark.name == "parametrize")  # type: ignore[attr-defined]

    assert {case[0] for case in cases.args[1]} == set(Idiom)


@pytest.mark.parametrize("text", ["fn f() {", "}", "{" * 50, "hello world", "\udcff", "\0", "fn f() { let }"])
def test_mended_texts_say_so(text: str) -> None:
    """What is no whole Rust file."""
    assert profile(text).recovered


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{" * 20_000, id="braces never closed"),
        pytest.param("fn f() { " + "(" * 20_000 + "1" + ")" * 20_000 + "; }", id="parentheses"),
        pytest.param("fn f() { " * 10_000 + "}" * 10_000, id="functions"),
        pytest.param("fn f() { " + "vec![" * 10_000 + "]" * 10_000 + "; }", id="macros in macros"),
        pytest.param("fn f() { " + "matches!(a, " * 10_000 + ")" * 10_000 + "; }", id="matches in patterns"),
        pytest.param("fn f() { " + "for i in 0..n { a[i]; " * 10_000 + "}" * 10_000 + " }", id="loops"),
        pytest.param("fn f() { " + "if a {} else " * 20_000 + "{} }", id="else if"),
        pytest.param("fn f() { a" + ".iter()" * 20_000 + " }", id="method calls"),
        pytest.param("/// a\n" * 20_000 + "pub fn f() {}", id="documentation"),
        pytest.param('fn f() { let s = "' + '\\"println!(' * 50_000 + '"; }', id="a long string"),
        pytest.param('vec!["' + "'\\" * 50_000, id="quotes never closed"),
        pytest.param("pub fn f() {} " * 10_000, id="items in a line"),
    ],
)
def test_size_and_depth_are_no_danger(text: str) -> None:
    """A stack is never overflown, and the test run's own timeout not met."""
    profile(text)


@given(st.text(st.characters(exclude_categories=[]), max_size=200))
def test_any_text_has_a_profile(text: str) -> None:
    """Lone surrogates and NUL included."""
    found = profile(text)

    assert found.mutable_bindings <= found.bindings
    assert found.documented_items <= found.public_items
    assert len(found.functions) <= found.function_count
