"""Many completions that grow side by side, in tensors whose shapes never change: the way for CUDA.

There the time of a step goes into starting hundreds of small kernels. With fixed shapes they are recorded once as a CUDA
graph and started together. Every row keeps a copy of its prompt's keys and values: bandwidth is plenty, and a shared
prompt would make the shapes depend on who is there. On other devices the same steps run unrecorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn.functional import scaled_dot_product_attention

if TYPE_CHECKING:
    from torch import Tensor

    from ferrobench.models.engine.network import Network
    from ferrobench.models.engine.sequences import Prefix

# Steps that are run before recording, so that libraries have set themselves up.
_WARM_UP_STEPS = 3


class StaticRows:
    """A :class:`~ferrobench.models.engine.network.Step` over rows of a fixed number and length, one new token each."""

    whole = False

    def __init__(self, network: Network, rows: int, capacity: int) -> None:
        """Make *rows* empty places for sequences of at most *capacity* tokens."""
        shape, device = network.memory, network.device
        self.rows = rows
        self._network = network
        self._capacity = capacity
        kept = (shape.layers, rows, shape.kv_heads, capacity, shape.head_width)
        self._keys = torch.zeros(kept, dtype=network.dtype, device=device)
        self._values = torch.zeros(kept, dtype=network.dtype, device=device)
        self._states = {
            name: torch.zeros((rows, *row), dtype=dtype, device=device)
            for name, (row, dtype) in shape.states.items()
        }
        self._lengths = np.zeros(rows, dtype=np.int64)
        self._occupied = np.zeros(rows, dtype=bool)
        self._places = torch.arange(capacity, device=device)
        self._row_numbers = torch.arange(rows, device=device)
        self._ids = torch.zeros((rows, 1), dtype=torch.int64, device=device)
        self.positions = torch.zeros((rows, 1), dtype=torch.int64, device=device)
        self._graph: torch.cuda.CUDAGraph | None = None
        self._logits: Tensor | None = None

    @torch.inference_mode()
    def enter(self, row: int, prefix: Prefix) -> None:
        """Let a row go on from a prompt."""
        self._keys[:, row, :, : prefix.length] = prefix.keys
        self._values[:, row, :, : prefix.length] = prefix.values
        for name, value in prefix.states.items():
            self._states[name][row] = value
        self._lengths[row] = prefix.length
        self._occupied[row] = True

    def leave(self, row: int) -> None:
        """Empty a place."""
        self._lengths[row] = 0
        self._occupied[row] = False

    def compact(self, rows: list[int]) -> None:
        """Nothing to gain: fewer rows would be other shapes, to be recorded anew."""

    @torch.inference_mode()
    def step(self, ids: list[int]) -> Tensor:
        """Evaluate one new token in every row; logits, shape (rows, V)."""
        self._ids.copy_(torch.tensor(ids)[:, None])
        self.positions.copy_(torch.from_numpy(self._lengths)[:, None])
        if self._network.device.type != "cuda":
            logits = self._network.forward(self._ids, self)
        else:
            if self._graph is None:
                self._record()
            assert self._graph is not None
            self._graph.replay()
            assert self._logits is not None
            logits = self._logits.clone()
        self._lengths[self._occupied] += 1
        return logits[:, 0]

    def attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor, *, window: int | None = None) -> Tensor:
        """See :class:`~ferrobench.models.engine.network.Step`; T is 1."""
        rows, _, kv_heads, repeats, width = q.shape
        keys, values = self._keys[layer], self._values[layer]
        place = self.positions[:, 0]
        keys[self._row_numbers, :, place] = k[:, 0]
        values[self._row_numbers, :, place] = v[:, 0]
        seen = self._places <= self.positions
        if window is not None:
            seen &= self._places >= self.positions - window
        mixed = scaled_dot_product_attention(
            q.reshape(rows, kv_heads * repeats, 1, width),
            keys,
            values,
            attn_mask=seen[:, None, None],
            enable_gqa=repeats > 1,
        )
        return mixed.view(rows, 1, kv_heads, repeats, width)

    def state(self, name: str) -> Tensor:
        """See :class:`~ferrobench.models.engine.network.Step`."""
        return self._states[name]

    def keep_state(self, name: str, value: Tensor) -> None:
        """See :class:`~ferrobench.models.engine.network.Step`."""
        self._states[name].copy_(value)

    def _record(self) -> None:
        """Record one step as a CUDA graph. What the trial steps write is written again before anything reads it."""
        states = {name: state.clone() for name, state in self._states.items()}
        stream = torch.cuda.Stream(self._network.device)  # type: ignore[no-untyped-call]  # torch has no types there
        stream.wait_stream(torch.cuda.current_stream(self._network.device))
        with torch.cuda.stream(stream):
            for _ in range(_WARM_UP_STEPS):
                self._network.forward(self._ids, self)
        torch.cuda.current_stream(self._network.device).wait_stream(stream)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._logits = self._network.forward(self._ids, self)
        for name, state in states.items():
            self._states[name].copy_(state)
