"""Where in a text does a diagnostic point: the line for people, with carets under the place."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferrobench.judging import Diagnostic

MAX_COLUMNS = 68
"""How wide an excerpt is at most, so that it fits 80 columns with its margin."""
_TAB = " " * 4
_UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"
_CUT = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """One line of a text and what is marked in it."""

    line: int
    """From 1."""
    column: int
    """From 1, in characters of the text's own line."""
    source: str
    """Without its indentation, cut around the place where it is long; tabs are four spaces, unprintable characters U+FFFD."""
    caret: str
    """Spaces and carets that lie under the place when printed below ``source`` in a fixed-width font."""


def place_in(text: str, line: int, column: int) -> int:
    """The offset in *text* of a place that rustc named, *line* and *column* from 1. Places behind a line are at its end."""
    lines = text.split("\n")
    index = min(line, len(lines)) - 1
    # rustc takes a byte order mark away before it counts.
    mark = index == 0 and text.startswith("\ufeff")
    return sum(len(before) + 1 for before in lines[:index]) + min(column - 1 + mark, len(lines[index]))


def excerpt_of(text: str, diagnostic: Diagnostic) -> Excerpt | None:
    """Show where *diagnostic* points in *text*, or None where it has no place.

    A place of several lines is shown by the first of them, with carets to its end. A place behind all that is written
    (an unclosed delimiter) is shown behind the last character.
    """
    if diagnostic.line is None or diagnostic.column is None:
        return None
    start = place_in(text, diagnostic.line, diagnostic.column)
    end = start + 1
    if not text[start:].strip():
        start = len(text.rstrip())
        end = start + 1
    elif diagnostic.end_line is not None and diagnostic.end_column is not None:
        end = max(end, place_in(text, diagnostic.end_line, diagnostic.end_column))
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", begin)
    source = text[begin:] if stop < 0 else text[begin:stop].removesuffix("\r")
    first, last = start - begin, min(end - begin, max(len(source), start - begin + 1))
    # A byte order mark has no width, and indentation says nothing here.
    indent = min(len(source) - len(source.lstrip(" \t\ufeff")), first)
    shown, caret = _mark([_shown(c) for c in source[indent:]], first - indent, last - indent)
    return Excerpt(line=text.count("\n", 0, begin) + 1, column=first + 1, source=shown, caret=caret)


def _shown(character: str) -> str:
    if character == "\t":
        return _TAB
    return character if character.isprintable() else _UNPRINTABLE


def _mark(pieces: list[str], first: int, last: int) -> tuple[str, str]:
    """Join *pieces*, cut where they are too wide, with carets from piece *first* to before piece *last*."""
    # What takes no room on a terminal takes some here, so that nothing grows without end.
    room = [max(1, _columns(piece)) for piece in pieces]
    begin, end = 0, len(pieces)
    if sum(room) > MAX_COLUMNS:
        begin, end = _window(room, first)
    before = (_CUT if begin else "") + "".join(pieces[begin:first])
    marked = "".join(pieces[first : min(last, end)])
    after = "".join(pieces[min(last, end) : end]) + (_CUT if end < len(pieces) else "")
    caret = " " * _columns(before) + "^" * max(1, _columns(marked))
    return (before + marked + after).rstrip(), caret


def _window(room: list[int], first: int) -> tuple[int, int]:
    """Which pieces to show around piece *first*: a third of the room for what stands before it, more if there is room."""
    free = MAX_COLUMNS - 2 * len(_CUT)
    begin = end = first
    used = 0
    while begin > 0 and used + room[begin - 1] <= free // 3:
        begin -= 1
        used += room[begin]
    while end < len(room) and used + room[end] <= free:
        used += room[end]
        end += 1
    while begin > 0 and used + room[begin - 1] <= free:
        begin -= 1
        used += room[begin]
    return begin, end


def _columns(text: str) -> int:
    """How many columns *text* takes on a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )
