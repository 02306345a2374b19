"""Runs one sample against the tests of its prompt: two processes, the pipes between them, and an eye on both.

The sample's process is started anew for each sample, in a jail of its own. The tests' process is trusted and long-lived, and
forks for each sample; it is handed the pipes and reports test by test. Whatever the sample does, it is over when the tests are,
or when a limit says so.
"""

from __future__ import annotations

import os
import secrets
import selectors
import signal
import socket
import struct
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from ferrobench.judging.process import close_pipes, kill_and_reap, kill_group
from ferrobench.judging.testing.jail import RunLimits

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from ferrobench.judging.testing.jail import Cell, Jail

# How long a program may take to end once there is nothing more to ask it.
_GRACE_SECONDS = 0.5
# How long what was killed may take to be gone.
_DYING_SECONDS = 5.0
_CHUNK_BYTES = 1 << 16
_KEPT_OUTPUT_BYTES = 16 * 1024
_REPORT = struct.Struct("<qqq")
_JOB = struct.Struct("<II")
_STATUS = struct.Struct("<i")
_SIZE = struct.Struct("<I")
_HEAD = struct.Struct("<BII")
_MOST_REPORT_BYTES = 1 << 20
_NOT_STARTED = -1


class Said(IntEnum):
    """What the tests' process says of one test, as :mod:`wire` numbers it."""

    HELD = 0
    ASSERTION = 1
    PANIC = 2
    GONE = 3
    NONSENSE = 4
    NOT_UNDERSTOOD = 5
    DONE = 255


_KINDS = frozenset(Said)


class TestingError(Exception):
    """We could not run the tests; nothing was learned about the sample."""

    __test__ = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramEnd:
    """How a sample's process ended."""

    status: int | None
    """Its exit status, or the negative number of the signal that ended it; None where we ended all of it."""
    cpu_seconds: float | None
    """None where nobody was left to count."""
    peak_mib: float
    """The most memory that it had at once; 0 where nobody was left to count."""
    wall_seconds: float
    timed_out: bool
    """Whether its wall time was over."""
    flooded: bool
    """Whether it wrote more than it may."""
    errors: str
    """The end of its standard error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One process of a sample, and what the tests said while it lived."""

    reports: tuple[tuple[Said, int, str], ...]
    """What, of which unit, in which words."""
    end: ProgramEnd
    tests_status: int | None
    """The wait status of the tests' process for this sample; None where it does not end."""

    @property
    def is_done(self) -> bool:
        """Whether the tests came to their end."""
        return any(said is Said.DONE for said, _, _ in self.reports)


class Tester:
    """The tests' process of one worker."""

    def __init__(self, jail: Jail, folder: Path, name: str) -> None:
        """Start the program *name* in *folder*.

        Raises:
            OSError: It cannot be started.
        """
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        report, writing = os.pipe()
        try:
            limits = RunLimits(address_space_mib=2048)
            with jail.cell(
                folder, (name,), limits, report=writing, requests=theirs.fileno(), trusted=True
            ) as cell:
                self._process = _start(cell, subprocess.DEVNULL)
        except BaseException:
            self._socket.close()
            raise
        finally:
            theirs.close()
            os.close(report)
            os.close(writing)

    def begin(self, prompt: int, first_unit: int, descriptors: tuple[int, int, int]) -> None:
        """Hand over a job.

        Raises:
            OSError: The process is gone.
        """
        socket.send_fds(self._socket, [_JOB.pack(prompt, first_unit)], list(descriptors))

    def status(self) -> int | None:
        """Wait for the end of the job; None where it does not come.

        Raises:
            TestingError: The process is gone, or somebody killed the one that it had for this job.
        """
        self._socket.settimeout(_DYING_SECONDS)
        said = b""
        try:
            while len(said) < _STATUS.size:
                piece = self._socket.recv(_STATUS.size - len(said))
                if not piece:
                    raise TestingError("the process of the tests is gone")
                said += piece
        except TimeoutError:
            return None
        except OSError as error:
            raise TestingError(f"the process of the tests is gone: {error}") from error
        status: int = _STATUS.unpack(said)[0]
        if status < 0:
            raise TestingError("the tests could not be started")
        # A limit of its own ends it by another signal.
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            raise TestingError("the process of the tests was killed")
        return status

    def close(self) -> None:
        """End it. Doing so twice does no harm."""
        self._socket.close()
        if self._process.returncode is None:
            _end(self._process)


