"""Differences of rates: the test, the interval, and that they agree."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from ferrobench.metrics.statistics.differences import (
    Counts,
    Pairs,
    difference_at_k,
    difference_of_counts,
    difference_of_pairs,
)
from ferrobench.metrics.statistics.power import power_of_change


def test_for_one_prompt_the_test_of_pairs_is_mcnemar_s() -> None:
    """The exact binomial test of the pairs that differ: 15 gained, 5 lost."""
    found = difference_of_pairs([Pairs(both=10, gained=15, lost=5, neither=10)])

    exact = 2 * sum(comb(20, k) for k in range(6)) / 2**20
    assert found is not None
    assert found.p_value == pytest.approx(exact, abs=0.008)  # 9,999 permutations
    assert found.change == pytest.approx(0.25)


def test_for_one_prompt_the_test_of_counts_is_fisher_s() -> None:
    """The exact hypergeometric test, both tails, of 4 and 12 successes of 20 samples each."""
    found = difference_of_counts([Counts(old_successes=4, old_samples=20, new_successes=12, new_samples=20)])

    chances = [comb(20, k) * comb(20, 16 - k) / comb(40, 16) for k in range(17)]
    exact = sum(chance for k, chance in enumerate(chances) if abs(2 * k - 16) >= 8)
    assert found is not None
    assert found.p_value == pytest.approx(exact, abs=0.006)


def test_prompts_that_turn_both_ways_are_no_noise() -> None:
    """Certain prompts that changed hide nothing of one that rose in all others; McNemar's test finds p = 0.2 here."""
    steady = [Pairs(both=0, gained=20, lost=0, neither=0), Pairs(both=0, gained=0, lost=20, neither=0)] * 4
    rising = [Pairs(both=5, gained=8, lost=2, neither=5)] * 3

    found = difference_of_pairs(steady + rising)

    assert found is not None
    assert found.p_value < 0.05


@pytest.mark.parametrize("samples", [1, 2, 6, 25])
def test_the_interval_agrees_with_the_test(samples: int) -> None:
    """0 lies within exactly where p is 0.05 or more; where no sample varies it may be an end."""
    generator = np.random.default_rng(samples)
    for _ in range(40):
        old, new = generator.beta(0.5, 0.5, (2, 12))
        a, b = (generator.random((12, samples)) < rates[:, None] for rates in (old, new))
        pairs = [
            Pairs(
                both=int((x & y).sum()),
                gained=int((~x & y).sum()),
                lost=int((x & ~y).sum()),
                neither=int((~x & ~y).sum()),
            )
            for x, y in zip(a, b, strict=True)
        ]
        found = difference_of_pairs(pairs)

        assert found is not None
        assert found.interval[0] <= found.change <= found.interval[1]
        assert (found.p_value >= 0.05) == (found.interval[0] < 0 < found.interval[1]) or 0 in found.interval


def test_two_runs_without_a_success_leave_room_for_one() -> None:
    """Where nothing varies the interval still has a width: 400 failures do not prove a rate of 0."""
    found = difference_of_pairs([Pairs(both=0, gained=0, lost=0, neither=25)] * 16)

    assert found is not None
    assert (found.change, found.p_value) == (0.0, 1.0)
    assert -0.02 < found.interval[0] < 0 < found.interval[1] < 0.02


def test_runs_of_other_sizes_are_weighed_as_mantel_and_haenszel_do() -> None:
    """A prompt with few samples in one run counts little: (0.5 x 1/2 - 0.5 x 10) / (1/2 + 10)."""
    found = difference_of_counts(
        [
            Counts(old_successes=0, old_samples=1, new_successes=1, new_samples=1),
            Counts(old_successes=20, old_samples=20, new_successes=10, new_samples=20),
        ]
    )

    assert found is not None
    assert found.change == pytest.approx((0.5 * 1 - 10 * 0.5) / 10.5)


def test_pass_at_k_is_compared_by_its_unbiased_estimator() -> None:
    """Of 4 samples 1 and 2 succeed: pass@2 is 1/2 and 5/6."""
    found = difference_at_k([Counts(old_successes=1, old_samples=4, new_successes=2, new_samples=4)] * 3, k=2)

    assert found is not None
    assert (found.old, found.new) == (pytest.approx(1 / 2), pytest.approx(5 / 6))


def test_nothing_in_common_is_no_difference() -> None:
    """Nothing is invented where one run has no samples."""
    assert difference_of_pairs([]) is None
    assert (
        difference_of_counts([Counts(old_successes=1, old_samples=2, new_successes=0, new_samples=0)]) is None
    )
    assert (
        difference_at_k([Counts(old_successes=1, old_samples=2, new_successes=1, new_samples=2)], k=3) is None
    )


def test_power_is_that_of_two_proportions() -> None:
    """From 50 to 60 % with 400 samples each: (0.1 / sqrt((0.25 x 25/24 + 0.24 x …) / 400)) leaves 80 to 82 %."""
    power = power_of_change([(25, 50)] * 8, [50] * 8, 10.0)

    assert power == pytest.approx(0.81, abs=0.015)
    assert power_of_change([(50, 50)] * 8, [50] * 8, 10.0) is None
