"""Drawing planned samples from a backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.generation.sample import Sample, SampleTask
from ferrobench.models import CompletionRequest

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from ferrobench.models import Backend, SamplingSettings


def generate(
    backend: Backend, tasks: Sequence[SampleTask], settings: SamplingSettings, *, batch_size: int | None
) -> Generator[Sample, None, None]:
    """Yield one sample for each task, in the order in which they finish. Closing it stops the drawing."""
    requests = (
        CompletionRequest(
            key=key, prompt=task.prompt.text, seed=task.seed, prompt_id=task.prompt.id, index=task.index
        )
        for key, task in enumerate(tasks)
    )
    for key, answer in backend.complete(requests, settings, batch_size=batch_size):
        yield Sample(task=tasks[key], answer=answer)
