"""Compiles many programs at once, and says of each what a rustc of its own would say.

Programs wait in queues by the company that they may keep. Workers take batches of what may share a rustc, and single
programs for their fork server; what comes to any but a plain end goes to the exact compiler.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict, deque
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.judging.assemble import Program
from ferrobench.judging.compile import RustcCompiler
from ferrobench.judging.fast.batch import Member, Parsing
from ferrobench.judging.fast.preload import preload_library
from ferrobench.judging.fast.route import Route, route_program
from ferrobench.judging.fast.worker import Worker
from ferrobench.judging.process import Limits
from ferrobench.judging.verdict import Compiled, Judgment, Rejected, TooLarge, Unjudged

if TYPE_CHECKING:
    from ferrobench.judging.process import Launcher
    from ferrobench.judging.toolchain import Toolchain

BATCH_SIZE = 256
"""Programs that share a rustc at most. Each run costs some 70 ms beside what its programs cost themselves."""

# What is too little for every worker is split among them, but not below this.
_LEAST_BATCH = 8
# How many parts a batch is split into that came to no plain end: usually one program of it is to blame.
_PARTS = 8
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
        self._fork_server = fork_server
        self._exact = RustcCompiler(
            toolchain, edition=edition, limits=limits, runner=launcher, externs=externs
        )
        self._externs = externs
        self._changed = threading.Condition()
        self._queues: dict[Route, deque[_Job]] = {route: deque() for route in Route}
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
                threading.Thread(target=self._work, name=f"judge-{number}", daemon=True)
                for number in range(self._jobs)
            ]
            for thread in self._threads:
                thread.start()

    def _work(self) -> None:
        worker = Worker(
            self._toolchain,
            edition=self._edition,
            limits=self._limits,
            launcher=self._launcher,
            library=preload_library(self._toolchain) if self._fork_server else None,
            externs=self._externs,
        )
        try:
            while (task := self._take()) is not None:
                route, jobs = task
                try:
                    self._compile(worker, route, jobs)
                except BaseException as error:  # whoever waits for these is told, and the others are judged
                    for job in jobs:
                        self._settle(job, None, error)
        finally:
            worker.close()

    def _take(self) -> tuple[Route, list[_Job]] | None:
        """The next thing to do; None when there will be no more."""
        while True:
            with self._changed:
                while (task := self._choose()) is None and not self._fresh and not self._closing:
                    self._changed.wait()
                if self._closing:
                    return None
                fresh = [self._fresh.popleft() for _ in range(min(_ROUTED_AT_ONCE, len(self._fresh)))]
            if not fresh:
                return task
            # By the workers, and before anything else: whoever submits is not held up, and batches can fill.
            for job in fresh:
                route = route_program(job.member.program.source, edition=self._edition)
                # Macros of a crate may do anything with what a program gives them: it has its folder to itself then.
                job.route = max(route, Route.FORKED) if self._externs else route
            with self._changed:
                for job in fresh:
                    self._queues[job.route].append(job)
                self._changed.notify_all()

    def _choose(self) -> tuple[Route, list[_Job]] | None:
        """Take the next thing from the queues. With fresh programs waiting, nothing: they come first."""
        if self._fresh:
            return None
        batches = [self._queues[route] for route in (Route.SHARED, Route.TRAITLESS)]
        # Single programs first: most are cheap. But a full batch waits no longer.
        if all(len(queue) < BATCH_SIZE for queue in batches):
            for route in (Route.SUSPECT, Route.FORKED, Route.ALONE):
                if self._queues[route]:
                    return route, [self._queues[route].popleft()]
        queue = max(batches, key=len)
        if not queue:
            return None
        size = min(BATCH_SIZE, max(_LEAST_BATCH, -(-len(queue) // self._jobs)))
        return Route.SHARED, [queue.popleft() for _ in range(min(size, len(queue)))]

    def _compile(self, worker: Worker, route: Route, jobs: list[_Job]) -> None:
        match route:
            case Route.SHARED if len(jobs) > 1:
                self._compile_together(worker, jobs)
            case Route.SUSPECT if worker.forks:
                self._parse(worker, jobs[0])
            case Route.ALONE:
                self._compile_exactly(jobs[0])
            case _:
                self._compile_by_itself(worker, jobs[0])

    def _compile_exactly(self, job: _Job) -> None:
        self._settle(job, self._exact.compile(job.member.program))

    def _parse(self, worker: Worker, job: _Job) -> None:
        """Judge what ends in the parser, and let the rest join the others."""
        found = None
        with suppress(OSError), self._exact.gate.shared():
            found = worker.parse_one(job.member.program)
        if isinstance(found, Parsing):
            job.member.parsing = found
            self._queue(Route.SHARED, [job])
        elif found is None:
            self._compile_exactly(job)
        else:
            self._settle(job, found)

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

    def _compile_together(self, worker: Worker, jobs: list[_Job]) -> None:
        # With so many it is nearly certain that some are wrong, and then nothing is lost by making it certain.
        likely = (
            any(job.member.parsing is Parsing.RECOVERED for job in jobs)
            or self._share_right ** len(jobs) < 0.5
        )
        groups = [_Group(jobs, canary=likely)]
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
                    _Group(group.jobs[start : start + size]) for start in range(0, len(group.jobs), size)
                ]
                continue
            for place, judgment in outcome.decided.items():
                self._share_right += (isinstance(judgment, Compiled) - self._share_right) * _RECENT
                self._settle(group.jobs[place], judgment)
            unclean = group.pick(outcome.unclean)
            self._queue(Route.SHARED, [job for job in unclean if not job.was_unclean])
            self._queue(Route.FORKED, [job for job in unclean if job.was_unclean])
            for job in unclean:
                job.was_unclean = True
            self._queue(Route.FORKED, group.pick(outcome.apart))
            self._queue(Route.SUSPECT, group.pick(outcome.unparsed))
            if outcome.again:
                groups.append(
                    _Group(
                        group.pick(outcome.again),
                        canary=outcome.unsure,
                        checked=group.checked or outcome.saw_bodies,
                        was_idle=outcome.is_idle,
                    )
                )
        for group in groups:
            for job in group.jobs:
                self._cancel(job)

    def _queue(self, route: Route, jobs: list[_Job]) -> None:
        if not jobs:
            return
        with self._changed:
            if not self._closing:
                self._queues[route].extend(jobs)
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


class _Job:
    """A program on its way to its judgment, and who waits for it."""

    __slots__ = ("futures", "key", "member", "route", "was_unclean")

    def __init__(self, program: Program, key: bytes, future: Future[Judgment]) -> None:
        self.member = Member(program)
        self.key = key
        self.futures = [future]
        self.route = Route.ALONE
        self.was_unclean = False


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
