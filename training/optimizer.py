"""Muon for the ternary matrices, AdamW for everything else.

Muon (Jordan et al. 2024) steps along the momentum with its singular values pushed to about one. On a model this
small and this short a run it learns the corpus in a fraction of the steps that AdamW needs.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor, nn

# The quintic of the reference implementation: steep at zero, and not convergent to exactly one, on purpose.
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
ADAM_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerSettings:
    """The full learning rate and what does not change over a run."""

    learning_rate: float = 0.02
    """Muon's."""
    momentum: float = 0.95
    adam_betas: tuple[float, float] = (0.9, 0.98)
    newton_schulz_steps: int = 5

    @property
    def adam_learning_rate(self) -> float:
        """AdamW's, in a fixed proportion to Muon's, so that one number scales the steps of all parameters."""
        return self.learning_rate * ADAM_SHARE


class Optimizer:
    """Both optimizers behind one ``step``."""

    def __init__(self, model: nn.Module, settings: OptimizerSettings) -> None:
        self.settings = settings
        by_shape: dict[tuple[int, ...], list[nn.Parameter]] = defaultdict(list)
        rest = []
        for name, parameter in model.named_parameters():
            if name.startswith("blocks.") and parameter.ndim == 2:
                by_shape[tuple(parameter.shape)].append(parameter)
            else:
                rest.append(parameter)
        # Matrices of one shape are orthogonalised in one batch, which is several times as fast on a CPU.
        self._groups = [(group, torch.zeros(len(group), *shape)) for shape, group in by_shape.items()]
        self._adam = torch.optim.AdamW(
            rest, lr=settings.adam_learning_rate, betas=settings.adam_betas, weight_decay=0.0
        )

    def step(self, share: float) -> None:
        """Apply the gradients at *share* of the full learning rates, and clear them."""
        for adam_group in self._adam.param_groups:
            adam_group["lr"] = self.settings.adam_learning_rate * share
        self._adam.step()
        self._adam.zero_grad()
        with torch.no_grad():
            for group, momentum in self._groups:
                self._muon_step(group, momentum, share)

    def _muon_step(self, group: list[nn.Parameter], momentum: Tensor, share: float) -> None:
        grads = torch.stack([parameter.grad for parameter in group if parameter.grad is not None])
        momentum.lerp_(grads, 1 - self.settings.momentum)
        ahead = grads.lerp(momentum, self.settings.momentum)  # Nesterov
        updates = orthogonalize(ahead, self.settings.newton_schulz_steps)
        rows, columns = updates.shape[1:]
        lr = self.settings.learning_rate * share * max(1.0, rows / columns) ** 0.5
        for parameter, update in zip(group, updates, strict=True):
            parameter.sub_(update, alpha=lr)
            parameter.grad = None


def orthogonalize(matrices: Tensor, num_steps: int) -> Tensor:
    """Push the singular values of a batch of matrices to about one by Newton-Schulz iteration."""
    a, b, c = NEWTON_SCHULZ
    tall = matrices.shape[1] > matrices.shape[2]
    x: Tensor = matrices.transpose(1, 2) if tall else matrices
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(num_steps):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.transpose(1, 2) if tall else x
