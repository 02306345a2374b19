"""How the learning rate goes over a run: in steps, so that wall clock never decides anything."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never


class Shape(StrEnum):
    """What follows the warm-up."""

    WARMUP_CONSTANT_LINEAR = "warmup-constant-linear"
    """The full rate for a share of the run, then a straight line down."""
    CONSTANT = "constant"
    """The full rate to the end."""
    LINEAR = "linear"
    """A straight line down."""
    COSINE = "cosine"
    """Half a cosine down (Loshchilov and Hutter 2017, arXiv:1608.03983, without restarts)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A shape and its measures. The defaults are those of the bundled checkpoints."""

    shape: Shape = Shape.WARMUP_CONSTANT_LINEAR
    warmup_steps: int = 50
    """Steps of the rise from almost nothing to the full rate; never more than a quarter of the run."""
    constant_share: float = 0.3
    """Of ``warmup-constant-linear``: the share of the run after which the rate starts to fall."""
    final_share: float = 0.02
    """The share of the full rate that the last step has, where the shape falls."""

    @property
    def decay_start_share(self) -> float:
        """The share of the run after which the rate falls, as the checkpoint format tells it."""
        match self.shape:
            case Shape.WARMUP_CONSTANT_LINEAR:
                return self.constant_share
            case Shape.CONSTANT:
                return 1.0
            case Shape.LINEAR | Shape.COSINE:
                return 0.0
            case _:
                assert_never(self.shape)


def learning_rate_share(step: int, num_steps: int, schedule: Schedule) -> float:
    """Return the share of the full learning rate that step *step* (from 0) of *num_steps* uses."""
    warmup = min(schedule.warmup_steps, num_steps // 4)
    if step < warmup:
        return (step + 1) / warmup
    decay_start = max(int(num_steps * schedule.decay_start_share), warmup)
    if step < decay_start:
        return 1.0
    progress = (step - decay_start) / max(num_steps - 1 - decay_start, 1)
    if schedule.shape is Shape.COSINE:
        return (
            schedule.final_share + (1.0 - schedule.final_share) * (1.0 + math.cos(math.pi * progress)) / 2.0
        )
    return 1.0 - progress * (1.0 - schedule.final_share)
