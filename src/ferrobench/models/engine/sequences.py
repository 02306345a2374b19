"""Whole sequences, each evaluated from its start: prompts, and what is asked for logits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import scaled_dot_product_attention

if TYPE_CHECKING:
    from torch import Tensor

    from ferrobench.models.engine.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    """What an evaluated prompt leaves behind."""

    length: int
    """In tokens."""
    keys: Tensor
    """Shape (layers, K, length, E)."""
    values: Tensor
    states: dict[str, Tensor]
    """Of one row, without the axis of rows."""


class Sequences:
    """A :class:`Step` over whole sequences of one length."""

    def __init__(self, network: Network, batch: int, length: int, *, whole: bool = False) -> None:
        """Of *batch* sequences, *length* tokens each; *whole* where no others follow, and layers may use that."""
        shape, device = network.memory, network.device
        self.whole = whole
        self._network = network
        self.positions = torch.arange(length, device=device).expand(batch, length)
        self._keys: dict[int, Tensor] = {}
        self._values: dict[int, Tensor] = {}
        self._states = {
            name: torch.zeros((batch, *row), dtype=dtype, device=device)
            for name, (row, dtype) in shape.states.items()
        }

    def attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor, *, window: int | None = None) -> Tensor:
        """See :class:`Step`."""
        batch, new, kv_heads, repeats, width = q.shape
        keys, values = k.transpose(1, 2), v.transpose(1, 2)
        self._keys[layer], self._values[layer] = keys, values
        mask = None
        if window is not None and window < new - 1:
            place = torch.arange(new, device=q.device)
            distance = place[:, None] - place[None, :]
            mask = (distance >= 0) & (distance <= window)
        mixed = scaled_dot_product_attention(
            q.permute(0, 2, 3, 1, 4).reshape(batch, kv_heads * repeats, new, width),
            keys,
            values,
            attn_mask=mask,
            is_causal=mask is None,
            enable_gqa=repeats > 1,
        )
        return mixed.view(batch, kv_heads, repeats, new, width).permute(0, 3, 1, 2, 4)

    def state(self, name: str) -> Tensor:
        """See :class:`Step`."""
        return self._states[name]

    def keep_state(self, name: str, value: Tensor) -> None:
        """See :class:`Step`."""
        self._states[name] = value

    @torch.inference_mode()
    def prefix(self, row: int = 0) -> Prefix:
        """What one sequence has left behind."""
        return Prefix(
            length=self.positions.shape[1],
            keys=self._of_row(self._keys, row),
            values=self._of_row(self._values, row),
            states={name: value[row].clone() for name, value in self._states.items()},
        )

    def _of_row(self, found: dict[int, Tensor], row: int) -> Tensor:
        """Keys or values of one sequence, shape (layers, K, T, E). A network may have no attention at all."""
        if not found:
            shape = self._network.memory
            return torch.empty(
                (0, shape.kv_heads, self.positions.shape[1], shape.head_width),
                dtype=self._network.dtype,
                device=self._network.device,
            )
        return torch.stack([found[layer][row] for layer in range(len(found))])
