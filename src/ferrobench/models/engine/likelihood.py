"""What given tokens cost: the cross entropy of whole sequences, in pieces of bounded size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from ferrobench.models.engine.rowwise import ROW_UNIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

# Of logits that are looked at in one piece, and of everything that is kept of a batch of sequences.
_PIECE_BYTES = 32 * 2**20
_BATCH_BYTES = 256 * 2**20
_FLOAT_BYTES = 4


def suitable_sequences(length: int, vocabulary: int, bytes_per_token: int) -> int:
    """How many sequences of *length* tokens to evaluate at once, by the logits and by what is kept of a token."""
    # Above this number, rows of our own engine would first be looked at for equal bits.
    return max(1, min(ROW_UNIT, _BATCH_BYTES // (length * (vocabulary * _FLOAT_BYTES + bytes_per_token))))


@torch.inference_mode()
def token_costs(
    scores: Tensor, targets: Tensor, cap: Callable[[Tensor], Tensor] | None = None
) -> list[list[float]]:
    """Say what each token costs: minus the natural logarithm of its probability, in float32.

    Args:
        scores: Logits, or what *cap* turns into logits, shape (B, T, V).
        targets: The token that follows at each place, int64, shape (B, T).
        cap: See :meth:`ferrobench.models.engine.network.Network.cap`.
    """
    rows, length, vocabulary = scores.shape
    piece = max(1, _PIECE_BYTES // (rows * vocabulary * _FLOAT_BYTES))
    costs = []
    for start in range(0, length, piece):
        logits = scores[:, start : start + piece]
        logits = (logits if cap is None else cap(logits)).float()
        chosen = logits.gather(2, targets[:, start : start + piece, None])[:, :, 0]
        costs.append(torch.logsumexp(logits, dim=2) - chosen)
    found: list[list[float]] = torch.cat(costs, dim=1).tolist()
    return found
