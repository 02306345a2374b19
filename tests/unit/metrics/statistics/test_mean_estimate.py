"""Means over samples that come in clusters, one per prompt."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics.statistics import mean_estimate, wilson_interval
from ferrobench.metrics.statistics.means import gather
from tests.support.oracles import ORACLES

if TYPE_CHECKING:
    from ferrobench.metrics.statistics.clusters import Clusters

GROUPS = st.lists(st.lists(st.floats(0, 1), max_size=8), max_size=8)


def clusters(*groups: list[float]) -> Clusters:
    """Take groups that are not all empty."""
    found = gather(groups)
    assert found is not None
    return found


@pytest.mark.parametrize("case", ORACLES["clustered_means"])
def test_prompts_of_equal_size_give_statsmodels_interval(case: dict[str, Any]) -> None:
    """Least squares on a constant with errors clustered by prompt, and Student's t."""
    found = mean_estimate(case["groups"])

    assert found.value == pytest.approx(case["mean"])
    assert found.interval == pytest.approx(tuple(case["interval"]))


def test_prompts_of_unequal_size_give_the_matrices_of_the_paper() -> None:
    """CR2 and Satterthwaite's degrees as Bell and McCaffrey and Imbens and Kolesár write them, with square roots of matrices."""
    rng = np.random.default_rng(5)
    for _ in range(50):
        sizes = rng.integers(1, 9, size=rng.integers(2, 7))
        groups = [rng.normal(size=size) + rng.normal() for size in sizes]
        ours = clusters(*(group.tolist() for group in groups))
        correlation = ours.intraclass_correlation() or 0.0
        of = np.repeat(np.arange(len(sizes)), sizes)
        number = len(of)
        residuals = np.concatenate(groups) - np.concatenate(groups).mean()
        rest = np.eye(number) - np.full((number, number), 1 / number)
        variance, columns = 0.0, []
        for prompt in range(len(sizes)):
            place = np.flatnonzero(of == prompt)
            values, vectors = np.linalg.eigh(rest[np.ix_(place, place)])
            adjusted = vectors @ np.diag(values**-0.5) @ vectors.T @ np.ones(len(place)) / number
            variance += (adjusted @ residuals[place]) ** 2
            columns.append(rest[place].T @ adjusted)
        errors = np.eye(number) * (1 - correlation) + correlation * (of[:, None] == of)
        product = np.array(columns) @ errors @ np.array(columns).T
        degrees = np.trace(product) ** 2 / np.trace(product @ product)

        assert ours.variance_of_mean() == pytest.approx((variance, degrees))


def test_the_correlation_is_that_of_the_published_example() -> None:
    """ICC(1,1) = 0.17 of six targets with four ratings: P. E. Shrout and J. L. Fleiss, Psychological Bulletin 86 (1979), 420-428."""
    rows = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

    assert clusters(*rows).intraclass_correlation() == pytest.approx(0.1657, abs=5e-5)  # type: ignore[arg-type]  # whole numbers are floats too


def test_correlation_needs_two_samples_of_a_prompt_and_two_prompts() -> None:
    """Nothing else tells what is alike."""
    assert clusters([1.0], [0.0], [1.0]).intraclass_correlation() is None
    assert clusters([1.0, 0.0, 1.0]).intraclass_correlation() is None
    assert clusters([1.0, 1.0], [0.0, 0.0]).intraclass_correlation() == 1.0
    assert clusters([1.0, 0.0], [1.0, 0.0]).intraclass_correlation() == 0.0
    assert clusters([1.0, 1.0], [1.0, 1.0]).intraclass_correlation() == 0.0


def test_no_values_give_no_mean_and_one_prompt_no_interval() -> None:
    """What is not known is null."""
    assert mean_estimate([]).model_dump() == {"value": None, "interval": None, "samples": 0, "prompts": 0}
    assert mean_estimate([[], []], bounds=(0, 1)).value is None
    alone = mean_estimate([[1.0, 2.0], []], bounds=(0, 5))
    assert (alone.value, alone.interval, alone.samples, alone.prompts) == (1.5, None, 2, 1)


def test_a_figure_that_is_never_negative_has_its_interval_around_the_logarithm() -> None:
    """As far below the mean as above it, by ratio; the margin is that of the plain interval over the mean."""
    lines = [[1.0, 2.0], [40.0, 50.0], [3.0, 1.0]]
    found = mean_estimate(lines, bounds=(0, None))
    low, high = found.interval or (0, 0)
    plain_low, plain_high = mean_estimate(lines).interval or (0, 0)
    assert found.value is not None

    assert plain_low < 0 < low < found.value < high
    assert low * high == pytest.approx(found.value**2)
    assert math.log(high / found.value) == pytest.approx((plain_high - plain_low) / 2 / found.value)


def test_an_upper_bound_holds_the_interval() -> None:
    """A log-probability is not positive."""
    low, high = mean_estimate([[-5.0], [-0.1], [-0.2]], bounds=(None, 0)).interval or (0, 1)

    assert low < -5
    assert high == 0


@pytest.mark.parametrize("bounds", [(None, None), (0.0, None), (None, 9.0)])
def test_values_that_never_vary_tell_no_interval(bounds: tuple[float | None, float | None]) -> None:
    """Nothing shows how far others could lie from them."""
    assert mean_estimate([[0.0, 0.0], [0.0]], bounds=bounds).interval is None
    assert mean_estimate([[0.1] * 3] * 7, bounds=bounds).interval is None


def test_nothing_seen_is_not_certainty() -> None:
    """A share that is 0 in every sample may be more over other prompts; Wilson's interval says how much."""
    found = mean_estimate([[0.0] * 5] * 16, bounds=(0, 100))

    assert found.value == 0
    assert found.interval == pytest.approx(tuple(100 * end for end in wilson_interval(0, 16)))


@given(GROUPS, st.integers(0, 9))
def test_the_order_of_samples_and_prompts_does_not_matter(groups: list[list[float]], seed: int) -> None:
    """The figures are the same to the last digits."""
    shuffled = [random.Random(seed).sample(group, len(group)) for group in groups]
    random.Random(seed).shuffle(shuffled)
    for bounds in ((None, None), (0.0, 1.0)):
        first, second = mean_estimate(groups, bounds=bounds), mean_estimate(shuffled, bounds=bounds)

        assert first.value == pytest.approx(second.value)
        assert first.interval == pytest.approx(second.interval, abs=1e-6)


@given(GROUPS)
def test_the_interval_of_a_share_is_around_it_and_within_its_bounds(groups: list[list[float]]) -> None:
    """Whatever the values are."""
    found = mean_estimate(groups, bounds=(0, 1))

    if found.interval is not None and found.value is not None:
        low, high = found.interval
        assert 0 <= low <= found.value + 1e-12
        assert found.value - 1e-12 <= high <= 1


def test_figures_do_not_depend_on_their_unit() -> None:
    """Shares and percent are the same interval."""
    shares = [[0.2, 0.4], [0.9], [0.1, 0.0, 0.3]]
    percent = [[100 * value for value in group] for group in shares]

    assert mean_estimate(percent, bounds=(0, 100)).interval == pytest.approx(
        tuple(100 * end for end in mean_estimate(shares, bounds=(0, 1)).interval or ())
    )
