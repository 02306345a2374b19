"""Edit distance between sequences of tokens, many tokens at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class ReferenceTokens:
    """A reference's tokens, laid out once for many programs to be compared with."""

    def __init__(self, tokens: Sequence[str]) -> None:
        """Take *tokens* as the reference."""
        self._length = len(tokens)
        places: dict[str, int] = {}
        for index, token in enumerate(tokens):
            places[token] = places.get(token, 0) | 1 << index
        self._places: Mapping[str, int] = places

    def distance(self, tokens: Sequence[str]) -> int:
        """How many tokens must be put in, taken out or replaced (Levenshtein 1966), at unit costs.

        The bit-parallel way of Myers 1999 as Hyyrö 2003 writes it: a column of the table is two numbers, whose bits say
        where it rises and where it falls, so one of Python's integer operations works on all rows.
        """
        if not self._length:
            return len(tokens)
        whole = (1 << self._length) - 1
        last = 1 << self._length - 1
        rises, falls = whole, 0
        distance = self._length
        places = self._places
        for token in tokens:
            equal = places.get(token, 0)
            diagonal = ((equal & rises) + rises ^ rises) | equal | falls
            up = falls | (whole & ~(diagonal | rises))
            down = rises & diagonal
            if up & last:
                distance += 1
            elif down & last:
                distance -= 1
            up = up << 1 | 1
            rises = whole & (down << 1 | ~(diagonal | up))
            falls = whole & up & diagonal
        return distance

    def similarity(self, tokens: Sequence[str]) -> float:
        """1 less the distance over the length of the longer, 0 to 1; 1 where both have no token."""
        longer = max(self._length, len(tokens))
        return 1 - self.distance(tokens) / longer if longer else 1.0
