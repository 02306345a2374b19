"""Compiles many programs at once, and says of each what a rustc of its own would say.

Programs wait in queues by the company that they may keep. Workers take batches of what may share a rustc, and single
programs for their fork server; what comes to any but a plain end goes to the exact compiler.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict, deque
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from ferrobench.judging.assemble import Program
from ferrobench.judging.compile import RustcCompiler
from ferrobench.judging.fast.batch import Member, Parsing
from ferrobench.judging.fast.preload import preload_library
from ferrobench.judging.fast.route import Reading, Route
from ferrobench.judging.fast.worker import Worker
from ferrobench.judging.process import Limits
from ferrobench.judging.verdict import Compiled, Judgment, Rejected, TooLarge, Unjudged
from ferrobench.machine import usable_cores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.judging.process import Launcher
    from ferrobench.judging.toolchain import Toolchain

BATCH_SIZE = 1024
"""Programs that share a rustc at most. Each run costs some 100 ms beside what its programs cost themselves."""
SIEVE_SIZE = 512
"""Programs that share a rustfmt at most. Each run costs some 30 ms, and a program some 0.2."""

# What is too little for every worker is split among them, but not below this.
_LEAST_BATCH = 8
# For fewer, a child of the fork server for each is quicker.
_LEAST_SIEVE = 8
# How many parts a batch is split into that came to no plain end: usually one program of it is to blame.
_PARTS = 8
_LEAST_FULL_BATCH = 256
_MOST_TOGETHER = 1024
_MANY_SPOILING = 64
_MANY_LEFT = 128
_FEW = 12
_ROUTED_AT_ONCE = 64
# How much one judgment counts in the recent share.
_RECENT = 0.01
_MOST_REMEMBERED_BYTES = 32 * 1024 * 1024


class FastCompiler:
    """A :class:`~ferrobench.judging.compile.Compiler` for many programs. Safe to use from many threads."""

    def __init__(
        self,
        toolchain: Toolchain,
        *,
        edition: str,
        limits: Limits,
        launcher: Launcher,
        jobs: int,
        externs: tuple[str, ...] = (),
        fork_server: bool = True,
    ) -> None:
        """Set up; no process is started yet.

        Args:
            toolchain: The rustc that compiles.
            edition: The edition of all programs.
            limits: What each program may use.
            launcher: Starts rustc; a sandbox's, or with the caller's rights.
            jobs: How many rustc run at the same time.
            externs: rustc's flags for crates that programs may use.
            fork_server: Let rustc fork where that can be had. Without, single programs cost a process each.
        """
        self._toolchain = toolchain
        self._edition = edition
        self._limits = limits
        self._launcher = launcher
        self._jobs = jobs
        self._cores = usable_cores()
        self._fork_server = fork_server
        self._exact = RustcCompiler(
            toolchain, edition=edition, limits=limits, runner=launcher, externs=externs
        )
        self._externs = externs
        self._changed = threading.Condition()
        self._queues: dict[_Step, deque[_Job]] = {step: deque() for step in _Step}
        # Memory is the workers' together.
        self._batch_size = max(_LEAST_FULL_BATCH, min(BATCH_SIZE, _MOST_TOGETHER // jobs))
        self._waiting = 0
        """How many workers have nothing to do."""
        self._fresh: deque[_Job] = deque()
        self._under_way: dict[bytes, _Job] = {}
        self._remembered = _Memory(_MOST_REMEMBERED_BYTES)
        self._threads: list[threading.Thread] = []
        self._closing = False
        self._share_right = 1.0
        """The recent share of right ones among programs in batches."""

    def submit(self, program: Program) -> Future[Judgment]:
        """Judge *program* in the background. What is being judged already, or was lately, is not judged again."""
        future: Future[Judgment] = Future()
        if len(program.source) > self._limits.source_kib * 1024:
            future.set_result(TooLarge(size_bytes=len(program.source)))
            return future
        key = _key(program)
        with self._changed:
            if self._closing:
                raise RuntimeError("the compiler is closed")
            known = self._remembered.get(key)
            job = self._under_way.get(key)
            if known is None and job is not None:
                job.futures.append(future)
                return future
            if known is None:
                job = self._under_way[key] = _Job(program, key, future)
                self._fresh.append(job)
                self._start_threads()
                self._changed.notify()
        if known is not None:
            future.set_result(known)
            return future
        return future

    def close(self) -> None:
        """Drop what has not begun and wait for what has: no process is left afterwards."""
        with self._changed:
            self._closing = True
            queues = [self._fresh, *self._queues.values()]
            dropped = [job for queue in queues for job in queue]
            for queue in queues:
                queue.clear()
            self._changed.notify_all()
        for job in dropped:
            self._cancel(job)
        for thread in self._threads:
            thread.join()
        self._exact.close()

    def _start_threads(self) -> None:
        if not self._threads:
            # Daemons: whoever forgets to close the compiler should not hang on exit. The servers end with their input.
            self._threads = [
                threading.Thread(target=self._work, args=(number,), name=f"judge-{number}", daemon=True)
                for number in range(self._jobs)
            ]
            for thread in self._threads:
                thread.start()

    def _work(self, number: int) -> None:
        if len(self._cores) == self._jobs:
            # A core for each: what it has in its caches is of use to the next rustc, too. With fewer workers than cores
            # the choice is the system's, which knows who else is there.
            with suppress(OSError):
                os.sched_setaffinity(0, {self._cores[number]})
        worker = Worker(
            self._toolchain,
            edition=self._edition,
            limits=self._limits,
            launcher=self._launcher,
            library=preload_library(self._toolchain) if self._fork_server else None,
            externs=self._externs,
        )
        try:
            while (task := self._take(worker)) is not None:
                step, jobs = task
                try:
                    self._do(worker, step, jobs)
                except BaseException as error:  # whoever waits for these is told, and the others are judged
                    for job in jobs:
                        self._settle(job, None, error)
        finally:
            worker.close()

    def _take(self, worker: Worker) -> tuple[_Step, list[_Job]] | None:
        """The next thing to do; None when there will be no more."""
        while True:
            with self._changed:
                while (task := self._choose(worker)) is None and not self._fresh and not self._closing:
                    self._waiting += 1
                    self._changed.wait()
                    self._waiting -= 1
                if self._closing:
                    return None
                fresh = (
                    []
                    if task
                    else [self._fresh.popleft() for _ in range(min(_ROUTED_AT_ONCE, len(self._fresh)))]
                )
            if task is not None:
                return task
            # By the workers: whoever submits is not held up, and one finds work for the others.
            steps = [self._begin(job) for job in fresh]
            with self._changed:
                for job, step in zip(fresh, steps, strict=True):
                    self._queues[step].append(job)
                self._changed.notify_all()

    def _begin(self, job: _Job) -> _Step:
        reading = Reading(job.member.program.source, edition=self._edition)
        if reading.is_suspect:
            job.reading = reading
            return _Step.SIEVE
        return self._route(reading)

    def _route(self, reading: Reading) -> _Step:
        # Macros of a crate may do anything with what a program gives them: it has its folder to itself then.
        route = reading.route()
        return _STEPS[max(route, Route.FORKED) if self._externs else route]

    def _choose(self, worker: Worker) -> tuple[_Step, list[_Job]] | None:  # noqa: PLR0911 (one return per row)
        """Take the next thing from the queues; None where there is none, or fresh programs come before it."""
        if not self._fresh and len(self._queues[_Step.SPOILING]) >= _MANY_SPOILING:
            # They take several runs, one after the other, and should not be left for the end.
            return _Step.SPOILING, self._pop(_Step.SPOILING, self._batch_size)
        for step in _TOGETHER:
            if len(self._queues[step]) >= self._batch_size:
                return step, self._pop(step, self._share(step))
        if self._fresh:
            return None
        # Single programs first, and who may join a batch: a batch that is not full can wait for them.
        suspects = len(self._queues[_Step.SIEVE])
        if suspects:
            together = worker.sieves and (suspects >= _LEAST_SIEVE or not worker.forks)
            return _Step.SIEVE, self._pop(_Step.SIEVE, SIEVE_SIZE if together else 1)
        if len(self._queues[_Step.FEW]) >= _FEW:
            return _Step.FEW, self._pop(_Step.FEW, _FEW)
        for step in (_Step.FORKED, _Step.ALONE):
            if self._queues[step]:
                return step, self._pop(step, 1)
        step = max((*_TOGETHER, _Step.FEW), key=lambda step: len(self._queues[step]))
        return (step, self._pop(step, self._share(step))) if self._queues[step] else None

    def _share(self, step: _Step) -> int:
        """How much of what waits for *step* one worker should take."""
        found = len(self._queues[step])
        if self._fresh or found < sum(len(queue) for queue in self._queues.values()):
            return self._batch_size
        # It is the last of all. Whoever has nothing to do, or soon will, gets a part of it.
        parts = self._jobs if found >= _MANY_LEFT else 1 + self._waiting
        return min(self._batch_size, max(_LEAST_BATCH, -(-found // parts)))

    def _pop(self, step: _Step, most: int) -> list[_Job]:
        queue = self._queues[step]
        return [queue.popleft() for _ in range(min(most, len(queue)))]

    def _do(self, worker: Worker, step: _Step, jobs: list[_Job]) -> None:
        match step:
            case _Step.SIEVE:
                self._find_faults(worker, jobs)
            case _Step.ALONE:
                self._compile_exactly(jobs[0])
            case _Step.FORKED:
                self._compile_by_itself(worker, jobs[0])
            case _:
                self._compile_together(worker, jobs, checked=step is _Step.CHECKED)

    def _compile_exactly(self, job: _Job) -> None:
        self._settle(job, self._exact.compile(job.member.program))

    def _find_faults(self, worker: Worker, jobs: list[_Job]) -> None:
        """Judge those who end in the lexer, and let the others go on."""
        findings: Sequence[Judgment | Parsing | None] = [None] * len(jobs)
        with suppress(OSError), self._exact.gate.shared():
            if len(jobs) > 1 or (worker.sieves and not worker.forks):
                findings = worker.sieve([job.member.program for job in jobs])
            elif worker.forks:
                findings = [worker.parse_one(jobs[0].member.program)]
        for job, finding in zip(jobs, findings, strict=True):
            reading, job.reading = job.reading, None
            if isinstance(finding, Parsing):
                job.member.parsing = finding
                self._queue(_Step.TOGETHER if reading is None else self._route(reading), [job])
            elif finding is None:
                self._queue(_Step.FORKED, [job])
            else:
                self._settle(job, finding)

    def _compile_by_itself(self, worker: Worker, job: _Job) -> None:
        judgment = None
        if worker.forks:
            # Whatever goes wrong here, the exact compiler meets it too, and knows what to make of it.
            with suppress(OSError), self._exact.gate.shared():
                judgment = worker.compile_one(job.member.program)
        if judgment is None:
            self._compile_exactly(job)
        else:
            self._settle(job, judgment)

    def _compile_together(self, worker: Worker, jobs: list[_Job], *, checked: bool) -> None:
        groups = [_Group(jobs, canary=not checked and self._is_wrong(jobs), checked=checked)]
        while groups and not self._closing:
            group = groups.pop()
            if len(group.jobs) == 1:
                self._compile_by_itself(worker, group.jobs[0])
                continue
            outcome = None
            with suppress(OSError), self._exact.gate.shared():
                members = [job.member for job in group.jobs]
                outcome = worker.compile_batch(members, canary=group.canary, checked=group.checked)
            if outcome is None or (outcome.is_idle and group.was_idle):
                size = -(-len(group.jobs) // _PARTS)
                groups += [
                    _Group(group.jobs[start : start + size], checked=group.checked)
                    for start in range(0, len(group.jobs), size)
                ]
                continue
            for place, judgment in outcome.decided.items():
                self._share_right += (isinstance(judgment, Compiled) - self._share_right) * _RECENT
                self._settle(group.jobs[place], judgment)
            for job in group.pick(outcome.elsewhere):
                self._queue(_AFTER_COMPANY[min(job.companies, len(_AFTER_COMPANY) - 1)], [job])
                job.companies += 1
            self._queue(_Step.FORKED, group.pick(outcome.apart))
            self._queue(_Step.SIEVE, group.pick(outcome.unparsed))
            again = group.pick(outcome.again)
            if outcome.saw_bodies:
                # They come to their end in a run without errors, and that can be one with others like them.
                self._queue(_Step.CHECKED, again)
            elif again:
                canary = outcome.unsure or (not group.checked and self._is_wrong(again))
                groups.append(_Group(again, canary=canary, checked=group.checked, was_idle=outcome.is_idle))
        for group in groups:
            for job in group.jobs:
                self._cancel(job)

    def _is_wrong(self, jobs: list[_Job]) -> bool:
        """Whether it is nearly certain that some of them are wrong. Then nothing is lost by making it certain."""
        return (
            any(job.member.parsing is Parsing.BROKEN for job in jobs) or self._share_right ** len(jobs) < 0.5
        )

    def _queue(self, step: _Step, jobs: list[_Job]) -> None:
        if not jobs:
            return
        with self._changed:
            if not self._closing:
                self._queues[step].extend(jobs)
                self._changed.notify_all()
                return
        for job in jobs:
            self._cancel(job)

    def _settle(self, job: _Job, judgment: Judgment | None, error: BaseException | None = None) -> None:
        with self._changed:
            if self._under_way.get(job.key) is job:
                del self._under_way[job.key]
            if judgment is not None and not isinstance(judgment, Unjudged):
                self._remembered.put(job.key, judgment)
            futures = job.futures
        for future in futures:
            # Whoever cancelled it does not want to know.
            with suppress(InvalidStateError):
                if error is not None:
                    future.set_exception(error)
                elif judgment is not None:
                    future.set_result(judgment)

    def _cancel(self, job: _Job) -> None:
        with self._changed:
            self._under_way.pop(job.key, None)
            futures = job.futures
        for future in futures:
            if future.cancel():
                future.set_running_or_notify_cancel()


def describe_fast_path(toolchain: Toolchain, launcher: Launcher) -> str:
    """Say how programs are judged here, having tried it."""
    library = preload_library(toolchain)
    if library is None:
        return "batches only: the fork server cannot be built (it needs a C linker)"
    worker = Worker(toolchain, edition="2021", limits=Limits(), launcher=launcher, library=library)
    try:
        judgment = worker.compile_one(Program(source=b"pub fn one() -> u8 { 1 }\n"))
    except OSError as error:
        return f"batches only: the fork server does not work here ({error})"
    finally:
        worker.close()
    return "batches and a fork server" if isinstance(judgment, Compiled) else "batches only"


class _Step(Enum):
    """What can be done next with a program."""

    SIEVE = auto()
    """Look for faults in its syntax."""
    TOGETHER = auto()
    """Compile it beside others."""
    SPOILING = auto()
    """Compile it beside others that seem to keep rustc from looking at everything."""
    CHECKED = auto()
    """Compile it beside others none of which has an error in a body."""
    FEW = auto()
    """Compile it beside a few others: what names neighbours use matters less there."""
    FORKED = auto()
    """Compile it in a child of its own."""
    ALONE = auto()
    """Compile it with a rustc of its own."""


# After the first company that was to blame, after the second, after the third.
_AFTER_COMPANY = (_Step.TOGETHER, _Step.FEW, _Step.FORKED)
# What is nearest to its end comes first.
_TOGETHER = (_Step.CHECKED, _Step.TOGETHER, _Step.SPOILING)
_STEPS = {
    Route.SHARED: _Step.TOGETHER,
    Route.SPOILING: _Step.SPOILING,
    Route.FORKED: _Step.FORKED,
    Route.ALONE: _Step.ALONE,
}


class _Job:
    """A program on its way to its judgment, and who waits for it."""

    __slots__ = ("companies", "futures", "key", "member", "reading")

    def __init__(self, program: Program, key: bytes, future: Future[Judgment]) -> None:
        self.member = Member(program)
        self.key = key
        self.futures = [future]
        self.reading: Reading | None = None
        """What its company is decided from when its syntax is known."""
        self.companies = 0
        """How many runs its company was to blame for its not being judged in."""


@dataclass(slots=True)
class _Group:
    """Programs that are compiled together next."""

    jobs: list[_Job]
    canary: bool = False
    checked: bool = False
    """Whether it is known that no body of theirs has an error."""
    was_idle: bool = False
    """Whether nothing came of the run before."""

    def pick(self, places: set[int]) -> list[_Job]:
        """The programs at *places*, in order."""
        return [self.jobs[place] for place in sorted(places)]


class _Memory:
    """The latest judgments, as many as fit."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0
        self._judgments: OrderedDict[bytes, tuple[Judgment, int]] = OrderedDict()

    def get(self, key: bytes) -> Judgment | None:
        found = self._judgments.get(key)
        if found is None:
            return None
        self._judgments.move_to_end(key)
        return found[0]

    def put(self, key: bytes, judgment: Judgment) -> None:
        size = _size(judgment)
        if key in self._judgments:
            self._held -= self._judgments.pop(key)[1]
        self._judgments[key] = (judgment, size)
        self._held += size
        while self._held > self._most:
            _, (_, freed) = self._judgments.popitem(last=False)
            self._held -= freed


def _size(judgment: Judgment) -> int:
    """About how many bytes a judgment takes."""
    diagnostics = judgment.warnings if isinstance(judgment, Compiled | Rejected) else ()
    if isinstance(judgment, Rejected):
        diagnostics += judgment.errors
    return 500 + sum(
        1000 + len(item.message) + len(item.rendered) + sum(100 + len(note.message) for note in item.notes)
        for item in diagnostics
    )


def _key(program: Program) -> bytes:
    """What two programs have in common that are judged alike, to the last line number."""
    places = f"{program.lifted_lines} {program.first_shifted_line} {program.shift}\n".encode("ascii")
    return hashlib.sha256(places + program.source).digest()
