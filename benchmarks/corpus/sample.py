"""One text of a corpus."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A text to be judged, and how it was made."""

    text: str
    kind: str
    """What was done to a valid program, such as ``truncated``; several mutations are joined by ``+``."""
