"""Looking at many rates: p-values for all that is shown together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def adjust(headline: float | None, others: Sequence[float | None], *, comparisons: int) -> list[float | None]:
    """Adjust p-values so that the chance of any false alarm stays below the level at which they are read.

    The headline stands first and is tested at the full level; the others count only where it is significant, by S. Holm's method
    (Scandinavian Journal of Statistics 6 (1979), 65-70), and so have adjusted p-values no smaller than the headline's: a
    gatekeeper (P. H. Westfall and A. Krishen, Journal of Statistical Planning and Inference 99 (2001), 25-40). Each of
    several comparisons has its share of the level (Bonferroni).

    Args:
        headline: Its p-value; None where it could not be tested, and then nothing else is.
        others: Theirs, in any order; None where one could not be tested.
        comparisons: Of how many this is one.

    Returns:
        The headline's adjusted p-value, then the others' in their order.

    >>> adjust(0.01, [0.02, None, 0.5], comparisons=1)
    [0.01, 0.04, None, 0.5]
    """
    if headline is None:
        return [None] * (1 + len(others))
    gate = min(1.0, headline * comparisons)
    adjusted: list[float | None] = [None] * len(others)
    known = sorted((p, place) for place, p in enumerate(others) if p is not None)
    largest = gate
    for rank, (p, place) in enumerate(known):
        largest = max(largest, min(1.0, p * (len(known) - rank) * comparisons))
        adjusted[place] = largest
    return [gate, *adjusted]
