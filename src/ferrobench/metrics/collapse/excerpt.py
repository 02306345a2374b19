"""What to show of an answer: a line of it, with a loop shown by its first rounds and the number of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferrobench.metrics.collapse.loops import Loop

MAX_CHARACTERS = 100
_MAX_BEFORE = 30
_MAX_ROUNDS = 60
_CUT = "…"
_ROUNDS_SHOWN = 4
_LINE_END = "⏎"
_SPACE = re.compile(r"[ \t]+")


def excerpt(text: str, loop: Loop | None = None) -> str:
    """A short piece of *text* on one line: its beginning, or its *loop* (``{ { { { … (197 times)``).

    Line ends are shown as ⏎, and what cannot be printed by its escape.
    """
    if loop is None:
        return _clip(text, MAX_CHARACTERS)
    before = _on_one_line(text[max(0, loop.start - 2 * _MAX_BEFORE) : loop.start])
    if len(before) > _MAX_BEFORE or loop.start > 2 * _MAX_BEFORE:
        before = _CUT + before[-_MAX_BEFORE:]
    length = loop.end - loop.start
    shown = max(1, min(_ROUNDS_SHOWN, loop.rounds, _MAX_ROUNDS // length)) if loop.period else 1
    rounds = _clip(text[loop.start : loop.start + shown * length], _MAX_ROUNDS)
    return f"{before} {rounds} {_CUT} ({loop.rounds} times)".lstrip()


def _clip(text: str, most: int) -> str:
    shown = _on_one_line(text[: 4 * most])
    return shown if len(shown) <= most and len(text) <= 4 * most else shown[: most - 1].rstrip() + _CUT


def _on_one_line(text: str) -> str:
    lines = [_SPACE.sub(" ", line).strip() for line in text.split("\n")]
    return "".join(map(_printable, f" {_LINE_END} ".join(lines).strip()))


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
