"""Documents packed into training rows of equal length."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from training.tokenizer import END_OF_TEXT_ID

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def pack_rows(documents: Sequence[Sequence[int]], row_length: int, seed: int) -> Iterator[list[int]]:
    """Yield rows of *row_length* ids without end, each document followed by the end-of-text id.

    Every row starts where a document starts, as the prompts do. A document that the row's end cuts off opens the
    next row again, unless it opened this one already and is simply too long. Each pass over the documents has its
    own order, drawn from *seed*.
    """
    rng = random.Random(seed)
    row: list[int] = []
    while True:
        order = list(range(len(documents)))
        rng.shuffle(order)
        for index in order:
            document = [*documents[index], END_OF_TEXT_ID]
            started_row = not row
            row += document
            if len(row) >= row_length:
                yield row[:row_length]
                row = [] if started_row or len(row) == row_length else document
                if len(row) >= row_length:
                    yield row[:row_length]
                    row = []
