"""Finds out whether hidden tests can run here, by running some: a right program, a wrong one, and one that looks around."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ferrobench.judging.verdict import Failure, Proof, Tested, Unjudged
from ferrobench.prompts.prompt import JudgeMode, Prompt

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ferrobench.judging.judge import TestedProgram

# What the harness says before a cause; whoever asks here knows.
_OF_TESTS = "tests could not be run: "
_PROMPT = Prompt(
    id="probe/double",
    text="fn double(x: u32) -> u32 {",
    category="",
    tags=(),
    judge=JudgeMode.TESTS,
    prelude="",
    reference=" 2 * x }",
    probes="",
    tests="#[test]\nfn doubles() { assert_eq!(double(2), 4); }\n",
    complete=False,
)


class ProgramTester(Protocol):
    """What tests programs."""

    def submit_tested(self, prompt: Prompt, text: str) -> Future[TestedProgram]:
        """Judge *text*, an answer to *prompt* as a whole program, in the background."""
        ...


def find_testing_fault(judge: ProgramTester, *, confined: bool = True) -> str | None:
    """Say in a line what is wrong with running hidden tests here, or None.

    With *confined*, a program under test must also be kept from this machine's files and variables.
    """
    with tempfile.TemporaryDirectory(prefix="ferrobench-canary-") as folder:
        canary = Path(folder, "canary")
        canary.write_text(secrets.token_hex(16), encoding="ascii")
        curious = f' if std::fs::read("{canary}").is_ok() || std::env::var_os("PATH").is_some() {{ 0 }} else {{ 2 * x }} }}'
        answers = [" 2 * x }", " x }", *([curious] if confined else ())]
        submitted = [judge.submit_tested(_PROMPT, _PROMPT.text + answer) for answer in answers]
        right, wrong, *seen = [future.result() for future in submitted]
    if isinstance(right.judgment, Unjudged):
        return right.judgment.cause
    if isinstance(right.tests, Unjudged):
        return right.tests.cause.removeprefix(_OF_TESTS)
    if (
        not isinstance(right.tests, Tested)
        or not right.tests.all_held
        or right.tests.proof is not Proof.REMOTE
    ):
        return f"a right program does not pass under our limits: {_words(right)}"
    if not isinstance(wrong.tests, Tested) or wrong.tests.failure is not Failure.ASSERTION:
        return f"a wrong program does not fail its test: {_words(wrong)}"
    if not all(isinstance(one.tests, Tested) and one.tests.all_held for one in seen):
        return f"a program under test can see this machine's files or variables: {_words(seen[0])}"
    return None


def _words(program: TestedProgram) -> str:
    found = program.judgment if program.tests is None else program.tests
    return " ".join(str(getattr(found, "detail", None) or getattr(found, "cause", None) or found).split())[
        :200
    ]
