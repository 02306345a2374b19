"""Comparing every sample's program with its prompt's references, and what comes of it over a run."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Generic, TypeVar

from ferrobench.metrics.measured import values_by_prompt
from ferrobench.metrics.metric import Count, Estimate, Figures
from ferrobench.metrics.statistics import mean_estimate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ferrobench.metrics.measured import MeasuredRun, MeasuredSample
    from ferrobench.prompts import Prompt

T = TypeVar("T")


def references(prompt: Prompt) -> tuple[str, ...]:
    """The whole programs that are known to answer *prompt*; none where its format has no reference."""
    return (prompt.text + prompt.reference,) if prompt.reference else ()


@dataclass(frozen=True, slots=True)
class Comparison(Generic[T]):
    """What comparing gave for each sample whose prompt has a reference."""

    pairs: tuple[tuple[MeasuredSample, T | None], ...]
    """None where nothing of the model was left to compare."""

    def by(self, figure: Callable[[T], float]) -> list[tuple[MeasuredSample, float]]:
        """One figure of each sample; 0 where nothing was left."""
        return [(sample, 0.0 if found is None else figure(found)) for sample, found in self.pairs]


def compare_samples(
    run: MeasuredRun, prepare: Callable[[Sequence[str]], Callable[[str], T]]
) -> Comparison[T]:
    """Compare the extracted program of each sample with its prompt's references, equal programs once.

    Args:
        run: The run. Samples of prompts without a reference are left out.
        prepare: Given the references of a prompt, at least one, returns what compares a program with the best of them.
    """
    pairs: list[tuple[MeasuredSample, T | None]] = []
    for samples in run.by_prompt().values():
        known = references(samples[0].prompt)
        if not known:
            continue
        compare = prepare(known)
        found: dict[str | None, T | None] = {None: None}
        for sample in samples:
            program = sample.program
            if program is not None and program not in found:
                found[program] = compare(program)
            pairs.append((sample, found[program]))
    return Comparison(tuple(pairs))


class ComparedFigures(Figures):
    """How many samples likeness figures are over."""

    compared: Count
    """Samples whose prompt has a reference. They are what the likeness figures are over."""
    empty: Count
    """Those of them of whose answer nothing is left in the extracted reading: their likeness counts as 0."""
    without_reference: Count
    """Samples of prompts without a reference, left out."""
    prompts_without_reference: Count
    """The prompts of these."""


def count_compared(run: MeasuredRun) -> ComparedFigures:
    """Count what :func:`compare_samples` takes and leaves out."""
    compared = [sample for sample in run.samples if references(sample.prompt)]
    left_out = [sample for sample in run.samples if not references(sample.prompt)]
    return ComparedFigures(
        compared=len(compared),
        empty=sum(sample.program is None for sample in compared),
        without_reference=len(left_out),
        prompts_without_reference=len({sample.prompt.id for sample in left_out}),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """One figure over a run, seen four ways."""

    every: Estimate
    """Over all samples."""
    compiling: Estimate
    """Over those that compile."""
    passing: Estimate
    """Over those that pass."""
    best: Estimate
    """Over prompts: of each, its best sample."""


def likeness(values: Sequence[tuple[MeasuredSample, float]], *, top: float = 1.0) -> Likeness:
    """Sum up a figure of samples that goes from 0 to *top*."""
    return Likeness(
        every=estimate(values, top),
        compiling=estimate(((sample, value) for sample, value in values if sample.compiles), top),
        passing=estimate(((sample, value) for sample, value in values if sample.passed), top),
        best=mean_estimate([(max(group),) for group in values_by_prompt(values)], bounds=(0.0, top)),
    )


def estimate(values: Iterable[tuple[MeasuredSample, float | None]], top: float = 1.0) -> Estimate:
    """The mean of a figure from 0 to *top* over samples; those without it are left out."""
    return mean_estimate(values_by_prompt(values), bounds=(0.0, top))


def prompt_means(values: Iterable[tuple[MeasuredSample, float | None]]) -> dict[str, float]:
    """The mean of a figure by the id of the prompt; prompts without it are left out."""
    groups: dict[str, list[float]] = {}
    for sample, value in values:
        if value is not None:
            groups.setdefault(sample.prompt.id, []).append(value)
    return {prompt_id: fsum(group) / len(group) for prompt_id, group in groups.items()}
