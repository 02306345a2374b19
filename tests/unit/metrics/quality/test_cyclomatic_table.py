"""Cyclomatic complexity, worked by hand: 1, and each decision named in the reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics import count_syntax, parse_rust
from ferrobench.metrics.quality import profile

# (the body of a function, its complexity, why).
BODIES = [
    ("", 1, "one path"),
    ("a(); b(); return c;", 1, "a sequence"),
    ("if a { b() }", 2, "if"),
    ("if a { b() } else { c() }", 2, "if; else is its other way"),
    ("if a { 1 } else if b { 2 } else if c { 3 } else { 4 }", 4, "three ifs"),
    ("let x = if a { 1 } else { 2 };", 2, "if as a value"),
    ("if a { if b { c() } }", 3, "if in if"),
    ("if a && b { c() }", 3, "if, &&"),
    ("if a && b || !c && d { e() }", 5, "if, &&, ||, &&"),
    ("let x = a && b;", 2, "&& outside of a condition"),
    ("let x = a & b | c ^ d;", 1, "operators on bits evaluate both sides"),
    ("let x = &&a; let f = || b;", 1, "a reference to a reference, and a closure without parameters"),
    ("let f = |x| x || y;", 2, "the second || only"),
    ("if let Some(x) = a { b(x) }", 2, "if let"),
    ("if let Some(x) = a && x > 1 && let Ok(y) = b { c(y) }", 4, "if, and the two && of the chain"),
    ("while a { b() }", 2, "while"),
    ("while let Some(x) = a.pop() { b(x) }", 2, "while let"),
    ("while let Some(x) = a && x > 1 { b() }", 3, "while, && of the chain"),
    ("for x in a { b(x) }", 2, "for"),
    ("for x in a { if x { continue; } if y { break; } }", 4, "for, two ifs; continue and break are their ways"),
    ("loop { a() }", 1, "no way out at all"),
    ("loop { if a { break; } }", 2, "if"),
    ("'o: loop { loop { if a { break 'o; } if b { continue 'o; } } }", 3, "two ifs; labels say where, not whether"),
    ("let x = 'b: { if a { break 'b 1; } 2 };", 2, "if; a labelled block is a block"),
    ("match a {}", 1, "no arm"),
    ("match a { x => b(x) }", 1, "one arm takes all"),
    ("match a { 1 => b(), _ => c() }", 2, "the second arm"),
    ("match a { 1 => b(), 2 => c(), 3 => d(), _ => e() }", 4, "three arms after the first"),
    ("match a { 1 | 2 | 3 => b(), _ => c() }", 2, "alternatives share their arm"),
    ("match a { 1..=9 => b(), _ => c() }", 2, "a range is one pattern"),
    ("match a { x if x > 1 => b(), _ => c() }", 3, "an arm and a guard"),
    ("match a { x if x > 1 && x < 9 => b(), _ => c() }", 4, "an arm, a guard, &&"),
    ("match a { Some(x) if let Ok(y) = x => b(), _ => c() }", 3, "an arm and a guard"),
    ("match a { /* none */ #[cfg(b)] 1 => b(), _ => c() }", 2, "comments and attributes are no arms"),
    ("match (a, b) { (1, 2) => match c { 1 => d(), _ => e() }, _ => f() }", 3, "an arm of each"),
    ("let Some(x) = a else { return };", 2, "let else"),
    ("let Some(x) = a else { if b { return } else { panic!() } };", 3, "let else, if"),
    ("a()?;", 2, "?"),
    ("a()?.b()?.c?;", 4, "three ?"),
    ("for x in a? { b(x?)?; }", 5, "for, three ?"),
    ("a.map(|x| if x { 1 } else { 2 })", 2, "a closure's if"),
    ("a.iter().filter(|x| x.b && x.c).map(|x| match x { 1 => 2, _ => 3 })", 3, "&&, the second arm, both in closures"),
    ("async { a().await?; if b { c() } }", 3, "?, if; await decides nothing here"),
    ("unsafe { if a { b() } }", 2, "if"),
    ("const { if A { 1 } else { 2 } }", 2, "if"),
    ("const X: u8 = if A { 1 } else { 2 };", 2, "if of a constant in the function"),
    ("return if a { 1 } else { 2 };", 2, "if"),
    ("// if a && b ?\n/* match a { 1 => 2, _ => 3 } */ let s = \"if a || b?\";", 1, "comments and strings"),
    # Macros of std.
    ("assert!(a);", 1, "an assertion decides nothing in the source"),
    ("assert!(a && b, \"{}\", if c { 1 } else { 2 });", 3, "&&, if"),
    ("assert_eq!(a || b, c()?);", 3, "||, ?"),
    ("println!(\"{}\", match a { 1 => 2, _ => 3 });", 2, "the second arm"),
    ("println!(\"{x}\", x = a?);", 2, "?"),
    ("std::println!(\"{}\", a?);", 2, "?"),
    ("let v = vec![a?, b?];", 3, "two ?"),
    ("let v = vec![a?; n];", 2, "?"),
    ("vec!{a?}; vec!(b?);", 3, "two ?, whatever the brackets"),
    ("vec![vec![a?; 2]; 3];", 2, "? in the inner one"),
    ("write!(f, \"{}\", a?)?;", 3, "? inside and outside"),
    ("println!(\"{}\", format!(\"{}\", if a { vec![b?] } else { c }));", 3, "if, ? of macros in macros"),
    ("matches!(a, Some(1))", 2, "a match of two arms"),
    ("matches!(a, Some(1) | None)", 2, "alternatives share their arm"),
    ("matches!(a, Some(x) if x > 1 && x < 9)", 4, "an arm, a guard, &&"),
    ("if matches!(a, Some(_),) && !matches! { b, c } { d() }", 5, "if, &&, an arm of each"),
    ("a.iter().filter(|x| matches!(x, 1 | 2)).count()", 2, "an arm, in a closure"),
    ("dbg!(if a { 1 } else { 2 });", 2, "if"),
    ("todo!(\"{}\", a?); unreachable!(\"{}\", b || c)", 3, "?, ||"),
    # What no macro of std holds stays unread.
    ("my_macro!(if a { b? } else { c });", 1, "a macro whose tokens may mean anything"),
    ("hashmap!{ a? => b? };", 1, "likewise"),
    ("macro_rules! m { ($x:expr) => { if $x { vec![a?] } } }", 1, "a macro's body"),
    ("println!(\"{}\" a?);", 1, "no list of expressions: its tokens stay flat"),
]  # fmt: skip

# (a file, the complexity of each of its functions, why).
FILES = [
    ("fn f() { if a {} fn g() { if b {} if c {} } if d {} }", [3, 3], "each has its own"),
    ("fn f() { let c = || { fn g() { if a {} } }; }", [1, 2], "a function in a closure has its own"),
    ("const fn f(a: bool) -> u8 { if a { 1 } else { 2 } }", [2], "if"),
    ("async fn f() -> R { a().await?; Ok(()) }", [2], "?"),
    ("unsafe extern \"C\" fn f() { while a {} }", [2], "while"),
    ("trait T { fn a(&self); fn b(&self) { if self.c() {} } }", [2], "one without a body has none"),
    ("impl S { fn a(&self) { for x in self {} } } mod m { fn b() {} }", [2, 1], "methods, modules"),
    ("const A: u8 = if B { 1 } else { 2 }; fn f() {}", [1], "a decision outside of all functions is nobody's"),
    ("fn f<const N: usize>() where [(); { if A { 1 } else { 2 } }]: Sized { loop {} }", [2], "if, in the head"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "complexity", "reason"), BODIES, ids=[row[2] + ": " + row[0] for row in BODIES]
)
def test_bodies(body: str, complexity: int, reason: str) -> None:
    """1, and the decisions that the reason names."""
    found = profile(f"fn f() {{ {body} }}")

    assert not found.recovered
    assert [function.cyclomatic for function in found.functions] == [complexity], reason


@pytest.mark.parametrize(("file", "complexities", "reason"), FILES, ids=[row[2] for row in FILES])
def test_files(file: str, complexities: list[int], reason: str) -> None:
    """Decisions belong to the innermost function around them."""
    assert [function.cyclomatic for function in profile(file).functions] == complexities, reason


def test_a_function_in_the_arguments_of_a_macro_is_none_of_the_text() -> None:
    """As rustc has it before macros are expanded; its decisions are nobody's."""
    found = profile('fn f() { println!("{}", { fn g() { if a {} } g() && b }); fn h() {} }')

    assert [(function.name, function.cyclomatic) for function in found.functions] == [("f", 2), ("h", 1)]
    assert found.function_count == 2


PIECES = st.lists(
    st.sampled_from(
        ["fn f()", "{", "}", "(", ")", "if a", "else", "match b", "1 =>", "_ => c,", "x if d => e,", "while f", "for g in h",
         "loop", "let Some(x) = y", "let z = ", ";", ",", "?", "&&", "||", "|i|", "'l:", "break", "return", "impl S", "trait T",
         "mod m", "const A: u8 =", "async", "unsafe", "fn g();", ".await", "v[i]", "// c\n", "\"s\"", "macro_rules! m", "#[a]"]
    ),
    max_size=40,
).map(" ".join)  # fmt: skip


@given(PIECES)
def test_without_macros_it_is_the_figure_of_the_sample(text: str) -> None:
    """By the same rules as ``syntax_complexity``, on any text, broken ones included."""
    expected = count_syntax(parse_rust(text))
    found = profile(text)

    assert sum(function.cyclomatic for function in found.functions) == expected.complexity_sum
    assert found.function_count == expected.functions
    assert found.recovered == expected.recovered
