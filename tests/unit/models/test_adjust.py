"""Penalties, bans and statistics, with transformers' own processors as oracles."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import NoRepeatNGramLogitsProcessor, RepetitionPenaltyLogitsProcessor

from ferrobench.models.adjust import (
    apply_presence_penalty,
    apply_repetition_penalty,
    ban_repeated_ngrams,
    repeated_ngram_ends,
    token_statistics,
)

VOCAB = 23


def random_logits(rows: int, seed: int = 0) -> torch.Tensor:
    """Logits of both signs."""
    return torch.randn((rows, VOCAB), generator=torch.Generator().manual_seed(seed)) * 3.0


def mask_of(ids: torch.Tensor) -> torch.Tensor:
    """Which tokens each row has."""
    return torch.zeros((ids.shape[0], VOCAB), dtype=torch.bool).scatter_(1, ids, value=True)


@pytest.mark.parametrize("penalty", [0.7, 1.0, 1.3])
def test_the_repetition_penalty_is_that_of_transformers(penalty: float) -> None:
    """Divided where positive, multiplied where negative, once for each token however often it is there."""
    ids = torch.tensor([[1, 2, 2, 3, 22], [5, 5, 5, 5, 5]])
    logits = random_logits(2)

    expected = RepetitionPenaltyLogitsProcessor(penalty)(ids, logits.clone())  # type: ignore[arg-type]

    assert torch.equal(apply_repetition_penalty(logits, mask_of(ids), penalty), expected)


def test_the_presence_penalty_is_subtracted_once() -> None:
    """From what the completion has, and from nothing else."""
    ids = torch.tensor([[4, 4, 7]])
    logits = random_logits(1)

    change = logits - apply_presence_penalty(logits, mask_of(ids), 0.75)

    assert change[0, [4, 7]].tolist() == pytest.approx([0.75, 0.75], abs=1e-6)
    assert int(change.count_nonzero()) == 2


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(1, 5))
def test_banned_tokens_are_those_of_transformers(ids: list[int], n: int) -> None:
    """For any text over a few tokens and any length of n-gram."""
    logits = torch.zeros((1, VOCAB))

    reference = NoRepeatNGramLogitsProcessor(n)(torch.tensor([ids]), logits.clone())  # type: ignore[arg-type]

    expected = torch.isneginf(reference[0]).nonzero()[:, 0].tolist()
    assert repeated_ngram_ends(ids, n) == expected


def test_each_row_is_banned_by_its_own_tokens() -> None:
    """Rows of different lengths."""
    logits = random_logits(3)

    left = ban_repeated_ngrams(logits, [[1, 2, 1], [6, 7, 8, 6, 7, 9, 6], [3]], 2)

    assert torch.isneginf(left).nonzero().tolist() == [[0, 2], [1, 7]]
    assert torch.equal(left[2], logits[2])


def test_a_ban_of_everything_bans_nothing() -> None:
    """Some token has to be drawn; tokens that were impossible before stay so."""
    logits = random_logits(2)
    logits[:, 3:] = float("-inf")

    left = ban_repeated_ngrams(logits, [[0, 1, 2], [0, 1]], 1)

    assert torch.equal(left[0], logits[0])
    assert torch.isfinite(left[1]).nonzero()[:, 0].tolist() == [2]


def test_statistics_are_those_of_the_softmax() -> None:
    """Checked against the definitions in float64."""
    logits, tokens = random_logits(4), torch.tensor([0, 5, 22, 7])
    probabilities = torch.softmax(logits.double(), dim=1)

    logprobs, entropies = token_statistics(logits, tokens)

    assert logprobs.tolist() == pytest.approx(
        [math.log(probabilities[row, token]) for row, token in enumerate(tokens)], abs=1e-5
    )
    assert entropies.tolist() == pytest.approx(
        (-(probabilities * probabilities.log()).sum(dim=1)).tolist(), abs=1e-5
    )


def test_impossible_tokens_add_nothing_to_the_entropy() -> None:
    """Two equal tokens among impossible ones are worth one bit, in bfloat16 too."""
    logits = torch.full((1, VOCAB), float("-inf"), dtype=torch.bfloat16)
    logits[0, :2] = 1.0

    logprobs, entropies = token_statistics(logits, torch.tensor([1]))

    assert [*logprobs.tolist(), *entropies.tolist()] == pytest.approx([-math.log(2), math.log(2)])
