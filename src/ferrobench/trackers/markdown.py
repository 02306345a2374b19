"""What a tracker shows beside curves, as Markdown: what was measured, and a few samples. Pure.

Samples are texts of a model, and prompts may be anyone's: neither can end the block that it stands in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferrobench.trackers.point import TrackedPoint

_LEAST_FENCE = 3


def render_about(point: TrackedPoint) -> str:
    """A list of what was measured and how."""
    return "\n".join(f"- {name}: {_code(value)}" for name, value in point.about.items())


def render_samples(point: TrackedPoint) -> str:
    """The samples, each in a fence that is longer than any in its text."""
    blocks = []
    for row in point.rows:
        longest = max((len(ticks) for ticks in re.findall("`+", row.text)), default=0)
        fence = "`" * max(_LEAST_FENCE, longest + 1)
        blocks.append(f"{_code(row.prompt)}: {row.compiling} compile\n\n{fence}rust\n{row.text}\n{fence}")
    return "\n\n".join(blocks)


def _code(text: str) -> str:
    """Words on one line, as code."""
    return f"`{' '.join(text.replace('`', ' ').split())}`"
