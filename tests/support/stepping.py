"""Evaluating a sequence as decoding does: the prompt at once, then token by token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from ferrobench.models.engine.pool import RowPool
from ferrobench.models.engine.sequences import Sequences
from ferrobench.models.engine.static import StaticRows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferrobench.models.engine.network import Network


def whole_logits(network: Network, ids: list[int], *, causal: bool = False) -> NDArray[np.float32]:
    """Logits of a sequence evaluated at once, shape (time, vocab)."""
    sequence = Sequences(network, 1, len(ids), whole=not causal)
    found: NDArray[np.float32] = network.cap(network.forward(torch.tensor([ids]), sequence))[0].numpy()
    return found


def stepwise_logits(
    network: Network, ids: list[int], *, prompt: int = 1, static: bool = False
) -> NDArray[np.float32]:
    """The same, *prompt* tokens first and the rest one by one, in a row among others; shape (time, vocab).

    *static* takes the way that CUDA takes.
    """
    start = Sequences(network, 1, prompt)
    parts = [network.cap(network.forward(torch.tensor([ids[:prompt]]), start))[0].numpy()]
    pool = StaticRows(network, 8, len(ids) + 3) if static else RowPool(network, 8)
    pool.enter(3, start.prefix())
    for token in ids[prompt:]:
        scores = pool.step([token if row == 3 else 0 for row in range(pool.rows)])
        parts.append(network.cap(scores)[3:4].numpy())
    return np.concatenate(parts)
