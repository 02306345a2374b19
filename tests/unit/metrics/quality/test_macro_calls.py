"""Calls of std's macros, written as calls of functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics.quality.macro_calls import expose_macro_calls


@pytest.mark.parametrize(
    ("text", "exposed"),
    [
        ("println!(a)", "printlnǃ(a)"),
        ("println ! {\n a }", "printlnǃ  (\n a )"),
        ("std::println!(a)", "std::printlnǃ(a)"),
        ("vec![a; 2]", "vecǃ(a, 2)"),
        ("vec![[a; 2], b]", "vecǃ([a; 2], b)"),
        ("vec![{ a; b }; 2]", "vecǃ({ a; b }, 2)"),
        ("matches!(a, b)", "(match (a) { b=>(),_=>()})"),
        ("matches!(f(a, b), C | D if e,\n)", "(match (f(a, b)) { C | D if e\n=>(),_=>()})"),
        ("matches![\na, b]", "(match (\na) { b=>(),_=>()})"),
        ("assert!(vec![a].len() == 1)", "assertǃ(vecǃ(a).len() == 1)"),
        ('println!(")", \')\', \'\\\'\', /* ) */ a)', 'printlnǃ(")", \')\', \'\\\'\', /* ) */ a)'),
        ('println!(r#")"#, b"(", a) // )', 'printlnǃ(r#")"#, b"(", a) // )'),
        ("println!(/* /* ( */ ( */ 'a', b)", "printlnǃ(/* /* ( */ ( */ 'a', b)"),
        ("f::<'a>(); panic!()", "f::<'a>(); panicǃ()"),
        ("my!(vec![a])", "my!(vecǃ(a))"),
    ],
)  # fmt: skip
def test_calls_are_exposed(text: str, exposed: str) -> None:
    """Whatever the brackets, and nested ones too; literals and comments are left alone."""
    assert expose_macro_calls(text) == exposed


@pytest.mark.parametrize(
    "text",
    [
        "println!",
        "println != (a)",
        "print(a)",
        "xprintln!(a)",
        "println_all!(a)",
        "macro_rules! vec { () => {} }",
        "// println!(a)",
        '"println!(a)"',
        'r#"println!("a")"#',
        "println!(a",
        "println!(a]",
        "matches!(a)",
        "println!('",
        "/* println!(a)",
    ],
)
def test_all_else_stays(text: str) -> None:
    """Other names, text that is no code, and what is not closed."""
    assert expose_macro_calls(text) == text


def test_what_is_closed_before_the_text_breaks_is_exposed() -> None:
    """A cut-off text keeps what it has."""
    assert expose_macro_calls("a!(vec![1], println!(x), vec![2") == "a!(vecǃ(1), printlnǃ(x), vec![2"


@given(st.lists(st.sampled_from(["vec![", "println!(", "matches!(", "(", ")", "]", "}", ",", ";", "\n", '"', "'", "//", "/*", "*/", "r#\"", "a", "\\", "é", "\udcff", " "])).map("".join))  # fmt: skip
def test_lines_stay_where_they_are(text: str) -> None:
    """And nothing raises."""
    assert expose_macro_calls(text).count("\n") == text.count("\n")
