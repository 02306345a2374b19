"""The outcomes of a run's samples, by prompt, for one rate after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from ferrobench.judging import Rejected
from ferrobench.metrics.failures.families import Family, family_of
from ferrobench.results.summarize_tests import compiles, passes, passes_strict, with_tests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ferrobench.judging import Judgment, TestJudgment
    from ferrobench.results import Judged, PromptSummary, SampleRecord, SavedRun
    from ferrobench.results.summarize_tests import Success

PAIRED_FROM = 0.9
"""From this share of the larger run on, samples without their like are left out rather than the pairs dissolved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One of the rates of a run."""

    key: str
    title: str
    succeeds: Success
    """Whether a judged sample succeeds; None where it does not count."""
    counted: Callable[[PromptSummary], tuple[int | None, int | None]]
    """Successes and samples of a prompt, where only the results file is there; None where it does not know."""
    strict: bool = True
    """Of the text as generated; else of the extracted reading."""
    of_tests: bool = False

    def judgment(self, judged: Judged) -> Judgment:
        """rustc's word on the reading that this is a rate of."""
        return judged.as_generated if self.strict else judged.extracted

    def tests(self, judged: Judged) -> TestJudgment | None:
        """The hidden tests' word on it."""
        return judged.strict_tests if self.strict else judged.extracted_tests


RATES = (
    Rate(
        key="compile_success_rate",
        title="Compiles as generated",
        succeeds=lambda judged: judged.compiles_as_generated,
        # The original judges every sample.
        counted=lambda prompt: (
            prompt.compile_success,
            prompt.n_samples if prompt.judged is None else prompt.judged,
        ),
    ),
    Rate(
        key="compile_success_rate_extracted",
        title="Compiles, extracted",
        succeeds=compiles,
        counted=lambda prompt: (prompt.compile_success_extracted, prompt.judged),
        strict=False,
    ),
    Rate(
        key="pass_rate",
        title="Passes hidden tests",
        succeeds=passes,
        counted=lambda prompt: (prompt.passed, prompt.tested),
        strict=False,
        of_tests=True,
    ),
    Rate(
        key="pass_rate_strict",
        title="Passes as generated",
        succeeds=passes_strict,
        counted=lambda prompt: (prompt.passed_strict, prompt.tested),
        of_tests=True,
    ),
)
RATE_KEYS = tuple(rate.key for rate in RATES)


def _never_counted(_: PromptSummary) -> tuple[int | None, int | None]:
    return None, None


def _has(family: Family, judged: Judged) -> bool:
    judgment = judged.extracted
    return isinstance(judgment, Rejected) and any(
        family_of(error, judgment.stage) is family for error in judgment.errors
    )


_FAILURE_TITLES = {
    Family.SYNTAX: "Syntax errors",
    Family.NAMES: "Name errors",
    Family.TYPES: "Type errors",
    Family.TRAITS: "Trait errors",
    Family.OWNERSHIP: "Ownership errors",
    Family.MACROS: "Macro errors",
    Family.OTHER: "Other errors",
}

FAILURES = tuple(
    Rate(
        key=f"failures.{family.value}",
        title=_FAILURE_TITLES[family],
        succeeds=partial(_has, family),
        counted=_never_counted,
        strict=False,
    )
    for family in Family
)
"""Shares of samples with mistakes about one part of Rust: here to succeed is to have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSamples:
    """What is known of one prompt's samples."""

    text: str
    records: tuple[SampleRecord, ...]
    """In order. Empty where only the results file is there."""
    testable: bool
    """Whether its hidden tests can be run."""
    summary: PromptSummary | None

    def counts(self, rate: Rate) -> tuple[int, int]:
        """Successes, and samples that count."""
        if self.records:
            found = list(self.outcomes(rate).values())
            return sum(found), len(found)
        successes, samples = (None, None) if self.summary is None else rate.counted(self.summary)
        return (0, 0) if successes is None or samples is None else (successes, samples)

    def outcomes(self, rate: Rate) -> Mapping[tuple[int, int], bool]:
        """Whether each sample succeeds, by its index and seed; those that do not count are left out."""
        if rate.of_tests and not self.testable:
            return {}
        found = (
            (record, rate.succeeds(record.judged))
            for record in self.records
            if record.judged is not None and record.uncompiled is None
        )
        return {(record.index, record.seed): outcome for record, outcome in found if outcome is not None}

    def first_alone(self) -> PromptSamples:
        """Only its first sample, where all others are the same."""
        return replace(self, records=self.records[:1])


def gather(run: SavedRun, *, by_text: bool) -> dict[str, PromptSamples]:
    """Take the samples of a run by prompt: by its id, or by its text where the other run knows no ids."""
    summaries = () if run.record is None else run.record.samples_by_prompt
    by_id = {summary.id or summary.prompt: summary for summary in summaries}
    texts = dict(run.prompt_texts) or {name: summary.prompt for name, summary in by_id.items()}
    records: dict[str, list[SampleRecord]] = {name: [] for name in texts}
    for record in run.samples:
        records[record.prompt_id].append(record)
    found = {}
    for name, text in texts.items():
        found[text if by_text else name] = PromptSamples(
            text=text,
            records=tuple(records[name]),
            testable=len(with_tests(records[name])) == len(records[name]),
            summary=by_id.get(name),
        )
    return found


def is_paired(old: Iterable[PromptSamples], new: Iterable[PromptSamples]) -> bool:
    """Whether nearly all samples have their like, with the same seed, in the other run."""
    together = [
        ({(r.index, r.seed) for r in a.records}, {(r.index, r.seed) for r in b.records})
        for a, b in zip(old, new, strict=True)
    ]
    pairs = sum(len(a & b) for a, b in together)
    return pairs > 0 and pairs >= PAIRED_FROM * max(
        sum(len(a) for a, _ in together), sum(len(b) for _, b in together)
    )
