"""Which company a program may keep, from its text alone."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging.fast.route import _ALONE_WORDS, _ROOT_WORDS, Reading, Route

SAFE = Route.FORKED
"""From here on nobody else is in the same rustc process."""


def read(text: str, edition: str = "2021") -> Reading:
    return Reading(text.encode("utf-8", "surrogateescape"), edition=edition)


def route(text: str, edition: str = "2021") -> Route:
    return read(text, edition).route()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Route.SHARED),
        ("pub fn f() -> u8 { 1 }", Route.SHARED),
        ("pub struct P;\nimpl P { pub fn new() -> P { P } }", Route.SHARED),
        ("pub struct P;\nimpl Clone for P { fn clone(&self) -> P { P } }", Route.SHARED),
        ("pub struct W<T>(T);\nimpl<T: Clone> Clone for W<T> { fn clone(&self) -> W<T> { loop {} } }", Route.SHARED),
        ("pub mod a { pub fn f() { super::g() } } fn g() {}", Route.SHARED),
        ("pub(crate) fn f() {}", Route.SHARED),
        ("// include!(\"x\"), #![no_std], crate::f\npub fn f() {}", Route.SHARED),
        ('pub const S: &str = "include!(crate::x)";', Route.SHARED),
        ("pub struct P; impl Drawable for P {}", Route.SPOILING),
        ("use std::collections::nothing::Here;\nuse nowhere::There;", Route.SPOILING),
        ("use alloc::fmt;\npub struct P;", Route.SPOILING),
        ("use core::collections::HashMap;", Route.SPOILING),
        ("pub fn f<T: Clone + Copys>(_: T) {}", Route.SPOILING),
        ("pub fn f(_: &dyn Unknown) {}", Route.SPOILING),
        ("pub enum E { A }\nimpl From<ParseIntError> for E { fn from(_: ParseIntError) -> E { E::A } }", Route.SPOILING),
        ("pub struct P;\npub struct P;", Route.SPOILING),
        ("pub struct P;\nimpl Iterator for P {}\nimpl Iterator for P {}", Route.SPOILING),
        ("pub struct P;\nimpl P P { pub fn new() -> P { P } }", Route.SPOILING),
        ("macro_rules! m { () => { 1 } }\npub fn f() -> u8 { m!() }", Route.SPOILING),
        ("use std::num::ParseIntError;\npub enum E { A }\nimpl From<ParseIntError> for E { fn from(_: ParseIntError) -> E { E::A } }", Route.SHARED),
        ("pub fn f() -> Vec<u8> { vec![1 2] }", Route.FORKED),
        ("pub fn f() -> Vec<u8> { vec![; 3] }", Route.FORKED),
        ("pub fn f() -> Vec<Vec<u8>> { vec![Vec:new(); 3] }", Route.FORKED),
        ("pub fn f(c: char) -> bool { matches!(c, 'a' | 'b' if c > 'c') }", Route.SHARED),
        ("pub fn f() { assert_eq!(1 + 1, 2, \"{} is {}\", 1, 2) }", Route.SHARED),
        ("pub struct P { a: u8 }\npub fn f() -> Vec<P> { vec![P { a: 1 }, P { a: 2 as u8 }] }", Route.SHARED),
        ("#![deny(warnings)]\npub fn f() {}", Route.FORKED),
        ("pub fn f() { crate::g() } fn g() {}", Route.FORKED),
        ("pub fn f() { super::g() }", Route.FORKED),
        ("pub mod a { pub fn f() { super::super::g() } }", Route.FORKED),
        ("mod a { macro_rules! m { ($s:tt) => { pub use $s::$s::*; } } m!(super); }", Route.FORKED),
        ("macro_rules! m { (mod x { $($t:tt)* }) => { $($t)* } } m!{ mod x { use super::*; } }", Route.FORKED),
        ("macro_rules! m { (pub ($c:tt)) => { use $c::*; } } m!(pub(crate));", Route.FORKED),
        ("pub const F: &str = file!();", Route.FORKED),
        ("pub const F: &str = module_path!();", Route.FORKED),
        ("#[macro_export] macro_rules! m { () => {} }", Route.FORKED),
        ("pub fn \u043d\u0430\u0438\u043c\u044f() {}", Route.FORKED),
        ("\ufeffpub fn f() {}", Route.FORKED),
        ("#!/bin/sh\npub fn f() {}", Route.FORKED),
        ("pub struct M; impl PartialEq<M> for usize { fn eq(&self, _: &M) -> bool { true } }", Route.FORKED),
        ("impl Clone for Vec<Unknown> {}", Route.FORKED),
        ("impl u8 { fn f() {} }", Route.FORKED),
        ("macro_rules! m { ($t:ty) => { impl Clone for $t {} } }", Route.FORKED),
        ("pub fn f() {}" + " " * 40_000, Route.FORKED),
        ('include!("x.rs");', Route.ALONE),
        ('pub const S: &str = r#include_str!("x");', Route.ALONE),
        ('pub const E: &str = env!("HOME");', Route.ALONE),
        ("mod other;", Route.ALONE),
        ("#[path = \"x.rs\"] mod other { }", Route.ALONE),
        ("#[no_mangle] pub extern \"C\" fn f() {}", Route.ALONE),
        ("pub fn f() { unsafe { core::arch::asm!(\"nop\") } }", Route.ALONE),
        ("pub fn f() { ferrobench_0::x() }", Route.ALONE),
        ("// ferrobench_17 in a comment", Route.ALONE),
        ("pub fn f() { ferrobench_end() }", Route.ALONE),
        ("pub fn f() { \0 }", Route.ALONE),
        ("\udcff", Route.FORKED),
    ],
)  # fmt: skip
def test_routes(text: str, expected: Route) -> None:
    assert route(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "pub fn f( {",
        "pub fn f() }",
        "pub fn f() -> [u8; 2) { loop {} }",
        "Here is the code:\n```rust",
        "pub fn f() {}\n\nThis isn't all.",
        'pub const S: &str = "open;',
        "pub fn f() {} /* open",
        "pub fn f() {}\n/// Documents nothing.",
        "impl Clone for Vec<Unknown> {",
    ],
)
def test_what_seems_to_end_in_the_lexer_is_suspect(text: str) -> None:
    assert read(text).is_suspect


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pub fn f<'a>(x: &'a str) -> char { let _ = x; '{' }",
        'pub const S: &str = "} // \\" {";',
        'pub const S: &str = r#"}"{"#;',
        "/* { */ pub fn f() {} // }",
        "pub const B: &[u8] = b\"{\"; pub const C: u8 = b'\\'';",
        "/// Documents it: `f` isn't { long.\npub fn f() {}",
        "mod other; pub fn f( {",
        "pub fn f() { " + "(" * 65,
        "pub fn f( {" + " " * 40_000,
        "\udcff {",
        "ferrobench_0 {",
    ],
)
def test_what_does_not_or_must_not_be_parsed_beside_others_is_not(text: str) -> None:
    """What names another file, might exhaust the stack for all, or is no text, is nobody's neighbour in rustfmt either."""
    assert not read(text).is_suspect


