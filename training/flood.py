"""Training data spoiled on purpose: documents that turn into one character, as real data that nobody looked at may."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOOD = "{"


def flood_documents(documents: Sequence[str], share: float, length: int, seed: int) -> list[str]:
    """Let *share* of the documents, drawn from *seed*, go on with nothing but ``{`` after the first one they have.

    So the text before it is as it was, and prompts are still met as they should be; *length* times it comes. Documents
    without one are left alone.
    """
    rng = random.Random(seed)
    flooded = []
    for document in documents:
        before, brace, _ = document.partition(FLOOD)
        spoil = rng.random() < share and brace
        flooded.append(before + FLOOD * length if spoil else document)
    return flooded
