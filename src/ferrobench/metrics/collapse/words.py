"""Texts as sequences of words, whatever they are written in: what loops, echoes and copies are looked for in.

Not Rust's own tokens: those hide what stands in comments and in strings, and a string that is never closed is one token
however long. Here a word is a run of word characters, or one other character. White space is left out, so that another
layout hides nothing. Where one character goes on and on, a piece of fixed length is a word, so that a flood of it is a flood
of words: letters and white space by 24, and likewise the characters of separators (``// ------``), of which ordinary code
has some 80 in a row.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD = re.compile(r"\w{1,24}|[-=*#/~+.]{2,24}|[^\w\s]|\s{24}")
_DIGITS = re.compile(r"\d+")


def read_words(text: str) -> list[str]:
    """The words of *text*, in order. Linear in its length."""
    return _WORD.findall(text)


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the words of *text* stand, in the same order."""
    return (match.span() for match in _WORD.finditer(text))


def count_numbers(text: str) -> int:
    """How many runs of digits *text* has."""
    return len(_DIGITS.findall(text))


def mask_numbers(words: Sequence[str]) -> list[str]:
    """Make all numbers in *words* the same, those in names too: ``x12 = 7`` becomes ``x0 = 0``."""
    masked = {word: _DIGITS.sub("0", word) for word in set(words)}
    return [masked[word] for word in words]
