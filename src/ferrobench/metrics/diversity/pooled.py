"""Figures of all answers of a run as one text, gathered prompt by prompt."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from ferrobench.metrics.diversity.answers import COMPRESSION_LEVEL
from ferrobench.metrics.diversity.estimates import told
from ferrobench.metrics.diversity.figures import Pooled
from ferrobench.metrics.diversity.ngrams import entropy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.metrics.diversity.ngrams import Integers

_PAIR = 1 << 31


class Pool:
    """Answers, of which only counts are kept."""

    def __init__(self) -> None:
        self._answers = 0
        self._texts: set[str] = set()
        self._words = _Tally()
        self._pairs = _Tally()
        self._compressor = zlib.compressobj(COMPRESSION_LEVEL)
        self._bytes = self._compressed_bytes = 0

    def add(self, answers: Sequence[str], words: Sequence[Integers]) -> None:
        """Add the answers to a prompt. *words* are their tokens, as numbers below 2³¹."""
        self._answers += len(answers)
        self._texts.update(answers)
        self._words.add(np.concatenate(words))
        self._pairs.add(np.concatenate([text[:-1] * _PAIR + text[1:] for text in words]))
        text = "".join(f"{answer}\n" for answer in answers).encode("utf-8", "surrogatepass")
        self._bytes += len(text)
        self._compressed_bytes += len(self._compressor.compress(text))

    def figures(self) -> Pooled:
        """The figures of what was added, after which nothing more can be."""
        words, pairs = self._words.counts(), self._pairs.counts()
        first = _Tally()
        first.add_counted(pairs[0] // _PAIR, pairs[1])
        compressed = self._compressed_bytes + len(self._compressor.flush())
        tokens = int(words[1].sum())
        return Pooled(
            distinct_answers=len(self._texts),
            distinct_answers_percent=100 * len(self._texts) / self._answers,
            tokens=tokens,
            vocabulary=len(words[0]),
            distinct_1=len(words[0]) / tokens if tokens else None,
            distinct_2=len(pairs[0]) / int(pairs[1].sum()) if len(pairs[0]) else None,
            entropy_bits=told(entropy(words[1])),
            conditional_entropy_bits=told(max(0.0, entropy(pairs[1]) - entropy(first.counts()[1])))
            if len(pairs[0])
            else None,
            compression_ratio=self._bytes / compressed if any(self._texts) else None,
        )


class _Tally:
    """How often each number came."""

    def __init__(self) -> None:
        self._parts: list[tuple[Integers, Integers]] = []

    def add(self, numbers: Integers) -> None:
        self._parts.append(np.unique(numbers, return_counts=True))

    def add_counted(self, numbers: Integers, counts: Integers) -> None:
        self._parts.append((numbers, counts))

    def counts(self) -> tuple[Integers, Integers]:
        """The different numbers, and how often each came."""
        numbers = np.concatenate([part for part, _ in self._parts])
        counts = np.concatenate([part for _, part in self._parts])
        distinct, place = np.unique(numbers, return_inverse=True)
        return distinct, np.bincount(place, counts, minlength=len(distinct)).astype(np.int64)
