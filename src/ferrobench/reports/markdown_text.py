"""Text in Markdown that stays text, whoever wrote it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ferrobench.reports.characters import escape_unfit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# What Markdown or the HTML inside of it could take for its own.
_SPECIAL = re.compile(r"([\\`*_{}\[\]#!|~$:@]|(?<=www)\.)", re.IGNORECASE)


def plain_text(text: str) -> str:
    """Write text on one line, with nothing for Markdown or HTML to see."""
    plain = " ".join(escape_unfit(text).split())
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        plain = plain.replace(character, entity)
    return _SPECIAL.sub(r"\\\1", plain)


def table_lines(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write a table, its first column to the left and the others to the right. Cells are taken as they are."""
    yield f"| {' | '.join(headings)} |"
    yield f"| --- |{' ---: |' * (len(headings) - 1)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def fenced(text: str, language: str) -> Iterator[str]:
    """Write a block of code that nothing in *text* can end."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    yield f"{fence}{language}"
    yield from escape_unfit(text).split("\n")
    yield fence
