"""The interval around a rate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics import wilson_interval
from tests.support.oracles import ORACLES


@pytest.mark.parametrize(
    ("successes", "trials", "confidence", "expected"),
    [
        # (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n), by hand with z = 1.959964 and 2.575829.
        (45, 100, 0.95, (0.356145, 0.547554)),
        (5, 10, 0.95, (0.236593, 0.763407)),
        (1, 1, 0.95, (0.206549, 1.0)),
        (0, 1, 0.95, (0.0, 0.793451)),
        (0, 10, 0.95, (0.0, 0.277533)),
        (10, 10, 0.95, (0.722467, 1.0)),
        (5, 10, 0.99, (0.184226, 0.815774)),
    ],
)
def test_hand_values(successes: int, trials: int, confidence: float, expected: tuple[float, float]) -> None:
    """
    The interval is Wilson's.
    """
    assert wilson_interval(successes, trials, confidence) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("successes", "trials", "low", "high"), ORACLES["wilson"])
def test_it_is_statsmodels(successes: int, trials: int, low: float, high: float) -> None:
    """
    The same figures, up to rounding dust at the ends.
    """
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize("trials", [1, 2, 3, 7, 10, 96, 100, 1600, 10**9])
def test_the_ends_are_exact(trials: int) -> None:
    """
    None and all reach 0 and 1 without rounding dust.
    """
    assert wilson_interval(0, trials)[0] == 0.0
    assert wilson_interval(trials, trials)[1] == 1.0


@pytest.mark.parametrize(
    ("successes", "trials", "confidence", "named"),
    [
        (0, 0, 0.95, "trials"),
        (0, -1, 0.95, "trials"),
        (-1, 10, 0.95, "successes"),
        (11, 10, 0.95, "successes"),
        (1, 10, 0.0, "confidence"),
        (1, 10, 1.0, "confidence"),
        (1, 10, 95.0, "confidence"),
        (1, 10, float("nan"), "confidence"),
    ],
)
def test_nonsense_is_refused(successes: int, trials: int, confidence: float, named: str) -> None:
    """
    Impossible counts give no number, and the message names the culprit.
    """
    with pytest.raises(ValueError, match=named):
        wilson_interval(successes, trials, confidence)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate(counts: tuple[int, int]) -> None:
    """
    It lies within 0 and 1, around the rate, and mirrors that of the failures.
    """
    successes, trials = counts
    low, high = wilson_interval(successes, trials)
    mirrored_low, mirrored_high = wilson_interval(trials - successes, trials)

    assert 0 <= low <= successes / trials <= high <= 1
    assert (low, high) == pytest.approx((1 - mirrored_high, 1 - mirrored_low))


def test_more_trials_narrow_it() -> None:
    """
    The same rate from more samples is surer.
    """
    widths = [high - low for low, high in (wilson_interval(n // 2, n) for n in (10, 100, 1000))]

    assert widths == sorted(widths, reverse=True)
