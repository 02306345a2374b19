"""What items are called, import and take: read from their heads."""

from __future__ import annotations

import pytest

from ferrobench.judging.extraction.named_items import (
    Import,
    ItemName,
    Signature,
    attributes_of,
    imports_of,
    is_function,
    name_item,
    name_items,
    signature_of,
)
from ferrobench.rust_source.items import read_items


@pytest.mark.parametrize(
    ("item", "space", "name"),
    [
        ("fn f() {}", "value", "f"),
        ("fn f", "value", "f"),
        ('pub(crate) const unsafe extern "C" fn f<\'a>() {', "value", "f"),
        ("/// fn g() {\n#[a(fn)]\n#[b] async fn f(", "value", "f"),
        ("const X: u8 = 1;", "value", "X"),
        ("static mut X: u8 = 1;", "value", "X"),
        ("pub struct P<T>(T);", "type", "P"),
        ("unsafe auto trait T {}", "type", "T"),
        ("mod m {", "type", "m"),
        ("extern crate alloc;", "type", "alloc"),
        ("macro_rules! m { () => {} }", "macro", "m"),
        ("impl<T> Trait for P<T> {", "impl", "< T > Trait for P < T >"),
        ("use a::b;", "use", ""),
        ("m! {}", "", ""),
        ("x * 2", "", ""),
        ("", "", ""),
    ],
)
def test_an_item_is_named_by_its_head(item: str, space: str, name: str) -> None:
    """Finished or not, behind whatever attributes and documentation."""
    assert name_item(item, 0) == ItemName(space, name)


def test_only_functions_are_functions() -> None:
    """Constants share their names' space, not their kind."""
    assert is_function("pub fn f(", 0)
    assert not is_function("const F: fn() = f;", 0)
    assert signature_of("const F: fn() = f;", 0) is None


@pytest.mark.parametrize(
    ("line", "imports"),
    [
        ("use a::b;", [("a::b", "b")]),
        ("pub use ::std::fmt;", [("std::fmt", "fmt")]),
        ("use a::b as c;", [("a::b", "c")]),
        ("use a::*;", [("a::*", "*")]),
        (
            "use a::{self, b::{c, d as e}, f};",
            [("a", "a"), ("a::b::c", "c"), ("a::b::d", "e"), ("a::f", "f")],
        ),
        ("use a::{b::{c}, d};", [("a::b::c", "c"), ("a::d", "d")]),
        ("use a::{};", []),
    ],
)
def test_imports_are_told_name_by_name(line: str, imports: list[tuple[str, str]]) -> None:
    """With the path of each, and the name that it has here."""
    (item,) = name_items(line, read_items(line).items)

    assert imports_of(line, item) == tuple(Import(*each) for each in imports)


@pytest.mark.parametrize(
    ("function", "parameters", "result"),
    [
        ("fn f() {", (), ""),
        ("fn f(a: u8, mut b: &str) -> Vec<u8> {", ("u8", "&str"), "->Vec<u8>"),
        ("fn f(a : HashMap< u8,u8 > ,) {", ("HashMap<u8,u8>",), ""),
        ("fn f<T: Into<u8>>(a: T, (b, c): (std::fmt::Error, u8)) -> u8 where T: Copy {", ("T", "(std::fmt::Error,u8)"), "->u8"),
        ("fn f(&self, g: fn(u8) -> u8) {", ("&self", "fn(u8)->u8"), ""),
    ],
)  # fmt: skip
def test_a_signature_is_its_types(function: str, parameters: tuple[str, ...], result: str) -> None:
    """Without the names of parameters, and without spaces."""
    assert signature_of(function, 0) == Signature(parameters, result)


def test_attributes_are_told_without_documentation() -> None:
    """Those in front of the item, whatever is in their brackets."""
    assert attributes_of("/// A.\n#[a]\n#[b(c = [1])] // d\npub fn f() { #[e] }", 0) == (
        "#[a]",
        "#[b(c = [1])]",
    )
    assert attributes_of("fn f() {}", 0) == ()
