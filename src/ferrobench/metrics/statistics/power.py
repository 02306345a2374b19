"""What two runs could show: the smallest difference of a rate that so many samples of these prompts tell from chance."""

from __future__ import annotations

from math import fsum, sqrt
from typing import TYPE_CHECKING

from ferrobench.metrics.metric import Figures, Percent
from ferrobench.metrics.statistics.quantiles import normal_quantile, normal_share
from ferrobench.metrics.statistics.strata import strata_of

if TYPE_CHECKING:
    from collections.abc import Sequence

SIGNIFICANCE = 0.05
_HALVINGS = 30


class DetectableDifference(Figures):
    """The smallest change between two runs on these prompts that a two-sided test at 5 % finds so often."""

    power: Percent
    """How often it finds a change of this size."""
    rise: Percent | None
    """In points, where the rate rises; null where even 100 % would not be told from this rate."""
    fall: Percent | None
    """In points, where it falls; null where even 0 % would not be told from this rate."""


def detectable_difference(
    successes_by_prompt: Sequence[tuple[int, int]], *, power: float = 0.8
) -> DetectableDifference:
    """Tell the smallest rise and fall of a rate that two runs like this one show with a given *power*.

    Both runs have these prompts with as many samples each, all drawn independently. The test compares prompt by prompt and adds
    up, as Cochran's, Mantel and Haenszel's, and a permutation within prompts do. It asks about these prompts: how
    they would differ from others plays no part. The difference d is where

        d = z(1 - 0.05 / 2) sqrt(V0) + z(power) sqrt(V1),

    V0 the variance of the observed difference if both runs had their mean rate p, V1 that with the rates p and q, each a sum
    over prompts of weight² x 2 p (1 - p) / n, or weight² x (p (1 - p) + q (1 - q)) / n (J. L. Fleiss, B. Levin and M. C. Paik,
    Statistical Methods for Rates and Proportions, 3rd ed. 2003, section 4.2, for one stratum; R. F. Woolson, J. A. Bean and
    P. B. Rojas, Biometrics 42 (1986), 927-932, for strata). A rise gives every prompt the same share of what it lacks; a fall
    takes the same share of what it has. p (1 - p) is estimated without bias from the samples of a prompt; of prompts with one
    sample each it is taken as that of the overall rate, which makes the answer too cautious.

    Args:
        successes_by_prompt: (successes, samples) of each prompt.
        power: From 0.5 up, below 1.

    Raises:
        ValueError: If counts or the power are impossible.
    """
    if not 0.5 <= power < 1:
        raise ValueError(f"power: expected a share from 0.5 up and below 1, found {power}")
    strata = strata_of(successes_by_prompt)
    # Of each prompt: the factor of its variances, its room to move, and p (1 - p).
    rise = [(s.weight, s.weight**2 / s.samples, 1 - s.rate, s.variance) for s in strata]
    fall = [(s.weight, s.weight**2 / s.samples, s.rate, s.variance) for s in strata]
    return DetectableDifference(
        power=100 * power, rise=_smallest_move(rise, power), fall=_smallest_move(fall, power)
    )


def power_of_change(
    old: Sequence[tuple[int, int]], new_samples: Sequence[int], change: float
) -> float | None:
    """How often a comparison of two runs finds that a rate changed by so much, as a share.

    The rates of the old run are taken as the true ones; of the new run only the number of samples counts. The prompts share a change as in
    :func:`detectable_difference`, and so does the test, but for the variance: that of
    :mod:`ferrobench.metrics.statistics.differences` is the one with the rates p and q.

    Args:
        old: (successes, samples) of each prompt in the old run.
        new_samples: Of each prompt in the new one.
        change: In points, below 0 for a fall.

    Returns:
        None where rates have no room to change so, or nothing was sampled.
    """
    both = [
        (successes, samples, later)
        for (successes, samples), later in zip(old, new_samples, strict=True)
        if samples and later
    ]
    strata = strata_of([(successes, samples) for successes, samples, _ in both])
    lacks = [1 - one.rate if change > 0 else one.rate for one in strata]
    room = fsum(one.weight * lack for one, lack in zip(strata, lacks, strict=True))
    if not change or room <= 0 or abs(change) > 100 * room:
        return None
    share = abs(change) / (100 * room)
    variance = fsum(
        one.weight**2
        * (one.variance / one.samples + (1 - share) * (one.variance + share * (lack - one.variance)) / later)
        for one, lack, (_, _, later) in zip(strata, lacks, both, strict=True)
    )
    if variance <= 0:
        return 1.0
    z = normal_quantile(1 - SIGNIFICANCE / 2)
    return normal_share(abs(change) / 100 / sqrt(variance) - z)


def _smallest_move(parts: Sequence[tuple[float, float, float, float]], power: float) -> float | None:
    """In points; None where all the room there is would not do, or there are no prompts."""
    room = fsum(weight * lack for weight, _, lack, _ in parts)
    if room <= 0:
        return None
    # With the share m of its room gone, a prompt's p (1 - p) is (1 - m) (p (1 - p) + m room²), linear in p (1 - p) and room,
    # as room² is room - p (1 - p). So the sums suffice.
    own = fsum(factor * variance for _, factor, _, variance in parts)
    squares = fsum(factor * (lack - variance) for _, factor, lack, variance in parts)

    def moved(share: float) -> float:
        return (1 - share) * (own + share * squares)

    z_test, z_power = normal_quantile(1 - SIGNIFICANCE / 2), normal_quantile(power)

    def excess(share: float) -> float:
        needed = z_test * sqrt(2 * max(0.0, moved(share / 2))) + z_power * sqrt(max(0.0, own + moved(share)))
        return share * room - needed

    if excess(1.0) < 0:
        return None
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if excess(middle) >= 0 else (middle, high)
    return 100 * high * room
