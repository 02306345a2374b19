"""Rust's tokens, as far as cutting and assembling need them.

Whoever cuts a text along Rust's syntax must know which braces are code and which stand in a string, a character
literal or a comment, and where a lifetime only looks like one. This lexer knows exactly that. It never raises, runs in
linear time on any text, and covers the text without gaps. It is no judge: whether a text lexes is for rustc to say.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class TokenKind(StrEnum):
    """What a token is. Keywords are identifiers; multi-character operators come as single characters, but ``->``."""

    WHITESPACE = "whitespace"
    COMMENT = "comment"
    """A line or block comment that documents nothing."""
    OUTER_DOC = "outer_doc"
    """``/// …`` or ``/** … */``: belongs to the item after it."""
    INNER_DOC = "inner_doc"
    """``//! …`` or ``/*! … */``: belongs to the file or block around it."""
    SHEBANG = "shebang"
    """The first line of a file where it starts with ``#!`` and is no inner attribute."""
    BYTE_ORDER_MARK = "byte_order_mark"
    IDENTIFIER = "identifier"
    LIFETIME = "lifetime"
    CHARACTER = "character"
    STRING = "string"
    NUMBER = "number"
    PUNCTUATION = "punctuation"
    UNKNOWN = "unknown"
    """A character that starts no token of Rust."""


class Token(NamedTuple):
    """One token: ``text[start:end]``."""

    kind: TokenKind
    start: int
    end: int
    terminated: bool = True
    """False for a string, character or block comment that the text ends before closing."""


TRIVIA = frozenset(
    {TokenKind.WHITESPACE, TokenKind.COMMENT, TokenKind.SHEBANG, TokenKind.BYTE_ORDER_MARK},
)
"""What the parser never sees."""

_COMMENTS = frozenset({TokenKind.COMMENT, TokenKind.OUTER_DOC, TokenKind.INNER_DOC})

# Rust's whitespace is Unicode's Pattern_White_Space, which is not what `\s` means.
_WHITESPACE = "\t\n\v\f\r \u0085\u200e\u200f\u2028\u2029"

# The order matters: prefixed literals before identifiers, characters before lifetimes. No alternative can fail after it
# has consumed much, and what is unterminated is consumed to where it ends: that is what keeps the time linear.
_TOKEN = re.compile(
    rf"""
      (?P<whitespace>[{_WHITESPACE}]+)
    | (?P<line_comment>//[^\n]*)
    | (?P<block_comment>/\*)
    | (?P<raw_string>(?:r|br|cr)(?P<hashes>\#*)")
    | (?P<string>[bc]?"[^"\\]*(?:\\[\s\S][^"\\]*)*(?P<closing>"|))
    | (?P<character>b?'[^\\]')
    | (?P<lifetime>'(?:r\#)?\w+(?P<surplus>'|))
    | (?P<long_character>b?'[^'\\/\n]*(?:\\[\s\S][^'\\/\n]*)*(?P<quote>'|))
    | (?P<identifier>(?:r\#)?[^\W\d]\w*)
    | (?P<number>\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?_*\d)?\w*)
    | (?P<punctuation>->|[!-/:-@\[-`{{-~])
    | (?P<unknown>[\s\S])
    """,
    re.VERBOSE,
)
# Groups that say all of their tokens.
_PLAIN: dict[str | None, TokenKind] = {
    kind.value: kind
    for kind in (
        TokenKind.WHITESPACE,
        TokenKind.CHARACTER,
        TokenKind.IDENTIFIER,
        TokenKind.NUMBER,
        TokenKind.PUNCTUATION,
        TokenKind.UNKNOWN,
    )
}
_COMMENT_EDGE = re.compile(r"/\*|\*/")
# `#!` starts a shebang unless the next thing that is no comment is a bracket.
_SHEBANG = re.compile(r"#![^\n]*")


def tokenize(text: str) -> list[Token]:
    """Split *text* into tokens that cover it from the first character to the last."""
    return list(iterate_tokens(text))


def iterate_tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the tokens of *text* from the one that begins at *start* on, each when it is asked for."""
    position = start
    if position == 0 and text.startswith("\ufeff"):
        yield Token(TokenKind.BYTE_ORDER_MARK, 0, 1)
        position = 1
    if start == 0 and text.startswith("#!", position) and not _opens_attribute(text, position + 2):
        shebang = _SHEBANG.match(text, position)
        assert shebang is not None  # it starts with `#!`
        yield Token(TokenKind.SHEBANG, position, shebang.end())
        position = shebang.end()
    size = len(text)
    while position < size:
        token = _next_token(text, position)
        yield token
        position = token.end


def has_tokens(text: str) -> bool:
    """Tell whether *text* holds anything but whitespace and comments, documentation included."""
    return any(token.kind not in TRIVIA and token.kind not in _COMMENTS for token in iterate_tokens(text))


def _next_token(text: str, position: int) -> Token:
    match = _TOKEN.match(text, position)
    assert match is not None  # the last alternative takes any character
    end = match.end()
    plain = _PLAIN.get(match.lastgroup)
    if plain is not None:
        return Token(plain, position, end)
    terminated = True
    match match.lastgroup:
        case "line_comment":
            kind = _line_comment_kind(text, position)
        case "block_comment":
            end, terminated = block_comment_end(text, end)
            kind = _block_comment_kind(text, position, end)
        case "raw_string":
            kind = TokenKind.STRING
            closing = '"' + match["hashes"]
            found = text.find(closing, end)
            terminated = found >= 0
            end = found + len(closing) if terminated else len(text)
        case "string":
            kind, terminated = TokenKind.STRING, bool(match["closing"])
            if not terminated:
                end = len(text)
        case "long_character":
            kind, terminated = TokenKind.CHARACTER, bool(match["quote"])
        case _:
            kind = TokenKind.CHARACTER if match["surplus"] else TokenKind.LIFETIME
    return Token(kind, position, end, terminated)


def _line_comment_kind(text: str, start: int) -> TokenKind:
    if text.startswith("///", start) and not text.startswith("////", start):
        return TokenKind.OUTER_DOC
    return TokenKind.INNER_DOC if text.startswith("//!", start) else TokenKind.COMMENT


def _block_comment_kind(text: str, start: int, end: int) -> TokenKind:
    if text.startswith("/*!", start):
        return TokenKind.INNER_DOC
    # `/**/` documents nothing, and neither does `/*** … */`.
    if text.startswith("/**", start) and not text.startswith("/***", start) and end - start > 4:
        return TokenKind.OUTER_DOC
    return TokenKind.COMMENT


def block_comment_end(text: str, position: int) -> tuple[int, bool]:
    """Where the block comment is over whose ``/*`` ends at *position*, and whether it is closed at all."""
    depth = 1
    for edge in _COMMENT_EDGE.finditer(text, position):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end(), True
    return len(text), False


def _opens_attribute(text: str, position: int) -> bool:
    """Tell whether the first thing from *position* on that is no whitespace or comment is ``[``."""
    while position < len(text):
        token = _next_token(text, position)
        if token.kind not in TRIVIA:
            return text[token.start] == "["
        position = token.end
    return False
