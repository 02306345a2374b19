"""What a figure means: the text behind ``ferrobench explain`` and docs/metrics.md."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Better(StrEnum):
    """Which way a figure improves."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One figure of the results, defined so that another could compute it anew."""

    name: str
    """What a user types: ``self_bleu``. Unique over all metrics."""
    key: str
    """Where it stands in results.json, dotted; ``[]`` stands for each element of a list, ``*`` for each key."""
    summary: str
    """One sentence that says what is measured."""
    formula: str
    """How it is computed, in plain text; rules of counting too."""
    source: str
    """The publication or tool that defines it; ``ours`` where there is none."""
    unit: str
    """Such as ``percent``, ``tokens`` or ``none``."""
    range: str
    """Such as ``0 to 100``."""
    better: Better
    interval: str = "none"
    """What its interval covers, or ``none``."""
    caveats: tuple[str, ...] = ()
    """What the figure does not mean, a sentence each."""
