"""What several samples of a prompt say together."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics import (
    PromptCounts,
    mean_over_prompts,
    pass_at_k,
    pass_hat_k,
    rate_estimate,
    wilson_interval,
)
from tests.support.oracles import ORACLES

COUNTS = st.integers(1, 200).flatmap(
    lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n)),
)
FEW = st.integers(1, 8).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n)))


def counts(*pairs: tuple[int, int]) -> list[PromptCounts]:
    """Prompts p0, p1, … with (samples, successes)."""
    return [
        PromptCounts(prompt_id=f"p{place}", num_samples=n, num_passed=c) for place, (n, c) in enumerate(pairs)
    ]


@given(COUNTS)
def test_both_are_chances(case: tuple[int, int, int]) -> None:
    """From 0 to 1, and all of k succeed no more often than one of them."""
    assert 0 <= pass_hat_k(*case) <= pass_at_k(*case) <= 1


@given(COUNTS)
def test_one_more_draw_helps_pass_at_k_and_hurts_pass_hat_k(case: tuple[int, int, int]) -> None:
    """Exactly, without an allowance for rounding."""
    n, c, k = case
    if k < n:
        assert pass_at_k(n, c, k + 1) >= pass_at_k(n, c, k)
        assert pass_hat_k(n, c, k + 1) <= pass_hat_k(n, c, k)


@given(COUNTS)
def test_one_more_success_never_hurts(case: tuple[int, int, int]) -> None:
    """Both grow with the successes."""
    n, c, k = case
    if c < n:
        assert pass_at_k(n, c + 1, k) >= pass_at_k(n, c, k)
        assert pass_hat_k(n, c + 1, k) >= pass_hat_k(n, c, k)


@given(FEW)
def test_they_are_the_shares_of_all_draws(case: tuple[int, int, int]) -> None:
    """Counted by listing every way to draw k of the samples."""
    n, c, k = case
    draws = list(combinations([True] * c + [False] * (n - c), k))

    assert pass_at_k(n, c, k) == sum(any(draw) for draw in draws) / len(draws)
    assert pass_hat_k(n, c, k) == sum(all(draw) for draw in draws) / len(draws)


@given(COUNTS)
def test_they_are_the_formulas_of_the_papers_rounded_once(case: tuple[int, int, int]) -> None:
    """1 - C(n-c, k)/C(n, k) and C(c, k)/C(n, k) in exact arithmetic."""
    n, c, k = case

    assert pass_at_k(n, c, k) == float(1 - Fraction(comb(n - c, k), comb(n, k)))
    assert pass_hat_k(n, c, k) == float(Fraction(comb(c, k), comb(n, k)))


def test_large_counts_neither_overflow_nor_vanish() -> None:
    """C(10000, 5000) has 3009 digits; the quotient has none of them."""
    assert pass_at_k(10_000, 1, 5_000) == 0.5
    assert pass_hat_k(10_000, 9_999, 5_000) == 0.5


@pytest.mark.parametrize(
    ("case", "named"),
    [
        ((4, 4, 5), "k = 5 needs at least 5 judged samples of a prompt, found 4"),
        ((0, 0, 1), "found 0"),
        ((5, 6, 1), "num_passed"),
        ((5, -1, 1), "num_passed"),
        ((5, 1, 0), "k: expected 1 or more"),
    ],
)
def test_what_the_samples_cannot_tell_is_refused(case: tuple[int, int, int], named: str) -> None:
    """A prompt with fewer than k samples has no pass@k, even if all of them pass."""
    for estimator in (pass_at_k, pass_hat_k):
        with pytest.raises(ValueError, match=named):
            estimator(*case)


def test_every_prompt_weighs_the_same() -> None:
    """However many samples it has."""
    found = mean_over_prompts(counts((10, 10), (1000, 0)), 1)

    assert found is not None
    assert found.value == 0.5
    assert found.num_prompts == 2


def test_prompts_with_too_few_samples_are_named_and_left_out() -> None:
    """Their share is not guessed."""
    found = mean_over_prompts(counts((10, 5), (4, 4), (10, 0)), 5)

    assert found is not None
    assert found.value == pytest.approx(pass_at_k(10, 5, 5) / 2)
    assert found.left_out == ("p1",)
    assert mean_over_prompts(counts((4, 4)), 5) is None


def test_one_prompt_has_no_interval() -> None:
    """It says nothing about others."""
    found = mean_over_prompts(counts((10, 5)), 1)

    assert found is not None
    assert found.interval is None


@pytest.mark.parametrize(("n", "c", "k", "expected"), ORACLES["pass_at_k"])
def test_pass_at_k_is_human_evals(n: int, c: int, k: int, expected: float) -> None:
    """The figures of the paper's own program, up to its rounding."""
    assert pass_at_k(n, c, k) == pytest.approx(expected, abs=1e-12)


@given(st.lists(COUNTS, min_size=2, max_size=20))
def test_the_interval_is_around_the_mean(cases: list[tuple[int, int, int]]) -> None:
    """It lies within 0 and 1, whatever the prompts are."""
    found = mean_over_prompts(counts(*((n, c) for n, c, _ in cases)), 1)

    assert found is not None
    assert found.interval is not None
    low, high = found.interval
    assert 0 <= low <= found.value + 1e-12
    assert found.value - 1e-12 <= high <= 1


def test_many_prompts_bring_it_to_the_clustered_standard_error() -> None:
    """1.96 standard errors of the prompts' values to each side of the mean."""
    found = mean_over_prompts(counts(*[(100, place * 37 % 101) for place in range(300)]), 1)
    values = [(place * 37 % 101) / 100 for place in range(300)]
    margin = 1.96 * stdev(values) / len(values) ** 0.5

    assert found is not None
    assert found.interval == pytest.approx((mean(values) - margin, mean(values) + margin), abs=0.05 * margin)


def test_pass_at_1_of_equally_many_samples_has_the_interval_of_the_rate() -> None:
    """They are the same figure."""
    pairs = [(6, 5), (6, 0), (6, 2), (6, 3)]
    found = mean_over_prompts(counts(*pairs), 1)
    interval = rate_estimate([(c, n) for n, c in pairs]).interval_over_prompts

    assert found is not None
    assert found.interval is not None
    assert interval == pytest.approx(tuple(100 * end for end in found.interval))


def test_all_or_nothing_is_not_certainty() -> None:
    """Where no prompt is solved, or all are, it is the score interval over prompts."""
    for passed in (0, 10):
        found = mean_over_prompts(counts(*[(10, passed)] * 16), 10)

        assert found is not None
        assert found.interval == pytest.approx(wilson_interval(16 * passed // 10, 16))


def test_a_nearly_perfect_pass_at_k_keeps_its_doubt() -> None:
    """Values of 0.9999 and 1 differ by nothing; two separate draws of ten from each of 16 prompts do not tell so much."""
    found = mean_over_prompts(counts((25, 14), *[(25, 20)] * 15), 10)

    assert found is not None
    assert found.interval is not None
    assert found.interval[0] == pytest.approx(wilson_interval(32, 32)[0], abs=1e-3)


def test_samples_of_one_prompt_are_not_taken_as_independent() -> None:
    """Ten thousand samples of eight prompts leave the doubt of eight prompts."""
    found = mean_over_prompts(counts(*[(1250, 1250 * (place % 2)) for place in range(8)]), 1)

    assert found is not None
    assert found.interval is not None
    assert found.interval[1] - found.interval[0] > 0.5
