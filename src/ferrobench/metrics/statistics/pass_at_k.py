"""What several samples of a prompt say together: pass@k, pass^k, and their means over prompts.

``compile@k`` is pass@k of compile counts: everything here takes counts and asks not what was counted. Where fewer than *k*
samples of a prompt were judged there is no estimate, and none is invented: the usual shortcut of taking such a prompt as
solved, or as what it is with fewer samples, moves the mean by as much as a better model does.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, fsum
from typing import TYPE_CHECKING

from ferrobench.metrics.statistics.means import gather, interval_over_prompts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


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
    """At 95 %, over prompts of this kind; None where one prompt alone says nothing of others."""
    num_prompts: int
    """Those with at least *k* judged samples; the mean is theirs alone."""
    left_out: tuple[str, ...]
    """The ids of the prompts with fewer."""


def mean_over_prompts(
    counts: Sequence[PromptCounts],
    k: int,
    *,
    estimator: Callable[[int, int, int], float] = pass_at_k,
) -> PromptMean | None:
    """Average an estimator over the prompts that have enough samples for *k*; None where none has.

    The interval is :func:`ferrobench.metrics.statistics.means.interval_over_prompts` of the prompts' values. For k above 1 these
    may count as no more trials than there are separate draws of *k* samples: where nearly all prompts are at 100 %, their
    values differ too little to show the doubt that is left. In simulation it covers 94 to 99 % from 16 prompts on with rates as
    Beta(0.5, 0.5), Beta(5, 5) or Beta(0.2, 4) and k up to 10. Over 5 and 8 prompts with Beta(0.5, 0.5) it is 88 and 92 % for
    k = 5 and 81 and 88 % for k = 10, as the few prompts that are hardly ever solved are then all that matters.
    """
    enough = [prompt for prompt in counts if prompt.num_samples >= k]
    if not enough:
        return None
    values = [estimator(prompt.num_samples, prompt.num_passed, k) for prompt in enough]
    clusters = gather([[value] for value in values])
    draws = None if k == 1 else sum(prompt.num_samples // k for prompt in enough)
    return PromptMean(
        k=k,
        value=fsum(values) / len(values),
        interval=None if clusters is None else interval_over_prompts(clusters, trials=draws),
        num_prompts=len(values),
        left_out=tuple(prompt.prompt_id for prompt in counts if prompt.num_samples < k),
    )
