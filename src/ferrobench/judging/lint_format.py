"""How many lines of a text a formatter changes. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def changed_lines(text: bytes, formatted: bytes) -> int:
    """How many lines of *text* are not in *formatted* in the same order; where lines are only added, 1.

    Which line ending a text has, a byte order mark and how it ends (where a model stops is no matter of format) are left out
    of account on both sides.
    """
    own, wanted = _lines(text), _lines(formatted)
    if own == wanted:
        return 0
    start = 0
    while start < min(len(own), len(wanted)) and own[start] == wanted[start]:
        start += 1
    end = 0
    while end < min(len(own), len(wanted)) - start and own[-1 - end] == wanted[-1 - end]:
        end += 1
    own, wanted = own[start : len(own) - end], wanted[start : len(wanted) - end]
    return max(1, len(own) - longest_common_subsequence(own, wanted))


def longest_common_subsequence(first: Sequence[bytes], second: Sequence[bytes]) -> int:
    """The length of the longest common subsequence, exactly.

    Hyyrö 2004, "Bit-parallel LCS-length computation revisited": the bits of one integer are a column of the usual table, so
    ten thousand lines against ten thousand take milliseconds, where difflib may take minutes on lines that repeat.
    """
    places: dict[bytes, int] = {}
    shared = set(second)
    common = [item for item in first if item in shared]
    for index, item in enumerate(common):
        places[item] = places.get(item, 0) | 1 << index
    mask = (1 << len(common)) - 1
    column = mask
    for item in second:
        matches = column & places.get(item, 0)
        if matches:
            column = ((column + matches) | (column - matches)) & mask
    return len(common) - column.bit_count()


def _lines(text: bytes) -> list[bytes]:
    text = text.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    return text.rstrip(b" \t\r\n").split(b"\n")
