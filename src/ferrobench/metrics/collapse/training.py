"""The samples against the text that the model was trained on: what they have too often, what they lost, what they copy.

The training text is read once into numbers, so that some ten megabytes take seconds.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ferrobench.metrics.collapse.contrast import divergence, log_odds, most_different
from ferrobench.metrics.collapse.token_ids import Vocabulary, window_hashes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ferrobench.metrics.collapse.contrast import Contrast

    Ids = NDArray[np.int32]

COPY_WORDS = 50
"""A span of so many words that two texts have in common is a copy and no coincidence: idioms are shorter. The length is that
of the studies of memorisation (50 tokens: Lee et al. 2022, arXiv:2107.06499; Carlini et al. 2023, arXiv:2202.07646)."""
COPIED_SHARE = 0.5
"""Of an answer's words, in such spans, for the answer to be a copy."""
LISTED = 20
_TRIGRAM = 3
_PIECE_WORDS = 64


class Row(NamedTuple):
    """Words with how often they come in the samples and in the training text."""

    words: str
    samples: int
    training: int
    z: float


class Copies(NamedTuple):
    """What of each answer stands in the training text too."""

    shares: tuple[float | None, ...]
    """Of its words, from 0 to 1; None of an answer shorter than a copy."""
    longest: int
    """Words of the longest copy; 0 where there is none."""
    answer: int
    """Which answer has it."""
    word: int
    """Before which word of that answer it begins."""


class Frequencies(NamedTuple):
    """The words of the samples and those of the training text."""

    words: int
    sample_words: int
    divergence: float | None
    divergence_of_training: float | None
    frequent: tuple[Row, ...]
    lost: tuple[Row, ...]
    frequent_trigrams: tuple[Row, ...]
    lost_trigrams: tuple[Row, ...]


class TrainingWords:
    """A training text, read."""

    def __init__(self, text: str) -> None:
        """Read the text: about 0.15 s per megabyte."""
        self._vocabulary = Vocabulary()
        self._ids = self._vocabulary.read(text)

    def compare(self, texts: Sequence[str], seed: int) -> Frequencies:
        """Compare the frequencies of words; a text that comes several times counts as often. *seed* draws the pieces."""
        answers = self._read(texts)
        ids, owner = _join(answers)
        size = len(self._vocabulary)
        names = self._vocabulary.words()
        ours, theirs = np.bincount(ids, minlength=size), np.bincount(self._ids, minlength=size)
        frequent, lost = (
            tuple(Row(names[row], int(ours[row]), int(theirs[row]), z) for row, z in rows)
            for rows in most_different(log_odds(ours, theirs), LISTED)
        )
        frequent_trigrams, lost_trigrams = self._trigrams(ids, owner, names)
        return Frequencies(
            words=len(self._ids),
            sample_words=len(ids),
            divergence=divergence(ours, theirs),
            divergence_of_training=self._own_divergence(len(ids), theirs, seed),
            frequent=frequent,
            lost=lost,
            frequent_trigrams=frequent_trigrams,
            lost_trigrams=lost_trigrams,
        )

    def find_copies(self, texts: Sequence[str]) -> Copies:
        """Find what of *texts* stands in the training text, line ends and other white space aside."""
        answers = [ids[ids != 0] for ids in self._read(texts)]
        ids, owner = _join(answers)
        hits = self._hits(ids, owner)
        # A window of hits covers all of its words.
        edges = np.zeros(len(ids) + 1, np.int64)
        np.add.at(edges, hits, 1)
        np.subtract.at(edges, hits + COPY_WORDS, 1)
        covered = np.bincount(owner, weights=edges[:-1].cumsum() > 0, minlength=len(texts))
        shares = tuple(
            float(count) / len(answer) if len(answer) >= COPY_WORDS else None
            for count, answer in zip(covered, answers, strict=True)
        )
        if not len(hits):
            return Copies(shares, 0, 0, 0)
        # Windows side by side, of the same answer, are one copy.
        breaks = np.flatnonzero((np.diff(hits) != 1) | (np.diff(owner[hits]) != 0)) + 1
        starts = np.concatenate(([0], breaks))
        lengths = np.diff(np.concatenate((starts, [len(hits)])))
        run = int(lengths.argmax())
        place = int(hits[starts[run]])
        answer = int(owner[place])
        return Copies(
            shares,
            int(lengths[run]) + COPY_WORDS - 1,
            answer,
            place - int(np.searchsorted(owner, answer)),
        )

    def _read(self, texts: Sequence[str]) -> list[Ids]:
        read: dict[str, Ids] = {}
        for text in texts:
            if text not in read:
                read[text] = self._vocabulary.read(text)
        return [read[text] for text in texts]

    def _hits(self, ids: Ids, owner: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where in *ids* windows begin, within one answer, that the training text has too."""
        windows = window_hashes(ids, COPY_WORDS)
        if not len(windows):
            return np.empty(0, np.int64)
        sought, places = np.unique(windows, return_inverse=True)
        present = np.zeros(len(sought), np.bool_)
        training = window_hashes(self._ids[self._ids != 0], COPY_WORDS)
        at = np.searchsorted(sought, training)
        at[at == len(sought)] = 0
        present[at[sought[at] == training]] = True
        within = owner[: len(windows)] == owner[COPY_WORDS - 1 :]
        return np.flatnonzero(present[places] & within)

    def _trigrams(
        self, ids: Ids, owner: NDArray[np.int64], names: list[str]
    ) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        windows = window_hashes(ids, _TRIGRAM)
        within = owner[: len(windows)] == owner[_TRIGRAM - 1 :] if len(windows) else np.empty(0, np.bool_)
        training = window_hashes(self._ids, _TRIGRAM)
        ours, our_counts = np.unique(windows[within], return_counts=True)
        theirs, their_counts = np.unique(training, return_counts=True)
        every = np.union1d(ours, theirs)
        first, second = np.zeros(len(every), np.int64), np.zeros(len(every), np.int64)
        first[np.searchsorted(every, ours)] = our_counts
        second[np.searchsorted(every, theirs)] = their_counts

        def rows(found: list[Contrast]) -> tuple[Row, ...]:
            listed = []
            for row, z in found:
                source, hashes = (self._ids, training) if second[row] else (ids, windows)
                place = int(np.argmax(hashes == every[row]))
                words = " ".join(names[word] for word in source[place : place + _TRIGRAM])
                listed.append(Row(words, int(first[row]), int(second[row]), z))
            return tuple(listed)

        frequent, lost = most_different(log_odds(first, second), LISTED)
        return rows(frequent), rows(lost)

    def _own_divergence(self, words: int, counts: NDArray[np.int64], seed: int) -> float | None:
        """The divergence between the training text and pieces of it drawn at random, *words* words in all."""
        if not words or len(self._ids) <= _PIECE_WORDS:
            return None
        draw = Random(seed).randrange
        starts = np.array(
            [draw(len(self._ids) - _PIECE_WORDS) for _ in range(-(-words // _PIECE_WORDS))], np.int64
        )
        drawn = self._ids[(starts[:, None] + np.arange(_PIECE_WORDS)).reshape(-1)[:words]]
        return divergence(np.bincount(drawn, minlength=len(counts)), counts)


def _join(answers: Sequence[Ids]) -> tuple[Ids, NDArray[np.int64]]:
    """All answers behind one another, and for each word which answer it is of; both of shape (words,)."""
    if not answers:
        return np.empty(0, np.int32), np.empty(0, np.int64)
    lengths = np.array([len(ids) for ids in answers])
    return np.concatenate(answers), np.repeat(np.arange(len(answers)), lengths)
