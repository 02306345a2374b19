"""Ratios of sums, such as nats per token: their value, and their interval over clusters."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, NamedTuple

from ferrobench.metrics.statistics import mean_estimate

if TYPE_CHECKING:
    from collections.abc import Iterable


class Ratio(NamedTuple):
    """A ratio with its 95 % interval."""

    value: float | None
    """None where the denominators add up to nothing."""
    interval: tuple[float, float] | None
    """None where it cannot be told, as over a single cluster."""


NO_RATIO = Ratio(None, None)


def ratio_of_sums(
    clusters: Iterable[tuple[float, float]], *, bounds: tuple[float | None, float | None] = (None, None)
) -> Ratio:
    """Divide the sum of numerators by the sum of denominators.

    The interval is that of the mean of the clusters' linearised values: R + (x - R n) / mean(n) for a cluster of numerator
    x and denominator n (W. G. Cochran, Sampling Techniques, 3rd ed. 1977, section 6.3).

    Args:
        clusters: Numerator and denominator of each cluster; those without a denominator are left out.
        bounds: What the ratio can be at least and at most, None where it has no bound.
    """
    filled = [(above, below) for above, below in clusters if below > 0]
    if not filled:
        return NO_RATIO
    total = fsum(below for _, below in filled)
    value = fsum(above for above, _ in filled) / total
    scale = len(filled) / total
    estimate = mean_estimate(
        [[value + (above - value * below) * scale] for above, below in filled], bounds=bounds
    )
    return Ratio(value, estimate.interval)