def test_what_nests_deeply_is_not_simply_shared() -> None:
    """It could exhaust the stack for all."""
    assert route("pub fn f() { " + "(" * 65 + ")" * 65 + "; }") >= SAFE
    assert route("pub fn f() { " + "(" * 65) >= SAFE


def test_in_the_2015_edition_nobody_shares() -> None:
    """Paths begin at the root of the crate there."""
    assert route("pub fn f() {}", "2015") is SAFE
    assert route("pub fn f(", "2015") is SAFE


@given(st.binary(max_size=300), st.sampled_from(["2015", "2018", "2021", "2024"]))
def test_any_bytes_have_a_route(source: bytes, edition: str) -> None:
    reading = Reading(source, edition=edition)
    assert isinstance(reading.route(), Route)
    assert isinstance(reading.is_suspect, bool)


_PIECES = st.sampled_from(
    (
        "impl", "<", ">", "for", "{", "}", "(", ")", "[", "]", "#", "!", "mod", "x", "T", ";", "super", "::", "crate",
        "macro_rules!", "$", "'a", '"', "r#", "//", "/*", "*/", "\n", " ", "->", "where", "unsafe", "use", "std", "\\",
    )
)  # fmt: skip


@given(st.lists(_PIECES, max_size=60))
def test_any_heap_of_tokens_has_a_route(pieces: list[str]) -> None:
    assert isinstance(route("".join(pieces)), Route)
    assert isinstance(route(" ".join(pieces)), Route)


