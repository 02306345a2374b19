"""Numbers of different things that do not depend on how many were looked at."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import e, exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics.diversity.distinct import effective_number, expected_distinct

COUNTS = st.lists(st.integers(1, 5), min_size=1, max_size=6)


def test_expected_distinct_by_hand() -> None:
    """Of a, a, b, c the six pairs are aa, ab, ab, ac, ac, bc: five of two different ones."""
    assert expected_distinct([2, 1, 1], 2) == (5 * 2 + 1) / 6
    assert expected_distinct([2, 1, 1], 1) == 1
    assert expected_distinct([2, 1, 1], 4) == 3


@given(COUNTS.filter(lambda counts: sum(counts) <= 9), st.integers(1, 9))
def test_expected_distinct_is_the_mean_over_all_draws(counts: list[int], k: int) -> None:
    """Without replacement, all of them looked at."""
    things = [name for name, count in enumerate(counts) for _ in range(count)]
    k = min(k, len(things))
    draws = [len(set(draw)) for draw in combinations(things, k)]

    assert expected_distinct(counts, k) == pytest.approx(sum(draws) / len(draws))


def test_expected_distinct_is_unbiased() -> None:
    """Its mean over all samples of four from a known source is what two draws from that source give."""
    shares = {"a": 0.5, "b": 0.3, "c": 0.2}
    mean = 0.0
    for drawn in [(w, x, y, z) for w in shares for x in shares for y in shares for z in shares]:
        chance = shares[drawn[0]] * shares[drawn[1]] * shares[drawn[2]] * shares[drawn[3]]
        mean += chance * expected_distinct(Counter(drawn).values(), 2)

    assert mean == pytest.approx(2 - sum(share**2 for share in shares.values()))


@given(COUNTS)
def test_expected_distinct_grows_with_the_draws(counts: list[int]) -> None:
    """From one to all that there are."""
    expected = [expected_distinct(counts, k) for k in range(1, sum(counts) + 1)]

    assert expected == sorted(expected)
    assert (expected[0], expected[-1]) == (1, len(counts))


@pytest.mark.parametrize("k", [0, 4])
def test_no_number_is_invented_for_more_draws_than_there_are(k: int) -> None:
    """Nor for none."""
    with pytest.raises(ValueError, match="expected 1 to 3"):
        expected_distinct([2, 1], k)


def test_effective_number_by_hand() -> None:
    """Two thirds and one third: between one and two."""
    entropy = -(2 / 3 * log(2 / 3) + 1 / 3 * log(1 / 3))

    assert effective_number([2, 1]) == pytest.approx(exp(entropy))
    assert effective_number([7, 7, 7]) == pytest.approx(3)
    assert effective_number([5]) == 1
    assert 1 < effective_number([100, 1]) < e


@given(COUNTS)
def test_effective_number_lies_between_one_and_all(counts: list[int]) -> None:
    """However they are rounded."""
    assert 1 <= effective_number(counts) <= len(counts)


def test_effective_number_of_nothing_is_refused() -> None:
    """There is none."""
    with pytest.raises(ValueError, match="at least one"):
        effective_number([])
