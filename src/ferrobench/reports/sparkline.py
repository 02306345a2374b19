"""A curve in one line of characters."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
DIGITS = "0123456789"
"""For terminals without blocks."""
_GAP = " "


def sparkline(
    values: Sequence[float | None], *, low: float, high: float, width: int, characters: str = BLOCKS
) -> str:
    """Draw values from *low* to *high* as blocks; one that is missing is a gap.

    More values than *width* are put together, neighbours to their mean. See :func:`values_per_block`.
    """
    together = values_per_block(len(values), width)
    drawn = []
    for start in range(0, len(values), together):
        known = [value for value in values[start : start + together] if value is not None]
        if not known:
            drawn.append(_GAP)
            continue
        share = (sum(known) / len(known) - low) / (high - low) if high > low else 0.5
        drawn.append(characters[min(len(characters) - 1, max(0, int(share * len(characters))))])
    return "".join(drawn)


def values_per_block(count: int, width: int) -> int:
    """How many neighbours are put together so that *count* values fit."""
    return max(1, ceil(count / max(1, width)))
