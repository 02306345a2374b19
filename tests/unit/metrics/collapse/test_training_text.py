"""Answers against the text that the model was trained on, each figure against a plain computation of it."""

from __future__ import annotations

import random
from collections import Counter
from math import log, log2, sqrt

import numpy as np
import pytest

from ferrobench.metrics.collapse import Answer, diagnose
from ferrobench.metrics.collapse.contrast import divergence, log_odds, most_different
from ferrobench.metrics.collapse.token_ids import Vocabulary, window_hashes, word_offset
from ferrobench.metrics.collapse.training import COPY_WORDS, TrainingWords
from ferrobench.metrics.measured import TrainingText

NAMES = [first + second for first in "lmnprst" for second in "aeiouy"]


def some_words(seed: int, count: int, vocabulary: int = 40) -> list[str]:
    """Words drawn at random, the first of the vocabulary most often."""
    rng = random.Random(seed)
    names = [first + second + third for first in "bdfk" for second in "aeiou" for third in NAMES]
    return [names[int(vocabulary * rng.random() ** 2)] for _ in range(count)]


def test_words_are_numbered_in_the_order_in_which_they_come() -> None:
    """Line ends are words, other white space is none, and the path separator is one word."""
    vocabulary = Vocabulary()

    assert vocabulary.read("a::b\n  a").tolist() == [1, 2, 3, 0, 1]
    assert vocabulary.words() == ["\n", "a", "::", "b"]


def test_a_long_text_reads_the_same_in_pieces() -> None:
    """Two megabytes are read piece by piece, cut where lines end."""
    text = " ".join(some_words(1, 400_000)).replace(" bala ", "\n")
    whole = text.replace("\n", " \n ").split(" ")
    vocabulary = Vocabulary()
    ids = vocabulary.read(text)
    names = vocabulary.words()

    assert [names[number] for number in ids] == [word for word in whole if word]


@pytest.mark.parametrize("length", [1, 2, 3, 7, 50])
def test_windows_have_the_same_hash_where_they_are_the_same(length: int) -> None:
    """And different ones where they differ."""
    ids = np.array([random.Random(2).randrange(4) for _ in range(40)] * 3 + [3] * 60, np.int32)
    hashes = window_hashes(ids, length)
    windows = [tuple(ids[start : start + length]) for start in range(len(ids) - length + 1)]

    assert len(hashes) == len(windows)
    assert len(set(hashes.tolist())) == len(set(windows))
    assert len(set(zip(windows, hashes.tolist(), strict=True))) == len(set(windows))
    assert len(window_hashes(ids[: length - 1], length)) == 0


def test_log_odds_follow_the_paper() -> None:
    """Monroe et al.'s equations word by word."""
    first, second = np.array([30, 1, 0, 12]), np.array([20, 0, 50, 300])
    n, m, total = 43, 370, 413

    expected = []
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        prior = 1000 * (one + other) / total
        delta = log((one + prior) / (n + 1000 - one - prior)) - log(
            (other + prior) / (m + 1000 - other - prior)
        )
        expected.append(delta / sqrt(1 / (one + prior) + 1 / (other + prior)))

    assert log_odds(first, second).tolist() == pytest.approx(expected)


def test_words_that_neither_text_has_tell_nothing() -> None:
    """No division by zero makes them stand out, nor does a text without words."""
    assert log_odds(np.array([0, 5]), np.array([0, 9]))[0] == 0
    assert log_odds(np.array([0, 0]), np.array([3, 9])).tolist() == pytest.approx([0, 0], abs=1e-9)
    assert most_different(np.array([0.0, 2.9, -2.9]), 20) == ([], [])


