"""chrF: how many short stretches of characters two texts share (Popović 2015, "chrF: character n-gram F-score").

As sacrebleu computes it for one sentence by default: whitespace is taken out first, orders 1 to 6, recall counts twice as much
as precision. Equal to its figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

ORDERS = 6
BETA = 2.0
_CHARACTER_BITS = 21


class ReferenceCharacters:
    """A reference's character n-grams, counted once for many programs to be compared with.

    They are kept as a trie, one level per order: a key of a level is the number of the n-gram without its last character,
    and that character. A program's n-grams go down it together, and those that left it are never looked up again.
    """

    def __init__(self, text: str) -> None:
        """Take *text* as the reference."""
        import numpy

        characters = _characters(text)
        self._length = len(characters)
        self._levels: list[tuple[NDArray[int64], NDArray[int64]]] = []
        numbers = numpy.zeros(len(characters), dtype=numpy.int64)
        for order in range(min(ORDERS, len(characters))):
            count = len(characters) - order
            keys = (numbers[:count] << _CHARACTER_BITS) | characters[order:]
            level, numbers, counts = numpy.unique(keys, return_inverse=True, return_counts=True)
            # The last key stands behind all others, so that looking one up always ends at a key.
            self._levels.append((numpy.append(level, -1), counts))

    def score(self, text: str) -> float:
        """The chrF of *text*, 0 to 100. Not symmetric: it asks for what the reference has."""
        import numpy

        characters = _characters(text)
        starts = numpy.arange(len(characters))
        numbers = numpy.zeros(len(characters), dtype=numpy.int64)
        precision = recall = 0.0
        orders = min(len(self._levels), len(characters))
        for order, (level, counts) in enumerate(self._levels[:orders]):
            inside = starts + order < len(characters)
            starts, numbers = starts[inside], numbers[inside]
            keys = (numbers << _CHARACTER_BITS) | characters[starts + order]
            places = level[:-1].searchsorted(keys)
            known = level[places] == keys
            starts, numbers = starts[known], places[known]
            found = numpy.bincount(numbers, minlength=len(counts))
            shared = int(numpy.minimum(found, counts).sum())
            precision += shared / (len(characters) - order)
            recall += shared / (self._length - order)
        if not precision:
            return 0.0
        precision, recall = precision / orders, recall / orders
        return 100 * (1 + BETA**2) * precision * recall / (BETA**2 * precision + recall)


def _characters(text: str) -> NDArray[int64]:
    import numpy

    solid = "".join(text.split()).encode("utf-32-le", "surrogatepass")
    return numpy.frombuffer(solid, dtype="<u4").astype(numpy.int64)
