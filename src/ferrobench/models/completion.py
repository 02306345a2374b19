"""What a model was asked and what it answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferrobench.models.given import LaidOut


class StopReason(StrEnum):
    """Why a completion ended."""

    STOP = "stop"
    """The model ended its text itself (end-of-text token)."""
    LENGTH = "length"
    """``max_tokens`` new tokens were drawn."""
    CONTEXT = "context"
    """Prompt and completion fill the model's context."""
    ITEM = "item"
    """The item that the prompt began is complete, and more was not asked for."""
    READY = "ready"
    """The completion was made elsewhere; why it ended is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRequest:
    """One completion to draw."""

    key: int
    """Chosen by the caller and returned with the answer; answers come in the order in which they finish."""
    prompt: str
    """The suite's text. How the model is given it, bare or in a chat message, is the backend's to say."""
    seed: int
    """64 bits from which all random numbers of this completion come."""
    prompt_id: str = ""
    """Of the prompt, with :attr:`index` the name of the sample: for a model whose completions are ready."""
    index: int = 0
    """Which sample of its prompt, from 0."""
    laid_out: LaidOut | None = None
    """What the model is given instead of the prompt, by a backend that :class:`~ferrobench.models.given.LaysOut`."""

    @property
    def given(self) -> str | LaidOut:
        """What the model is given: requests that have it in common are evaluated together."""
        return self.prompt if self.laid_out is None else self.laid_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What the model wrote after the prompt."""

    text: str
    """Without the prompt, special tokens skipped, never truncated."""
    is_program: bool = False
    """Whether the text is a whole program by itself, and no continuation of its prompt: ready ones may be."""
    token_count: int
    """Tokens drawn, the end-of-text token not counted."""
    stop_reason: StopReason
    logprobs: tuple[float, ...] | None = None
    """Natural logarithm of the probability of each drawn token, under the model's own distribution: before temperature,
    penalties and truncation. None where it was not asked for, or the model does not say."""
    entropies: tuple[float, ...] | None = None
    """Entropy in nats of the model's own distribution at each drawn token; None likewise."""
    generation_seconds: float
    """This completion's share of the wall time spent in the model: summed over a run it is the time of generating."""
    latency_seconds: float
    """Wall time from entering the batch to leaving it."""

    def whole_text(self, prompt: str) -> str:
        """All that was judged as generated: the prompt's text and the completion, or the program."""
        return self.text if self.is_program else prompt + self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The model could not be asked at all; nothing was learned about it."""

    cause: str
    no_room: bool = False
    """Whether the model has no room for the prompt: a limit of the model, where all else is a failure of what serves it."""

    @property
    def unjudged(self) -> str:
        """The cause as a journal has it."""
        return MODEL_LIMIT + self.cause if self.no_room else self.cause


MODEL_LIMIT = "model: "
"""How the cause of an unjudged sample begins that the model has no room for: not its suite, and not this machine."""


def is_model_limit(cause: str) -> bool:
    """Tell whether what left a sample unjudged is a limit of the model."""
    return cause.startswith(MODEL_LIMIT)
