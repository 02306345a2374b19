"""Builds and runs samples: one worker a thread, with processes of tests of its own."""

from __future__ import annotations

import math
from collections import OrderedDict
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from signal import SIGKILL
from typing import TYPE_CHECKING, TypeAlias

from ferrobench.judging.assemble import assemble
from ferrobench.judging.testing.build import PROGRAM_NAME
from ferrobench.judging.testing.execution import Tester, TestingError, run_guarded, run_round
from ferrobench.judging.testing.guarded import GuardedPlan, sample_crate
from ferrobench.judging.testing.outcome import Account
from ferrobench.judging.verdict import (
    Compiled,
    CompilerCrashed,
    Failure,
    Judgment,
    Limit,
    LimitHit,
    Proof,
    Rejected,
    Tested,
    Unjudged,
)
from ferrobench.prompts.prompt import Need

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path

    from ferrobench.judging.testing.execution import ProgramEnd, Round
    from ferrobench.judging.testing.jail import Jail, RunLimits
    from ferrobench.judging.testing.tester import RemotePlan
    from ferrobench.judging.testing.workshop import Workshop
    from ferrobench.prompts.prompt import Prompt

TestJudgment: TypeAlias = Tested | Unjudged
"""What testing a program comes to."""

Play: TypeAlias = "Callable[[int, Path | None, RunLimits], Round]"
"""Starts a sample: from which unit on, with which folder of its own, within which limits."""

TIMES_REFERENCE = 10
"""How many times the CPU time of its reference a sample may use, where that is more than the default."""
# What one sample brings along, all load.
_MOST_SHARED_BYTES = 64 << 20
# How often a sample's program is started again after it has ended without an answer, so that later tests count too.
_MOST_ROUNDS = 40
# Processes of tests that a worker keeps; each has those of up to 64 prompts.
_MOST_TESTERS = 16


@dataclass(slots=True, eq=False)
class RemoteTests:
    """The tests of one prompt, ready to run: which program has them, and under which number."""

    plan: RemotePlan
    folder: Path
    number: int


@dataclass(frozen=True, slots=True)
class GuardedTests:
    """The tests of a prompt that share a process with each sample."""

    plan: GuardedPlan


@dataclass(slots=True, eq=False)
class Job:
    """A sample that waits for its tests."""

    prompt: Prompt
    text: str
    source: bytes
    """The text with its prelude."""
    shared: bool
    """Whether it may share a program."""
    key: tuple[Prompt, bytes]
    """What is asked, in few bytes."""
    futures: list[Future[TestJudgment]] = field(default_factory=list)


