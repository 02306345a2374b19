"""What every export says of a sample: whether it passed, and else why not. The one place that decides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.judging import (
    Limit,
    Rejected,
    Tested,
    Unjudged,
    is_compiled,
    is_suite_fault,
    tested_record,
)
from ferrobench.prompts import JudgeMode

if TYPE_CHECKING:
    from ferrobench.judging import TestJudgment
    from ferrobench.results import SampleRecord, SavedRun

TESTS_MODE = JudgeMode.TESTS.value
NOT_TESTED = "compiled, and its hidden tests were not run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The extracted reading of one sample."""

    passed: bool | None
    """None where nothing was learned."""
    counts: bool
    """Whether it may go into a rate. Not where other samples of its prompt compiled and were not tested: those that did not
    compile would be the only ones counted."""
    has_tests: bool = False
    """Whether hidden tests decide, and not the compiler alone."""
    stage: str = ""
    """How far it got; empty where it was not judged."""
    reason: str = ""
    """Such as ``compile_error`` or ``assertion``; empty where none was given."""
    limit: str = ""
    """``time``, ``memory`` or ``output`` where one ended it."""
    code: str = ""
    """Of the first error of rustc, such as ``E0308``."""
    message: str = ""
    """One line or more for people: rustc's first error, the test that failed, or why it was not judged."""
    details: str = ""
    """The same at length: all errors as rustc shows them."""
    tests_passed: int | None = None
    tests_failed: int | None = None

    @property
    def scored(self) -> bool | None:
        """Whether it passed, as far as that may go into a rate."""
        return self.passed if self.counts else None

    @property
    def ran_out_of_time(self) -> bool:
        """Whether a limit of time ended it."""
        return self.limit == Limit.TIME.value


def passed_of(record: SampleRecord, *, has_tests: bool) -> bool | None:
    """Say whether a sample passed, in its extracted reading; None where nothing was learned.

    Where a prompt has no tests, what compiles passes. Where it has some and they were not run, nobody knows of what compiles.
    """
    if record.judged is None:
        return None
    tests = _tests_of(record)
    if isinstance(tests, Tested):
        return tests.all_held
    if isinstance(tests, Unjudged):
        return None
    compiled = is_compiled(record.judged.extracted)
    return None if compiled and has_tests else compiled


def tested_prompts(run: SavedRun) -> frozenset[str]:
    """The ids of the prompts that hidden tests decide, as far as the run tells."""
    by_samples = {
        sample.prompt_id for sample in run.samples if sample.judged is not None and sample.judged.has_tests
    }
    prompts = () if run.record is None else run.record.samples_by_prompt
    return frozenset(
        by_samples | {prompt.id for prompt in prompts if prompt.id and prompt.judge == TESTS_MODE}
    )


def _lacks_tests(tests: object) -> bool:
    """Whether tests that there should be were not run, or cannot be by a fault of their suite."""
    return tests is None or (isinstance(tests, Unjudged) and is_suite_fault(tests.cause))


def outcomes_of(run: SavedRun) -> list[tuple[SampleRecord, Outcome]]:
    """Every sample with what is known of it, in the order of the prompts."""
    tested = tested_prompts(run)
    untested = {
        sample.prompt_id
        for sample in run.samples
        if sample.prompt_id in tested
        and sample.judged is not None
        and is_compiled(sample.judged.extracted)
        and _lacks_tests(_tests_of(sample))
    }
    return [
        (
            sample,
            _outcome_of(
                sample, has_tests=sample.prompt_id in tested, counts=sample.prompt_id not in untested
            ),
        )
        for sample in run.samples
    ]


def _outcome_of(record: SampleRecord, *, has_tests: bool, counts: bool) -> Outcome:
    passed = passed_of(record, has_tests=has_tests)
    tests = _tests_of(record)
    if record.judged is None or isinstance(record.judged.extracted, Unjudged) or isinstance(tests, Unjudged):
        cause = tests.cause if isinstance(tests, Unjudged) else record.unjudged
        return Outcome(
            passed=None,
            counts=counts,
            has_tests=has_tests,
            message=cause or "not judged",
            details=cause or "",
        )
    extracted = record.judged.extracted
    said = tested_record(extracted, tests, has_tests=has_tests)
    errors = extracted.errors if isinstance(extracted, Rejected) else ()
    message = errors[0].message if errors else said.get("detail") or ""
    if passed is None:
        message = NOT_TESTED
    return Outcome(
        passed=passed,
        counts=counts,
        has_tests=has_tests,
        stage=said["stage"],
        reason=said["reason"] or "",
        limit=said["limit"] or "",
        code=(errors[0].code or "") if errors else "",
        message=message,
        details="\n".join(error.rendered for error in errors) or message,
        tests_passed=tests.passed if tests is not None else None,
        tests_failed=tests.failed if tests is not None else None,
    )


def _tests_of(record: SampleRecord) -> TestJudgment | None:
    """What hidden tests said of the extracted reading."""
    return None if record.judged is None else record.judged.extracted_tests
