"""Programs without what may be called anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics.diversity.normal_form import normal_form
from ferrobench.rust_source.words import rust_words


def form(program: str) -> str:
    """The normal form of a program's text."""
    return normal_form(rust_words(program))


def test_normal_form_by_hand() -> None:
    """Own names are numbered, literals reduced, names of others kept."""
    program = "fn sum<'a, T: Ord>(v: &'a [T]) -> i32 { let mut n = 7; for x in v.iter() { n += x.len(); } n }"

    assert form(program) == (
        "fn #1 < #2 , #3 : Ord > ( #4 : & #2 [ #3 ] ) -> i32 "
        "{ let mut #5 = 0 ; for #6 in #4 . iter ( ) { #5 += #6 . len ( ) ; } #5 }"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("fn f(x: i32) -> i32 { x + 1 }", "// why\nfn g(y:i32)->i32{ y+2 }"),
        (
            "struct A { b: u8 } impl A { fn c(&self) -> u8 { self.b } }",
            "struct X{y:u8}impl X{fn z(&self)->u8{self.y}}",
        ),
        ("fn f<T: Clone>(t: T) -> T { t.clone() }", "fn f<U: Clone>(u: U) -> U { u.clone() }"),
        ("impl<K> Set<K> for Bag<K> {}", "impl<V> Set<V> for Bag<V> {}"),
        ("'outer: loop { break 'outer }", "'l: loop { break 'l }"),
        ("f(\"a\", 'b', 1.5, true)", "f(r#\"c\"#, 'd', 2e9, false)"),
        (
            "const MAX: usize = 3; fn f() -> usize { MAX }",
            "const LIMIT: usize = 4; fn f() -> usize { LIMIT }",
        ),
        (
            "fn f(v: Vec<u8>) { helper(v) } fn helper(v: Vec<u8>) {}",
            "fn f(w: Vec<u8>) { h(w) } fn h(w: Vec<u8>) {}",
        ),
        ("match x { Some(a) => a, None => 0 }", "match y { Some(b) => b, None => 1 }"),
    ],
)
def test_copies_with_other_names_have_the_same_form(one: str, other: str) -> None:
    """Layout, comments, own names and literals may differ."""
    assert form(one) == form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("v.iter().sum()", "v.iter().max()"),
        ("fn f(v: Vec<u8>) {}", "fn f(v: HashSet<u8>) {}"),
        ("fn f(a: u8, b: u8) { a - b }", "fn f(a: u8, b: u8) { b - a }"),
        ("x + 1", "x - 1"),
        ("x + 1", "x + 1.0"),
        ("f(b'a')", "f('a')"),
        ("std::mem::swap(x, y)", "std::mem::take(x, y)"),
        ("println!(x)", "eprintln!(x)"),
        ("fn f(x: &'static str) {}", "fn f<'a>(x: &'a str) {}"),
        ("let x = 1u8; x as u16", "let x = 1u8; x as u32"),
    ],
)
def test_other_programs_have_another_form(one: str, other: str) -> None:
    """What others named, operators, the order of names and kinds of literals stay."""
    assert form(one) != form(other)


@given(st.permutations(["alpha", "beta", "gamma"]))
def test_the_form_does_not_depend_on_the_names(names: list[str]) -> None:
    """Any names for the same three variables."""
    a, b, c = names

    assert form(f"fn f({a}: u8, {b}: u8) {{ let {c} = {a} * {b}; {c} - {a} }}") == form(
        "fn f(x: u8, y: u8) { let z = x * y; z - x }"
    )


@given(
    st.lists(
        st.sampled_from(
            ["fn", "impl", "<", ">", ">>", ",", "T", "x", "'a", "'", ".", "(", "::", "1", '"s"', "é"]
        )
    )
)
def test_any_tokens_have_a_form(words: list[str]) -> None:
    """Of as many tokens."""
    assert len(normal_form(words).split()) == len(words)


def test_a_flood_of_brackets_that_never_close_is_read() -> None:
    """Each asks for its parameters, and looks only so far."""
    assert form("impl<A," * 5_000).startswith("impl < #1 ,")
