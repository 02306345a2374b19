"""From ratings to figures: for each criterion how it was scored, how sure that is, and how far the raters agree."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ferrobench.metrics.metric import Count, Estimate, Figures
from ferrobench.metrics.statistics import mean_estimate
from ferrobench.rubric.agreement import Level, alpha_interval, krippendorff_alpha
from ferrobench.rubric.criteria import HIGHEST, LOWEST, Criterion

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ferrobench.rubric.rating import Rating, SampleName


class Agreement(Figures):
    """How far raters agree on one criterion."""

    alpha: float | None
    """Krippendorff's alpha for ordinal data, at most 1; null where no sample has two scores, or all scores are the same."""
    interval: tuple[float, float] | None
    """At 95 %, by drawing samples anew; null where it cannot be told."""
    samples: Count
    """Those with scores of two raters or more; alpha is over these."""


class CriterionSummary(Figures):
    """One criterion."""

    score: Estimate
    """The mean over samples, from 1 to 5, each sample with the mean of its raters' scores; its interval is over prompts."""
    distribution: dict[str, Count]
    """How many ratings gave each score, ``1`` to ``5``."""
    cannot_say: Count
    """Ratings without a score; they are in no other figure."""
    agreement: Agreement
    """Beyond chance, between those who rated the same samples."""


class RubricSummary(Figures):
    """What people say of a run, or of several."""

    ratings: Count
    """One of each rater and sample."""
    raters: Count
    """Who gave at least one."""
    samples: Count
    """Those with a rating."""
    criteria: dict[str, CriterionSummary]
    """By the criterion's key, in the rubric's order."""


def summarize_ratings(ratings: Iterable[Rating], *, seed: int = 0) -> RubricSummary:
    """Compute every figure from the ratings of one run, or of several taken together; their order plays no part.

    Args:
        ratings: One of each rater and sample, as :func:`ferrobench.rubric.rating.read_ratings` gives them.
        seed: Of the intervals around alpha.
    """
    ordered = sorted(ratings, key=lambda rating: (rating.run, rating.prompt_id, rating.index, rating.rater))
    by_sample: dict[SampleName, list[Rating]] = {}
    for rating in ordered:
        by_sample.setdefault(rating.sample, []).append(rating)
    return RubricSummary(
        ratings=len(ordered),
        raters=len({rating.rater for rating in ordered}),
        samples=len(by_sample),
        criteria={
            criterion.value: _summarize(
                [
                    (name, [rating.scores.of(criterion) for rating in given])
                    for name, given in by_sample.items()
                ],
                seed,
            )
            for criterion in Criterion
        },
    )


def _summarize(samples: Sequence[tuple[SampleName, Sequence[int | None]]], seed: int) -> CriterionSummary:
    means: dict[str, list[float]] = {}
    counts: Counter[int | None] = Counter()
    for name, scores in samples:
        counts.update(scores)
        given = [score for score in scores if score is not None]
        if given:
            means.setdefault(name.prompt_id, []).append(sum(given) / len(given))
    units = [scores for _, scores in samples]
    return CriterionSummary(
        score=mean_estimate(tuple(means.values()), bounds=(LOWEST, HIGHEST)),
        distribution={str(score): counts[score] for score in range(LOWEST, HIGHEST + 1)},
        cannot_say=counts[None],
        agreement=Agreement(
            alpha=krippendorff_alpha(units, Level.ORDINAL),
            interval=alpha_interval(units, Level.ORDINAL, seed=seed),
            samples=sum(sum(score is not None for score in scores) > 1 for scores in units),
        ),
    )