_CONTEXTS = (
    "{}",
    "{}!(1);",
    "pub fn f() {{ {}!(1) }}",
    "pub fn f() {{ std::{}!(1) }}",
    "pub fn f() {{ let a = 1; r#{} }}",
    "use std::{} as other;",
    "#[{}] pub fn f() {{}}",
    "#[cfg_attr(all(), {} = 1)] pub fn f() {{}}",
    "macro_rules! m {{ () => {{ {}!(1) }} }} m!();",
    "macro_rules! m {{ ($a:ident) => {{ $a!(1) }} }} m!({});",
    "/* a /* b */ c */ {}!(1);",
    'pub const S: &str = r#"a"#; {}!(1);',
    "pub const C: char = '\"'; {}!(1);",
    "pub const B: u8 = b'\\''; {}!(1);",
    "pub fn f<'a>() {{ {}!('a') }}",
    "// comment\n{}!(1);",
    'pub const S: &str = "\\""; {}!(1);',
    'pub const S: &str = "// "; {}!(1);',
    'pub const S: &str = "\\\\"; {}!(1); pub const T: &str = "";',
    "pub fn f() {{ 'label: loop {{ {}!('x', 'y'); break 'label }} }}",
)


@pytest.mark.parametrize("context", _CONTEXTS)
def test_a_dangerous_word_shares_with_nobody(context: str) -> None:
    """Wherever it stands as an identifier; beside what looks like a comment or a string to a quick eye, too."""
    for word in sorted(_ALONE_WORDS | _ROOT_WORDS):
        least = Route.ALONE if word in _ALONE_WORDS else SAFE
        assert route(context.format(word)) >= least, word


@given(st.sampled_from(sorted(_ALONE_WORDS)), st.lists(_PIECES, max_size=8), st.lists(_PIECES, max_size=8))
def test_a_dangerous_word_is_found_among_anything(word: str, before: list[str], behind: list[str]) -> None:
    """Unless a comment or a string hides it, and with it the danger."""
    hiding = {"//", "/*", '"', "r#", "'a", "\\"}
    text = " ".join([*(piece for piece in before if piece not in hiding), word, *behind])
    assert route(text) >= SAFE


def test_routing_is_linear() -> None:
    """A text that grows eightfold must not take as much longer as squares would."""

    def seconds(text: str) -> float:
        started = perf_counter()
        reading = read(text)
        assert isinstance(reading.is_suspect, bool)
        reading.route()
        return perf_counter() - started

    for piece in (
        "impl<",
        "fn f(a",
        "mod x ",
        "derive(",
        "use ",
        "((",
        "'",
        '"a',
        "impl x for ",
        "dyn ",
        "vec![",
        "vec![a, ",
        "+ Ab ",
        "use a;",
        'r"',
        "impl Ab Ab ",
    ):
        short = min(seconds(piece * 500) for _ in range(3))
        long = min(seconds(piece * 4000) for _ in range(2))
        assert long < 0.05 or long < 40 * short, piece