@dataclass(slots=True)
class _Watch:
    """What is known of a round while it lasts."""

    output_bytes: dict[int, int] = field(default_factory=dict)
    errors: bytes = b""
    reports: bytearray = field(default_factory=bytearray)
    said: bytes = b""
    flooded: bool = False
    timed_out: bool = False
    killed: bool = False
    """By us."""


def run_round(
    jail: Jail,
    tester: Tester,
    *,
    folder: Path,
    words: tuple[str, ...],
    prompt: int,
    first_unit: int,
    limits: RunLimits,
    writable: Path | None,
    worker: int,
) -> Round:
    """Start a sample's program and let the tests have it, from one of their units on.

    Args:
        jail: Where it runs.
        tester: The process that has the tests.
        folder: Where the program lies.
        words: Its name there, and its arguments.
        prompt: The number that the tests' program has for the prompt.
        first_unit: The first unit that is wanted.
        limits: What the program may use.
        writable: A folder for its files, where its prompt needs any.
        worker: Which of several workers this is.

    Raises:
        TestingError: Something of ours failed.
    """
    started = time.monotonic()
    with ExitStack() as stack:
        requests, asking = _pipe(stack)
        answers, replying = _pipe(stack)
        reports, reporting = _pipe(stack)
        ended, ending = _pipe(stack)
        cell = jail.cell(
            folder, words, limits, report=ending.fd, requests=requests.fd, replies=replying.fd,
            writable=writable, worker=worker,
        )  # fmt: skip
        process = _start_program(stack, cell)
        for end in (requests, replying, ending):
            end.close()
        try:
            tester.begin(prompt, first_unit, (asking.fd, answers.fd, reporting.fd))
        except OSError as error:
            raise TestingError(f"the process of the tests is gone: {error}") from error
        for end in (asking, answers, reporting):
            end.close()
        watch = _Watch()
        _watch(process, reports.fd, ended.fd, watch, limits=limits, deadline=started + limits.wall_seconds)
        _end(process)
        status = tester.status()
    return Round(
        reports=tuple(_read_reports(bytes(watch.reports))), end=_read_end(watch, started), tests_status=status
    )


def run_guarded(
    jail: Jail,
    *,
    folder: Path,
    name: str,
    first_unit: int,
    limits: RunLimits,
    writable: Path | None,
    worker: int,
) -> Round:
    """Start a program that is a sample and its tests in one. Its reports say what it likes; only the last can be believed.

    The program must end its reports with a word that it is given to read. Arguments are those of :func:`run_round`.

    Raises:
        TestingError: Something of ours failed.
    """
    started = time.monotonic()
    word = secrets.token_hex(16)
    with ExitStack() as stack:
        # Where there is a /proc to see, a pipe can be opened once more by its number, and a socket cannot.
        proof, giving = _socket_pair(stack)
        reports, reporting = _socket_pair(stack)
        ended, ending = _pipe(stack)
        os.write(giving.fd, word.encode())
        cell = jail.cell(
            folder, (name, str(first_unit)), limits, report=ending.fd, requests=proof.fd, replies=reporting.fd,
            writable=writable, worker=worker,
        )  # fmt: skip
        process = _start_program(stack, cell)
        for pipe_end in (proof, giving, reporting, ending):
            pipe_end.close()
        watch = _Watch()
        _watch(process, reports.fd, ended.fd, watch, limits=limits, deadline=started + limits.wall_seconds)
        _end(process)
    end = _read_end(watch, started)
    said = _read_reports(bytes(watch.reports))
    proven = end.status == 0 and said[-1:] and said[-1][0] is Said.DONE and said[-1][2] == word
    return Round(
        reports=tuple(report for report in said if proven or report[0] is not Said.DONE),
        end=end,
        tests_status=0,
    )


def _read_end(watch: _Watch, started: float) -> ProgramEnd:
    """What the launcher said.

    Raises:
        TestingError: It could not start the program, or somebody ended it.
    """
    wait_status, cpu_microseconds, peak_kib = None, None, 0
    if len(watch.said) < _REPORT.size and not watch.killed:
        words = watch.errors.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise TestingError(
            f"the sandbox of a program under test did not start, or was killed: {words or 'it left no word'}"
        )
    if len(watch.said) == _REPORT.size:
        wait_status, cpu_microseconds, peak_kib = _REPORT.unpack(watch.said)
        if wait_status == _NOT_STARTED:
            raise TestingError("a program under test could not be started")
    return ProgramEnd(
        status=None if wait_status is None else os.waitstatus_to_exitcode(wait_status),
        cpu_seconds=None if cpu_microseconds is None else cpu_microseconds / 1e6,
        peak_mib=peak_kib / 1024,
        wall_seconds=time.monotonic() - started,
        timed_out=watch.timed_out,
        flooded=watch.flooded,
        errors=watch.errors.decode("utf-8", "replace"),
    )


