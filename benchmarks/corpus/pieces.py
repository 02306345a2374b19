"""Programs as sequences of pieces, so that a program is lexed once and changed many times."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ferrobench.rust_source.tokens import TRIVIA, TokenKind, tokenize

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEYWORDS = (
    "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move "
    "mut pub ref return self Self static struct super trait true type unsafe use where while"
)
KEYWORDS = frozenset(_KEYWORDS.split())

_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")
_SILENT = TRIVIA | {TokenKind.OUTER_DOC, TokenKind.INNER_DOC}
# These end at a semicolon, whatever braces stand before it.
_ENDS_AT_SEMICOLON = frozenset({"use", "const", "static", "type"})


class Piece(NamedTuple):
    """A token with its text."""

    kind: TokenKind
    text: str


Edit: TypeAlias = tuple[int, int, tuple[Piece, ...]]
"""What replaces ``pieces[start:end]``."""


def lex(text: str) -> list[Piece]:
    """Cut *text* into pieces; joined, they are *text* again."""
    return [Piece(token.kind, text[token.start : token.end]) for token in tokenize(text)]


def render(pieces: Sequence[Piece]) -> str:
    """Join pieces to a text."""
    return "".join([piece.text for piece in pieces])


def apply_edit(pieces: list[Piece], edit: Edit) -> list[Piece]:
    """Return *pieces* with one edit done."""
    start, end, replacement = edit
    return [*pieces[:start], *replacement, *pieces[end:]]


def visible_positions(pieces: Sequence[Piece]) -> list[int]:
    """Where the tokens stand that the parser sees as more than documentation."""
    return [i for i, piece in enumerate(pieces) if piece.kind not in _SILENT]


def closing_position(pieces: Sequence[Piece], opening: int) -> int | None:
    """Where the delimiter is closed that is opened at *opening*, if it is."""
    depth = 0
    for i in range(opening, len(pieces)):
        text = pieces[i].text
        if pieces[i].kind is not TokenKind.PUNCTUATION:
            continue
        if text in _OPENING:
            depth += 1
        elif text in _CLOSING:
            depth -= 1
            if depth == 0:
                return i
    return None


def split_items(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Cut a file into its items, each with its documentation and attributes, without the whitespace around it.

    The file must be valid Rust without inner attributes. What follows the last item is dropped.
    """
    items: list[list[Piece]] = []
    start = depth = 0
    keyword: str | None = None
    for i, piece in enumerate(pieces):
        if piece.kind is TokenKind.IDENTIFIER and depth == 0:
            if keyword is None and piece.text not in {"pub", "unsafe", "async", "extern"}:
                keyword = piece.text
            elif keyword == "const" and piece.text == "fn":
                keyword = "fn"
        if piece.kind is not TokenKind.PUNCTUATION:
            continue
        if piece.text in _OPENING:
            depth += 1
        elif piece.text in _CLOSING:
            depth -= 1
        ends = piece.text == ";" or (piece.text == "}" and keyword not in _ENDS_AT_SEMICOLON)
        if ends and depth == 0:
            items.append(_without_outer_space(pieces[start : i + 1]))
            start, keyword = i + 1, None
    return items


def function_bodies(pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """Where the bodies of functions stand: the positions of their braces, in order of the opening ones."""
    bodies: list[tuple[int, int]] = []
    for i, piece in enumerate(pieces):
        if piece.text != "fn" or piece.kind is not TokenKind.IDENTIFIER:
            continue
        following = next((later for later in pieces[i + 1 :] if later.kind not in _SILENT), None)
        if following is None or following.kind is not TokenKind.IDENTIFIER:
            # The type of a function pointer.
            continue
        depth = 0
        for j in range(i + 1, len(pieces)):
            text = pieces[j].text
            if pieces[j].kind is not TokenKind.PUNCTUATION:
                continue
            if depth == 0 and text in {";", "{", "}"}:
                closing = closing_position(pieces, j) if text == "{" else None
                if closing is not None:
                    bodies.append((j, closing))
                break
            depth += (text in _OPENING) - (text in _CLOSING)
    return bodies


def _without_outer_space(pieces: Sequence[Piece]) -> list[Piece]:
    start = 0
    while start < len(pieces) and pieces[start].kind is TokenKind.WHITESPACE:
        start += 1
    return list(pieces[start:])
