"""What a check of a suite found: data alone, for tables and for JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """What can be wrong with a prompt. Every one lets a right answer fail, or a wrong one pass."""

    REFERENCE_FAILS = "reference_fails"
    """The reference solution does not compile, or does not pass the tests."""
    REFERENCE_FLAKY = "reference_flaky"
    """It passes on some runs and not on others."""
    STUB_REFUSED = "stub_refused"
    """The prompt does not compile even with ``todo!()`` for an answer."""
    TRIVIAL_PASSES = "trivial_passes"
    """A body that needs no thought passes the tests."""
    EMPTY_PASSES = "empty_passes"
    """The prompt passes as it stands, with nothing added."""
    TESTS_UNPARSABLE = "tests_unparsable"
    """The tests are no Rust, or end too early."""
    TESTS_DO_NOT_BUILD = "tests_do_not_build"
    """The tests do not compile, whatever the answer."""
    TESTS_CONTRADICT = "tests_contradict"
    """Two assertions that no answer can meet both."""
    NOTHING_ASSERTED = "nothing_asserted"
    """The tests hold nothing that could fail."""
    WRONG_PASSES = "wrong_passes"
    """A wrong answer from the suite's ``checks`` folder passes."""
    WRONG_REFUSED = "wrong_refused"
    """A wrong answer from there does not compile, and so says nothing about the tests."""
    EQUIVALENT_KILLED = "equivalent_killed"
    """A mutant that is said to mean the same as the reference fails the tests, or does not compile."""
    WEAK_TESTS = "weak_tests"
    """Too few of the wrong programs fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is wrong with a prompt."""

    kind: FaultKind
    detail: str
    """One line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """A mutant that passes the tests."""

    id: str
    line: int
    """Of the reference, from 1."""
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationScore:
    """How many of a prompt's wrong programs fail its tests."""

    killed: int
    """Mutants that compile and fail."""
    survivors: tuple[Survivor, ...]
    """Mutants that compile and pass, those left out that are argued to be equivalent."""
    equivalent: int
    refused: int
    """Mutants that do not compile. They count for nothing."""
    unjudged: int
    """Mutants that we failed to judge. They count for nothing either."""
    by_hand_failed: int
    """Wrong answers written by hand that fail."""
    by_hand: int
    """All of those that compile."""

    @property
    def programs(self) -> int:
        """How many wrong programs there were."""
        return self.killed + len(self.survivors) + self.by_hand

    @property
    def score(self) -> float | None:
        """The share of wrong programs that fail, from 0 to 1; None where there are none."""
        return (self.killed + self.by_hand_failed) / self.programs if self.programs else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptReport:
    """What the check of one prompt found."""

    id: str
    tested: bool
    """Whether it has tests at all."""
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]
    """What is worth knowing and no fault."""
    mutation: MutationScore | None
    """None where no mutant could be run."""
    in_process: bool = False
    """Whether its tests share a process with the sample: no proof against a determined attacker."""
    attainable: bool
    """Whether a pass is known to be possible; without a reference, whether it is not known to be impossible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteReport:
    """What the check of a suite found."""

    suite: str
    version: str
    content_hash: str
    editions: tuple[str, ...]
    """Those in which the references were run; the first for everything else too."""
    runs: int
    prompts: tuple[PromptReport, ...]
    programs: int
    """How many programs were judged."""
    unjudged: int
    """Those that we failed to judge."""

    @property
    def faults(self) -> int:
        """How many there are over all prompts."""
        return sum(len(prompt.faults) for prompt in self.prompts)

    @property
    def tested(self) -> int:
        """How many prompts have tests."""
        return sum(prompt.tested for prompt in self.prompts)

    @property
    def in_process(self) -> int:
        """How many prompts have tests that share a process with the sample."""
        return sum(prompt.in_process for prompt in self.prompts)

    @property
    def attainable(self) -> int:
        """How many of them can be passed: the ceiling of any model."""
        return sum(prompt.tested and prompt.attainable for prompt in self.prompts)


def suite_report_record(report: SuiteReport) -> dict[str, Any]:
    """Lay a report out for JSON."""
    return {
        "suite": report.suite,
        "version": report.version,
        "content_hash": report.content_hash,
        "editions": list(report.editions),
        "runs": report.runs,
        "programs": report.programs,
        "unjudged": report.unjudged,
        "faults": report.faults,
        "tested": report.tested,
        "attainable": report.attainable,
        "in_process": report.in_process,
        "prompts": [_prompt_record(prompt) for prompt in report.prompts],
    }


def _prompt_record(prompt: PromptReport) -> dict[str, Any]:
    return {
        "id": prompt.id,
        "tested": prompt.tested,
        "attainable": prompt.attainable,
        "in_process": prompt.in_process,
        "faults": [{"kind": fault.kind.value, "detail": fault.detail} for fault in prompt.faults],
        "notes": list(prompt.notes),
        "mutation": None if prompt.mutation is None else _mutation_record(prompt.mutation),
    }


def _mutation_record(mutation: MutationScore) -> dict[str, Any]:
    return {
        "score": mutation.score,
        "killed": mutation.killed,
        "survivors": [
            {"id": s.id, "line": s.line, "before": s.before, "after": s.after} for s in mutation.survivors
        ],
        "equivalent": mutation.equivalent,
        "refused": mutation.refused,
        "unjudged": mutation.unjudged,
        "by_hand": mutation.by_hand,
        "by_hand_failed": mutation.by_hand_failed,
    }
