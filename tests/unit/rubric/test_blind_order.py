"""Who rates what, in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.rubric import SampleName, assign, blind_order

SAMPLES = [
    SampleName(run=run, prompt_id=f"p{prompt}", index=index)
    for run in ("step-1000", "step-2000")
    for prompt in range(10)
    for index in range(5)
]


def test_the_order_depends_on_seed_and_rater_alone() -> None:
    """Not on how the samples were listed."""
    order = blind_order(SAMPLES, "ada", seed=1)

    assert order == blind_order(reversed(SAMPLES), "ada", seed=1)
    assert {sample.name for sample in order} == set(SAMPLES)
    others = [blind_order(SAMPLES, "bob", seed=1), blind_order(SAMPLES, "ada", seed=2)]
    for other in others:
        assert [sample.name for sample in other] != [sample.name for sample in order]


def test_runs_are_mixed() -> None:
    """Neither comes first: its samples lie about the middle on average."""
    order = [sample.name.run for sample in blind_order(SAMPLES, "ada", seed=1)]
    places = [place for place, run in enumerate(order) if run == "step-1000"]

    assert sum(places) / len(places) == pytest.approx(len(order) / 2, rel=0.2)


def test_labels_tell_nothing_and_nobody_shares_them() -> None:
    """They are all different, and no rater can ask another about one."""
    ada, bob = (blind_order(SAMPLES, rater, seed=1) for rater in ("ada", "bob"))
    labels = {sample.label for sample in (*ada, *bob)}

    assert len(labels) == 2 * len(SAMPLES)
    assert all(set(label) <= set("0123456789abcdef") for label in labels)


def test_a_later_sample_moves_no_other() -> None:
    """Those who have begun can go on."""
    later = blind_order([*SAMPLES, SampleName(run="step-3000", prompt_id="p0", index=0)], "ada", seed=1)

    assert tuple(one for one in later if one.name.run != "step-3000") == blind_order(SAMPLES, "ada", seed=1)


@given(st.integers(1, 5), st.floats(0, 1), st.integers(0, 9))
def test_the_overlap_goes_to_all_and_the_rest_to_one(raters: int, overlap: float, seed: int) -> None:
    """Nothing is left out, and nobody gets more than one sample more than another."""
    names = [f"rater {number}" for number in range(raters)]
    dealt = assign(SAMPLES, names, overlap=overlap, seed=seed)
    sets = [{sample.name for sample in dealt[name]} for name in names]
    shared = set.intersection(*sets)

    assert set.union(*sets) == set(SAMPLES)
    if raters > 1:
        assert overlap * len(SAMPLES) <= len(shared) + 1e-6
        assert len(shared) < overlap * len(SAMPLES) + 1
        assert sum(len(one) for one in sets) == len(SAMPLES) + (raters - 1) * len(shared)
    assert max(map(len, sets)) - min(map(len, sets)) <= 1


def test_seven_percent_of_a_hundred_is_seven() -> None:
    """Although 0.07 x 100 is a little more than 7 for a computer."""
    ada, bob = assign(SAMPLES, ["ada", "bob"], overlap=0.07, seed=0).values()

    assert len({one.name for one in ada} & {one.name for one in bob}) == 7


@pytest.mark.parametrize(
    ("raters", "overlap", "named"),
    [
        ([], 0.5, "raters"),
        (["ada", "ada"], 0.5, "raters"),
        (["ada"], 1.5, "overlap"),
        (["ada"], -0.1, "overlap"),
    ],
)
def test_nonsense_is_refused(raters: list[str], overlap: float, named: str) -> None:
    """The message names the culprit."""
    with pytest.raises(ValueError, match=named):
        assign(SAMPLES, raters, overlap=overlap, seed=0)
