"""Evaluating a sequence as decoding does: the prompt at once, then token by token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from ferrobench.models.engine.pool import RowPool
from ferrobench.models.engine.sequences import Sequences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferrobench.models.engine.network import Network


def whole_logits(network: Network, ids: list[int]) -> NDArray[np.float32]:
    """Logits of a sequence evaluated at once, shape (time, vocab)."""
    found: NDArray[np.float32] = network.forward(torch.tensor([ids]), Sequences(network, 1, len(ids)))[
        0
    ].numpy()
    return found


def stepwise_logits(network: Network, ids: list[int], *, prompt: int = 1) -> NDArray[np.float32]:
    """The same, *prompt* tokens first and the rest one by one, in a row among others; shape (time, vocab)."""
    start = Sequences(network, 1, prompt)
    parts = [network.forward(torch.tensor([ids[:prompt]]), start)[0].numpy()]
    pool = RowPool(network, 8)
    pool.enter(3, start.prefix())
    for token in ids[prompt:]:
        new = torch.zeros((pool.rows, 1), dtype=torch.int64)
        new[3] = token
        pool.begin()
        parts.append(network.forward(new, pool)[3].numpy())
        pool.end()
    return np.concatenate(parts)