class Worker:
    """Builds and runs the samples of one thread, and keeps its processes."""

    def __init__(self, number: int, workshop: Workshop) -> None:
        self._number = number
        self._workshop = workshop
        self._testers: OrderedDict[Path, Tester] = OrderedDict()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        for tester in self._testers.values():
            tester.close()

    def test(self, batch: list[Job], finish: Callable[[Job, TestJudgment], None]) -> None:
        """Test some samples that may share a program, and say of each as soon as it is known."""
        tests = self._workshop.tests_of([job.prompt for job in batch])
        ready = []
        for job in batch:
            match tests[job.prompt]:
                case str(fault):
                    finish(job, Unjudged(cause=fault))
                case Unjudged() as ours:
                    finish(job, ours)
                case GuardedTests(plan):
                    finish(
                        job,
                        self._within_limits(
                            job.prompt, partial(self.test_guarded, job.prompt, job.text, plan)
                        ),
                    )
                case found:
                    ready.append((job, found))
        self._build_and_run(ready, finish)

    def _build_and_run(
        self, ready: list[tuple[Job, RemoteTests]], finish: Callable[[Job, TestJudgment], None]
    ) -> None:
        if not ready:
            return
        jail, builder = self._workshop.tools()
        with jail.scratch.folder() as folder:
            if ready[0][0].shared:
                built = builder.build_shared(folder, [(job.source, tests.plan) for job, tests in ready])
            if not ready[0][0].shared or (len(ready) == 1 and not built.succeeded):
                built = builder.build_alone(folder, ready[0][0].source, ready[0][1].plan)
            if built.succeeded and (len(ready) == 1 or _size(folder) <= _MOST_SHARED_BYTES):
                for number, (job, tests) in enumerate(ready):
                    finish(job, self._run(folder, (PROGRAM_NAME, str(number)), job, tests))
                return
        if len(ready) == 1:
            finish(ready[0][0], _unbuilt(built.judgment))
            return
        # Those that rustc complains of by themselves, where they are judged; the others go on together.
        culprits = built.culprits or frozenset(range(len(ready) // 2))
        self._build_and_run([pair for number, pair in enumerate(ready) if number not in culprits], finish)
        for number in sorted(culprits):
            self._build_and_run([ready[number]], finish)

    def _run(self, folder: Path, words: tuple[str, ...], job: Job, tests: RemoteTests) -> TestJudgment:
        return self._within_limits(
            job.prompt,
            partial(self._run_within, folder, words, job.prompt, tests),
            partial(self._run_reference, job.prompt, tests),
        )

    def _within_limits(
        self,
        prompt: Prompt,
        run: Callable[[RunLimits], TestJudgment],
        run_reference: Callable[[RunLimits], TestJudgment | None] = lambda _: None,
    ) -> TestJudgment:
        """Run a sample within the usual limits, or within those that its reference justifies."""
        limits = self._workshop.run_limits
        judgment = run(limits)
        if isinstance(judgment, Unjudged) or not (judgment.limit is Limit.TIME or judgment.near_limit):
            return judgment
        seconds = self._workshop.reference_seconds(prompt, run_reference)
        if isinstance(seconds, Unjudged):
            return seconds
        needed = math.ceil(TIMES_REFERENCE * (seconds or 0.0))
        if needed <= limits.cpu_seconds:
            return judgment
        wall_seconds = max(limits.wall_seconds, 3.0 * needed)
        return run(replace(limits, cpu_seconds=needed, wall_seconds=wall_seconds))

    def _run_reference(self, prompt: Prompt, tests: RemoteTests, limits: RunLimits) -> TestJudgment | None:
        if not prompt.reference:
            return None
        jail, builder = self._workshop.tools()
        prelude = "" if self._workshop.bare else prompt.prelude
        source = assemble(prompt.text + prompt.reference, prelude).source
        with jail.scratch.folder() as folder:
            built = builder.build_alone(folder, source, tests.plan)
            if not built.succeeded:
                return built.judgment if isinstance(built.judgment, Unjudged) else None
            return self._run_within(folder, (PROGRAM_NAME, "0"), prompt, tests, limits)

    def _run_within(
        self, folder: Path, words: tuple[str, ...], prompt: Prompt, tests: RemoteTests, limits: RunLimits
    ) -> TestJudgment:
        """Run a sample with tests that are in a process of their own."""
        jail, _ = self._workshop.tools()

        def play(first: int, writable: Path | None, left: RunLimits) -> Round:
            try:
                finished = run_round(
                    jail,
                    self._tester(jail, tests.folder),
                    folder=folder,
                    words=words,
                    prompt=tests.number,
                    first_unit=first,
                    limits=left,
                    writable=writable,
                    worker=self._number,
                )
            except TestingError:
                # Whatever it was, the next one begins with another process of the tests.
                self._end_tester(tests.folder)
                raise
            if finished.tests_status is None:
                self._end_tester(tests.folder)
            return finished

        return self._play(prompt, Account(units=tests.plan.units, limits=limits), play)

    def test_guarded(self, prompt: Prompt, text: str, plan: GuardedPlan, limits: RunLimits) -> TestJudgment:
        """Build and run a sample with tests that share its process."""
        jail, builder = self._workshop.tools()
        sample = sample_crate(text, plan.probes, "" if self._workshop.bare else prompt.prelude)
        with jail.scratch.folder() as folder:
            built = builder.build_guarded(folder, sample, plan.root)
            if not built.succeeded:
                return _unbuilt(built.judgment, Proof.IN_PROCESS)

            def play(first: int, writable: Path | None, left: RunLimits) -> Round:
                return run_guarded(
                    jail,
                    folder=folder,
                    name=PROGRAM_NAME,
                    first_unit=first,
                    limits=left,
                    writable=writable,
                    worker=self._number,
                )

            account = Account(units=plan.units, limits=limits, proof=Proof.IN_PROCESS)
            return self._play(prompt, account, play)

    def _play(self, prompt: Prompt, account: Account, play: Play) -> TestJudgment:
        """Run a sample; once more, alone, where the machine may be to blame for how it went."""
        fresh = account.fresh()
        with self._workshop.gate.shared():
            try:
                was_late = self._rounds(prompt, account, play)
            except (TestingError, OSError):
                was_late = True
        if was_late:
            account = fresh
            with self._workshop.gate.alone():
                try:
                    self._rounds(prompt, account, play)
                except (TestingError, OSError) as error:
                    return Unjudged(cause=f"tests could not be run: {error}")
        return account.conclude()

    def _rounds(self, prompt: Prompt, account: Account, play: Play) -> bool:
        """Start a sample as often as it takes; tell whether it might have ended otherwise on an idle machine."""
        jail, _ = self._workshop.tools()
        first = 0
        for _ in range(_MOST_ROUNDS):
            with ExitStack() as stack:
                writable = None
                if Need.FILES in prompt.needs:
                    writable = stack.enter_context(jail.scratch.folder())
                    writable.chmod(0o777)
                finished = play(first, writable, account.limits_left)
            following = account.add(finished)
            if account.limit is Limit.TIME:
                return _may_be_load(finished.end, account.limits)
            if account.limit is None and finished.end.status == -SIGKILL:
                # Whoever did that, such as a kernel without memory. If it was the sample, it does so again.
                return True
            if following is None:
                break
            first = following
        return False

    def _tester(self, jail: Jail, folder: Path) -> Tester:
        if folder not in self._testers:
            while len(self._testers) >= _MOST_TESTERS:
                self._testers.popitem(last=False)[1].close()
            self._testers[folder] = Tester(jail, folder, PROGRAM_NAME)
        self._testers.move_to_end(folder)
        return self._testers[folder]

    def _end_tester(self, folder: Path) -> None:
        tester = self._testers.pop(folder, None)
        if tester is not None:
            tester.close()


def _size(folder: Path) -> int:
    return (folder / PROGRAM_NAME).stat().st_size


def _may_be_load(end: ProgramEnd, limits: RunLimits) -> bool:
    """Whether a program that ran out of time may owe that to its neighbours.

    Wall time is spent by everybody. CPU time hardly is, but filling memory takes far more of it beside others that do so, and
    a program on its way to the limit of memory then meets that of time.
    """
    if end.timed_out:
        return (end.cpu_seconds or 0.0) < limits.cpu_seconds
    return end.peak_mib >= limits.address_space_mib / 2


def _unbuilt(judgment: Judgment, proof: Proof = Proof.REMOTE) -> TestJudgment:
    """What it means that a sample, which compiles, does not build together with what calls it."""
    limit: Limit | None = None
    match judgment:
        case Unjudged():
            return judgment
        case LimitHit():
            limit = judgment.limit
            detail = "building the test program reached a limit"
        case Rejected() | CompilerCrashed():
            detail = f"the tests cannot call it: {complaint_of(judgment)}"
        case _:
            detail = "the tests cannot call it"
    return Tested(
        passed=0,
        failed=0,
        failure=Failure.NO_ENTRY_POINT if limit is None else None,
        limit=limit,
        proof=proof,
        detail=detail,
        cpu_seconds=0.0,
        near_limit=False,
    )


def complaint_of(judgment: Judgment) -> str:
    """What rustc says of a program that it refuses, in a line."""
    match judgment:
        case Rejected(errors=errors) if errors:
            code = "" if errors[0].code is None else f" [{errors[0].code}]"
            return f"{errors[0].message}{code}"
        case CompilerCrashed(detail=detail):
            return detail
        case Unjudged(cause=cause):
            return cause
        case Compiled():
            return ""
        case _:
            return "rustc refuses it without a word"
