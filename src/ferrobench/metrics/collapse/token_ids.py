"""Texts as arrays of numbers, one for each word: what makes megabytes of training text fit to be counted and searched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

LINE_END = "\n"
# Words as everywhere in this package, but line ends count, other white space never does, and what Rust writes most is whole.
_WORD = re.compile(r"\w{1,24}|::|->|[-=*#/~+.]{2,24}|=>|[^\w\s]|\n")
_PIECE = 1 << 20
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no bit of a word is lost


class Vocabulary(dict[str, int]):
    """Numbers for words, given out in the order in which words are met; the line end is 0."""

    def __init__(self) -> None:
        """Start with the line end."""
        super().__init__({LINE_END: 0})

    def __missing__(self, word: str) -> int:
        """Give a new word its number."""
        number = self[word] = len(self)
        return number

    def read(self, text: str) -> NDArray[np.int32]:
        """The words of *text* by their numbers, line ends among them; shape (words,)."""
        parts = [
            np.fromiter(map(self.__getitem__, words), np.int32, len(words))
            for words in map(_WORD.findall, _pieces(text))
        ]
        return np.concatenate(parts) if parts else np.empty(0, np.int32)

    def words(self) -> list[str]:
        """Every word, by its number."""
        return list(self)


def _pieces(text: str) -> Iterator[str]:
    """*text* in pieces that end with lines where they can, so that no list of words grows with all of it."""
    start = 0
    while start < len(text):
        end = start + _PIECE
        if end < len(text):
            line_end = text.rfind("\n", start, end)
            end = line_end + 1 if line_end >= start else end
        yield text[start:end]
        start = end


def word_offset(text: str, index: int) -> int:
    """Where the word stands before which *text* has *index* others, line ends not counted."""
    for match in _WORD.finditer(text):
        if match[0] != LINE_END:
            if index == 0:
                return match.start()
            index -= 1
    return len(text)


def window_hashes(ids: NDArray[np.int32], length: int) -> NDArray[np.uint64]:
    """A hash of every window of *length* words; shape (words - length + 1,), empty where there are fewer words.

    Polynomials modulo 2^64, doubled up: with 64 bits, that two windows of some million are taken for the same has a chance of
    about one in a million.
    """
    if len(ids) < length:
        return np.empty(0, np.uint64)
    # Spread first: small numbers alone would make polynomials that collide.
    spread = (ids.astype(np.uint64) + np.uint64(1)) * _BASE
    power = spread ^ (spread >> np.uint64(29))
    power_size, power_base = 1, np.uint64(0xBF58476D1CE4E5B9)
    result: NDArray[np.uint64] | None = None
    size = 0
    with np.errstate(over="ignore"):
        while length:
            if length & 1:
                result = (
                    power
                    if result is None
                    else result[: len(result) - power_size] * power_base
                    + power[size : size + len(result) - power_size]
                )
                size += power_size
            length >>= 1
            if length:
                power = power[:-power_size] * power_base + power[power_size:]
                power_size *= 2
                power_base = power_base * power_base
    assert result is not None  # the length is at least 1
    return result
