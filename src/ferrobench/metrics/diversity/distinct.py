"""How many different things there are among several, whatever they are."""

from __future__ import annotations

from collections import Counter
from math import comb, exp, fsum, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def expected_distinct(counts: Iterable[int], k: int) -> float:
    """Estimate how many different things are among *k*, drawn like those that were counted.

    Rarefaction (Hurlbert 1971), the sum over the things of 1 - C(n - c, k) / C(n, k), where a thing was counted c times
    and n is the sum. Over samples of a model it estimates without bias what k new samples would hold (Smith and Grassle
    1977), as pass@k does. The binomials are whole numbers here, and only their quotient is rounded.

    >>> expected_distinct([2, 1, 1], 2)
    1.8333333333333333

    Raises:
        ValueError: If fewer than *k* were counted, or *k* is below 1. Any number would be invented.
    """
    sizes = Counter(counts)
    total = sum(size * times for size, times in sizes.items())
    if not 1 <= k <= total:
        raise ValueError(f"k: expected 1 to {total}, the number of those counted, found {k}")
    draws = comb(total, k)
    return sum(times * (draws - comb(total - size, k)) for size, times in sizes.items()) / draws


def effective_number(counts: Iterable[int]) -> float:
    """The number of different things that, all equally frequent, would have the entropy of those counted.

    Hill's number of order 1 (Hill 1973): e to the Shannon entropy of their shares.

    Raises:
        ValueError: If nothing was counted.
    """
    sizes = Counter(counts)
    total = sum(size * times for size, times in sizes.items())
    if not total:
        raise ValueError("counts: expected at least one that is not 0")
    entropy = log(total) - fsum(times * size * log(size) for size, times in sizes.items() if size) / total
    # Rounding must not make it more than there are, nor less than one.
    return min(max(exp(entropy), 1.0), float(sizes.total() - sizes[0]))
