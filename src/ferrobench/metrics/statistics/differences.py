"""The difference of a rate between two runs on the same prompts, with its interval and its test.

All of it asks about these very prompts, each a stratum in which samples are drawn anew: how they would differ from others plays no
part, except in :attr:`Difference.interval_over_prompts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, inf, sqrt
from typing import TYPE_CHECKING

from ferrobench.metrics.statistics.pass_at_k import pass_at_k
from ferrobench.metrics.statistics.quantiles import student_quantile
from ferrobench.metrics.statistics.strata import interval_over_samples, strata_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    import numpy as np
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[np.float64]

PERMUTATIONS = 9_999
"""With the observed one they are 10,000, so that 5 % of them is a whole number."""
LEVEL = 0.05
_FEW = 999
"""So many come first: where a tenth of them is as extreme as what was seen, all others would only say so more exactly."""
_SEED = 7_654_321
_DUST = 1e-9
_TWO_SIDED = 1 - LEVEL / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """The pairs of one prompt: a sample of the old run and the sample of the new one with the same seed."""

    both: int
    """Pairs that succeed in both runs."""
    gained: int
    """In the new run alone."""
    lost: int
    """In the old run alone."""
    neither: int

    @property
    def size(self) -> int:
        """How many pairs there are."""
        return self.both + self.gained + self.lost + self.neither


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The samples of one prompt in two runs, drawn independently."""

    old_successes: int
    old_samples: int
    new_successes: int
    new_samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How a rate changed. Shares, not percent."""

    old: float
    new: float
    interval: tuple[float, float]
    """At 95 %, for the change: if these prompts were sampled again as often. 0 is within exactly where the test shows nothing; where
    no sample varied it may be an end."""
    interval_over_prompts: tuple[float, float] | None
    """At 95 %, for other prompts of this kind; None for a single prompt."""
    p_value: float
    """Two-sided: how often a change as clear as this one comes of chance alone."""
    samples: int
    """Pairs, or the samples of both runs together."""
    prompts: int

    @property
    def change(self) -> float:
        """New minus old."""
        return self.new - self.old


def difference_of_pairs(pairs_by_prompt: Sequence[Pairs]) -> Difference | None:
    """Compare two runs whose samples come in pairs; None over no pairs.

    The test is a permutation test: if the runs are alike, each pair could as well be the other way round. What is permuted is the
    change divided by its standard error, prompt by prompt, and not the change alone (E. Chung and J. P. Romano, Annals of
    Statistics 41 (2013), 484-507): so it holds its level also where some prompts got better and others worse by as much, which McNemar's
    test, its special case for a single prompt, takes for noise of the samples. With one pair of each prompt both are the same.
    """
    tables = [pairs for pairs in pairs_by_prompt if pairs.size]
    if not tables:
        return None
    import numpy as np

    size = np.array([table.size for table in tables], dtype=float)
    gained = np.array([table.gained for table in tables])
    changed = gained + np.array([table.lost for table in tables])

    def change_and_variance(gained: NDArray[Any]) -> tuple[Array, Array]:
        net = 2.0 * gained - changed
        several = np.maximum(size - 1, 1)
        # One pair alone does not tell how its prompt varies: the square of its change is not too small on average.
        spread = np.where(size > 1, (changed - net * net / size) / several, net * net)
        return net.sum(axis=-1) / size.sum(), (size * spread).sum(axis=-1) / size.sum() ** 2

    generator = np.random.default_rng(_SEED)
    found = _test(
        change_and_variance,
        gained,
        lambda number: generator.binomial(changed, 0.5, size=(number, len(tables))),
    )
    old = [(table.both + table.lost, table.size) for table in tables]
    new = [(table.both + table.gained, table.size) for table in tables]
    apart = _apart(old, new, _correlation(tables))
    return Difference(
        old=_rate(old),
        new=_rate(new),
        interval=found.interval(apart),
        interval_over_prompts=_over_prompts(
            [(table.gained - table.lost) / table.size for table in tables], [float(t.size) for t in tables]
        ),
        p_value=found.p_value,
        samples=sum(table.size for table in tables),
        prompts=len(tables),
    )


def difference_of_counts(counts_by_prompt: Sequence[Counts]) -> Difference | None:
    """Compare two runs whose samples are drawn independently; None where no prompt has samples in both.

    As :func:`difference_of_pairs`, with the successes of a prompt shared out anew between the runs. Prompts weigh as Cochran, Mantel and
    Haenszel have it, by n m / (n + m) for n and m samples, which is by samples where both runs have the same, or
    the same everywhere in proportion; the rates are those with these weights.
    """
    tables = [counts for counts in counts_by_prompt if counts.old_samples and counts.new_samples]
    if not tables:
        return None
    import numpy as np

    n1 = np.array([table.old_samples for table in tables], dtype=float)
    n2 = np.array([table.new_samples for table in tables], dtype=float)
    successes = np.array([table.old_successes + table.new_successes for table in tables])
    weights = n1 * n2 / (n1 + n2)
    weights /= weights.sum()
    single = (n1 == 1) | (n2 == 1)

    def change_and_variance(new: NDArray[Any]) -> tuple[Array, Array]:
        p1, p2 = (successes - new) / n1, new / n2
        own = p1 * (1 - p1) / np.maximum(n1 - 1, 1) + p2 * (1 - p2) / np.maximum(n2 - 1, 1)
        # One sample does not vary: what both runs together tell stands in for it.
        p = successes / (n1 + n2)
        pooled = p * (1 - p) * (n1 + n2) / (n1 + n2 - 1) * (1 / n1 + 1 / n2)
        return (
            (weights * (p2 - p1)).sum(axis=-1),
            (weights**2 * np.where(single, pooled, own)).sum(axis=-1),
        )

    generator = np.random.default_rng(_SEED)
    whole = (n1 + n2).astype(int)
    found = _test(
        change_and_variance,
        np.array([table.new_successes for table in tables]),
        lambda number: generator.hypergeometric(
            successes, whole - successes, n2.astype(int), size=(number, len(tables))
        ),
    )
    old = [(table.old_successes, table.old_samples) for table in tables]
    new = [(table.new_successes, table.new_samples) for table in tables]
    return Difference(
        old=fsum(w * k / n for w, (k, n) in zip(weights, old, strict=True)),
        new=fsum(w * k / n for w, (k, n) in zip(weights, new, strict=True)),
        interval=found.interval(_apart(old, new, 0.0)),
        interval_over_prompts=_over_prompts(
            [k2 / n2 - k1 / n1 for (k1, n1), (k2, n2) in zip(old, new, strict=True)], list(weights)
        ),
        p_value=found.p_value,
        samples=int(whole.sum()),
        prompts=len(tables),
    )


def difference_at_k(counts_by_prompt: Sequence[Counts], k: int) -> Difference | None:
    """Compare pass@k of two runs, over the prompts with *k* samples in both; None where there is none.

    The p-value is that of a permutation within prompts, as in :func:`difference_of_counts` but of the change itself: for the null
    hypothesis that no prompt changed. The interval is a bootstrap within prompts, percentiles of as many runs as there are permutations, with the
    observed rates; where a prompt always or never succeeds it sees no doubt, and is too narrow.
    """
    tables = [counts for counts in counts_by_prompt if min(counts.old_samples, counts.new_samples) >= k]
    if not tables:
        return None
    import numpy as np

    old = np.array([table.old_successes for table in tables])
    new = np.array([table.new_successes for table in tables])
    sizes = [(table.old_samples, table.new_samples) for table in tables]
    curves = [
        tuple(np.array([pass_at_k(size, found, k) for found in range(size + 1)]) for size in pair)
        for pair in sizes
    ]

    def mean(successes: NDArray[Any], run: int) -> Array:
        values = [pair[run][successes[..., place]] for place, pair in enumerate(curves)]
        averaged: Array = np.mean(values, axis=0)
        return averaged

    generator = np.random.default_rng(_SEED)
    n1, n2 = (np.array(column) for column in zip(*sizes, strict=True))
    shape = (PERMUTATIONS, len(tables))
    permuted = generator.hypergeometric(old + new, n1 + n2 - old - new, n2, size=shape)
    changes = mean(permuted, 1) - mean(old + new - permuted, 0)
    found = float(mean(new, 1) - mean(old, 0))
    again = mean(generator.binomial(n2, new / n2, size=shape), 1) - mean(
        generator.binomial(n1, old / n1, size=shape), 0
    )
    low, high = np.quantile(again, [LEVEL / 2, _TWO_SIDED])
    return Difference(
        old=float(mean(old, 0)),
        new=float(mean(new, 1)),
        interval=(min(float(low), found), max(float(high), found)),
        interval_over_prompts=_over_prompts(
            [float(pair[1][b] - pair[0][a]) for pair, a, b in zip(curves, old, new, strict=True)],
            [1.0] * len(tables),
        ),
        p_value=(1 + int(np.count_nonzero(np.abs(changes) >= abs(found) - _DUST))) / (PERMUTATIONS + 1),
        samples=int(n1.sum() + n2.sum()),
        prompts=len(tables),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Permuted:
    """What permutations tell of a change."""

    change: float
    error: float
    """Its standard error."""
    p_value: float
    quantile: float
    """Of the permuted changes over their standard errors: 95 % are nearer to 0. Infinite where there are too few samples."""

    def interval(self, apart: tuple[float, float]) -> tuple[float, float]:
        """The interval of the change. *apart* is the one from each run's own interval.

        That one has a width where no sample differs, and is not too narrow where hardly any does, but it knows nothing of the test; so it
        may widen the interval, and not move an end across 0.
        """
        margin = self.quantile * self.error if self.error and self.quantile < inf else 0.0
        low, high = min(self.change - margin, apart[0]), max(self.change + margin, apart[1])
        if self.p_value >= LEVEL:
            low, high = min(low, 0.0), max(high, 0.0)
        elif self.change > 0 >= low:
            low = self.change - margin if margin else 0.0
        elif self.change < 0 <= high:
            high = self.change + margin if margin else 0.0
        return max(-1.0, low), min(1.0, high)


def _test(change_and_variance: Any, observed: NDArray[Any], draw: Any) -> _Permuted:
    """Compare the observed table with permuted ones.

    Args:
        change_and_variance: Of tables, along their last axis.
        observed: The table that was found.
        draw: Makes so many permuted ones.
    """
    import numpy as np

    def statistic(tables: NDArray[Any]) -> tuple[Array, Array, Array]:
        change, variance = change_and_variance(tables)
        error = np.sqrt(variance)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(error > 0, np.abs(change) / error, np.where(np.abs(change) > _DUST, inf, 0.0))
        return change, error, ratio

    change, error, seen = (float(value) for value in statistic(observed))
    few = statistic(draw(_FEW))[2]
    ratios = few
    if np.count_nonzero(few >= seen - _DUST) <= _FEW // 10:
        ratios = np.concatenate([few, statistic(draw(PERMUTATIONS - _FEW))[2]])
    number = len(ratios) + 1
    as_extreme = int(np.count_nonzero(ratios >= seen - _DUST))
    # The change is significant exactly where fewer than so many are as extreme.
    place = round(LEVEL * number) - 1
    quantile = float(np.partition(ratios, len(ratios) - place)[len(ratios) - place])
    return _Permuted(change=change, error=error, p_value=(1 + as_extreme) / number, quantile=quantile)


def _apart(
    old: Sequence[tuple[int, int]], new: Sequence[tuple[int, int]], correlation: float
) -> tuple[float, float]:
    """The interval of a difference from the intervals of both rates.

    R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890 (method 10) and 2635-2650 (method 10 for pairs, without its continuity
    correction), with the stratified intervals of :mod:`ferrobench.metrics.statistics.strata`.
    """
    strata = strata_of(old), strata_of(new)
    rates = [fsum(one.weight * one.rate for one in run) for run in strata]
    (low1, high1), (low2, high2) = map(interval_over_samples, strata)
    below1, above1, below2, above2 = rates[0] - low1, high1 - rates[0], rates[1] - low2, high2 - rates[1]

    def margin(own: float, other: float) -> float:
        return sqrt(max(0.0, own * own - 2 * correlation * own * other + other * other))

    change = rates[1] - rates[0]
    return change - margin(below2, above1), change + margin(above2, below1)


def _correlation(tables: Sequence[Pairs]) -> float:
    """How alike the two samples of a pair are within their prompts, from 0 to 1."""
    together = fsum(t.both - (t.both + t.lost) * (t.both + t.gained) / t.size for t in tables)
    own = [
        fsum(k - k * k / t.size for t, k in zip(tables, successes, strict=True))
        for successes in ([t.both + t.lost for t in tables], [t.both + t.gained for t in tables])
    ]
    product = own[0] * own[1]
    return min(1.0, max(0.0, together / sqrt(product))) if product > 0 else 0.0


def _over_prompts(changes: Sequence[float], weights: Sequence[float]) -> tuple[float, float] | None:
    """Student's t interval for the mean change over prompts of this kind; None for a single one.

    *weights* add up to anything. The variance is as in
    :meth:`ferrobench.metrics.statistics.clusters.Clusters.variance_of_mean`, each prompt one value.
    """
    if len(changes) < 2:
        return None
    whole = fsum(weights)
    shares = [weight / whole for weight in weights]
    mean = fsum(share * change for share, change in zip(shares, changes, strict=True))
    variance = fsum(
        share**2 * (change - mean) ** 2 / (1 - share) for share, change in zip(shares, changes, strict=True)
    )
    degrees = max(1.0, 1 / fsum(share**2 for share in shares) - 1)
    margin = student_quantile(_TWO_SIDED, degrees) * sqrt(variance)
    return max(-1.0, mean - margin), min(1.0, mean + margin)


def _rate(successes_by_prompt: Sequence[tuple[int, int]]) -> float:
    return sum(k for k, _ in successes_by_prompt) / sum(n for _, n in successes_by_prompt)


__all__ = [
    "LEVEL",
    "Counts",
    "Difference",
    "Pairs",
    "difference_at_k",
    "difference_of_counts",
    "difference_of_pairs",
]
