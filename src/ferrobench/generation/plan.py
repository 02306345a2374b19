"""How many samples of which prompt, and with which seeds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.errors import UsageError
from ferrobench.generation.sample import SampleTask
from ferrobench.models import derive_seed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.prompts import Prompt, Suite

DEFAULT_TOTAL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCounts:
    """How many samples a run draws. At most one of the first two is given."""

    n_samples: int | None = None
    """In total over all prompts."""
    samples_per_prompt: int | None = None
    limit: int | None = None
    """Only so many prompts, the first ones."""

    def __post_init__(self) -> None:
        if self.n_samples is not None and self.samples_per_prompt is not None:
            raise UsageError("--n-samples (a total) and --samples-per-prompt exclude each other; give one")
        for flag, value in (
            ("--n-samples", self.n_samples),
            ("--samples-per-prompt", self.samples_per_prompt),
            ("--limit", self.limit),
        ):
            if value is not None and value < 1:
                raise UsageError(f"{flag} {value}: expected 1 or more")


def select_prompts(suites: Sequence[Suite], limit: int | None) -> tuple[Prompt, ...]:
    """List the prompts of a run, in order."""
    prompts = tuple(prompt for suite in suites for prompt in suite.prompts)
    return prompts[:limit]


def plan_samples(prompts: Sequence[Prompt], counts: SampleCounts, run_seed: int) -> tuple[SampleTask, ...]:
    """List every sample of a run, prompt by prompt.

    A total that the prompts do not divide gives its remainder to the first prompts, so that it is always met.
    """
    if counts.samples_per_prompt is not None:
        share, more = counts.samples_per_prompt, 0
    else:
        total = DEFAULT_TOTAL if counts.n_samples is None else counts.n_samples
        share, more = divmod(total, len(prompts))
    return tuple(
        SampleTask(prompt=prompt, index=index, seed=derive_seed(run_seed, prompt.id, index))
        for place, prompt in enumerate(prompts)
        for index in range(share + (place < more))
    )
