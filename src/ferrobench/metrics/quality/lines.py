"""Lines by what stands on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Comment(NamedTuple):
    """A comment: ``source[start:end]``, in the rows from *first* to *last*, from 0."""

    start: int
    end: int
    first: int
    last: int
    documents: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCounts:
    """How many lines there are of each sort: ``total = code + comment + blank``."""

    total: int
    """A newline at the very end begins no further line."""
    code: int
    """With anything that is no comment; a comment beside it does not matter."""
    comment: int
    """With a comment and no code."""
    documentation: int
    """Those among the comment lines that document (``///``, ``//!``, ``/** … */``, ``/*! … */``)."""
    blank: int
    """With whitespace only, wherever they stand: in a comment or a string too."""


def count_lines_by_kind(source: bytes, comments: Iterable[Comment]) -> LineCounts:
    """Sort the lines of *source*, whose *comments* are given in their order."""
    bare: list[bytes] = []
    documenting: set[int] = set()
    position = 0
    for comment in comments:
        newlines = source.count(b"\n", comment.start, comment.end)
        bare += (source[position : comment.start], b"\n" * newlines)
        position = comment.end
        if comment.documents:
            documenting.update(range(comment.first, comment.last + 1))
    bare.append(source[position:])
    lines = source.split(b"\n")
    if not lines[-1]:
        lines.pop()
    code = blank = documentation = 0
    for row, (line, rest) in enumerate(zip(lines, b"".join(bare).split(b"\n"), strict=False)):
        if not _is_blank(rest):
            code += 1
        elif _is_blank(line):
            blank += 1
        elif row in documenting:
            documentation += 1
    return LineCounts(
        total=len(lines),
        code=code,
        comment=len(lines) - code - blank,
        documentation=documentation,
        blank=blank,
    )


def _is_blank(line: bytes) -> bool:
    stripped = line.strip()
    return not stripped or (not stripped.isascii() and not stripped.decode("utf-8", "replace").strip())
