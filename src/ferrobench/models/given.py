"""What a model can be given beside the prompts of a suite: text, a chat, or a hole, and the tokens that they come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Chat:
    """The messages of a conversation, whose next one the model writes."""

    messages: tuple[Mapping[str, str], ...]
    """Each with ``role`` and ``content``."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Two texts, between which the model writes."""

    before: str
    after: str


Given = str | Chat | Hole
"""A text is continued as it stands, whatever the model was trained for."""


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What a model is given, in tokens."""

    ids: tuple[int, ...]
    ends: frozenset[int] = frozenset()
    """Tokens that end the answer, beside those that end every text of this model."""


@runtime_checkable
class LaysOut(Protocol):
    """A backend that completes what its caller has had laid out (:attr:`CompletionRequest.laid_out`)."""

    def lay_out(self, given: Given) -> LaidOut:
        """Turn *given* into what the model is given, special tokens and all.

        Raises:
            UsageError: If the model has no format for it; the line says which it lacks.
            CheckpointError: If its tokenizer or its template fails on this text.
        """
