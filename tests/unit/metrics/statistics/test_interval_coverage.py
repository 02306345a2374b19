"""How often the intervals hold the truth. The whole table: python -m benchmarks.interval_coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.interval_coverage import SPREADS, beta, equal, simulate

if TYPE_CHECKING:
    from benchmarks.interval_coverage import Spread

EVEN, POLAR, RARE = beta(5, 5), beta(0.5, 0.5), beta(0.2, 4)


@pytest.mark.parametrize("spread", [EVEN, POLAR, equal(0.5)], ids=lambda spread: spread.name)
@pytest.mark.parametrize(("prompts", "samples"), [(8, 25), (16, 6), (40, 3)])
def test_intervals_of_rates_hold_the_truth_as_often_as_they_say(
    spread: Spread, prompts: int, samples: int
) -> None:
    """95 % of 800 runs, give or take chance and whole counts: over prompts, over samples, and of a mean of lines."""
    found = simulate(spread, prompts, samples, runs=800, seed=3)

    assert found.over_prompts == pytest.approx(95, abs=2.5)
    assert found.over_samples == pytest.approx(95, abs=2.5)
    assert found.mean == pytest.approx(95, abs=3)


@pytest.mark.parametrize("prompts", [2, 3])
def test_two_prompts_promise_too_little_rather_than_too_much(prompts: int) -> None:
    """Where the percentile bootstrap holds the truth half of the time."""
    found = simulate(EVEN, prompts, 25, runs=400, seed=3, bootstrap=True)

    assert found.over_prompts >= 94
    assert found.bootstrap is not None
    assert found.bootstrap < 80


@pytest.mark.long
def test_the_whole_table_keeps_its_promises() -> None:
    """Each cell within its band, and most within two points of 95 % where theory says 95."""
    cells = {
        (prompts, samples, spread.name): simulate(spread, prompts, samples, runs=600, seed=1)
        for prompts in (2, 5, 8, 16)
        for samples in (3, 6, 25)
        for spread in SPREADS
    }
    regular = {
        cell: found
        for cell, found in cells.items()
        if "0.2" not in cell[2] and "0.01" not in cell[2] and "0.99" not in cell[2]
    }

    for cell, found in regular.items():
        assert found.over_prompts > 92, cell
        assert found.over_samples > 92, cell
        if cell[0] >= 5:
            assert found.over_prompts < 98, cell
    enough = [found for cell, found in regular.items() if cell[0] >= 8 and cell[1] >= 6]
    assert np.mean([abs(found.over_prompts - 95) < 2 for found in enough]) > 0.9
    assert np.mean([abs(found.over_samples - 95) < 2 for found in enough]) > 0.9
    for cell, found in cells.items():
        assert found.over_samples > 81, cell
        assert found.over_prompts > (82 if "0.2" in cell[2] else 90), cell
