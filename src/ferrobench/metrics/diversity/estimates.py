"""Means of figures that a prompt has one of, or several."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, TypeAlias

from ferrobench.metrics.statistics import mean_estimate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ferrobench.metrics.diversity.ngrams import Floats
    from ferrobench.metrics.metric import Estimate

Bounds: TypeAlias = "tuple[float | None, float | None]"


def over_prompts(values: Iterable[tuple[float, int]], *, bounds: Bounds) -> Estimate:
    """The mean of figures of prompts, each with the same weight; those that are NaN are left out.

    Args:
        values: The figure of each prompt, and how many samples it is of.
        bounds: What the figure can be at least and at most.
    """
    told = [(value, samples) for value, samples in values if not isnan(value)]
    estimate = mean_estimate([(value,) for value, _ in told], bounds=bounds)
    return estimate.model_copy(update={"samples": sum(samples for _, samples in told)})


def over_samples(groups: Iterable[Floats], *, bounds: Bounds, of_each: int = 1) -> Estimate:
    """The mean of figures that prompts have several of; those that are NaN are left out.

    Args:
        groups: The figures of each prompt.
        of_each: How many samples each figure is of.
    """
    estimate = mean_estimate(
        [[value for value in group if not isnan(value)] for group in groups], bounds=bounds
    )
    return estimate.model_copy(update={"samples": estimate.samples * of_each})


def told(value: float) -> float | None:
    """A figure as the results have it: None for NaN."""
    return None if isnan(value) else float(value)
