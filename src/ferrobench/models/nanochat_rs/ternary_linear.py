"""The ternary linear, the layer that all others are made of, and what layers are built from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from ferrobench.models.engine.rowwise import linear
from ferrobench.models.nanochat_rs.quantization import quantize_tokens, ternarize

if TYPE_CHECKING:
    from torch import Tensor

    from ferrobench.models.nanochat_rs.config import NanochatRsConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What layers are built from."""

    config: NanochatRsConfig
    weights: dict[str, Tensor]
    device: torch.device

    def tensor(self, name: str) -> Tensor:
        """A weight as it is stored, on the device."""
        return self.weights[name].to(self.device)


class TernaryLinear:
    """One or several ternary linears that read the same input, stacked along their outputs."""

    def __init__(self, source: Source, *names: str) -> None:
        parts = [ternarize(source.weights[f"{name}.weight"], source.config.group_size) for name in names]
        self._sizes = [part.shape[0] for part in parts]
        self._weight = torch.cat(parts).to(source.device)

    def __call__(self, x: Tensor) -> Tensor:
        """Outputs of all, over the last axis."""
        return linear(quantize_tokens(x), self._weight)

    def split(self, x: Tensor) -> tuple[Tensor, ...]:
        """The outputs of each."""
        return torch.split_with_sizes(self(x), self._sizes, dim=-1)
