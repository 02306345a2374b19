"""Answers that are the same where they should differ: over prompts, and over the samples of a prompt."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

FEWEST_PROMPTS = 3
"""Two prompts may ask for the same; where a run has only two, both."""
FEWEST_SAMPLES = 4
"""Of a prompt: with fewer, that all are the same may be chance."""


def shared_answers(answers: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Which answers are given to several prompts.

    Args:
        answers: The text of its prompt, and what stands for the answer, of every sample.
    """
    prompts: defaultdict[str, set[str]] = defaultdict(set)
    every: set[str] = set()
    for prompt, answer in answers:
        prompts[answer].add(prompt)
        every.add(prompt)
    least = max(2, min(FEWEST_PROMPTS, len(every)))
    return frozenset(answer for answer, found in prompts.items() if len(found) >= least)


def monotonous(answers: Iterable[tuple[Hashable, str]]) -> frozenset[Hashable]:
    """Which prompts have at least four samples, all of them with the same text.

    Args:
        answers: What stands for its prompt, and the text, of every sample.
    """
    texts: defaultdict[Hashable, Counter[str]] = defaultdict(Counter)
    for prompt, text in answers:
        texts[prompt][text] += 1
    return frozenset(
        prompt for prompt, found in texts.items() if len(found) == 1 and found.total() >= FEWEST_SAMPLES
    )
