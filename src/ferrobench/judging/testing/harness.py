"""Tests many samples at once: builds them together, runs each by itself, and says of each what its prompt's tests say.

Samples wait until a worker is free, and the worker takes as many as may share a program: so whoever comes alone is built at
once, and under load programs fill up by themselves. What is asked again is not run again.
"""

from __future__ import annotations

import hashlib
import math
import re
import threading
from collections import OrderedDict, deque
from concurrent.futures import Future, InvalidStateError
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from ferrobench.judging.assemble import assemble
from ferrobench.judging.compile import Gate
from ferrobench.judging.fast.route import MEMBER, Reading, Route
from ferrobench.judging.process import Limits
from ferrobench.judging.sandbox.bubblewrap import TOOLCHAIN
from ferrobench.judging.sandbox.choose import Tier
from ferrobench.judging.scratch import Scratch
from ferrobench.judging.testing.build import PROGRAM_NAME, Builder
from ferrobench.judging.testing.execution import Tester, TestingError, run_guarded, run_round
from ferrobench.judging.testing.guarded import GuardedPlan, plan_guarded, sample_crate
from ferrobench.judging.testing.jail import Jail, RunLimits
from ferrobench.judging.testing.outcome import Account
from ferrobench.judging.testing.signature import UnsendableError
from ferrobench.judging.testing.support import build_support
from ferrobench.judging.testing.tester import RemotePlan, SuiteFaultError, plan_remote
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
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ferrobench.judging.sandbox import Sandbox
    from ferrobench.judging.testing.execution import ProgramEnd, Round
    from ferrobench.judging.toolchain import Toolchain
    from ferrobench.prompts.prompt import Prompt

TestJudgment: TypeAlias = Tested | Unjudged
"""What testing a program comes to."""

MOST_SHARED = 64
"""Samples that share a program at most."""
_PROMPTS_TOGETHER = 64
# What one sample brings along, all load.
_MOST_SHARED_BYTES = 64 << 20
_STATIC = re.compile(r"(?<!')\bstatic\b")
# How often a sample's program is started again after it has ended without an answer, so that later tests count too.
_MOST_ROUNDS = 40
_MOST_REMEMBERED = 4096
# Processes of tests that a worker keeps; each has those of up to 64 prompts.
_MOST_TESTERS = 16
# The reference may take its time; samples get a multiple of what it takes.
_REFERENCE_CPU_SECONDS = 60
TIMES_REFERENCE = 10
"""How many times the CPU time of its reference a sample may use, where that is more than the default."""


@dataclass(slots=True, eq=False)
class _Tests:
    """The tests of one prompt, ready to run: which program has them, and under which number."""

    plan: RemotePlan
    folder: Path
    number: int


@dataclass(frozen=True, slots=True)
class _GuardedTests:
    """The tests of a prompt that share a process with each sample."""

    plan: GuardedPlan


@dataclass(slots=True, eq=False)
class _Job:
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


