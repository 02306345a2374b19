"""What several samples of a prompt say together: pass@k, pass^k, and their means over prompts.

``compile@k`` is pass@k of compile counts: everything here takes counts and asks not what was counted. Where fewer than *k*
samples of a prompt were judged there is no estimate, and none is invented: the usual shortcut of taking such a prompt as
solved, or as what it is with fewer samples, moves the mean by as much as a better model does.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, fsum
from typing import TYPE_CHECKING

from ferrobench.metrics.summary import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RESAMPLES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptCounts:
    """The samples of one prompt: how many were judged, and how many of them succeeded."""

    prompt_id: str
    num_samples: int
    num_passed: int


def pass_at_k(num_samples: int, num_passed: int, k: int) -> float:
    """Estimate the chance that at least one of *k* samples of a prompt passes.

    The unbiased estimator of Chen et al. 2021 (arXiv:2107.03374, eq. 1), 1 - C(n-c, k) / C(n, k). The binomials are whole
    numbers here and only their quotient is rounded, so that the estimate never falls as *k* grows.

    >>> pass_at_k(10, 3, 1), pass_at_k(10, 3, 5)
    (0.3, 0.9166666666666666)

    Raises:
        ValueError: If fewer than *k* samples were judged, or the counts are impossible. Any number would be invented.
    """
    _check(num_samples, num_passed, k)
    draws = comb(num_samples, k)
    return (draws - comb(num_samples - num_passed, k)) / draws


def pass_hat_k(num_samples: int, num_passed: int, k: int) -> float:
    """Estimate the chance that all of *k* samples of a prompt pass: pass^k, a measure of reliability.

    The unbiased estimator C(c, k) / C(n, k) of Yao et al. 2024 (tau-bench, arXiv:2406.12045, section 3).

    >>> pass_hat_k(10, 3, 1), pass_hat_k(10, 3, 2)
    (0.3, 0.06666666666666667)

    Raises:
        ValueError: As :func:`pass_at_k`.
    """
    _check(num_samples, num_passed, k)
    return comb(num_passed, k) / comb(num_samples, k)


def _check(num_samples: int, num_passed: int, k: int) -> None:
    if k < 1:
        raise ValueError(f"k: expected 1 or more, found {k}")
    if num_samples < k:
        raise ValueError(f"k = {k} needs at least {k} judged samples of a prompt, found {num_samples}")
    if not 0 <= num_passed <= num_samples:
        raise ValueError(f"num_passed: expected 0 to {num_samples}, found {num_passed}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptMean:
    """A figure's mean over prompts, each with the same weight however many samples it has."""

    k: int
    value: float
    """From 0 to 1."""
    interval: tuple[float, float] | None
    """At 95 %, over prompts; None where one prompt alone says nothing of others."""
    num_prompts: int
    """Those with at least *k* judged samples; the mean is theirs alone."""
    left_out: tuple[str, ...]
    """The ids of the prompts with fewer."""


def mean_over_prompts(
    counts: Sequence[PromptCounts],
    k: int,
    *,
    seed: int = 0,
    estimator: Callable[[int, int, int], float] = pass_at_k,
) -> PromptMean | None:
    """Average an estimator over the prompts that have enough samples for *k*; None where none has."""
    enough = [prompt for prompt in counts if prompt.num_samples >= k]
    if not enough:
        return None
    values = [estimator(prompt.num_samples, prompt.num_passed, k) for prompt in enough]
    return PromptMean(
        k=k,
        value=fsum(values) / len(values),
        interval=bootstrap_interval(values, seed=seed) if len(values) > 1 else None,
        num_prompts=len(values),
        left_out=tuple(prompt.prompt_id for prompt in counts if prompt.num_samples < k),
    )


def bootstrap_interval(
    values: Sequence[float], *, seed: int, confidence: float = 0.95, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """The percentile interval for the mean of *values*, one per prompt, by drawing prompts anew with replacement.

    Samples of a prompt stand or fall together, so prompts, and not samples, are what is drawn: a bootstrap of clusters
    (B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13; for evaluations E. Miller, "Adding
    Error Bars to Evals", 2024, arXiv:2411.00640, section 2.2, whose clustered standard error it agrees with on many
    prompts). It says how the mean would vary over other prompts of this kind. Few prompts make it somewhat too
    narrow. Where all values are 0, or all are 1, drawing anew can show no doubt at all; there it is the score interval
    of that many successes among the prompts.

    The same *seed* and values give the same interval, on any machine.

    Raises:
        ValueError: If there are fewer than two values, or the confidence is impossible.
    """
    # Drawn by `random`, whose stream of floats is fixed for a seed; that of numpy may change with its version.
    from random import Random

    size = len(values)
    if size < 2:
        raise ValueError(f"values: expected those of at least 2 prompts, found {size}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: expected a share between 0 and 1, found {confidence}")
    if all(value == 0 for value in values):
        return wilson_interval(0, size, confidence)
    if all(value == 1 for value in values):
        return wilson_interval(size, size, confidence)
    draw = Random(seed).random
    means = sorted(fsum(values[int(draw() * size)] for _ in range(size)) / size for _ in range(resamples))
    tail = (1 - confidence) / 2
    return _quantile(means, tail), _quantile(means, 1 - tail)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which *share* of the ordered ones lie, linearly between neighbours."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
