"""Krippendorff's alpha."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.rubric import Level, alpha_interval, krippendorff_alpha
from tests.support.oracles import ORACLES

# "Computing Krippendorff's Alpha-Reliability" (2011), parts C to E: four observers, twelve units, a dot for no answer.
OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
UNITS = st.lists(st.lists(st.none() | st.integers(1, 5), min_size=1, max_size=4), max_size=12)


def units_of(*rows: str) -> list[list[float | None]]:
    """One row of marks per observer, turned into units."""
    return [[None if mark == "." else float(ord(mark)) for mark in unit] for unit in zip(*rows, strict=True)]


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_it_is_the_worked_example_with_missing_answers(level: str, alpha: float) -> None:
    """The published figures, to their three digits."""
    assert krippendorff_alpha(units_of(*OBSERVERS), Level(level)) == pytest.approx(alpha, abs=5e-4)


def test_it_is_the_worked_examples_with_names() -> None:
    """Part A, two observers with yes and no, and part B, two with five names."""
    yes_or_no = units_of("0100000010", "1110010000")
    names = units_of("aabbdcccedda", "babbbccceddd")

    assert krippendorff_alpha(yes_or_no, Level.NOMINAL) == pytest.approx(0.095, abs=5e-4)
    assert krippendorff_alpha(names, Level.NOMINAL) == pytest.approx(0.692, abs=5e-4)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("case", ORACLES["alpha"], ids=lambda case: f"{len(case['units'])} units")
def test_it_is_that_of_the_reference_library(case: dict[str, Any], level: Level) -> None:
    """The package krippendorff, a third of the answers missing."""
    assert krippendorff_alpha(case["units"], level) == pytest.approx(case["alphas"][level.value])


@given(UNITS, st.sampled_from(Level), st.integers(0, 9))
def test_the_order_of_units_and_raters_does_not_matter(
    units: list[list[int | None]], level: Level, seed: int
) -> None:
    """And it is at most 1."""
    shuffled = [random.Random(seed).sample(unit, len(unit)) for unit in units]
    random.Random(seed).shuffle(shuffled)
    alpha = krippendorff_alpha(units, level)

    assert krippendorff_alpha(shuffled, level) == (None if alpha is None else pytest.approx(alpha, abs=1e-9))
    assert alpha is None or alpha <= 1


@given(UNITS, st.sampled_from(Level))
def test_a_unit_with_one_answer_changes_nothing(units: list[list[int | None]], level: Level) -> None:
    """There is nobody to agree with."""
    assert krippendorff_alpha([*units, [5, None], [None]], level) == krippendorff_alpha(units, level)


@pytest.mark.parametrize("units", [[], [[3], [None, 4]], [[3, 3], [3, 3, 3]]])
def test_what_cannot_be_told_is_none(units: list[list[int | None]]) -> None:
    """No pairs, or no two values that differ."""
    assert krippendorff_alpha(units, Level.ORDINAL) is None
    assert alpha_interval(units, Level.ORDINAL, seed=0) is None


def test_agreement_is_one_and_its_opposite_is_below_zero() -> None:
    """Two raters who always say the same, and two who never do."""
    assert krippendorff_alpha([[1, 1], [5, 5], [3, 3]], Level.ORDINAL) == 1
    found = krippendorff_alpha([[1, 5], [5, 1]] * 5, Level.ORDINAL)
    assert found is not None
    assert found < -0.5


def test_the_interval_is_around_alpha_and_its_seed_fixes_it() -> None:
    """More units narrow it."""
    few, many = (ORACLES["alpha"][place]["units"] for place in (2, 3))
    widths = []
    for units in (few, many):
        alpha, found = krippendorff_alpha(units, Level.ORDINAL), alpha_interval(units, Level.ORDINAL, seed=7)
        assert alpha is not None
        assert found is not None
        assert found[0] < alpha < found[1]
        assert found == alpha_interval(units, Level.ORDINAL, seed=7)
        widths.append(found[1] - found[0])

    assert widths[1] < widths[0]


def test_the_interval_holds_the_truth() -> None:
    """Of 40 units of a known kind, 90 to 97 of a hundred intervals hold the alpha of very many."""
    draw = random.Random(4)

    def unit() -> list[float | None]:
        truth = draw.randint(1, 5)
        return [float(min(5, max(1, truth + draw.choice((-1, 0, 0, 1))))) for _ in range(3)]

    alpha = krippendorff_alpha([unit() for _ in range(20_000)], Level.INTERVAL)
    assert alpha is not None
    held = 0
    for seed in range(200):
        found = alpha_interval([unit() for _ in range(40)], Level.INTERVAL, seed=seed, resamples=400)
        assert found is not None
        held += found[0] <= alpha <= found[1]

    assert 180 <= held <= 194
