"""How sure the model was of what it wrote: perplexity, entropy, and whether they tell what compiles."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import exp, fsum, isfinite, log
from typing import TYPE_CHECKING

from ferrobench.judging import Unjudged
from ferrobench.metrics.generation.ratios import NO_RATIO, Ratio, ratio_of_sums

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ferrobench.metrics.measured import MeasuredSample

FIRST_TOKENS = 10
"""How many tokens count as the beginning of a completion."""
_MOST_NATS = 700.0
_NATS = log(2)


@dataclass(frozen=True, slots=True)
class Cost:
    """A sum over tokens."""

    nats: float
    tokens: int


@dataclass(frozen=True, slots=True)
class Costs:
    """What the tokens of one sample cost, or how undecided the model was at them."""

    prompt_id: str
    compiles: bool | None
    """None where that is not known."""
    whole: Cost
    first: Cost
    later: Cost
    """Behind the first :data:`FIRST_TOKENS`."""


def costs_of(sample: MeasuredSample, nats: Sequence[float] | None) -> Costs | None:
    """Add up what is known of each token of *sample*; None where nothing is, or something is no number."""
    if not nats:
        return None
    total = fsum(nats)
    if not isfinite(total):
        return None
    first = fsum(nats[:FIRST_TOKENS])
    return Costs(
        prompt_id=sample.prompt.id,
        compiles=None if isinstance(sample.extracted, Unjudged) else sample.compiles,
        whole=Cost(total, len(nats)),
        first=Cost(first, min(len(nats), FIRST_TOKENS)),
        later=Cost(total - first, max(0, len(nats) - FIRST_TOKENS)),
    )


def by_prompt(costs: Iterable[Costs]) -> dict[str, list[Costs]]:
    """Group them by the ids of their prompts."""
    prompts: dict[str, list[Costs]] = {}
    for one in costs:
        prompts.setdefault(one.prompt_id, []).append(one)
    return prompts


def nats_per_token(costs: Iterable[Costs], part: Callable[[Costs], Cost]) -> Ratio:
    """The mean over all tokens of a part of the samples, its interval over their prompts."""
    return ratio_of_sums(
        [
            (fsum(part(one).nats for one in members), sum(part(one).tokens for one in members))
            for members in by_prompt(costs).values()
        ],
        bounds=(0.0, None),
    )


def perplexity(nats: Ratio) -> Ratio:
    """The exponential of a mean cost; None where it is too large for a number."""
    if nats.value is None or nats.value > _MOST_NATS:
        return NO_RATIO
    if nats.interval is None or nats.interval[1] > _MOST_NATS:
        return Ratio(exp(nats.value), None)
    return Ratio(exp(nats.value), (exp(nats.interval[0]), exp(nats.interval[1])))


def in_bits(nats: Ratio) -> Ratio:
    """The same in bits."""
    interval = None if nats.interval is None else (nats.interval[0] / _NATS, nats.interval[1] / _NATS)
    return Ratio(None if nats.value is None else nats.value / _NATS, interval)


def pairs_in_order(low: Sequence[float], high: Sequence[float]) -> float:
    """Of all pairs of one value of *low* and one of *high*, those whose second is larger; equal ones count half.

    Mann and Whitney's U, computed from sorted values.
    """
    marked = sorted([(value, 0) for value in low] + [(value, 1) for value in high])
    below = 0
    found = 0.0
    for _, group in groupby(marked, key=lambda pair: pair[0]):
        of_high = [is_high for _, is_high in group]
        highs = sum(of_high)
        lows = len(of_high) - highs
        found += highs * (below + lows / 2)
        below += lows
    return found


def certainty_pairs(samples: Iterable[Costs]) -> tuple[float, int]:
    """Pairs of a sample that compiles and one that does not: those in which the first is surer, and all of them."""
    certainty: dict[bool, list[float]] = {False: [], True: []}
    for sample in samples:
        if sample.compiles is not None:
            certainty[sample.compiles].append(-sample.whole.nats / sample.whole.tokens)
    pairs = len(certainty[False]) * len(certainty[True])
    return pairs_in_order(certainty[False], certainty[True]), pairs
