"""Vocabulary richness of texts."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics.diversity.ngrams import Texts
from ferrobench.metrics.diversity.vocabulary import moving_average_ratios, type_token_ratios

TEXTS = st.lists(st.lists(st.integers(0, 5), max_size=15), min_size=1, max_size=6)


def as_texts(texts: list[list[int]]) -> Texts:
    """Texts as arrays."""
    return Texts([np.array(text, np.int64) for text in texts])


def slow_mattr(text: list[int], window: int) -> float:
    """Window by window."""
    starts = range(len(text) - window + 1)
    return (
        sum(len(set(text[start : start + window])) / window for start in starts) / len(starts)
        if starts
        else nan
    )


def test_ratios_by_hand() -> None:
    """a a b c: three of four; in windows of three two and three."""
    texts = as_texts([[0, 0, 1, 2], [], [5]])

    assert type_token_ratios(texts) == pytest.approx([3 / 4, nan, 1.0], nan_ok=True)
    assert moving_average_ratios(texts, 3) == pytest.approx([(2 + 3) / 6, nan, nan], nan_ok=True)


@given(TEXTS, st.integers(1, 6))
def test_moving_averages_are_those_of_looking_at_each_window(texts: list[list[int]], window: int) -> None:
    """Whatever the texts, and texts beside it."""
    assert moving_average_ratios(as_texts(texts), window) == pytest.approx(
        [slow_mattr(text, window) for text in texts], nan_ok=True
    )


def test_the_moving_average_does_not_depend_on_length() -> None:
    """The ratio of a text that is written twice falls by half; its moving average stays."""
    text = list(range(60))
    texts = as_texts([text, text * 2])

    assert type_token_ratios(texts).tolist() == [1.0, 0.5]
    assert moving_average_ratios(texts).tolist() == [1.0, 1.0]
