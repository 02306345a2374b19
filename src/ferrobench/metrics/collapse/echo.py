"""Answers that say the prompt again and add nothing to it.

Chat models repeat the prompt before they go on with it, and rightly so. It is an echo where hardly anything else is there, or
where the prompt comes again and again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.metrics.collapse.loops import Gram, distinct_grams
from ferrobench.metrics.collapse.words import read_words

if TYPE_CHECKING:
    from collections.abc import Sequence

_FENCE = re.compile(r"^[ \t]*```.*$", re.MULTILINE)
_FEWEST_WORDS = 8
_MOST_ADDED = 0.1
_MOST_ADDED_WORDS = 2
_LEAST_REPEATED = 0.5
_SEPARATOR = "\0"


@dataclass(frozen=True, slots=True)
class PromptWords:
    """What is looked for of a prompt. Made once a prompt."""

    words: tuple[str, ...]
    grams: frozenset[Gram]

    @classmethod
    def of(cls, prompt: str) -> PromptWords:
        """Read a prompt."""
        words = read_words(prompt)
        return cls(tuple(words), frozenset(distinct_grams(words)))

    def is_echoed(self, text: str, words: Sequence[str], grams: set[Gram]) -> bool:
        """Whether *text*, of *words* and their 4-grams, is the prompt, some of it, or the prompt over and over."""
        if len(words) < min(_FEWEST_WORDS, max(4, len(self.words))) or grams.isdisjoint(self.grams):
            return False
        if "```" in text:
            words = read_words(_FENCE.sub("", text))
        return self._times(words) * len(self.words) >= _LEAST_REPEATED * len(words) or self._adds_nothing(
            words
        )

    def _times(self, words: Sequence[str]) -> int:
        """How often the whole prompt is there; 0 where it is there once."""
        if len(self.words) * 2 > len(words):
            return 0
        sought = _SEPARATOR.join(self.words) + _SEPARATOR
        times = (_SEPARATOR.join(words) + _SEPARATOR).count(sought)
        return times if times > 1 else 0

    def _adds_nothing(self, words: Sequence[str]) -> bool:
        fours = zip(words, words[1:], words[2:], words[3:], strict=False)
        added = new = 0
        for index, gram in enumerate(fours):
            # Of a run of grams that the prompt has, all four words of each are the prompt's.
            if gram in self.grams:
                new = max(new, index + 4)
            elif index >= new:
                added += 1
        added += max(0, len(words) - max(new, len(words) - 3))
        return added <= max(_MOST_ADDED_WORDS, _MOST_ADDED * len(words))
