"""What the tokens of a prompt's answers tell: of the model's own text, without the prompt that all answers share."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from ferrobench.metrics.diversity.ngrams import MAX_ORDER, Texts, distinct_shares, entropies
from ferrobench.metrics.diversity.self_bleu import self_bleu
from ferrobench.metrics.diversity.vocabulary import moving_average_ratios, type_token_ratios

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ferrobench.metrics.diversity.ngrams import Floats, Integers
    from ferrobench.metrics.measured import MeasuredSample

MAX_COMPARED = 100
"""Answers of a prompt that are compared with each other at most."""
GROUP = 5
"""Answers in a group for the figures that do not depend on the number of samples."""
COMPRESSION_LEVEL = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigures:
    """Figures of groups of answers, one value per group each; NaN where there is nothing to tell them from."""

    distinct: tuple[Floats, ...]
    """distinct-1 to distinct-4."""
    entropy_bits: Floats
    conditional_entropy_bits: Floats
    compression_ratio: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptAnswers:
    """All figures of the answers to one prompt."""

    prompt: str
    samples: int
    empty: int
    whole: GroupFigures
    """Of one group: all answers."""
    fives: GroupFigures
    """Of as many groups of five as the answers that are compared make."""
    compared: int
    self_bleu: Floats
    """One value per answer that is compared."""
    self_bleu_in_fives: Floats
    type_token_ratios: Floats
    mattrs: Floats


def measure_answers(
    prompt: str, samples: Sequence[MeasuredSample], words: Sequence[Integers], seed: int
) -> PromptAnswers:
    """Measure the answers to one prompt.

    Args:
        words: The tokens of each sample's answer, as numbers.
    """
    order = draw_order(prompt, samples, seed)
    answers = [samples[place].answer for place in order]
    texts = Texts([words[place] for place in order])
    compared = texts
    if len(order) > MAX_COMPARED:
        compared = Texts([words[place] for place in order[:MAX_COMPARED]])
    return PromptAnswers(
        prompt=prompt,
        samples=texts.size,
        empty=int(np.count_nonzero(texts.lengths == 0)),
        whole=_group_figures(texts, answers, texts.size),
        fives=_group_figures(compared, answers, GROUP),
        compared=compared.size,
        self_bleu=self_bleu(compared, grouped(compared.size, compared.size)),
        self_bleu_in_fives=self_bleu(compared, grouped(compared.size, GROUP))[
            : compared.size // GROUP * GROUP
        ],
        type_token_ratios=type_token_ratios(texts),
        mattrs=moving_average_ratios(texts),
    )


def draw_order(prompt: str, samples: Sequence[MeasuredSample], seed: int) -> list[int]:
    """Put samples into an order drawn by *seed*, the same whatever order they come in.

    Each has a number drawn for its prompt and index alone: the first so many are a draw without replacement, and more
    samples leave the draws of those before them as they are.
    """

    def drawn(place: int) -> tuple[bytes, str]:
        sample = samples[place]
        key = f"{seed}\0{prompt}\0{sample.index}".encode("utf-8", "surrogatepass")
        return blake2b(key, digest_size=16).digest(), sample.answer

    return sorted(range(len(samples)), key=drawn)


def compression_ratio(answers: Iterable[str]) -> float:
    """How many times smaller answers become, one after the other on lines of their own, in bytes; NaN if all are empty.

    The measure of Shaib et al. 2024, by zlib at level 6.
    """
    text = "\n".join(answers).encode("utf-8", "surrogatepass")
    if not text.strip(b"\n"):
        return float("nan")
    return len(text) / len(zlib.compress(text, COMPRESSION_LEVEL))


def grouped(texts: int, size: int) -> Integers:
    """For each of so many texts its group, when so many after each other make one; what is left over comes last."""
    return np.arange(texts) // size


def _group_figures(texts: Texts, answers: Sequence[str], size: int) -> GroupFigures:
    """Figures of groups of so many answers; what is left over is in none."""
    group_of = grouped(texts.size, size)
    begun = int(group_of[-1]) + 1
    full = texts.size // size
    pairs = entropies(texts.occurrences[1], group_of, begun)
    first = entropies(texts.first_of_two, group_of, begun)
    return GroupFigures(
        distinct=tuple(
            distinct_shares(texts, order, group_of, begun)[:full] for order in range(1, MAX_ORDER + 1)
        ),
        entropy_bits=entropies(texts.occurrences[0], group_of, begun)[:full],
        conditional_entropy_bits=np.maximum(pairs - first, 0.0)[:full],
        compression_ratio=np.array(
            [compression_ratio(answers[group * size : (group + 1) * size]) for group in range(full)]
        ),
    )