class TestHarness:
    """Runs hidden tests. Safe to use from many threads; it keeps a bounded number of outcomes."""

    __test__ = False

    def __init__(
        self,
        toolchain: Toolchain,
        *,
        edition: str,
        sandbox: Sandbox,
        jobs: int,
        limits: Limits | None = None,
        run_limits: RunLimits | None = None,
        externs: tuple[str, ...] = (),
        bare: bool = False,
        share: bool = True,
    ) -> None:
        """Set up; nothing is started yet.

        Args:
            toolchain: The rustc that builds.
            edition: The edition of all samples.
            sandbox: What confines rustc; its tier confines samples, too.
            jobs: How many samples are built or run at the same time.
            limits: What each rustc may use.
            run_limits: What each program may use.
            externs: rustc's flags for crates that samples may use.
            bare: Leave the prompts' preludes out.
            share: Let samples of different prompts share a program.
        """
        self._toolchain = toolchain
        self._edition = edition
        self._sandbox = sandbox
        self._jobs = jobs
        self._limits = limits or Limits()
        self._run_limits = run_limits or RunLimits()
        self._externs = externs
        self._bare = bare
        self._share = share
        self._changed = threading.Condition()
        self._queue: deque[_Job] = deque()
        self._under_way: dict[tuple[Prompt, bytes], _Job] = {}
        self._remembered: OrderedDict[tuple[Prompt, bytes], TestJudgment] = OrderedDict()
        self._threads: list[threading.Thread] = []
        self._closing = False
        self._gate = Gate()
        self._stack = ExitStack()
        self._setup = threading.RLock()
        self._made: tuple[Jail, Builder] | None = None
        self._scratch = Scratch()
        self._tests: dict[Prompt, _Tests | _GuardedTests | str] = {}
        """Of each prompt its tests, or why there are none."""
        self._announced: deque[Prompt] = deque()
        self._reference_seconds: dict[Prompt, float | None] = {}

    def prepare(self, prompts: Sequence[Prompt]) -> None:
        """Say which prompts are to come, so that their tests are built together."""
        with self._changed:
            self._announced.extend(prompt for prompt in prompts if prompt.tests)

    def submit(self, prompt: Prompt, text: str) -> Future[TestJudgment]:
        """Test a whole program, which is known to compile, in the background."""
        program = assemble(text, "" if self._bare else prompt.prelude)
        source = program.source
        # What is static takes room in every process of a shared program.
        shared = (
            self._share
            and MEMBER.search(text) is None
            and _STATIC.search(text) is None
            and Reading(source, edition=self._edition).route() <= Route.SPOILING
        )
        job = _Job(
            prompt=prompt,
            text=text,
            source=source,
            shared=shared,
            key=(prompt, hashlib.sha256(source).digest()),
        )
        future: Future[TestJudgment] = Future()
        with self._changed:
            known = self._remembered.get(job.key)
            if known is not None:
                self._remembered.move_to_end(job.key)
                future.set_result(known)
                return future
            if self._closing:
                future.cancel()
                return future
            same = self._under_way.get(job.key)
            if same is not None:
                same.futures.append(future)
                return future
            job.futures.append(future)
            self._under_way[job.key] = job
            self._queue.append(job)
            if len(self._threads) < self._jobs:
                number = len(self._threads)
                thread = threading.Thread(
                    target=self._work, args=(number,), name=f"test-{number}", daemon=True
                )
                self._threads.append(thread)
                thread.start()
            self._changed.notify()
        return future

    def close(self) -> None:
        """Drop what has not begun and wait for what has: no process is left afterwards."""
        with self._changed:
            self._closing = True
            dropped = list(self._queue)
            self._queue.clear()
            self._changed.notify_all()
        for job in dropped:
            for future in job.futures:
                future.cancel()
        for thread in self._threads:
            thread.join()
        self._stack.close()
        self._scratch.close()

    # Workers

    def _work(self, number: int) -> None:
        with _Worker(number, self) as worker:
            while (batch := self._take()) is not None:
                try:
                    worker.test(batch, self._finish)
                except BaseException as error:  # whoever waits must hear of it
                    cause = f"tests could not be run: {' '.join(str(error).split()) or type(error).__name__}"
                    for job in batch:
                        self._finish(job, Unjudged(cause=cause))

    def _take(self) -> list[_Job] | None:
        """Wait for samples and take as many as may share a program; None when all is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closing)
            if self._closing:
                return None
            first = self._queue.popleft()
            if not first.shared:
                return [first]
            # As many as there are, split among the workers; never two answers to one prompt.
            most = min(MOST_SHARED, max(1, math.ceil((len(self._queue) + 1) / self._jobs)))
            batch, prompts = [first], {first.prompt}
            passed_over: list[_Job] = []
            while self._queue and len(batch) < most:
                job = self._queue.popleft()
                if job.shared and job.prompt not in prompts:
                    batch.append(job)
                    prompts.add(job.prompt)
                else:
                    passed_over.append(job)
            self._queue.extendleft(reversed(passed_over))
            return batch

    def _finish(self, job: _Job, judgment: TestJudgment) -> None:
        with self._changed:
            if self._under_way.pop(job.key, None) is None:
                return
            if not isinstance(judgment, Unjudged):
                self._remembered[job.key] = judgment
                while len(self._remembered) > _MOST_REMEMBERED:
                    self._remembered.popitem(last=False)
            futures = list(job.futures)
        for future in futures:
            with suppress(InvalidStateError):
                future.set_result(judgment)

    # What workers share

    def tools(self) -> tuple[Jail, Builder]:
        """What runs and what builds, made when first needed.

        Raises:
            NotReadyError: It cannot be made.
        """
        if self._made is None:
            with self._setup:
                if self._made is None:
                    support = build_support(self._toolchain)
                    builder = Builder(
                        self._toolchain,
                        self._sandbox.runner,
                        support,
                        edition=self._edition,
                        limits=self._limits,
                        externs=self._externs,
                        sysroot=TOOLCHAIN if self._sandbox.tier is Tier.NAMESPACES else None,
                    )
                    with self._scratch.folder() as folder:
                        builder.prefer_lld(folder)
                    jail = Jail(self._sandbox, support)
                    self._stack.callback(jail.close)
                    self._made = jail, builder
        return self._made

    def tests_of(self, prompts: Sequence[Prompt]) -> dict[Prompt, _Tests | _GuardedTests | str]:
        """The tests of some prompts, built now where they are not: those of announced prompts along with them."""
        self.tools()
        with self._setup:
            missing = [prompt for prompt in prompts if prompt not in self._tests]
            if missing:
                with self._changed:
                    while self._announced and len(missing) < _PROMPTS_TOGETHER:
                        announced = self._announced.popleft()
                        if announced not in self._tests and announced not in missing:
                            missing.append(announced)
                self._build_tests(missing)
            return {prompt: self._tests[prompt] for prompt in prompts}

    def _build_tests(self, prompts: Sequence[Prompt]) -> None:
        plans: dict[Prompt, RemotePlan] = {}
        for prompt in prompts:
            try:
                plans[prompt] = plan_remote(prompt)
            except SuiteFaultError as fault:
                self._tests[prompt] = f"suite: {prompt.id}: {fault}"
            except UnsendableError:
                self._tests[prompt] = self._guard(prompt)
        self._build_plans(plans)

    def _build_plans(self, plans: dict[Prompt, RemotePlan], *, split: bool = True) -> None:
        """Build the tests of some prompts as one program; those that do not build, by themselves and as they are."""
        if not plans:
            return
        _, builder = self.tools()
        folder = self._stack.enter_context(self._scratch.folder())
        ordered = list(plans)
        built = builder.build_tests(folder, list(plans.values()))
        if built.succeeded:
            for number, prompt in enumerate(ordered):
                self._tests[prompt] = _Tests(plan=plans[prompt], folder=folder, number=number)
            return
        if len(ordered) > 1:
            culprits = [ordered[number] for number in sorted(built.culprits)] or ordered[: len(ordered) // 2]
            others = {prompt: plan for prompt, plan in plans.items() if prompt not in culprits}
            self._build_plans(others, split=split)
            for prompt in culprits:
                self._build_plans({prompt: plans[prompt]}, split=split)
        elif split and any(case.checks for case in plans[ordered[0]].cases):
            self._build_plans({ordered[0]: plan_remote(ordered[0], split=False)}, split=False)
        else:
            self._tests[ordered[0]] = self._guard(ordered[0], _complaint(built.judgment))

    def _guard(self, prompt: Prompt, complaint: str = "") -> _GuardedTests | str:
        """Tests for the sample's own process, if the reference passes them; else why there are none.

        Only so can we know that they build: in a process of their own they do not (*complaint*), or cannot be.
        """
        faults = [complaint] if complaint else []
        for pinned, split in product((True, False), repeat=2):
            try:
                plan = plan_guarded(prompt, split=split, pinned=pinned)
            except SuiteFaultError as fault:
                return f"suite: {prompt.id}: {fault}"
            if not prompt.reference:
                return f"suite: {prompt.id}: {complaint or 'the tests need a reference, and there is none'}"
            with _Worker(self._jobs, self) as worker:
                tested = worker.test_guarded(prompt, prompt.text + prompt.reference, plan, self._run_limits)
            if isinstance(tested, Tested) and tested.all_held:
                return _GuardedTests(plan)
            faults.append(tested.cause if isinstance(tested, Unjudged) else tested.detail or "")
        return f"suite: {prompt.id}: the tests do not build, or fail with their own reference: {faults[0]}"

    def reference_seconds(self, prompt: Prompt, run: Callable[[RunLimits], Tested | None]) -> float | None:
        """The CPU time of a prompt's reference, measured when first asked for; None where there is none that passes."""
        with self._setup:
            if prompt not in self._reference_seconds:
                tested = run(
                    RunLimits(cpu_seconds=_REFERENCE_CPU_SECONDS, wall_seconds=2 * _REFERENCE_CPU_SECONDS)
                )
                passes = tested is not None and tested.all_held
                self._reference_seconds[prompt] = (
                    tested.cpu_seconds if tested is not None and passes else None
                )
            return self._reference_seconds[prompt]

    @property
    def gate(self) -> Gate:
        """Whoever runs a program passes through it, so that one can be alone."""
        return self._gate

    @property
    def run_limits(self) -> RunLimits:
        """What each program may use."""
        return self._run_limits

    @property
    def bare(self) -> bool:
        """Whether preludes are left out."""
        return self._bare


