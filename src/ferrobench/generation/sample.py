"""One draw from a model: what was asked for, and what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferrobench.models import Completion, Refused
    from ferrobench.prompts import Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTask:
    """One sample to draw."""

    prompt: Prompt
    index: int
    """Which sample of its prompt, from 0."""
    seed: int
    """Of this sample alone, derived from the run's seed, the prompt and the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One sample drawn, or refused by the model's side."""

    task: SampleTask
    answer: Completion | Refused
