"""Sequences of tokens in many texts, counted at once.

A text is an array of numbers, one per token, equal where tokens are. An n-gram is a number too, and so is an n-gram in a
text: sorting these numbers puts together what is to be counted, exactly, without an object per n-gram.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Integers: TypeAlias = "NDArray[np.int64]"
Floats: TypeAlias = "NDArray[np.float64]"

MAX_ORDER = 4
_LIMIT = 1 << 62


@dataclass(frozen=True)
class Occurrences:
    """Which n-grams of one length occur in which texts: one entry per n-gram and text, n-grams together."""

    gram: Integers
    text: Integers
    """Ascending within an n-gram."""
    count: Integers


class Texts:
    """Texts as one long array, with their n-grams of each length."""

    def __init__(self, texts: Sequence[Integers]) -> None:
        self.size = len(texts)
        self.lengths: Integers = np.fromiter(map(len, texts), np.int64, len(texts))
        self.words: Integers = np.concatenate(texts) if texts else np.zeros(0, np.int64)
        self.text_of: Integers = np.repeat(np.arange(self.size), self.lengths)
        """For each token the text that it is in."""
        ends = np.cumsum(self.lengths)
        self._left: Integers = np.repeat(ends, self.lengths) - np.arange(len(self.words))
        """For each token how many there are from it to the end of its text."""

    def totals(self, order: int) -> Integers:
        """How many n-grams of that length each text has."""
        return np.maximum(self.lengths - order + 1, 0)

    @cached_property
    def occurrences(self) -> tuple[Occurrences, ...]:
        """Those of the n-grams of length 1, 2, 3 and 4."""
        found = []
        grams, starts = self.words, np.arange(len(self.words))
        bound = int(self.words.max(initial=0)) + 1
        words = bound
        for order in range(1, MAX_ORDER + 1):
            if order > 1:
                longer = self._left[starts] >= order
                grams, starts = grams[longer], starts[longer]
                grams, bound = _numbered_below(grams, bound, words)
                grams = grams * words + self.words[starts + order - 1]
                bound *= words
            found.append(self._count(grams, bound, self.text_of[starts]))
        return tuple(found)

    @cached_property
    def first_of_two(self) -> Occurrences:
        """The occurrences of tokens that are followed by another one."""
        followed = self._left >= 2
        words = self.words[followed]
        return self._count(words, int(words.max(initial=0)) + 1, self.text_of[followed])

    def _count(self, grams: Integers, bound: int, texts: Integers) -> Occurrences:
        if not len(grams):
            nothing = np.zeros(0, np.int64)
            return Occurrences(nothing, nothing, nothing)
        grams, _ = _numbered_below(grams, bound, self.size)
        both = np.sort(grams * self.size + texts)
        starts = run_starts(both)
        gram, text = np.divmod(both[starts], self.size)
        return Occurrences(gram, text, np.diff(starts, append=len(both)))


def run_starts(*sorted_arrays: Integers) -> Integers:
    """Where a new value begins in an array in which equal values stand together, or in any of several in parallel."""
    new = np.ones(len(sorted_arrays[0]), bool)
    new[1:] = False
    for values in sorted_arrays:
        new[1:] |= values[1:] != values[:-1]
    return np.flatnonzero(new)


def _numbered_below(numbers: Integers, bound: int, factor: int) -> tuple[Integers, int]:
    """Numbers below *bound* as they are, if they may be multiplied by *factor*, else numbered anew without gaps."""
    if bound * max(factor, 1) < _LIMIT:
        return numbers, bound
    distinct, anew = np.unique(numbers, return_inverse=True)
    return anew.astype(np.int64, copy=False), len(distinct)


def distinct_shares(texts: Texts, order: int, group_of: Integers, groups: int) -> Floats:
    """distinct-n of groups of texts: different n-grams by all n-grams, NaN where there are none.

    Args:
        group_of: For each text its group, ascending.
    """
    found = texts.occurrences[order - 1]
    group = group_of[found.text]
    distinct = np.bincount(group[run_starts(found.gram, group)], minlength=groups)
    total = np.bincount(group_of, texts.totals(order), minlength=groups)
    with np.errstate(invalid="ignore"):
        return np.asarray(distinct / total)


def entropies(found: Occurrences, group_of: Integers, groups: int) -> Floats:
    """The entropy of the n-grams of groups of texts, in bits; NaN where there are none."""
    group = group_of[found.text]
    starts = run_starts(found.gram, group)
    counts = np.add.reduceat(found.count, starts) if len(starts) else found.count
    group = group[starts]
    totals = np.bincount(group, counts, minlength=groups)
    # Of counts, not of shares: the sum of c log c is exact where each n-gram occurs once, or one alone occurs.
    weighted = np.bincount(group, counts * np.log2(counts), minlength=groups)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.maximum(np.log2(totals) - weighted / totals, 0.0))


def entropy(counts: Integers) -> float:
    """The entropy of what was counted so often, in bits; NaN where there is nothing."""
    if not len(counts):
        return float("nan")
    total = counts.sum()
    return float(max(np.log2(total) - (counts * np.log2(counts)).sum() / total, 0.0))
