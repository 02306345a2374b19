"""Where the item is over that a prompt began."""

from __future__ import annotations

import pytest

from ferrobench.rust_source.ends import ItemEnd


@pytest.mark.parametrize(
    ("prompt", "item", "rest"),
    [
        ("fn f() -> u8 {", " 1 }", ""),
        ("fn f() -> u8 {", " 1 }", "\n\nfn g() {}\n"),
        ("fn f() -> u8 {", " 1 }", "\n\nfn g() {"),
        ("fn f() -> u8 {", " if a { 1 } else { 2 } }", "\nmod m { mod n {"),
        ("impl S {", " fn a() {} fn b() {} }", " }"),
        ("fn f() -> char {", " '}' }", " // }\nfn g() { {"),
        ("struct S { x: u8 }", " impl S { fn f() {} }", " fn g() {"),
        ("struct S { x: u8 }", " const A: u8 = 1;", " fn g() {"),
    ],
)
def test_it_is_found_whatever_follows(prompt: str, item: str, rest: str) -> None:
    """Further items, whole or not, and braces too many."""
    assert ItemEnd(prompt).find(item + rest) == len(item)


@pytest.mark.parametrize(
    ("prompt", "completion"),
    [
        ("fn f() -> u8 {", " if a { 1 }"),
        ("fn f() -> u8 {", ' println!("}"); /* } */'),
        ("struct S { x: u8 }", " impl S { fn f() {}"),
        ("struct S { x: u8 }", ""),
    ],
)
def test_there_is_none_while_it_is_not_complete(prompt: str, completion: str) -> None:
    """Braces in literals and comments close nothing."""
    assert ItemEnd(prompt).find(completion) is None
