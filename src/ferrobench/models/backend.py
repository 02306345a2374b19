"""What the rest of the package needs of a model, wherever it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ferrobench.models.completion import Completion, CompletionRequest, Refused
    from ferrobench.models.sampling import SamplingSettings


# More threads than any machine has make the arithmetic library crash.
THREADS_LIMIT = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendInfo:
    """What a run records about its model."""

    kind: str
    """Such as ``nanochat-rs``."""
    step: int | None
    """Optimizer step, where the checkpoint says it."""
    loss: float | None
    """Training loss, where the checkpoint says it."""
    parameters: int | None
    context_length: int
    vocab_size: int
    device: str
    threads: int | None
    """CPU threads of the arithmetic. Part of what makes samples repeatable."""
    tokenizer: str | None
    libraries: Mapping[str, str]
    """Versions of the libraries that computed the samples."""


class Backend(Protocol):
    """A model that answers prompts."""

    @property
    def info(self) -> BackendInfo:
        """What the run record keeps."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes this model's figures mean less than they seem to; shown at the top of every output."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Smaller oddities of the checkpoint, shown once at the start."""

    def refuses(self, prompt: str) -> str | None:
        """Say why this prompt cannot be completed at all, or None where it can."""

    def complete(
        self, requests: Iterable[CompletionRequest], settings: SamplingSettings, *, batch_size: int
    ) -> Iterator[tuple[int, Completion | Refused]]:
        """Yield ``(key, answer)`` for every request, in the order in which they finish."""