def _watch(
    process: subprocess.Popen[bytes],
    reports: int,
    ended: int,
    watch: _Watch,
    *,
    limits: RunLimits,
    deadline: float,
) -> None:
    """Read everything until tests and program are over, and end the program where a limit says so."""
    assert process.stdout is not None and process.stderr is not None
    outputs = (process.stdout.fileno(), process.stderr.fileno())
    open_ends = {reports, ended}
    with selectors.DefaultSelector() as selector:
        for descriptor in (*outputs, reports, ended):
            os.set_blocking(descriptor, False)
            selector.register(descriptor, selectors.EVENT_READ)
        while open_ends:
            events = selector.select(max(0.0, deadline - time.monotonic()))
            for key, _ in events:
                chunk = _read(key.fd)
                if chunk is None:
                    continue
                if not chunk:
                    selector.unregister(key.fd)
                    open_ends.discard(key.fd)
                    if key.fd == reports and not watch.killed:
                        deadline = min(deadline, time.monotonic() + _GRACE_SECONDS)
                elif key.fd == reports:
                    watch.reports += chunk[: _MOST_REPORT_BYTES - len(watch.reports)]
                elif key.fd == ended:
                    watch.said += chunk
                else:
                    written = watch.output_bytes.get(key.fd, 0) + len(chunk)
                    watch.output_bytes[key.fd] = written
                    watch.flooded = watch.flooded or written > limits.output_kib * 1024
                    if key.fd == outputs[1]:
                        watch.errors = (watch.errors + chunk)[-_KEPT_OUTPUT_BYTES:]
            late = time.monotonic() >= deadline
            if watch.killed and late:
                return
            if not watch.killed and (watch.flooded or late):
                watch.timed_out = late and reports in open_ends and not watch.flooded
                watch.killed = True
                kill_group(process.pid)
                deadline = time.monotonic() + _DYING_SECONDS


def _read(descriptor: int) -> bytes | None:
    """What lies in a pipe; nothing at its end, None where there is nothing yet."""
    try:
        return os.read(descriptor, _CHUNK_BYTES)
    except BlockingIOError:
        return None


def _read_reports(content: bytes) -> list[tuple[Said, int, str]]:
    found = []
    at = 0
    while at + _SIZE.size <= len(content):
        size = _SIZE.unpack_from(content, at)[0]
        message = content[at + _SIZE.size : at + _SIZE.size + size]
        if len(message) < size or size < _HEAD.size:
            break
        kind, unit, _ = _HEAD.unpack_from(message)
        if kind not in _KINDS:
            break
        found.append((Said(kind), unit, message[_HEAD.size :].decode("utf-8", "replace")))
        at += _SIZE.size + size
    return found


def _start_program(stack: ExitStack, cell: AbstractContextManager[Cell]) -> subprocess.Popen[bytes]:
    """Start a program under test, which ends with *stack*.

    Raises:
        TestingError: It could not be started.
    """
    try:
        with cell as command:
            process = _start(command, subprocess.PIPE)
    except OSError as error:
        raise TestingError(f"a program under test could not be started: {error}") from error
    stack.callback(close_pipes, process)
    stack.callback(_end, process)
    return process


def _start(cell: Cell, output: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        cell.argv,
        bufsize=0,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=cell.environment,
        start_new_session=True,
        pass_fds=cell.pass_fds,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:
        kill_and_reap(process)


@dataclass(slots=True)
class _PipeEnd:
    """One end of a pipe. It is closed once, since its number may be another thread's by then."""

    fd: int
    _open: bool = True

    def close(self) -> None:
        if self._open:
            self._open = False
            os.close(self.fd)


def _pipe(stack: ExitStack) -> tuple[_PipeEnd, _PipeEnd]:
    return _ends(stack, *os.pipe())


def _socket_pair(stack: ExitStack) -> tuple[_PipeEnd, _PipeEnd]:
    ours, theirs = socket.socketpair()
    return _ends(stack, ours.detach(), theirs.detach())


def _ends(stack: ExitStack, first: int, second: int) -> tuple[_PipeEnd, _PipeEnd]:
    reading, writing = _PipeEnd(first), _PipeEnd(second)
    stack.callback(reading.close)
    stack.callback(writing.close)
    return reading, writing
