"""Texts as sequences of Rust tokens."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.rust_source.tokens import TRIVIA, TokenKind, iterate_tokens
from ferrobench.rust_source.words import rust_words

DOCUMENTATION = {TokenKind.OUTER_DOC, TokenKind.INNER_DOC}
OPERATORS = r"<<=|>>=|\.\.\.|\.\.=|->|::|=>|==|!=|<=|>=|&&|\|\||\+=|-=|\*=|/=|%=|\^=|&=|\|=|<<|>>|\.\."
GLUED = re.compile(OPERATORS + r"|[\s\S]")

# What decides where words end, in any order.
LONG_PIECES = (
    "/*",
    "*/",
    "//",
    "///",
    "//!",
    "/**/",
    "r#",
    "br",
    "cr",
    "##",
    "#!",
    "x1",
    "1.5",
    "1..2",
    "0x",
    "e+",
)
SHORT_PIECES = "\n \"\\'rbca9#[].=<>|&-+*/%^!:éª٣\ud800\u0085\u2028\u200b\ufeff\0_´"
PIECES = st.sampled_from([*LONG_PIECES, *SHORT_PIECES])


def words_from_tokens(text: str) -> list[str]:
    """The slow way: the tokens of the exact lexer, with neighbouring punctuation glued."""
    words: list[str] = []
    run = ""
    for token in iterate_tokens(text):
        if token.kind is TokenKind.PUNCTUATION:
            run += text[token.start : token.end]
            continue
        words += GLUED.findall(run)
        run = ""
        if token.kind not in TRIVIA and token.kind not in DOCUMENTATION:
            words.append(text[token.start : token.end])
    return words + GLUED.findall(run)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text())
def test_words_are_the_tokens_of_the_exact_lexer(text: str) -> None:
    """Whatever the text: the same borders, at a fraction of the time."""
    assert list(rust_words(text)) == words_from_tokens(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \n\t", []),
        ("a // b\n/* c /* d */ e */ f /// g", ["a", "f"]),
        ("a /* never closed", ["a"]),
        ("x..=y...z..w.v", ["x", "..=", "y", "...", "z", "..", "w", ".", "v"]),
        ("a<<=b>>c->d=>e::f", ["a", "<<=", "b", ">>", "c", "->", "d", "=>", "e", "::", "f"]),
        ('r#"a"b"# "c\\"d" b\'e\' \'f \'g\'', ['r#"a"b"#', '"c\\"d"', "b'e'", "'f", "'g'"]),
        ("1.5e-3f64 0xFFu8 1..2 1_000", ["1.5e-3f64", "0xFFu8", "1", "..", "2", "1_000"]),
        ("\ufeff#!/bin/sh\nfn", ["fn"]),
        ("#![allow(x)]", ["#", "!", "[", "allow", "(", "x", ")", "]"]),
        ("#!", []),
        ('"never closed \\', ['"never closed \\']),
        ("été 中 €", ["été", "中", "€"]),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    """Comments and whitespace are none, an operator is one, a literal is one."""
    assert list(rust_words(text)) == words


@pytest.mark.parametrize(
    "piece", ["{", "/*", "/* a */", "//\n", '"', "'", "\\", 'r#"', "r#", "#", '"# ', "'\\a", "a", " "]
)
def test_megabytes_of_anything_are_read(piece: str) -> None:
    """In linear time: a quadratic reader would not come back from this."""
    text = piece * (1_000_000 // len(piece))

    assert len(rust_words(text)) <= len(text)


def test_equal_words_are_the_same_object() -> None:
    """Counting and comparing them is quick for that."""
    first, second = rust_words("some_name + some_name")[::2]

    assert first is second
