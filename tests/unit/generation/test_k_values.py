"""For which k a run gives pass@k."""

from __future__ import annotations

import pytest

from ferrobench.errors import UsageError
from ferrobench.generation import choose_ks, parse_ks


def test_they_are_read_sorted_and_once_each() -> None:
    """Blanks after a comma do no harm."""
    assert parse_ks("10, 1,10") == (1, 10)


@pytest.mark.parametrize("text", ["", "0", "1,", "-1", "+1", "1_0", "ten", "1.5", "٣"])
def test_anything_but_whole_numbers_from_one_is_refused(text: str) -> None:
    """In one line that shows what was meant to stand there."""
    with pytest.raises(UsageError, match="such as 1,10"):
        parse_ks(text)


def test_a_number_of_many_digits_is_refused_in_a_short_line() -> None:
    """Python itself converts no number of more than 4300."""
    assert parse_ks("999999999") == (999_999_999,)
    for digits in ("1" * 10, "1" * 5000):
        with pytest.raises(UsageError, match="at most 9 digits") as raised:
            parse_ks(f"1,{digits}")
        assert len(str(raised.value)) < 150


@pytest.mark.parametrize(
    ("fewest", "expected"),
    [(1, (1,)), (4, (1,)), (6, (1, 5)), (10, (1, 5, 10)), (99, (1, 5, 10)), (500, (1, 5, 10, 100))],
)
def test_the_default_is_what_every_prompt_has_samples_for(fewest: int, expected: tuple[int, ...]) -> None:
    """Of 1, 5, 10 and 100."""
    assert choose_ks(None, {"a/rich": 1000, "a/poor": fewest}) == expected


def test_a_larger_k_is_refused_and_the_poorest_prompt_named() -> None:
    """Before anything is sampled."""
    with pytest.raises(UsageError, match=r"--k 10: .* a/poor gets 6; .*--samples-per-prompt 10"):
        choose_ks((1, 10), {"a/rich": 7, "a/poor": 6})


def test_what_was_asked_for_and_fits_is_taken() -> None:
    """Without the defaults beside it."""
    assert choose_ks((3, 6), {"a/rich": 7, "a/poor": 6}) == (3, 6)


def test_what_a_threshold_needs_is_added_to_the_default() -> None:
    """Where the samples allow it."""
    assert choose_ks(None, {"a/rich": 9, "a/poor": 7}, [7, 1, 3]) == (1, 3, 5, 7)


def test_what_a_threshold_needs_and_is_not_there_is_refused() -> None:
    """As a larger k is, and where --k leaves it out."""
    with pytest.raises(
        UsageError, match=r"--fail-under with k = 10: .* a/poor gets 6; .*--samples-per-prompt 10"
    ):
        choose_ks(None, {"a/rich": 10, "a/poor": 6}, [10])
    with pytest.raises(
        UsageError, match=r"--fail-under: a threshold is for k = 5, and --k 1,3 leaves it out"
    ):
        choose_ks((1, 3), {"a/rich": 10}, [5])
    assert choose_ks((1, 3), {"a/rich": 10}, [3]) == (1, 3)
