"""Untrusted code as pieces of plain text with a kind each, which a page puts where text goes and nowhere else.

What would not show, or would move what stands around it (control and bidirectional characters, blanks without width, halves of
characters), is spelt out by its number. A text that is longer than anybody reads is cut, and the rest given only when asked for,
as one plain piece: a browser is slow with a million coloured ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ferrobench.reports.characters import is_unseen, spell, visible
from ferrobench.rust_source.tokens import TokenKind, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ferrobench.rust_source.tokens import Token

Piece: TypeAlias = tuple[str, str]
"""Its kind, which is empty for plain text, and its text."""
Line: TypeAlias = tuple[Piece, ...]

UNSEEN = "unseen"
MOST_CHARACTERS = 20_000
MOST_LINES = 1_000
_PERHAPS_UNSEEN = re.compile(r"[^\t\n -~]")
_KINDS = {
    TokenKind.COMMENT: "comment",
    TokenKind.OUTER_DOC: "comment",
    TokenKind.INNER_DOC: "comment",
    TokenKind.SHEBANG: "comment",
    TokenKind.STRING: "string",
    TokenKind.CHARACTER: "string",
    TokenKind.NUMBER: "number",
    TokenKind.LIFETIME: "lifetime",
}
_KEYWORDS_TEXT = (
    "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return "
    "self Self static struct super trait true type unsafe use where while"
)
_KEYWORDS = frozenset(_KEYWORDS_TEXT.split())
_PRIMITIVES_TEXT = "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize"
_PRIMITIVES = frozenset(_PRIMITIVES_TEXT.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A sample, ready to be shown."""

    prompt: tuple[Line, ...]
    completion: tuple[Line, ...]
    """Its first line goes on where the prompt's last one ends, where they are one text."""
    rest: str | None
    """What of the completion was cut, in one piece; None where nobody asked for it."""
    cut: int
    """How many characters of the completion are not in its lines."""


def lay_out(prompt: str, completion: str, *, is_program: bool, whole: bool = False) -> Listing:
    """Lay a sample out.

    Args:
        prompt: What the model was given; cut like the completion, as nobody reads that much of it either.
        completion: What it wrote.
        is_program: Whether that is a program of its own, and does not go on where the prompt ends.
        whole: Also give what is cut of the completion.
    """
    given, shown = prompt[: _end(prompt)], completion[: _end(completion)]
    if is_program or given != prompt:
        before, after = _pieces(given), _pieces(shown)
    else:
        before, after = _parted(_pieces(given + shown), len(given))
    if given != prompt:
        before.append((UNSEEN, f" … {len(prompt) - len(given):,} more characters of the prompt … "))
    return Listing(
        prompt=_lines(before),
        completion=_lines(after),
        rest=visible(completion[len(shown) :]) if whole and shown != completion else None,
        cut=len(completion) - len(shown),
    )


def _end(text: str) -> int:
    """Where to cut a text."""
    end = min(len(text), MOST_CHARACTERS)
    place = -1
    for _ in range(MOST_LINES):
        place = text.find("\n", place + 1, end)
        if place < 0:
            return end
    return place


def _pieces(text: str) -> list[Piece]:
    tokens = tokenize(text)
    kinds = _kinds(text, tokens)
    pieces: list[Piece] = []
    for token, kind in zip(tokens, kinds, strict=True):
        part = text[token.start : token.end]
        if pieces and pieces[-1][0] == kind:
            pieces[-1] = (kind, pieces[-1][1] + part)
        else:
            pieces.append((kind, part))
    return pieces


def _kinds(text: str, tokens: Sequence[Token]) -> Iterator[str]:
    depth: int | None = None  # of brackets within an attribute
    before = ""
    for place, token in enumerate(tokens):
        word = text[token.start : token.end]
        if depth is None and word == "#" and _next_word(text, tokens, place) in ("[", "!"):
            depth = 0
        if depth is None or token.kind in _KINDS:
            kind = _KINDS.get(token.kind) or _kind_of_word(text, tokens, place, word)
            is_name = before == "fn" and token.kind is TokenKind.IDENTIFIER
            yield "function" if is_name else kind
            before = before if token.kind is TokenKind.WHITESPACE else word
            continue
        yield "attribute"
        depth += (word == "[") - (word == "]")
        if depth == 0 and word == "]":
            depth = None


def _kind_of_word(text: str, tokens: Sequence[Token], place: int, word: str) -> str:
    if tokens[place].kind is not TokenKind.IDENTIFIER:
        return ""
    if word in _KEYWORDS:
        return "keyword"
    following = _next_word(text, tokens, place)
    if following == "!" and _next_word(text, tokens, place + 1) != "=":
        return "macro"
    if word in _PRIMITIVES or word[0].isupper():
        return "type"
    return "function" if following == "(" else ""


def _next_word(text: str, tokens: Sequence[Token], place: int) -> str:
    if place + 1 >= len(tokens):
        return ""
    following = tokens[place + 1]
    return text[following.start : following.end]


def _parted(pieces: Sequence[Piece], border: int) -> tuple[list[Piece], list[Piece]]:
    """Cut pieces at a place in their text."""
    before: list[Piece] = []
    after: list[Piece] = []
    place = 0
    for kind, part in pieces:
        cut = max(0, min(len(part), border - place))
        if cut:
            before.append((kind, part[:cut]))
        if cut < len(part):
            after.append((kind, part[cut:]))
        place += len(part)
    return before, after


def _lines(pieces: Sequence[Piece]) -> tuple[Line, ...]:
    lines: list[list[Piece]] = [[]]
    for kind, part in pieces:
        for number, words in enumerate(part.split("\n")):
            if number:
                lines.append([])
            lines[-1].extend(_with_unseen(kind, words))
    return tuple(map(tuple, lines))


def _with_unseen(kind: str, text: str) -> Iterator[Piece]:
    place = 0
    for found in _PERHAPS_UNSEEN.finditer(text):
        if is_unseen(found[0]):
            if place < found.start():
                yield kind, text[place : found.start()]
            yield UNSEEN, spell(found[0])
            place = found.end()
    if place < len(text):
        yield kind, text[place:]
