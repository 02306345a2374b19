"""How likely a model finds a text that it is given: the text in windows, and what each of them costs. Pure.

A text is longer than a model's context, so it goes through in windows that overlap by half. Each window after the
first counts its last half alone: so every token is counted once, and all but those at the beginning of the text have
at least half a context before them. What the model's tokenizer puts before a text (a begin-of-text token) stands
before every window, for some models compute nonsense without it. Where it puts nothing there, the first token of the
text has nothing to follow from, and neither it nor its bytes count.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import fsum, isfinite
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ferrobench.errors import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MOST_CONTEXT = 2048
"""Tokens that a window holds at most, however long the model's context is: memory grows with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedText:
    """All of a text in tokens; names of special tokens in it are ordinary text."""

    ids: Sequence[int]
    starts: Sequence[int]
    """The byte of the text, in UTF-8, at which each token begins, or the character that it is only a part of."""
    num_bytes: int
    restores: bool
    """Whether the tokens decode to the very text. Where they do not, some of it was lost, and nothing is paid for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowScore:
    """What one window counts."""

    nats: float
    """Minus the natural logarithm of the probability of its tokens, each after those before it."""
    tokens: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextScore:
    """What a whole text costs a model."""

    windows: tuple[WindowScore, ...]
    """In the order of the text. None where it has no token that follows from anything."""
    context_length: int
    """Tokens that the model was given at most, what stands before the window included."""
    restores: bool
    """As of :class:`EncodedText`."""


@runtime_checkable
class ScoresText(Protocol):
    """A backend that tells how likely a given text is."""

    def score_text(self, text: str) -> TextScore:
        """Say what *text* costs, as it stands, whatever the style in which prompts are given.

        Raises:
            CheckpointError: The model computes no probability for it, or its tokenizer fails.
            UsageError: Its tokenizer does not tell where in the text its tokens are.
            NotReadyError: The device fails, or its memory is full.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of a text, in numbers of its tokens."""

    first: int
    counted: int
    """From here on, tokens count; those before are only there to be followed."""
    end: int


def plan_windows(num_tokens: int, context_length: int, prefix_length: int) -> tuple[Window, ...]:
    """Lay windows over a text, so that each token that follows from anything is counted in one of them.

    Args:
        num_tokens: Of the text.
        context_length: Tokens that the model is given at most.
        prefix_length: Tokens that stand before every window.
    """
    # The last token of a window is not given to the model, only expected of it.
    size = context_length - prefix_length + 1
    counted = 0 if prefix_length else 1
    end = min(size, num_tokens)
    windows = []
    while counted < end:
        windows.append(Window(first=max(0, end - size), counted=counted, end=end))
        counted, end = end, min(end + max(1, size // 2), num_tokens)
    return tuple(windows)


def scoring_context(context_length: int | None) -> int:
    """How many tokens a model of this context is given at once; None is a model without a limit."""
    return MOST_CONTEXT if context_length is None else min(context_length, MOST_CONTEXT)


def score_windows(
    encoded: EncodedText,
    evaluate: Callable[[Sequence[Sequence[int]]], Iterable[Sequence[float]]],
    *,
    prefix: Sequence[int],
    context_length: int,
    rows: int,
) -> TextScore:
    """Score a text window by window.

    Args:
        encoded: The text.
        evaluate: Takes sequences of one length and gives, for each, what every token after the first costs in nats.
        prefix: What stands before every window.
        context_length: Tokens that the model is given at most.
        rows: Sequences that *evaluate* takes at once at most.

    Raises:
        CheckpointError: Some probability is zero, or no number.
    """
    windows = plan_windows(len(encoded.ids), context_length, len(prefix))
    starts = [*encoded.starts, encoded.num_bytes]
    scores = []
    for number in range(0, len(windows), rows):
        batch = windows[number : number + rows]
        costs = evaluate([[*prefix, *encoded.ids[window.first : window.end]] for window in batch])
        for window, cost in zip(batch, costs, strict=True):
            tokens = window.end - window.counted
            nats = fsum(cost[-tokens:])
            if not isfinite(nats):
                raise CheckpointError(
                    "the model computes no finite probability for a token of the given text"
                )
            scores.append(
                WindowScore(nats=nats, tokens=tokens, bytes=starts[window.end] - starts[window.counted])
            )
    return TextScore(windows=tuple(scores), context_length=context_length, restores=encoded.restores)


def starts_in_bytes(text: str, starts: Sequence[int]) -> list[int]:
    """Turn places in *text*, counted in characters, into places in its UTF-8 bytes."""
    if text.isascii():
        return list(starts)
    places = [0, *accumulate(len(character.encode()) for character in text)]
    return [places[start] for start in starts]
