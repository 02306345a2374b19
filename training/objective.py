"""What the training minimises: cross entropy of the next token, and what keeps its predictions from growing too sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """The parts beside plain cross entropy. Without any, it is plain cross entropy to the last bit."""

    entropy_weight: float = 0.0
    """How much a nat of mean entropy takes off the loss."""
    label_smoothing: float = 0.0
    """The share of each target that is spread evenly over the whole vocabulary."""

    def loss(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Return the mean over the predictions of ``cross entropy - entropy_weight * entropy``, in nats.

        Both against growing too sure: the confidence penalty of Pereyra et al. 2017 (arXiv:1701.06548, section 3), and the
        label smoothing of Szegedy et al. 2016 (arXiv:1512.00567, section 7), which with N tokens in the vocabulary asks
        for ``1 - label_smoothing + label_smoothing / N`` at the target and ``label_smoothing / N`` elsewhere.

        Args:
            logits: ``[predictions, vocab]``.
            targets: Token ids, ``[predictions]``.
        """
        loss = functional.cross_entropy(logits, targets, label_smoothing=self.label_smoothing)
        if self.entropy_weight:
            loss = loss - self.entropy_weight * mean_entropy(logits)
        return loss


def mean_entropy(logits: Tensor) -> Tensor:
    """Return the mean over the predictions of ``-sum p log p``, in nats: 0 to the logarithm of the vocabulary."""
    log_probabilities = functional.log_softmax(logits, dim=-1)
    return -(log_probabilities.exp() * log_probabilities).sum(dim=-1).mean()
