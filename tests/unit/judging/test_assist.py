"""The assisted reading: each repair fires where its sign is there, and only there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging.assist import REPAIRS, assist
from ferrobench.judging.extract import extract
from ferrobench.judging.verdict import Diagnostic, Note
from tests.support.prompts import prompt

ASKED = prompt("fn has_close_elements(v: Vec<f64>, t: f64) -> bool {\n")


def error(code: str | None, message: str, *help_lines: str, note: str | None = None) -> Diagnostic:
    """An error of rustc as it renders them."""
    shown = "".join(f"help: consider this\n  |\n1 + {line}\n  |\n" for line in help_lines)
    return Diagnostic(
        level="error",
        code=code,
        message=message,
        line=1,
        column=1,
        end_line=1,
        end_column=2,
        notes=() if note is None else (Note(level="help", message=note),),
        rendered=f"error: {message}\n --> sample.rs:1:1\n{shown}",
    )


def missing(name: str, *paths: str, code: str = "E0433") -> Diagnostic:
    """A name that rustc does not know, and the imports that it proposes."""
    return error(code, f"cannot find type `{name}` in this scope", *(f"use {path};" for path in paths))


RESERVED = error(
    None, "expected identifier, found reserved keyword `gen`", "escape `gen` to use it as an identifier"
)
UNCLOSED = error(None, "this file contains an unclosed delimiter")


@pytest.mark.parametrize("name", ["hasCloseElements", "has_closeElements", "HAS_CLOSE_ELEMENTS", "close"])
def test_the_entry_point_is_renamed(name: str) -> None:
    """Where it is defined and where it is used, but not where a member or a string has its name."""
    text = f'fn {name}(v: Vec<f64>, t: f64) -> bool {{ v.{name}; let s = "{name}"; for _ in 0..{name}(v, t) {{}} true }}\n'
    reading = assist(ASKED, text, ())

    assert reading is not None
    assert reading.rules == ("renamed_entry_point",)
    assert reading.text == (
        f'fn has_close_elements(v: Vec<f64>, t: f64) -> bool {{ v.{name}; let s = "{name}"; for _ in 0..has_close_elements(v, t) {{}} true }}\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "fn has_close_elements(v: Vec<f64>, t: f64) -> bool { true }\nfn hasCloseElements() {}",
        "fn hasCloseElements() {}\nfn Has_Close_Elements() {}",
        "fn close(v: Vec<f64>) -> bool { true }",
        "fn a(v: Vec<f64>, t: f64) -> bool { true }\nfn b(w: Vec<f64>, u: f64) -> bool { true }",
        "struct HasCloseElements;",
        "",
    ],
)
def test_no_entry_point_is_renamed_where_it_is_there_or_unclear(text: str) -> None:
    """Two that could be meant are none."""
    assert assist(ASKED, text, ()) is None


def test_a_renamed_answer_is_extracted_and_then_assisted() -> None:
    """The two go together: a program of its own, then under the name that was asked for."""
    answer = "```rust\nfn hasCloseElements(v: Vec<f64>, t: f64) -> bool { true }\n```"
    text = extract(ASKED, answer).text

    assert text is not None
    repaired = assist(ASKED, text, ())
    assert repaired is not None
    assert repaired.text == "fn has_close_elements(v: Vec<f64>, t: f64) -> bool { true }\n"


def test_missing_std_imports_are_added_once_each() -> None:
    """Behind what may stand only on top of a file, in the order in which they were missed."""
    text = "#![allow(dead_code)]\nfn has_close_elements() { HashMap; HashMap; Rc; }\n"
    found = [
        missing("HashMap", "std::collections::HashMap"),
        missing("HashMap", "std::collections::HashMap", code="E0425"),
        missing("Rc", "std::rc::Rc"),
    ]
    reading = assist(ASKED, text, found)

    assert reading is not None
    assert reading.rules == ("added_use_std",)
    assert (
        reading.text
        == "#![allow(dead_code)]\nuse std::collections::HashMap;\nuse std::rc::Rc;\nfn has_close_elements() { HashMap; HashMap; Rc; }\n"
    )


@pytest.mark.parametrize(
    ("body", "errors", "path"),
    [
        ("Ordering::Less;", missing("Ordering", "std::cmp::Ordering", "std::sync::atomic::Ordering"), "std::cmp::Ordering"),
        ("Ordering :: SeqCst;", missing("Ordering", "std::cmp::Ordering", "std::sync::atomic::Ordering"), "std::sync::atomic::Ordering"),
        ("s.write_str();", error("E0599", "no method named `write_str` found", "use std::fmt::Write;"), "std::fmt::Write"),
        ("File::create();", missing("Write", "std::fmt::Write", "std::io::Write", code="E0405"), "std::io::Write"),
        ("String::new();", missing("Write", "std::fmt::Write", "std::io::Write", code="E0405"), "std::fmt::Write"),
        ("io::stdin();", error("E0433", "cannot find module or crate `io` in this scope", "use std::io;"), "std::io"),
        ("swap();", missing("swap", "std::mem::swap", "std::ptr::swap", code="E0425"), "std::mem::swap"),
        ("x();", error("E0425", "cannot find `Arc`", note="consider importing it: use std::sync::Arc;"), "std::sync::Arc"),
    ],
)  # fmt: skip
def test_the_import_that_is_meant_is_chosen(body: str, errors: Diagnostic, path: str) -> None:
    """By what the program does with the name, or by what is nearly always meant."""
    text = f"fn has_close_elements() {{ {body} }}\n"
    reading = assist(ASKED, text, [errors])

    assert reading is not None
    assert reading.text == f"use {path};\n{text}"


@pytest.mark.parametrize(
    "errors",
    [
        missing("Regex", "regex::Regex"),
        missing("Unclear", "std::a::Unclear", "std::b::Unclear"),
        missing("HashMap"),
        missing("HashMap", "std::collections::HashMap", code="E0308"),
        missing("Debug", "std::fmt::Debug"),
    ],
)
def test_no_import_is_invented(errors: Diagnostic) -> None:
    """Not of other crates, not where rustc leaves the choice or says something else, not one that is there."""
    assert assist(ASKED, "use std::fmt::Debug;\nfn has_close_elements() {}\n", [errors]) is None


def test_a_reserved_word_is_escaped_wherever_it_is_a_name() -> None:
    """Also as a method, but not in strings, which rustc reads either way, nor behind a dollar sign."""
    text = 'fn has_close_elements() { let gen = 1; rng.gen::<u8>(); println!("{gen} gen"); gen }\nmacro_rules! m { ($gen:expr) => {} }\n'
    reading = assist(ASKED, text, [RESERVED])

    assert reading is not None
    assert reading.rules == ("escaped_reserved_word",)
    assert (
        reading.text
        == 'fn has_close_elements() { let r#gen = 1; rng.r#gen::<u8>(); println!("{gen} gen"); r#gen }\nmacro_rules! m { ($gen:expr) => {} }\n'
    )
    assert assist(ASKED, text, []) is None


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("fn has_close_elements() { if a { b", "fn has_close_elements() { if a { b\n}\n}\n"),
        ("fn has_close_elements() { // }\n", "fn has_close_elements() { // }\n}\n"),
    ],
)
def test_braces_that_are_missing_at_the_end_are_added(text: str, closed: str) -> None:
    """As many as are open, behind the last line."""
    reading = assist(ASKED, text, [UNCLOSED])

    assert reading is not None
    assert reading.rules == ("closed_delimiters",)
    assert reading.text == closed


@pytest.mark.parametrize(
    "text",
    [
        "fn has_close_elements() { f(1",
        "fn has_close_elements() { ( }",
        'fn has_close_elements() { "a',
        "fn has_close_elements() { /* a",
        "fn has_close_elements() {}",
    ],
)
def test_nothing_but_missing_braces_is_closed(text: str) -> None:
    """An open call or string is an unfinished thought."""
    assert assist(ASKED, text, [UNCLOSED]) is None


def test_several_repairs_are_named_in_their_order() -> None:
    """What one does is there for the next."""
    text = "fn HasCloseElements() { let gen = HashMap; "
    reading = assist(ASKED, text, [UNCLOSED, RESERVED, missing("HashMap", "std::collections::HashMap")])

    assert reading is not None
    # A demonstration can only go where nothing else is wrong.
    assert reading.rules == tuple(name for name in REPAIRS if name != "removed_own_main")
    assert (
        reading.text == "use std::collections::HashMap;\nfn has_close_elements() { let r#gen = HashMap;\n}\n"
    )


TEXTS = st.lists(st.sampled_from(["fn ", "f", "(", ")", "{", "}", "gen", '"', "/*", "use a;", "\ud800", "#[", "$", " "])).map("".join)  # fmt: skip


@given(TEXTS | st.text())
def test_assisting_never_raises(text: str) -> None:
    """Whatever the text; a reading has rules."""
    reading = assist(ASKED, text, [UNCLOSED, RESERVED, missing("HashMap", "std::collections::HashMap")])

    assert reading is None or (reading.rules and reading.text != text)


DEMONSTRATED = (
    "fn has_close_elements(v: Vec<f64>, t: f64) -> bool { true }\n\nfn main() {\n    let v = vec![];\n}\n"
)


def test_a_demonstration_that_does_not_compile_is_removed() -> None:
    """The function that was asked for stands as it was."""
    untyped = replace(error("E0282", "type annotations needed"), line=4)
    reading = assist(ASKED, DEMONSTRATED, (untyped,))

    assert reading is not None
    assert reading.rules == ("removed_own_main",)
    assert reading.text is not None and "main" not in reading.text


@pytest.mark.parametrize("line", [1, None])
def test_a_demonstration_stays_where_it_is_not_all_that_is_wrong(line: int | None) -> None:
    """An error elsewhere, or without a place, is no demonstration's."""
    errors = [replace(error("E0282", "type annotations needed"), line=place) for place in (4, line)]

    assert assist(ASKED, DEMONSTRATED, errors) is None
