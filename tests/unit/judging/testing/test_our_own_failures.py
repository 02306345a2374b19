"""What fails on our side while tests are built or run is laid at nobody else's door, and is tried again."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ferrobench.judging import Failure, Proof, Tested, Unjudged
from ferrobench.judging.testing.build import Built
from ferrobench.judging.testing.execution import ProgramEnd, Round, Said
from ferrobench.judging.testing.harness import TestHarness
from ferrobench.judging.testing.jail import RunLimits
from ferrobench.judging.testing.outcome import Account
from ferrobench.judging.testing.worker import Job, Worker
from ferrobench.judging.testing.workshop import Workshop
from tests.support.hidden import hidden_prompt, in_module

if TYPE_CHECKING:
    from pathlib import Path

PROMPT = hidden_prompt("fn f(a: u8) -> u8 {", in_module("fn a() { assert_eq!(f(1), 1); }"), reference=" a }")
KILLED = Unjudged(cause="rustc was killed from outside")
ENDED = ProgramEnd(
    status=0, cpu_seconds=0.1, peak_mib=1.0, wall_seconds=0.2, timed_out=False, flooded=False, errors=""
)


class KilledBuilder:
    """A builder whose rustc is killed each time."""

    def build_tests(self, _folder: Path, _plans: object) -> Built:
        return Built(judgment=KILLED, culprits=frozenset())


def a_workshop() -> Workshop:
    nothing: Any = None
    return Workshop(
        nothing,
        edition="2021",
        sandbox=nothing,
        limits=nothing,
        run_limits=RunLimits(),
        externs=(),
        bare=False,
    )


def test_tests_that_we_failed_to_build_are_no_fault_of_their_suite() -> None:
    """And are built again when they are asked for again."""
    workshop = a_workshop()
    builder: Any = KilledBuilder()
    jail: Any = None
    workshop._made = jail, builder

    assert workshop.tests_of([PROMPT]) == {PROMPT: KILLED}
    assert PROMPT not in workshop._tests
    workshop.close()


def test_a_reference_that_we_failed_to_measure_is_measured_again() -> None:
    """Until then nothing is known of it, least of all that there is none."""
    workshop = a_workshop()
    passed = Tested(
        passed=1, failed=0, failure=None, limit=None, proof=Proof.REMOTE, detail=None, cpu_seconds=2.0, near_limit=False
    )  # fmt: skip

    assert workshop.reference_seconds(PROMPT, lambda _: KILLED) == KILLED
    assert workshop.reference_seconds(PROMPT, lambda _: passed) == 2.0
    assert workshop.reference_seconds(PROMPT, lambda _: KILLED) == 2.0
    workshop.close()


def played(*rounds: Round) -> tuple[Any, list[RunLimits]]:
    """What a worker says of a sample whose processes end so, and within which limits each was started."""
    workshop = a_workshop()
    jail: Any = None
    builder: Any = None
    workshop._made = jail, builder
    left: list[RunLimits] = []
    following = iter(rounds)

    def play(_first: int, _writable: Path | None, limits: RunLimits) -> Round:
        left.append(limits)
        return next(following)

    judgment = Worker(0, workshop)._play(PROMPT, Account(units=("a", "b"), limits=RunLimits()), play)
    workshop.close()
    return judgment, left


def test_a_sample_that_somebody_killed_is_run_again() -> None:
    """A kernel without memory kills whom it likes."""
    killed = Round(reports=((Said.GONE, 0, ""),), end=replace(ENDED, status=-9), tests_status=0)
    both = Round(
        reports=((Said.HELD, 0, ""), (Said.HELD, 1, ""), (Said.DONE, 2, "")), end=ENDED, tests_status=0
    )

    judgment, _ = played(killed, both)

    assert judgment.all_held


def test_a_sample_that_kills_itself_fails() -> None:
    """It does so again."""
    killed = Round(reports=((Said.GONE, 0, ""),), end=replace(ENDED, status=-9), tests_status=0)

    judgment, _ = played(killed, killed)

    assert judgment.failure is Failure.SIGNAL


def test_all_processes_of_a_sample_have_one_budget_of_time() -> None:
    """Whoever leaves after each answer gets no more of it than others."""
    left_early = Round(reports=((Said.GONE, 0, ""),), end=replace(ENDED, cpu_seconds=1.5), tests_status=0)
    second = Round(reports=((Said.HELD, 1, ""), (Said.DONE, 2, "")), end=ENDED, tests_status=0)

    judgment, limits = played(left_early, second)

    assert [one.cpu_seconds for one in limits] == [3, 2]
    assert limits[1].wall_seconds < limits[0].wall_seconds
    assert (judgment.passed, judgment.failed) == (1, 1)


def test_a_finished_sample_does_not_answer_for_one_that_was_asked_since() -> None:
    """The same text may be asked again after it stayed unjudged, while its old batch is still at work."""
    nothing: Any = None
    harness = TestHarness(nothing, edition="2021", sandbox=nothing, jobs=1)
    key = (PROMPT, b"")

    def job() -> Job:
        return Job(prompt=PROMPT, text="", source=b"", shared=True, key=key, futures=[Future()])

    old, new = job(), job()
    harness._under_way[key] = new
    harness._finish(old, KILLED)
    assert not new.futures[0].done()

    harness._finish(new, KILLED)
    assert new.futures[0].result() == KILLED
    harness.close()
