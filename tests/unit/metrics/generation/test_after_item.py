"""What of a completion comes after the item that its prompt began."""

from __future__ import annotations

import pytest

from ferrobench.metrics.generation.after_item import AfterItem


@pytest.mark.parametrize(
    ("prompt", "completion", "after"),
    [
        ("fn f() {", " 1 }", ""),
        ("fn f() {", " 1 }\n\n", ""),
        ("fn f() {", " 1 }\nfn g() {", "\nfn g() {"),
        ("fn f() {", " 1 }\nfn g() { 2 }\n", "\nfn g() { 2 }\n"),
        ("fn f() {", " let x = 1;", ""),
        ("fn f() {", "", ""),
        ("fn f() {", " '}' ; \"}\" }xyz", "xyz"),
        ("fn f() {", " // }\n } x", " x"),
        ("fn f() { /* ", "} */ } x", " x"),
        ("fn f() { \"", "}\" } x", " x"),
        ("fn f(", "x: [u8; 3]) {} x", " x"),
        ("const X: u8", " = { 1 }; x", " x"),
        ("struct P { x: u8", " }\nimpl P {}", "\nimpl P {}"),
        ("struct P;", "\nimpl P { fn f() {} }\nfn g", "\nfn g"),
        ("use std::{", "fs, io}; x", " x"),
        ("macro_rules! m {", " () => {}; } x", " x"),
        ("fn f() {", "}}}} x", "}}} x"),
        ("fn f() {", "\ud800} x", " x"),
    ],
)  # fmt: skip
def test_what_follows_the_item_is_told_from_it(prompt: str, completion: str, after: str) -> None:
    """Braces in literals and comments end nothing; whitespace alone is no continuation."""
    expected = len(after) / len(completion) if after else 0.0

    assert AfterItem(prompt).share(completion) == expected


@pytest.mark.parametrize(
    "text", [";" * 200_000, "{}" * 100_000, "{" * 200_000, "(" * 200_000 + "}", "\"'" * 50_000]
)
def test_any_text_takes_linear_time(text: str) -> None:
    """It is given up on where it is no Rust."""
    assert AfterItem("fn f(").share(text) == 0.0
