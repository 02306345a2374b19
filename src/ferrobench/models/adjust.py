"""What changes logits before a token is drawn, and what a distribution says of a token. Pure.

Every row is treated by itself: neighbours in a batch change nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence


def apply_repetition_penalty(logits: torch.Tensor, seen: torch.Tensor, penalty: float) -> torch.Tensor:
    """Make tokens that are there already less likely (Keskar et al. 2019).

    Args:
        logits: Shape ``(rows, vocab)``.
        seen: Whether a row's prompt or completion has a token; bool, same shape.
        penalty: Divides a positive logit and multiplies a negative one; 1 is none.
    """
    return torch.where(seen, torch.where(logits > 0, logits / penalty, logits * penalty), logits)


def apply_presence_penalty(logits: torch.Tensor, generated: torch.Tensor, penalty: float) -> torch.Tensor:
    """Subtract *penalty* from the logit of every token that a row's completion has, once however often it has it.

    Args:
        logits: Shape ``(rows, vocab)``.
        generated: Whether a row's completion has a token; bool, same shape.
        penalty: In units of logits; 0 is none.
    """
    return torch.where(generated, logits - penalty, logits)


def repeated_ngram_ends(ids: Sequence[int], n: int) -> list[int]:
    """Return the tokens, in ascending order, that after *ids* would complete an n-gram that *ids* has already."""
    if n > len(ids):
        return []
    start = list(ids[len(ids) - n + 1 :])
    return sorted({ids[i + n - 1] for i in range(len(ids) - n + 1) if list(ids[i : i + n - 1]) == start})


def ban_repeated_ngrams(logits: torch.Tensor, rows: Sequence[Sequence[int]], n: int) -> torch.Tensor:
    """Set to -inf what would repeat an n-gram of its row. Where that would leave no token, the row stays as it is.

    Args:
        logits: Shape ``(rows, vocab)``.
        rows: Each row's token ids, prompt and completion.
        n: Length of the n-grams, 1 or more.
    """
    banned = torch.zeros_like(logits, dtype=torch.bool)
    for index, ids in enumerate(rows):
        ends = repeated_ngram_ends(ids, n)
        if ends:
            banned[index, torch.tensor(ends, device=logits.device)] = True
    left = logits.masked_fill(banned, float("-inf"))
    impossible = torch.isneginf(left).all(dim=1, keepdim=True)
    return torch.where(impossible, logits, left)


def token_statistics(logits: torch.Tensor, tokens: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Say how likely each row's token was, and how undecided the model.

    Args:
        logits: The model's own, before anything changed them; shape ``(rows, vocab)``.
        tokens: One token id a row, shape ``(rows,)``.

    Returns:
        Natural logarithms of the tokens' probabilities, and entropies in nats; float32, shape ``(rows,)`` each.
    """
    logprobs = torch.log_softmax(logits.float(), dim=1)
    entropies = torch.special.entr(logprobs.exp()).sum(dim=1)
    return logprobs.gather(1, tokens[:, None])[:, 0], entropies
