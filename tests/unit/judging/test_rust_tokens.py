"""The lexer: what is code, and what only looks like it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrobench.rust_source.tokens import TokenKind, has_tokens, tokenize


def kinds(text: str) -> list[str]:
    return [token.kind.value for token in tokenize(text) if token.kind is not TokenKind.WHITESPACE]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'a", ["lifetime"]),
        ("'static", ["lifetime"]),
        ("'r#if", ["lifetime"]),
        ("'a'", ["character"]),
        ("'}'", ["character"]),
        ("'''", ["character"]),
        (r"'\''", ["character"]),
        (r"b'\n'", ["character"]),
        (r"'\u{1F600}'", ["character"]),
        ("'é'", ["character"]),
        ("&'a str", ["punctuation", "lifetime", "identifier"]),
        ("don't", ["identifier", "lifetime"]),
        (r'"a \" b"', ["string"]),
        (r'"\\"', ["string"]),
        ('"two\nlines"', ["string"]),
        ('r#"}"#', ["string"]),
        ('br##"x"#"##', ["string"]),
        ('c"x"', ["string"]),
        ("r#match", ["identifier"]),
        ("é1", ["identifier"]),
        ("// x\n/* y */ /**/ /*** z */ //// w", ["comment"] * 5),
        ("/// x\n/** y */", ["outer_doc"] * 2),
        ("//! x\n/*! y */", ["inner_doc"] * 2),
        ("/* a /* b */ c */ d", ["comment", "identifier"]),
        ("1..2", ["number", "punctuation", "punctuation", "number"]),
        ("1.5e-3_f64", ["number"]),
        ("1.max(2)", ["number", "punctuation", "identifier", "punctuation", "number", "punctuation"]),
        ("0xE+1", ["number", "punctuation", "number"]),
        ("->", ["punctuation"]),
        ("=>>", ["punctuation"] * 3),
        ("😀 \udcff", ["unknown"] * 2),
        ("#!/bin/x\nfn", ["shebang", "identifier"]),
        ("#![x]", ["punctuation", "punctuation", "punctuation", "identifier", "punctuation"]),
        ("\ufeff#!/bin/x", ["byte_order_mark", "shebang"]),
    ],
)
def test_kinds(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_a_comment_before_the_bracket_still_makes_an_inner_attribute() -> None:
    assert kinds("#! /* c */ [allow(x)]")[:4] == ["punctuation", "punctuation", "comment", "punctuation"]


@pytest.mark.parametrize("text", ['"abc', 'r#"abc"', "/* a /* b */", "b'", "'\\n", '"a\\', "'(abc\n"])
def test_what_the_text_ends_before_closing_is_flagged(text: str) -> None:
    assert any(not token.terminated for token in tokenize(text))


@pytest.mark.parametrize("text", ["", "  \n", "// x", "/* y */", "/// documentation", "//! more"])
def test_comments_and_whitespace_are_no_tokens(text: str) -> None:
    assert not has_tokens(text)


@pytest.mark.parametrize("text", ["}", "x", "'a", '"', "😀"])
def test_anything_else_is_a_token(text: str) -> None:
    assert has_tokens(text)


@settings(deadline=None)
@given(st.text() | st.text("/*!#[]{}'\"\\rbc \n0e.a"))
def test_tokens_cover_any_text_without_gaps(text: str) -> None:
    tokens = tokenize(text)

    assert (
        [token.start for token in tokens] == [0, *(token.end for token in tokens)][:-1]
        if tokens
        else not text
    )
    assert "".join(text[token.start : token.end] for token in tokens) == text


@pytest.mark.parametrize(
    "unit",
    [
        "{",
        '"',
        "'",
        "/*",
        "r#",
        'r#"',
        "'\\",
        "b'",
        "#",
        "'a",
        "'r#",
        "/*/",
        '"\\',
        "1.",
        "0e",
        "0e_",
        "#!",
        "\\",
    ],
)
def test_time_is_linear_on_text_made_to_be_slow(unit: str) -> None:
    started = time.process_time()
    tokenize(unit * 100_000)

    assert time.process_time() - started < 3
