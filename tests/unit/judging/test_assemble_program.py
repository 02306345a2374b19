"""Assembling: one file for rustc, and the way back to the sample's own lines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrobench.judging.assemble import assemble, encode_text

PRELUDE = "struct Point {\n    x: f64,\n}\n"


def test_without_a_prelude_the_bytes_are_the_samples_own() -> None:
    program = assemble("fn f() {}\r\n\udcff", " \n")

    assert program.source == b"fn f() {}\r\n\xff"
    assert program.sample_line(7) == 7


def test_the_prelude_comes_first_in_a_module_of_its_own() -> None:
    program = assemble("fn f() {}\nfn g() {}", PRELUDE)

    assert program.source.decode() == (
        "#[allow(warnings)] mod ferrobench_prelude {\n"
        "pub struct Point {\n"
        "    pub x: f64,\n"
        "}\n"
        "}\n"
        "#[allow(unused_imports)] use ferrobench_prelude::*;\n"
        "fn f() {}\n"
        "fn g() {}"
    )
    assert [program.sample_line(line) for line in (1, 6, 7, 8)] == [None, None, 1, 2]
    assert program.prelude_line(3) == 2


@pytest.mark.parametrize(
    ("head", "rest"),
    [
        ("\ufeff", "fn f() {}"),
        ("#!/usr/bin/env x", "\nfn f() {}"),
        ("#![allow(dead_code)]", " fn f() {}"),
        ('#![allow(a)]\n#![cfg_attr(x, doc = "]")]', "\n\nfn f() {}"),
        ("//! About.\n/*! More. */", " fn f() {}"),
        ("// plain\n#![x]", "\nfn f() {}"),
    ],
)
def test_what_may_stand_only_at_the_start_is_lifted_and_keeps_its_place(head: str, rest: str) -> None:
    program = assemble(head + rest, PRELUDE)
    lines = program.source.decode().split("\n")

    assert "\n".join(lines).startswith(head + "\n#[allow(warnings)] mod")
    for number, line in enumerate((head + rest).split("\n"), 1):
        places = [at for at in range(1, len(lines) + 1) if program.sample_line(at) == number]
        shown = [lines[at - 1] for at in places]
        # A line that was cut in two keeps the columns of both its parts.
        assert "".join(shown).replace(" ", "") == line.replace(" ", "")
        assert all(
            part.strip() in line and line.find(part.strip()) == part.find(part.strip()) for part in shown
        )


@pytest.mark.parametrize(
    "text", ["fn f() {}\n#![late]", "#![never closed", "#[outer] fn f() {}", "/// doc\nfn f() {}"]
)
def test_nothing_else_is_lifted(text: str) -> None:
    assert assemble(text, PRELUDE).source.startswith(b"#[allow(warnings)] mod")


@pytest.mark.parametrize(
    ("prelude", "published"),
    [
        ("use std::fmt;", "pub use std::fmt;"),
        ("#[derive(Debug)]\nstruct P(u8, pub u16);", "#[derive(Debug)]\npub struct P(pub u8, pub u16);"),
        ("struct P(#[x] u8, /* c */ Vec<u8>);", "pub struct P(#[x] pub u8, /* c */ pub Vec<u8>);"),
        ("impl P { fn a() {} pub fn b() {} }", "impl P { pub fn a() {} pub fn b() {} }"),
        ("impl T for P { fn a() {} }", "impl T for P { fn a() {} }"),
        ("trait T { fn a(); }", "pub trait T { fn a(); }"),
        ("enum E { A { x: u8 }, B(u8) }", "pub enum E { A { x: u8 }, B(u8) }"),
        ("mod m { struct S { x: u8 } }", "pub mod m { pub struct S { pub x: u8 } }"),
        ("pub(crate) const X: u8 = 1;", "pub(crate) const X: u8 = 1;"),
        ("unsafe fn f() { fn inner() {} }", "pub unsafe fn f() { fn inner() {} }"),
        ('extern "C" { fn f(); }', 'extern "C" { pub fn f(); }'),
        ("union U { a: u8 }", "pub union U { pub a: u8 }"),
        ('const É: &str = "é"; type A = u8;', 'pub const É: &str = "é"; pub type A = u8;'),
    ],
)
def test_what_a_prelude_hides_is_made_visible(prelude: str, published: str) -> None:
    assert f"mod ferrobench_prelude {{\n{published}\n}}" in assemble("", prelude).source.decode()


def test_a_prelude_with_macros_lends_them() -> None:
    source = assemble("", "macro_rules! m { () => {} }").source

    assert source.startswith(b"#[allow(warnings)] #[macro_use] mod ferrobench_prelude {")


def test_surrogates_stand_for_bytes_or_for_themselves() -> None:
    assert encode_text("é\udcff\ud800\udc80\udcc3") == b"\xc3\xa9\xff\xed\xa0\x80\x80\xc3"


@settings(deadline=None)
@given(st.binary())
def test_bytes_come_back_as_they_were(raw: bytes) -> None:
    assert encode_text(raw.decode("utf-8", "surrogateescape")) == raw


@settings(deadline=None)
@given(st.text(st.characters()) | st.text("#![]\n/*! \ufeff{}'\""), st.sampled_from(["", PRELUDE]))
def test_any_text_can_be_assembled_and_every_line_has_its_place(text: str, prelude: str) -> None:
    program = assemble(text, prelude)
    lines = program.source.count(b"\n") + 1

    shown = {program.sample_line(line) for line in range(1, lines + 1)} - {None}
    assert shown == set(range(1, text.count("\n") + 2))