def test_the_divergence_is_jensen_and_shannons() -> None:
    """The entropy of the mean less the mean of the entropies; 1 bit where nothing is in common."""

    def entropy(shares: list[float]) -> float:
        return -sum(share * log2(share) for share in shares if share)

    one, two = [0.5, 0.25, 0.25, 0.0], [0.1, 0.2, 0.3, 0.4]
    mean = [(a + b) / 2 for a, b in zip(one, two, strict=True)]
    expected = entropy(mean) - (entropy(one) + entropy(two)) / 2

    assert divergence(np.array([2, 1, 1, 0]), np.array([1, 2, 3, 4])) == pytest.approx(expected)
    assert divergence(np.array([1, 0]), np.array([0, 7])) == 1
    assert divergence(np.array([1, 3]), np.array([2, 6])) == pytest.approx(0)
    assert divergence(np.array([0, 0]), np.array([2, 6])) is None


def test_frequencies_are_counted() -> None:
    """Words and sequences of three, with those first that differ most surely; sequences do not go from answer to answer."""
    training = " ".join(some_words(3, 5000))
    answers = [" ".join(some_words(4, 300)) + " new new new new" * 10, "x y"]
    found = TrainingWords(training).compare(answers, seed=1)
    counts, theirs = Counter(" ".join(answers).split()), Counter(training.split())

    assert (found.words, found.sample_words) == (5000, 342)
    assert found.frequent[0][:3] == ("new", 40, 0)
    assert all(row.samples == counts[row.words] for row in (*found.frequent, *found.lost))
    assert all(row.training == theirs[row.words] for row in (*found.frequent, *found.lost))
    assert found.frequent_trigrams[0][:3] == ("new new new", 38, 0)
    assert found.divergence is not None
    assert found.divergence_of_training is not None
    assert found.divergence > found.divergence_of_training


def test_copies_are_found_wherever_they_stand() -> None:
    """
    The share is of the words in spans of at least 50 that the training text has, however it lays them out.
    """
    source = some_words(5, 2000, vocabulary=500)
    other = [f"v{number}" for number in range(200)]
    texts = [
        " ".join(source[100:180] + other[:20]),
        "\n".join(other[:30] + source[500 : 500 + COPY_WORDS] + other[30:50]),
        " ".join(source[700 : 700 + COPY_WORDS - 1] + other[:51]),
        " ".join(source[: COPY_WORDS - 1]),
        # The end of one answer and the beginning of the next are no span.
        " ".join(other[:60] + source[1000:1030]),
        " ".join(source[1030:1060] + other[60:120]),
    ]
    found = TrainingWords(" ".join(source)).find_copies(texts)

    assert found.shares == (0.8, 0.5, 0.0, None, 0.0, 0.0)
    assert (found.longest, found.answer, found.word) == (80, 0, 0)
    assert texts[1][word_offset(texts[1], 30) :].startswith(source[500])


def test_copying_without_any_words_finds_nothing() -> None:
    """Empty answers and an empty training text are no special case."""
    assert TrainingWords("a b").find_copies(["", ""]).shares == (None, None)
    assert TrainingWords("").find_copies([" ".join(some_words(1, 60))]).longest == 0
    assert TrainingWords("").compare(["a"], seed=0).divergence is None
    assert TrainingWords("a").compare([], seed=0).sample_words == 0


def test_the_figures_name_the_text_and_show_the_longest_copy() -> None:
    """A line end is shown by its escape."""
    source = " ".join(some_words(6, 300, vocabulary=800))
    answers = [
        Answer(prompt="fn f() {", text="let z = 1;\n" + source[:900], prompt_id="one"),
        Answer(prompt="fn g() {", text="\n" * 300, prompt_id="two"),
    ]
    found = diagnose(answers, training_text=TrainingText(name="corpus.rs", text=source)).training

    assert found is not None
    assert found.name == "corpus.rs"
    assert found.longest_copy_example is not None
    assert found.longest_copy_example.prompt == "one"
    assert found.longest_copy_example.excerpt.startswith(source[:40])
    assert "\\n" in [row.words for row in found.frequent]
    assert found.copied.samples == 1
