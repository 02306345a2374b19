"""What the rest of the package needs of a model, wherever it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ferrobench.models.completion import Completion, CompletionRequest, Refused
    from ferrobench.models.prompt_style import ModelInput, PromptStyle
    from ferrobench.models.sampling import SamplingSettings


# More threads than any machine has make the arithmetic library crash.
THREADS_LIMIT = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendInfo:
    """What a run records about its model. None is not known, or has no meaning for the kind."""

    kind: str
    """Such as ``nanochat-rs``, ``hugging-face``, ``openai`` or ``file``."""
    prompt_style: PromptStyle
    """How the model is given its prompts."""
    step: int | None = None
    """Optimizer step, where the checkpoint says it."""
    loss: float | None = None
    """Training loss, where the checkpoint says it."""
    parameters: int | None = None
    context_length: int | None = None
    """In tokens."""
    vocab_size: int | None = None
    device: str | None = None
    dtype: str | None = None
    """Of the arithmetic, such as ``float32``."""
    threads: int | None = None
    """CPU threads of the arithmetic. Part of what makes samples repeatable."""
    tokenizer: str | None = None
    repeatable: str = "samples"
    """What repeats with the same seed: ``samples`` (each by itself), ``batches`` (only the same batches), or ``no``."""
    libraries: Mapping[str, str] = field(default_factory=dict)
    """Versions of the libraries that computed the samples."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What only this kind has, fit for JSON."""


class Backend(Protocol):
    """A model that answers prompts."""

    @property
    def label(self) -> str:
        """How results name the model, such as ``checkpoints/stable-v2/step_10000``."""

    @property
    def identity(self) -> Mapping[str, Any]:
        """What tells this model, in this state, from any other, fit for JSON: a run is resumed only with the same."""

    @property
    def info(self) -> BackendInfo:
        """What the run record keeps."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes this model's figures mean less than they seem to; shown at the top of every output."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Smaller oddities, shown once at the start."""

    def model_input(self, prompt: str) -> ModelInput:
        """Say exactly what the model is given for a prompt of the suite."""

    def refuses(self, prompt: str) -> str | None:
        """Say why this prompt cannot be completed at all, or None where it can, or nobody knows yet."""

    def refuse_settings(self, settings: SamplingSettings, batch_size: int | None) -> None:
        """Raise a UsageError where this kind, or its prompt style, cannot do what *settings* or *batch_size* ask for."""

    def use_threads(self, threads: int) -> None:
        """Set the CPU threads of the arithmetic, where it happens here; a resumed run keeps those it began with."""

    def complete(
        self, requests: Iterable[CompletionRequest], settings: SamplingSettings, *, batch_size: int | None
    ) -> Iterator[tuple[int, Completion | Refused]]:
        """Yield ``(key, answer)`` for every request, in the order in which they finish.

        *batch_size* is how many are drawn at once; None is what suits the model.
        """
