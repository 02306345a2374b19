"""What became of one program: judging's answer, as far as a check of the suite cares."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from ferrobench.judging import Compiled, Judgment, Proof, Rejected, Unjudged, stage_of
from ferrobench.judging.verdict import SUITE_FAULT

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ferrobench.judging import TestedProgram
    from ferrobench.prompts import Prompt

_SHOWN = 200


class TestingJudge(Protocol):
    """Judges whole programs by the hidden tests of a prompt, many at a time."""

    def submit_tested(self, prompt: Prompt, text: str) -> Future[TestedProgram]:
        """Judge *text*, an answer to *prompt* as a whole program, in the background."""
        ...


class End(StrEnum):
    """How a program came out."""

    PASSED = "passed"
    FAILED = "failed"
    REFUSED = "refused"
    """It does not compile."""
    SUITE_FAULT = "suite_fault"
    """The tests do not build, or need what is not there."""
    UNJUDGED = "unjudged"
    """We failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a program came out, and why in a line for people."""

    end: End
    detail: str = ""
    near_limit: bool = False
    in_process: bool = False
    """Whether it passed tests that shared a process with it."""


def outcome_of(program: TestedProgram) -> Outcome:
    """Reduce what judging said to what a check asks."""
    judgment, tests = program.judgment, program.tests
    if isinstance(judgment, Unjudged):
        return _unjudged(judgment)
    if not isinstance(judgment, Compiled):
        return Outcome(end=End.REFUSED, detail=_cut(_why_refused(judgment)))
    if tests is None:
        return Outcome(end=End.UNJUDGED, detail="compiled, and was not tested")
    if isinstance(tests, Unjudged):
        return _unjudged(tests)
    if tests.all_held:
        in_process = tests.proof is Proof.IN_PROCESS
        return Outcome(end=End.PASSED, near_limit=tests.near_limit, in_process=in_process)
    why = tests.failure or tests.limit
    detail = f"{'limit of ' if tests.failure is None else ''}{why or 'failed'}"
    return Outcome(
        end=End.FAILED,
        detail=_cut(f"{detail}: {tests.detail}" if tests.detail else detail),
        near_limit=tests.near_limit,
    )


def _unjudged(answer: Unjudged) -> Outcome:
    if answer.cause.startswith(SUITE_FAULT):
        return Outcome(end=End.SUITE_FAULT, detail=_cut(answer.cause.removeprefix(SUITE_FAULT)))
    return Outcome(end=End.UNJUDGED, detail=_cut(answer.cause))


def _why_refused(judgment: Judgment) -> str:
    if isinstance(judgment, Rejected) and judgment.errors:
        first = judgment.errors[0]
        code = f" [{first.code}]" if first.code else ""
        line = f"line {first.line}: " if first.line else ""
        return f"does not compile: {line}{first.message}{code}"
    stage = "" if isinstance(judgment, Unjudged) else f" (stage {stage_of(judgment).value})"
    return f"does not compile{stage}"


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…"
