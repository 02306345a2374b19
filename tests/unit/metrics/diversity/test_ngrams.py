"""n-grams of many texts, counted by sorting."""

from __future__ import annotations

from collections import Counter
from math import log2, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics.diversity import ngrams
from ferrobench.metrics.diversity.ngrams import Texts, distinct_shares, entropies, entropy

TEXTS = st.lists(st.lists(st.integers(0, 5), max_size=12), min_size=1, max_size=8)


def as_texts(texts: list[list[int]]) -> Texts:
    """Texts as arrays."""
    return Texts([np.array(text, np.int64) for text in texts])


def grams(text: list[int], order: int) -> list[tuple[int, ...]]:
    """The n-grams of a text, one by one."""
    return [tuple(text[start : start + order]) for start in range(len(text) - order + 1)]


def slow_entropy(things: list[tuple[int, ...]]) -> float:
    """By the formula."""
    counts = Counter(things).values()
    return -sum(count / len(things) * log2(count / len(things)) for count in counts) if things else nan


def test_distinct_n_by_hand() -> None:
    """a b a b and a b: two of six tokens, two of four pairs, two of two triples, one of one quadruple."""
    texts = as_texts([[0, 1, 0, 1], [0, 1]])
    group_of = np.zeros(2, np.int64)

    assert [distinct_shares(texts, order, group_of, 1)[0] for order in (1, 2, 3, 4)] == [
        2 / 6,
        2 / 4,
        1.0,
        1.0,
    ]


def test_entropy_by_hand() -> None:
    """Three of four tokens the same."""
    texts = as_texts([[0, 0], [0, 1]])

    assert entropies(texts.occurrences[0], np.zeros(2, np.int64), 1)[0] == pytest.approx(2 - 0.75 * log2(3))
    assert entropy(np.array([3, 1])) == pytest.approx(2 - 0.75 * log2(3))
    assert entropy(np.array([9])) == 0


@given(TEXTS, st.integers(1, 4), st.integers(1, 8), st.booleans())
def test_figures_of_groups_are_those_of_counting_one_by_one(
    texts: list[list[int]], order: int, size: int, renumbered: bool
) -> None:
    """Whatever the texts and groups, also where numbers would grow too large and are given anew."""
    group_of = np.arange(len(texts)) // size
    groups = int(group_of[-1]) + 1
    pooled = [
        [gram for text in texts[group * size : (group + 1) * size] for gram in grams(text, order)]
        for group in range(groups)
    ]

    with pytest.MonkeyPatch.context() as patch:
        if renumbered:
            patch.setattr(ngrams, "_LIMIT", 50)
        arrays = as_texts(texts)
        shares = distinct_shares(arrays, order, group_of, groups)
        found = entropies(arrays.occurrences[order - 1], group_of, groups)

    assert shares == pytest.approx([len(set(of)) / len(of) if of else nan for of in pooled], nan_ok=True)
    assert found == pytest.approx(list(map(slow_entropy, pooled)), nan_ok=True, abs=1e-12)


@given(TEXTS)
def test_first_tokens_are_those_that_another_follows(texts: list[list[int]]) -> None:
    """The last token of a text has no successor."""
    found = as_texts(texts).first_of_two

    assert Counter(dict(zip(zip(found.gram, found.text, strict=True), found.count, strict=True))) == Counter(
        (word, number) for number, text in enumerate(texts) for word in text[:-1]
    )


def test_large_numbers_of_words_do_not_overflow() -> None:
    """Tokens numbered up to 2³¹ make n-grams of 4 that no machine word holds."""
    texts = as_texts([[2**31 - 1, 5, 2**31 - 1, 7, 2**31 - 1, 5, 2**31 - 1, 7], [0, 1]])

    assert [len(set(found.gram)) for found in texts.occurrences] == [5, 5, 4, 4]
