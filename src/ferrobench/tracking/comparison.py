"""What a comparison of two runs says: the keys of ``ferrobench compare --json``."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

from ferrobench.metrics.metric import Count, Figures, Percent

Verdict: TypeAlias = Literal["better", "worse", "unclear", "not compared"]


class NoteKind(StrEnum):
    """In what two runs differ, or what one of them lacks, so that a change may have another reason than the model."""

    SUITE = "suite"
    """Other suites, or another version of one: other prompts or other tests."""
    PROMPTS = "prompts"
    """Prompts that only one of them has, or whose text differs."""
    SAMPLING = "sampling"
    PROMPT_STYLE = "prompt style"
    PRELUDE = "prelude"
    EDITION = "edition"
    TOOLCHAIN = "toolchain"
    CRATES = "crates"
    LIMITS = "limits"
    SEED = "seed"
    """Samples come in no pairs."""
    SAMPLES = "samples"
    """Other numbers of samples, or a run that is not finished."""
    UNJUDGED = "unjudged"
    ORIGINAL = "original"
    """A file of the original tool, which says little of how it came about."""
    NO_SAMPLES = "no samples"
    """The samples of a run are not there, only what its results file says."""
    DEVICE = "device"
    """Other machines: speeds are not comparable."""
    DETERMINISTIC = "deterministic"
    """Every sample of a prompt is the same."""


class Note(Figures):
    """One thing that stands in the way of a comparison."""

    kind: NoteKind
    message: str
    """One line in plain words."""
    refused: bool
    """Whether the runs cannot be compared for it, unless the user insists."""


class RunSide(Figures):
    """One of the runs."""

    name: str
    """The checkpoint, or the run's own name where both are of one checkpoint."""
    path: str
    """Where the run lies, as far as it is known."""
    step: Count | None
    """Training steps of the checkpoint; null where unknown."""
    timestamp: str | None
    samples: Count
    """All that it has, whether compared or not."""


class RateChange(Figures):
    """How one rate changed. Everything in percent and points."""

    key: str
    """As in the results: ``compile_success_rate``, ``pass_rate``, …; ``failures.ownership`` and its like are the share of samples with
    at least one such error, extracted."""
    title: str
    higher_is_better: bool
    old: Percent | None
    """Over what is compared. Null where one of the runs has no such samples."""
    new: Percent | None
    change: float | None
    interval: tuple[float, float] | None
    """At 95 %, for the change, if these prompts were sampled again as often."""
    interval_over_prompts: tuple[float, float] | None
    """At 95 %, for other prompts of this kind; null for a single prompt."""
    p_value: float | None
    """Two-sided, of this rate alone."""
    adjusted_p: float | None
    """For all that is shown: of the headline by the number of comparisons; of others by Holm's method among them, times that number,
    and never below the headline's."""
    significant: bool
    """Whether ``adjusted_p`` is below 0.05."""
    verdict: Verdict
    samples: Count
    """Pairs where ``paired``, else samples of both runs together."""
    prompts: Count
    paired: bool


class PowerOf(Figures):
    """How often two such runs show a change of the headline rate."""

    change: float
    """In points."""
    percent: Percent


class PromptChange(Figures):
    """One prompt, by the headline rate."""

    prompt: str
    """Its id; its text where a file of the original tool is compared."""
    old_samples: Count
    old_successes: Count
    new_samples: Count
    new_successes: Count
    fixed: Count | None
    """Pairs that fail in the old run and succeed in the new one; null without pairs."""
    broken: Count | None
    """The other way round."""


class ErrorChange(Figures):
    """One kind of error, as generated."""

    code: str | None
    """Such as ``E0308``; null for errors without one, which ``message`` tells apart."""
    message: str
    """What it says most often, names and numbers left out."""
    old_samples: Count
    """Samples of the old run with at least one."""
    new_samples: Count
    fixed: Count | None
    """Pairs that only fail in the old run, this being their first error there; null without pairs."""
    broken: Count | None
    """Pairs that only fail in the new run, this being their first error there."""


class SampleChange(Figures):
    """One pair of samples that was fixed or broken."""

    prompt: str
    index: Count
    change: Literal["fixed", "broken"]
    old_program: str
    new_program: str
    old_says: str | None
    """Why it failed: rustc's first error, or what the hidden tests say; null where it did not."""
    new_says: str | None


class MeasureChange(Figures):
    """A figure that is not a rate of samples. No test is made of it."""

    key: str
    title: str
    old: float | None
    new: float | None
    percent: float | None
    """By how many percent it changed; null where that says nothing."""


class Comparison(Figures):
    """Two runs side by side."""

    old: RunSide
    new: RunSide
    sentence: str
    """What came of it, in plain words."""
    notes: list[Note]
    headline: RateChange
    """The rate that is tested first; others count only where it changed."""
    rates: list[RateChange]
    """All rates, the headline first."""
    failures: list[RateChange]
    """Mistakes by the part of Rust that they are about; empty where the samples are not there."""
    power: list[PowerOf]
    """What these numbers of samples can show, from the rates of the old run."""
    fixed: Count | None
    """Pairs by the headline rate; null without pairs."""
    broken: Count | None
    prompts: list[PromptChange]
    """In the order of the suite."""
    errors: list[ErrorChange]
    """Those that changed most first."""
    examples: list[SampleChange]
    measures: list[MeasureChange]


class Comparisons(Figures):
    """One run beside others: the document that ``ferrobench compare --json`` prints."""

    schema_version: int = 1
    comparisons: list[Comparison]
    """One for each new run, in the order given."""
