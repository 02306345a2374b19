"""What decoding needs of a network, and what a network is given for one forward pass.

Shapes: B rows (sequences), T new tokens a row, K key/value heads, R query heads that share one of them, E = head width.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryShape:
    """What a network keeps of the tokens it has seen."""

    layers: int
    """Attentions with keys and values of their own."""
    kv_heads: int
    head_width: int
    states: Mapping[str, tuple[tuple[int, ...], torch.dtype]] = field(default_factory=dict)
    """Whatever else a row carries from token to token: shape of one row and type. All zeros before the first token."""

    def bytes_per_token(self, dtype: torch.dtype) -> int:
        """Size of the keys and values of one token."""
        return 2 * self.layers * self.kv_heads * self.head_width * dtype.itemsize


class Step(Protocol):
    """One forward pass over new tokens, as a network sees it."""

    positions: Tensor
    """Position of each new token in its sequence, int64, shape (B, T)."""
    whole: bool
    """Whether the new tokens are all there will be of their sequences, so that layers may look at later ones."""

    def attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor, *, window: int | None = None) -> Tensor:
        """Remember the new keys and values of a layer, and attend causally to all of the sequence.

        Scores are scaled by 1 / sqrt(E).

        Args:
            layer: Number of the attention, from 0.
            q: Shape (B, T, K, R, E).
            k: Shape (B, T, K, E).
            v: Shape (B, T, K, E).
            window: A query at position p sees keys p - window .. p; None is all.

        Returns:
            Shape (B, T, K, R, E).
        """

    def state(self, name: str) -> Tensor:
        """A state as the last token before the new ones left it, shape (B, …)."""

    def keep_state(self, name: str, value: Tensor) -> None:
        """Leave a state for the tokens to come, shape (B, …)."""


class Network(Protocol):
    """A model that computes logits."""

    device: torch.device
    dtype: torch.dtype
    """Of activations, keys and values."""
    memory: MemoryShape

    def forward(self, ids: Tensor, step: Step, *, last_only: bool = False) -> Tensor:
        """Evaluate new tokens, int64 of shape (B, T).

        Returns:
            What becomes logits through :meth:`cap`: float32, shape (B, T, V), or (B, 1, V) with *last_only*.
        """

    def cap(self, scores: Tensor) -> Tensor:
        """Turn what ``forward`` gives into logits, element by element and keeping their order."""
