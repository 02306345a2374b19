"""Means over samples that come in clusters, one per prompt."""

from __future__ import annotations

from math import fsum, sqrt
from typing import TYPE_CHECKING

from ferrobench.metrics.metric import Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence


def mean_estimate(
    groups: Sequence[Sequence[float]], *, bounds: tuple[float | None, float | None] = (None, None)
) -> Estimate:
    """Estimate the mean over all values, and its 95 % interval over prompts.

    Args:
        groups: The values of each prompt's samples; prompts without any may be there.
        bounds: What the figure can be at least and at most, None where it has no bound. The interval keeps to them.
    """
    filled = [group for group in groups if group]
    samples = sum(map(len, filled))
    if not samples:
        return Estimate(value=None, interval=None, samples=0, prompts=0)
    mean = fsum(map(fsum, filled)) / samples
    interval = None
    if len(filled) > 1:
        residuals = fsum((fsum(group) - len(group) * mean) ** 2 for group in filled)
        count = len(filled)
        error = sqrt(residuals * count / (count - 1)) / samples
        low, high = mean - 1.96 * error, mean + 1.96 * error
        interval = (
            low if bounds[0] is None else max(low, bounds[0]),
            high if bounds[1] is None else min(high, bounds[1]),
        )
    return Estimate(value=mean, interval=interval, samples=samples, prompts=len(filled))
