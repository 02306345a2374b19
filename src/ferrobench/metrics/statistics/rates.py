"""A rate over samples with both of its uncertainties: over prompts of this kind, and over samples of these prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

from pydantic import Field

from ferrobench.metrics.metric import Count, Figures, Percent
from ferrobench.metrics.statistics.clusters import Cluster, Clusters
from ferrobench.metrics.statistics.means import interval_over_prompts
from ferrobench.metrics.statistics.power import DetectableDifference, detectable_difference
from ferrobench.metrics.statistics.strata import interval_over_samples, strata_of

if TYPE_CHECKING:
    from collections.abc import Sequence

POWERS = (0.8, 0.9)

PercentInterval: TypeAlias = tuple[Percent, Percent]


class RateEstimate(Figures):
    """A rate over samples, with what it can and cannot tell."""

    value: Percent | None
    """100 x successes / samples; null over no samples."""
    samples: Count
    """Samples that the rate is over."""
    prompts: Count
    """Prompts that these samples belong to."""
    interval_over_prompts: PercentInterval | None
    """At 95 %, for other prompts of this kind: prompts drawn anew, samples with them. Null for a single prompt."""
    interval_over_samples: PercentInterval | None
    """At 95 %, for these very prompts: only their samples drawn anew. This is what two runs on one suite differ by."""
    design_effect: Annotated[float, Field(ge=0.0)] | None
    """By how many times the variance over prompts exceeds that of as many independent samples; by chance it may be below 1.
    Null for a single prompt, and at 0 and 100 %."""
    effective_samples: Annotated[float, Field(ge=0.0)] | None
    """How many independent samples would tell as much of other prompts: samples / design effect, at most all. Null likewise."""
    intraclass_correlation: Annotated[float, Field(ge=0.0, le=1.0)] | None
    """How alike two samples of one prompt are: 0 not at all, 1 when each prompt always succeeds or always fails. Null for a
    single prompt, with one sample of each, and at 0 and 100 %."""
    detectable: tuple[DetectableDifference, ...] = ()
    """The smallest differences that two runs like this one can show, at a power of 80 and of 90 %; empty over no samples."""


def rate_estimate(successes_by_prompt: Sequence[tuple[int, int]]) -> RateEstimate:
    """Estimate a rate from the (successes, samples) of each prompt.

    The intervals are :func:`ferrobench.metrics.statistics.means.interval_over_prompts` and
    :func:`ferrobench.metrics.statistics.strata.interval_over_samples`; how well they cover is in benchmarks/interval_coverage.py.

    Raises:
        ValueError: If counts are impossible.
    """
    strata = strata_of(successes_by_prompt)
    if not strata:
        return RateEstimate(
            value=None,
            samples=0,
            prompts=0,
            interval_over_prompts=None,
            interval_over_samples=None,
            design_effect=None,
            effective_samples=None,
            intraclass_correlation=None,
        )
    clusters = Clusters(
        tuple(
            Cluster(size=samples, total=successes, deviations=successes * (samples - successes) / samples)
            for successes, samples in successes_by_prompt
            if samples
        )
    )
    samples, rate = clusters.samples, clusters.mean
    varies = 0 < rate < 1
    effect = None
    if varies and len(strata) > 1:
        effect = clusters.variance_of_mean()[0] * samples / (rate * (1 - rate))
    return RateEstimate(
        value=100 * rate,
        samples=samples,
        prompts=len(strata),
        interval_over_prompts=_percent(interval_over_prompts(clusters)),
        interval_over_samples=_percent(interval_over_samples(strata)),
        design_effect=effect,
        effective_samples=None if effect is None else samples / max(1.0, effect),
        intraclass_correlation=clusters.intraclass_correlation() if varies else None,
        detectable=tuple(detectable_difference(successes_by_prompt, power=power) for power in POWERS),
    )


def _percent(interval: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if interval is None else (100 * interval[0], 100 * interval[1])
