"""Lines by what stands on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ferrobench.metrics.source import WHITE_SPACE

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
    lines = _stripped_lines(source)
    if not source or source.endswith(b"\n"):
        lines.pop()
    blank = len(lines) - sum(map(bool, lines))
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
    rest = _stripped_lines(b"".join(bare)) if position else lines
    code = sum(map(bool, rest))
    return LineCounts(
        total=len(lines),
        code=code,
        comment=len(lines) - code - blank,
        documentation=sum(row < len(lines) and bool(lines[row]) and not rest[row] for row in documenting),
        blank=blank,
    )


def _stripped_lines(source: bytes) -> list[bytes] | list[str]:
    if source.isascii():
        return list(map(bytes.strip, source.split(b"\n")))
    return [line.strip(WHITE_SPACE) for line in source.decode("utf-8", "replace").split("\n")]
