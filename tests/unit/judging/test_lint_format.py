"""Counting changed lines."""

from __future__ import annotations

import time
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging.lint_format import changed_lines, longest_common_subsequence

# Few different lines, so that they repeat.
SEQUENCES = st.lists(st.sampled_from([b"", b"a", b"b", b"c"]), max_size=12)


@pytest.mark.parametrize(
    ("text", "formatted", "expected"),
    [
        ("a\nb\n", "a\nb\n", 0),
        ("a\nb\n", "a\n  b\n", 1),
        ("a b c\n", "a\nb\nc\n", 1),
        ("a\n\n\n\nb\n", "a\n\nb\n", 2),
        ("b\na\n", "a\nb\n", 1),
        ("a\nb\n", "a\nnew\nb\n", 1),
        ("a\nc \n", "a\nb\nc\n", 1),
        ("x\ny\nz\n", "", 3),
    ],
)
def test_lines_that_do_not_stay_are_counted(text: str, formatted: str, expected: int) -> None:
    assert changed_lines(text.encode(), formatted.encode()) == expected


@pytest.mark.parametrize("text", ["a\nb", "a\nb\n\n\n", "a\r\nb\r\n", "a\nb  \n", "\ufeffa\nb\n", "a\r\nb\n"])
def test_line_endings_a_mark_and_the_end_of_the_file_do_not_count(text: str) -> None:
    assert changed_lines(text.encode(), b"a\nb\n") == 0


def test_white_space_elsewhere_counts() -> None:
    assert changed_lines(b"a  \nb\n", b"a\nb\n") == 1
    assert changed_lines(b"\n\na\nb\n", b"a\nb\n") == 2


@given(SEQUENCES, SEQUENCES)
def test_the_longest_common_subsequence_is_that_of_the_definition(
    first: list[bytes], second: list[bytes]
) -> None:
    @cache
    def length(left: int, right: int) -> int:
        if left == len(first) or right == len(second):
            return 0
        if first[left] == second[right]:
            return 1 + length(left + 1, right + 1)
        return max(length(left + 1, right), length(left, right + 1))

    assert longest_common_subsequence(first, second) == length(0, 0)


@given(SEQUENCES, SEQUENCES)
def test_none_is_changed_only_where_nothing_differs_and_never_more_than_there_are(
    first: list[bytes], second: list[bytes]
) -> None:
    own, other = b"\n".join([*first, b"end"]), b"\n".join([*second, b"end"])

    assert (changed_lines(own, other) == 0) is (own == other)
    assert changed_lines(own, other) <= len(first) + 1


def test_lines_that_repeat_take_no_time() -> None:
    """Where they do in `difflib`."""
    own = b"x\n" + b"\na\n" * 5000 + b"y"
    wanted = b"z\n" + b"\nb\n" * 5000 + b"y"
    started = time.monotonic()

    assert changed_lines(own, wanted) == 5001
    assert time.monotonic() - started < 5
