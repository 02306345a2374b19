"""Token edit distance: hand-worked values, the textbook's table, and what a distance must hold to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics.similarity.token_edit import ReferenceTokens

if TYPE_CHECKING:
    from collections.abc import Sequence

# Few words, so that sequences share many; longer than a machine's word.
WORDS = st.lists(st.sampled_from("abcd"), max_size=90)


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """The edit distance of two sequences."""
    return ReferenceTokens(one).distance(other)


def table_distance(one: Sequence[str], other: Sequence[str]) -> int:
    """The same by the table that every textbook has."""
    above = list(range(len(other) + 1))
    for row, token in enumerate(one, 1):
        line = [row]
        for column, found in enumerate(other, 1):
            line.append(min(above[column] + 1, line[-1] + 1, above[column - 1] + (token != found)))
        above = line
    return above[-1]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("kitten", "sitting", 3),
        ("", "abc", 3),
        ("abc", "", 3),
        ("", "", 0),
        ("abc", "abc", 0),
        ("abc", "bcd", 2),
        ("flaw", "lawn", 2),
    ],
)
def test_distances_worked_by_hand(one: str, other: str, expected: int) -> None:
    """Letters stand for tokens."""
    assert distance(one, other) == expected


@given(WORDS, WORDS)
def test_distances_equal_those_of_the_table(one: list[str], other: list[str]) -> None:
    """Bits or cells, the distance is the same, and the same both ways."""
    assert distance(one, other) == table_distance(one, other) == distance(other, one)


@given(WORDS, WORDS, WORDS)
def test_a_detour_is_never_shorter(one: list[str], between: list[str], other: list[str]) -> None:
    """The triangle inequality."""
    assert distance(one, other) <= distance(one, between) + distance(between, other)


@given(WORDS, WORDS)
def test_similarity_is_a_share_and_1_only_for_equals(one: list[str], other: list[str]) -> None:
    """Symmetric too."""
    similarity = ReferenceTokens(one).similarity(other)

    assert 0.0 <= similarity <= 1.0
    assert (similarity == 1.0) == (one == other)
    assert similarity == ReferenceTokens(other).similarity(one)


def test_similarity_is_over_the_longer_sequence() -> None:
    """Of seven letters, four stay."""
    assert ReferenceTokens("kitten").similarity("sitting") == pytest.approx(4 / 7)