class _Worker:
    """Builds and runs the samples of one thread, and keeps its processes."""

    def __init__(self, number: int, harness: TestHarness) -> None:
        self._number = number
        self._harness = harness
        self._testers: OrderedDict[Path, Tester] = OrderedDict()

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *_: object) -> None:
        for tester in self._testers.values():
            tester.close()

    def test(self, batch: list[_Job], finish: Callable[[_Job, TestJudgment], None]) -> None:
        """Test some samples that may share a program, and say of each as soon as it is known."""
        tests = self._harness.tests_of([job.prompt for job in batch])
        ready = []
        for job in batch:
            match tests[job.prompt]:
                case str(fault):
                    finish(job, Unjudged(cause=fault))
                case _GuardedTests(plan):
                    limits = self._harness.run_limits
                    finish(job, self.test_guarded(job.prompt, job.text, plan, limits))
                case found:
                    ready.append((job, found))
        self._build_and_run(ready, finish)

    def _build_and_run(
        self, ready: list[tuple[_Job, _Tests]], finish: Callable[[_Job, TestJudgment], None]
    ) -> None:
        if not ready:
            return
        jail, builder = self._harness.tools()
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

    def _run(self, folder: Path, words: tuple[str, ...], job: _Job, tests: _Tests) -> TestJudgment:
        """Run a sample within the usual limits, or within those that its reference justifies."""
        limits = self._harness.run_limits
        judgment = self._run_within(folder, words, job.prompt, tests, limits)
        if isinstance(judgment, Tested) and (judgment.limit is Limit.TIME or judgment.near_limit):
            seconds = self._harness.reference_seconds(
                job.prompt, lambda wide: self._run_reference(job.prompt, tests, wide)
            )
            needed = math.ceil(TIMES_REFERENCE * (seconds or 0.0))
            if needed > limits.cpu_seconds:
                wider = RunLimits(cpu_seconds=needed, wall_seconds=max(limits.wall_seconds, 3.0 * needed))
                judgment = self._run_within(folder, words, job.prompt, tests, wider)
        return judgment

    def _run_reference(self, prompt: Prompt, tests: _Tests, limits: RunLimits) -> Tested | None:
        if not prompt.reference:
            return None
        jail, builder = self._harness.tools()
        source = assemble(prompt.text + prompt.reference, "" if self._harness.bare else prompt.prelude).source
        with jail.scratch.folder() as folder:
            if not builder.build_alone(folder, source, tests.plan).succeeded:
                return None
            judgment = self._run_within(folder, (PROGRAM_NAME, "0"), prompt, tests, limits)
        return judgment if isinstance(judgment, Tested) else None

    def _run_within(
        self, folder: Path, words: tuple[str, ...], prompt: Prompt, tests: _Tests, limits: RunLimits
    ) -> TestJudgment:
        """Run a sample with tests that are in a process of their own."""
        jail, _ = self._harness.tools()

        def play(first: int, writable: Path | None) -> Round:
            try:
                finished = run_round(
                    jail,
                    self._tester(jail, tests.folder),
                    folder=folder,
                    words=words,
                    prompt=tests.number,
                    first_unit=first,
                    limits=limits,
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
        jail, builder = self._harness.tools()
        sample = sample_crate(text, plan.probes, "" if self._harness.bare else prompt.prelude)
        with jail.scratch.folder() as folder:
            built = builder.build_guarded(folder, sample, plan.root)
            if not built.succeeded:
                return _unbuilt(built.judgment, Proof.IN_PROCESS)

            def play(first: int, writable: Path | None) -> Round:
                return run_guarded(
                    jail,
                    folder=folder,
                    name=PROGRAM_NAME,
                    first_unit=first,
                    limits=limits,
                    writable=writable,
                    worker=self._number,
                )

            account = Account(units=plan.units, limits=limits, proof=Proof.IN_PROCESS)
            return self._play(prompt, account, play)

    def _play(
        self, prompt: Prompt, account: Account, play: Callable[[int, Path | None], Round]
    ) -> TestJudgment:
        """Run a sample; once more, alone, where the machine may be to blame for how it went."""
        fresh = account.fresh()
        with self._harness.gate.shared():
            try:
                was_late = self._rounds(prompt, account, play)
            except (TestingError, OSError):
                was_late = True
        if was_late:
            account = fresh
            with self._harness.gate.alone():
                try:
                    self._rounds(prompt, account, play)
                except (TestingError, OSError) as error:
                    return Unjudged(cause=f"tests could not be run: {error}")
        return account.conclude()

    def _rounds(self, prompt: Prompt, account: Account, play: Callable[[int, Path | None], Round]) -> bool:
        """Start a sample as often as it takes; tell whether it might have ended otherwise on an idle machine."""
        jail, _ = self._harness.tools()
        first = 0
        for _ in range(_MOST_ROUNDS):
            with ExitStack() as stack:
                writable = None
                if Need.FILES in prompt.needs:
                    writable = stack.enter_context(jail.scratch.folder())
                    writable.chmod(0o777)
                finished = play(first, writable)
            following = account.add(finished)
            if account.limit is Limit.TIME:
                return _may_be_load(finished.end, account.limits)
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
            detail = f"the tests cannot call it: {_complaint(judgment)}"
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


def _complaint(judgment: Judgment) -> str:
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
