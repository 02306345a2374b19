"""Bits per byte: what a text that the model has not learned from costs it."""

from __future__ import annotations

from itertools import pairwise
from math import fsum, log
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, ValidationError

from ferrobench.errors import InputError
from ferrobench.metrics.generation.ratios import ratio_of_sums
from ferrobench.metrics.metric import Count, Figures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferrobench.models import HeldOutText, TextScore

KEY = "bits_per_byte"
"""Where a run's config keeps it."""
MOST_BLOCKS = 30
"""Stretches of the text that the interval takes as drawn: long ones, for what stands side by side is alike."""
FEWEST_BLOCKS = 5

NonNegative = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


class BitsPerByte(Figures):
    """What a held-out text costs a model."""

    file: str
    """The file's name, without its folders."""
    sha256: str
    """Of the file's bytes."""
    file_bytes: Count
    """All of the file."""
    bytes: Count
    """Those that count: all, or all but those of the first token where nothing stands before it."""
    tokens: Count
    """Those that the counted bytes come to."""
    bits_per_byte: NonNegative
    """Minus the binary logarithm of the text's probability, divided by ``bytes``."""
    interval: tuple[NonNegative, NonNegative] | None
    """At 95 %, over stretches of the text; null where it is too short."""
    context_length: Count
    """Tokens that the model was given at most."""
    restores: bool
    """Whether the tokens decode to the very text; else some of it is lost, and the figure is too low."""


def bits_per_byte(text: HeldOutText, score: TextScore) -> BitsPerByte:
    """Say what *text* costs by its *score*.

    Raises:
        InputError: If nothing of the text counts.
    """
    windows = score.windows
    num_bytes = sum(window.bytes for window in windows)
    if not num_bytes:
        raise InputError(
            f"{text.name}: has {text.num_bytes} bytes, of which none can be scored; expected a longer text"
        )
    blocks = min(MOST_BLOCKS, len(windows))
    edges = [number * len(windows) // blocks for number in range(blocks + 1)]
    found = ratio_of_sums(
        [
            (
                fsum(window.nats for window in windows[start:end]) / log(2),
                sum(window.bytes for window in windows[start:end]),
            )
            for start, end in pairwise(edges)
        ],
        bounds=(0.0, None),
    )
    assert found.value is not None  # there are bytes
    return BitsPerByte(
        file=text.name,
        sha256=text.sha256,
        file_bytes=text.num_bytes,
        bytes=num_bytes,
        tokens=sum(window.tokens for window in windows),
        # Rounding can make what is certain cost a little less than nothing.
        bits_per_byte=max(0.0, found.value),
        interval=found.interval if blocks >= FEWEST_BLOCKS else None,
        context_length=score.context_length,
        restores=score.restores,
    )


def read_bits_per_byte(config: Mapping[str, object]) -> BitsPerByte | None:
    """Read it out of a run's config; None where nobody asked for it.

    Raises:
        InputError: If it is damaged.
    """
    stored = config.get(KEY)
    if stored is None:
        return None
    try:
        return BitsPerByte.model_validate(stored)
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(map(str, (KEY, *fault["loc"])))
        raise InputError(f"config: {field}: {fault['msg'][0].lower()}{fault['msg'][1:]}") from error
