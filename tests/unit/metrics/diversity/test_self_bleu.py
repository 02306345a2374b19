"""Self-BLEU, against sacreBLEU sentence by sentence."""

from __future__ import annotations

from math import exp, isnan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU

from ferrobench.metrics.diversity.ngrams import Texts
from ferrobench.metrics.diversity.self_bleu import self_bleu
from ferrobench.rust_source.words import rust_words

if TYPE_CHECKING:
    from random import Random

ORACLE = BLEU(tokenize="none", smooth_method="floor", smooth_value=0.1, effective_order=True)
TEXTS = st.lists(st.lists(st.integers(0, 4), max_size=12), min_size=1, max_size=7)
ANSWERS = (
    "    let mut sum = 0;\n    for x in v.iter() {\n        sum += x;\n    }\n    sum\n}",
    "    let mut total = 0;\n    for x in v {\n        total += x * x;\n    }\n    total\n}",
    "    v.iter().sum()\n}",
    "    v.iter().map(|x| x * x).sum::<i32>()\n}",
    "    v.iter().sum()\n}",
    "}",
)


def scores(texts: list[list[int]], group_of: list[int] | None = None) -> list[float]:
    """Self-BLEU of texts that are one group unless told otherwise."""
    groups = np.array(group_of or [0] * len(texts))
    return self_bleu(Texts([np.array(text, np.int64) for text in texts]), groups).tolist()


def by_sacrebleu(texts: list[list[str]]) -> list[float]:
    """Each against all others, pair by pair."""
    lines = [" ".join(text) for text in texts]
    return [
        ORACLE.sentence_score(line, lines[:place] + lines[place + 1 :]).score
        for place, line in enumerate(lines)
    ]


@given(TEXTS.filter(lambda texts: len(texts) > 1))
def test_scores_are_those_of_sacrebleu(texts: list[list[int]]) -> None:
    """For all texts that have a token: short ones, equal ones, and those without a match too."""
    expected = by_sacrebleu([[f"w{word}" for word in text] for text in texts])
    found = scores(texts)

    assert [score for score, text in zip(found, texts, strict=True) if text] == pytest.approx(
        [score for score, text in zip(expected, texts, strict=True) if text], abs=1e-9
    )


def test_scores_of_rust_are_those_of_sacrebleu() -> None:
    """On the tokens of real answers."""
    words = [list(rust_words(answer)) for answer in ANSWERS]
    numbers = {word: number for number, word in enumerate(sorted({word for text in words for word in text}))}

    assert scores([[numbers[word] for word in text] for text in words]) == pytest.approx(by_sacrebleu(words))


def test_a_score_by_hand() -> None:
    """a b c d e against a b c x e: 4/5, 2/4, 1/3, and 0.1 of 2 for the quadruples that do not match."""
    expected = 100 * (4 / 5 * 2 / 4 * 1 / 3 * 0.1 / 2) ** 0.25

    assert scores([[0, 1, 2, 3, 4], [0, 1, 2, 9, 4]]) == pytest.approx([expected, expected])


def test_the_brevity_of_a_text_costs() -> None:
    """a b of a b c d: all matches, at half the length."""
    assert scores([[0, 1], [0, 1, 2, 3]])[0] == pytest.approx(100 * exp(1 - 2))


def test_copies_score_a_hundred_and_strangers_nothing() -> None:
    """Exactly."""
    assert scores([[0, 1, 2, 3, 4, 5]] * 3) == [100.0, 100.0, 100.0]
    assert scores([[0, 1], [2, 3], [4, 5]]) == [0.0, 0.0, 0.0]


def test_empty_texts_are_copies_of_each_other() -> None:
    """One that is the only empty one is like none."""
    assert scores([[], [], [0, 1]]) == [100.0, 100.0, 0.0]
    assert scores([[], [0, 1]]) == [0.0, 0.0]


def test_groups_know_nothing_of_each_other() -> None:
    """Each scores as if it were alone, and a text that is alone has no score."""
    one, other = [[0, 1, 2, 3], [0, 1, 2], [3, 3]], [[0, 1, 2, 3], [3, 2, 1]]
    together = scores([*one, *other, [0, 1]], [0, 0, 0, 1, 1, 2])

    assert together[:5] == [*scores(one), *scores(other)]
    assert isnan(together[5])


@given(TEXTS, st.randoms())
def test_the_order_of_texts_does_not_matter(texts: list[list[int]], random: Random) -> None:
    """A text keeps its score wherever it stands."""
    order = list(range(len(texts)))
    random.shuffle(order)

    assert scores([texts[place] for place in order]) == pytest.approx(
        [scores(texts)[place] for place in order], nan_ok=True
    )
