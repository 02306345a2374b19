"""What two runs could show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from ferrobench.metrics.statistics import detectable_difference
from tests.support.oracles import ORACLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

RUNS, PAIRS = 60, 250


def found_by_the_test(old: NDArray[np.int64], new: NDArray[np.int64], samples: int) -> NDArray[np.bool_]:
    """Whether Cochran's, Mantel and Haenszel's test, two-sided at 5 %, tells two runs apart; a pair of runs a row."""
    rates = (old + new) / (2 * samples)
    variance = (4 * samples**2 * rates * (1 - rates) / (2 * samples - 1)).sum(axis=1)
    return np.abs((new - old).sum(axis=1)) > 1.959964 * np.sqrt(variance)


@pytest.mark.parametrize(("prompts", "samples"), [(16, 25), (16, 6), (8, 100), (40, 3)])
@pytest.mark.parametrize("spread", ["all 0.5", "Beta(0.5, 0.5)", "Beta(5, 5)"])
@pytest.mark.parametrize("power", [0.8, 0.9])
def test_the_printed_power_is_the_simulated_one(
    spread: str, prompts: int, samples: int, power: float
) -> None:
    """Within 3 points: of a difference read off one run, two new runs that differ by it show as often as it says."""
    rng = np.random.default_rng([prompts, samples])
    draw = {
        "all 0.5": lambda: np.full(prompts, 0.5),
        "Beta(0.5, 0.5)": lambda: rng.beta(0.5, 0.5, prompts),
        "Beta(5, 5)": lambda: rng.beta(5, 5, prompts),
    }[spread]
    shown = []
    for run in range(RUNS):
        rates = draw()
        seen = rng.binomial(samples, rates)
        told = detectable_difference([(int(count), samples) for count in seen], power=power)
        difference, room = (told.rise, 1 - rates) if run % 2 else (told.fall, -rates)
        assert difference is not None
        moved = rates + room * difference / 100 / abs(room.mean())
        size = (PAIRS, prompts)
        shown.append(
            found_by_the_test(rng.binomial(samples, rates, size), rng.binomial(samples, moved, size), samples)
        )

    assert 100 * np.mean(shown) == pytest.approx(100 * power, abs=3)


@pytest.mark.parametrize(("samples", "rate", "rise", "power"), ORACLES["power"])
def test_one_prompt_is_the_power_of_two_proportions(
    samples: int, rate: float, rise: float, power: float
) -> None:
    """As statsmodels computes it, of a rise from this rate."""
    found = detectable_difference([(round(samples * rate), samples)], power=power)

    assert found.rise == pytest.approx(100 * rise, rel=1e-3)


def test_up_and_down_mirror() -> None:
    """A rise of the successes is a fall of the failures."""
    counts = [(2, 10), (9, 10), (5, 7)]
    mirrored = [(samples - successes, samples) for successes, samples in counts]

    assert detectable_difference(counts).rise == pytest.approx(detectable_difference(mirrored).fall)


def test_more_samples_show_less_and_more_power_asks_for_more() -> None:
    """Four times the samples halve it."""
    few, many = (detectable_difference([(n // 4, n), (n // 2, n)] * 8).rise for n in (100, 400))
    surer = detectable_difference([(25, 100), (50, 100)] * 8, power=0.9).rise
    assert few is not None
    assert many is not None
    assert surer is not None

    assert many == pytest.approx(few / 2, rel=0.05)
    assert surer > few


def test_prompts_that_differ_show_smaller_differences() -> None:
    """They vary less when they are sampled again; that others would differ plays no part."""
    alike, apart = (detectable_difference(pairs).rise for pairs in ([(10, 20)] * 8, [(1, 20), (19, 20)] * 4))
    assert alike is not None
    assert apart is not None

    assert apart < alike


def test_a_rate_without_room_shows_nothing() -> None:
    """From 100 % there is no rise, and from 1 % of few samples no fall that could be seen."""
    assert detectable_difference([(25, 25)] * 4).rise is None
    assert detectable_difference([(1, 25), (0, 25), (0, 25), (0, 25)]).fall is None
    nothing = detectable_difference([])
    assert (nothing.rise, nothing.fall) == (None, None)


def test_nonsense_is_refused() -> None:
    """Power is a share, at least that of a coin."""
    for power in (0.4, 1.0, 80.0):
        with pytest.raises(ValueError, match="power"):
            detectable_difference([(1, 2)], power=power)
