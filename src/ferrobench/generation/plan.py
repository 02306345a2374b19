"""How many samples of which prompt, and with which seeds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.errors import UsageError
from ferrobench.generation.sample import SampleTask
from ferrobench.models import derive_seed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    return _tasks(prompts, [share + (place < more) for place in range(len(prompts))], run_seed)


def plan_ready(
    prompts: Sequence[Prompt], counts: SampleCounts, available: Mapping[str, int], run_seed: int
) -> tuple[SampleTask, ...]:
    """List every sample of a run whose completions are ready, prompt by prompt: all that there are, or the first of each.

    Args:
        prompts: Those of the run; each must have completions, or its suite would be measured in part only.
        counts: How many of each are asked for.
        available: How many completions there are, by the ids of the prompts.
        run_seed: The run's seed. It draws nothing, but samples are named as always.

    Raises:
        UsageError: A prompt has none, or fewer than are asked for; or a total is asked for. Names the prompt and the numbers.
    """
    if counts.n_samples is not None:
        raise UsageError(
            f"--n-samples {counts.n_samples}: ready completions are taken as they are, and not drawn to a total; "
            "--samples-per-prompt N takes the first N of each prompt"
        )
    lacking = [prompt.id for prompt in prompts if not available.get(prompt.id)]
    if lacking:
        raise UsageError(
            f"--model file: {len(lacking)} of {len(prompts)} prompts have no completion; the first: {lacking[0]} "
            "(--limit N asks for the first N prompts only)"
        )
    wanted = counts.samples_per_prompt
    for prompt in prompts:
        if wanted is not None and available[prompt.id] < wanted:
            raise UsageError(
                f"--samples-per-prompt {wanted}: {prompt.id} has only {available[prompt.id]} completions"
            )
    return _tasks(prompts, [wanted or available[prompt.id] for prompt in prompts], run_seed)


def _tasks(prompts: Sequence[Prompt], counts: Sequence[int], run_seed: int) -> tuple[SampleTask, ...]:
    return tuple(
        SampleTask(prompt=prompt, index=index, seed=derive_seed(run_seed, prompt.id, index))
        for prompt, count in zip(prompts, counts, strict=True)
        for index in range(count)
    )
