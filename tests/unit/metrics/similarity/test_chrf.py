"""chrF: hand-worked values, sacrebleu's figures, and what holds for any texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics.similarity.chrf import ReferenceCharacters

TEXTS = st.text(max_size=60)
CODE = st.lists(
    st.sampled_from(["fn ", "f", "(", ")", " {", "}", "\n", "let ", "x", "é", "零", "\t"]), max_size=60
).map("".join)


def chrf(reference: str, text: str) -> float:
    """The score of a text against one reference."""
    return ReferenceCharacters(reference).score(text)


@pytest.mark.parametrize(
    ("reference", "text", "expected"),
    [
        # Orders 1 to 3 share 2 of 3, 1 of 2 and 0 of 1, both ways.
        ("abd", "abc", 100 * (2 / 3 + 1 / 2) / 3),
        # Orders 1 and 2: precision 1 and 1, recall 2 of 4 and 1 of 3.
        ("abab", "ab", 100 * 5 * (5 / 12) / (4 + 5 / 12)),
        ("ab", "xy", 0.0),
        ("", "", 0.0),
        ("ab", "", 0.0),
        ("", "ab", 0.0),
    ],
)
def test_scores_worked_by_hand(reference: str, text: str, expected: float) -> None:
    """Precision and recall are averaged over the orders that both texts are long enough for."""
    assert chrf(reference, text) == pytest.approx(expected)


def test_whitespace_does_not_count() -> None:
    """As sacrebleu's default has it."""
    assert chrf("fn f() { 1 }", "fn f()\n{\n\t1\n}\n") == pytest.approx(100)


def test_recall_weighs_more_than_precision() -> None:
    """A program that has all of the reference and more scores above one that has half of it and nothing else."""
    assert chrf("abcdefgh", "abcdefghijklmnop") > chrf("abcdefghijklmnop", "abcdefgh")


@given(st.one_of(TEXTS, CODE), st.one_of(TEXTS, CODE))
def test_any_two_texts_score_between_0_and_100(one: str, other: str) -> None:
    """Lone surrogates and letters of any plane too."""
    assert 0.0 <= chrf(one, other) <= 100.0 + 1e-9
    assert 0.0 <= chrf(one, other + "\udcff") <= 100.0 + 1e-9


@given(st.text(min_size=1, max_size=60).filter(str.strip))
def test_a_text_is_wholly_like_itself(text: str) -> None:
    """100, whatever its length."""
    assert chrf(text, text) == pytest.approx(100)


@given(st.one_of(TEXTS, CODE), st.one_of(TEXTS, CODE))
def test_scores_equal_those_of_sacrebleu(reference: str, text: str) -> None:
    """Its sentence score with its defaults."""
    metrics = pytest.importorskip("sacrebleu.metrics", reason="needs sacrebleu, of the extra dev")

    assert chrf(reference, text) == pytest.approx(
        metrics.CHRF().sentence_score(text, [reference]).score, abs=1e-9
    )
