"""Runs one command in one folder, within limits.

Covers: CPU time, wall time, address space, file size and open files; a cleared environment; a session of its own that is
killed whole; output of any length without keeping it; nothing left running or unreaped. Does not cover: what the process
may read, write or connect to with the caller's rights. That is what a sandbox is for, and :class:`Runner` is where one
goes: it gets the same command, folder and limits and reports the same end.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DRAIN_SECONDS = 0.25
"""How long output is still read after the process has ended: a process that it left behind may hold the pipe open."""

_CHUNK_BYTES = 1 << 16
_POLL_SECONDS = 0.01
"""How often to look for the end of a process where the system gives no descriptor to wait on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one rustc may use. The defaults hold for every sample unless the user says otherwise."""

    cpu_seconds: int = 10
    """CPU time of all threads together. What decides about endless programs."""
    wall_seconds: float = 30.0
    """A backstop only: what ran out of wall time alone is run again, alone on the machine."""
    address_space_mib: int = 2048
    file_size_mib: int = 64
    """Of each file that is written."""
    open_files: int = 256
    kept_output_kib: int = 256
    """Of errors, and of warnings again; the rest is read and dropped."""
    source_kib: int = 256
    """Larger programs are not compiled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program to run, as a value. Names of files are relative to the folder it runs in."""

    argv: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    """The whole environment; nothing is inherited."""
    stdin: str | None = None
    """A file in the folder; None for an empty input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a process ended."""

    status: int
    """The exit status, or the negative number of the signal that killed it."""
    timed_out: bool
    """Whether we killed it because its wall time was over."""
    cpu_seconds: float
    wall_seconds: float


class Runner(Protocol):
    """Runs a command in a folder within limits, and hands its standard error to *keep* piece by piece.

    Raises:
        OSError: The process could not be started. Nothing was learned.
    """

    def __call__(
        self, command: Command, folder: Path, limits: Limits, keep: Callable[[bytes], None]
    ) -> Ended: ...


class Launcher(Runner, Protocol):
    """A :class:`Runner` that can also start a process which takes requests for as long as we like."""

    def start(self, command: Command, folder: Path, limits: Limits) -> subprocess.Popen[bytes]:
        """Start *command* with pipes for standard input and output; its standard error is dropped.

        The process leads a session of its own: :func:`end_process` kills all of it.

        Raises:
            OSError: It could not be started.
        """
        ...


def limited_argv(argv: tuple[str, ...], limits: Limits) -> tuple[str, ...]:
    """Lower *argv* to a command line that sets the limits and then becomes *argv*. Pure.

    A shell sets them, since Python code between fork and exec is not safe in a process with threads. Setting a limit can
    only fail where a stricter one is in force already, so failures do not matter.
    """
    script = "; ".join(
        [
            # One second between soft and hard: the soft limit ends a process by SIGXCPU, which says why it died.
            *(f"ulimit {flags} 2>&-" for flags in _ulimit_flags(limits)),
            # Shells set these by themselves, and what rustc sees of the environment a sample sees too.
            "unset PWD OLDPWD SHLVL",
            'exec "$0" "$@"',
        ]
    )
    return ("/bin/sh", "-c", script, *argv)


def _ulimit_flags(limits: Limits) -> tuple[str, ...]:
    return (
        f"-S -t {limits.cpu_seconds}",
        f"-H -t {limits.cpu_seconds + 1}",
        f"-v {limits.address_space_mib * 1024}",  # KiB
        f"-f {limits.file_size_mib * 2048}",  # blocks of 512 bytes
        f"-n {limits.open_files}",
        "-c 0",
    )


def run_limited(command: Command, folder: Path, limits: Limits, keep: Callable[[bytes], None]) -> Ended:
    """Run *command* in *folder* with the caller's rights. The plainest :class:`Runner`."""
    return run_process(
        limited_argv(command.argv, limits),
        dict(command.environment),
        folder,
        stdin=command.stdin,
        wall_seconds=limits.wall_seconds,
        keep=keep,
    )


class Unconfined:
    """The plainest :class:`Launcher`: the caller's rights."""

    def __call__(
        self, command: Command, folder: Path, limits: Limits, keep: Callable[[bytes], None]
    ) -> Ended:
        return run_limited(command, folder, limits, keep)

    def start(self, command: Command, folder: Path, limits: Limits) -> subprocess.Popen[bytes]:
        return start_process(limited_argv(command.argv, limits), dict(command.environment), folder)


def start_process(
    argv: tuple[str, ...], environment: dict[str, str], folder: Path, *, pass_fds: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    """Start one command line that takes requests on standard input and answers on standard output."""
    return subprocess.Popen(
        argv,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        start_new_session=True,
        pass_fds=pass_fds,
    )


def end_process(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that was started with its session, reap it, and close its pipes. Doing so twice does no harm."""
    if process.returncode is None:
        kill_and_reap(process)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def run_process(
    argv: tuple[str, ...],
    environment: dict[str, str],
    folder: Path,
    *,
    stdin: str | None,
    wall_seconds: float,
    keep: Callable[[bytes], None],
    pass_fds: tuple[int, ...] = (),
) -> Ended:
    """Run one command line to its end or to the wall limit, and hand its standard error to *keep*.

    Args:
        argv: The command line.
        environment: The whole environment.
        folder: Where it runs.
        stdin: A file in *folder*; None for an empty input.
        wall_seconds: After so long its process group is killed.
        keep: Gets standard error piece by piece.
        pass_fds: Descriptors that it inherits.
    """
    with ExitStack() as stack:
        source = subprocess.DEVNULL
        if stdin is not None:
            source = stack.enter_context((folder / stdin).open("rb")).fileno()
        started = time.monotonic()
        process = subprocess.Popen(
            argv,
            bufsize=0,
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environment,
            start_new_session=True,
            pass_fds=pass_fds,
        )
        stack.callback(close_pipes, process)
        try:
            timed_out = _supervise(process, started + wall_seconds, keep)
        finally:
            status, cpu_seconds = kill_and_reap(process)
        return Ended(
            status=status,
            timed_out=timed_out,
            cpu_seconds=cpu_seconds,
            wall_seconds=time.monotonic() - started,
        )


def _supervise(process: subprocess.Popen[bytes], deadline: float, keep: Callable[[bytes], None]) -> bool:
    """Read both pipes until the process has ended; tell whether it had to be killed at the deadline.

    The process is left unreaped, so that its number cannot pass to another one before its group is killed.
    """
    assert process.stdout is not None and process.stderr is not None
    readers: dict[int, Callable[[bytes], None]] = {
        process.stdout.fileno(): _drop,
        process.stderr.fileno(): keep,
    }
    timed_out = ended = False
    with selectors.DefaultSelector() as selector, ExitStack() as stack:
        for descriptor in readers:
            os.set_blocking(descriptor, False)
            selector.register(descriptor, selectors.EVENT_READ)
        pidfd = _open_pidfd(process.pid)
        if pidfd is not None:
            stack.callback(os.close, pidfd)
            selector.register(pidfd, selectors.EVENT_READ)
        while readers or not ended:
            wait = max(0.0, deadline - time.monotonic())
            if pidfd is None and not ended:
                wait = min(wait, _POLL_SECONDS)
            for key, _ in selector.select(wait):
                if key.fd != pidfd and not _read(key.fd, readers[key.fd]):
                    selector.unregister(key.fd)
                    del readers[key.fd]
            if not ended and _has_ended(process.pid):
                ended = True
                if pidfd is not None:
                    selector.unregister(pidfd)
                kill_group(process.pid)
                deadline = time.monotonic() + DRAIN_SECONDS
            elif time.monotonic() >= deadline:
                if ended:
                    break  # something that left the group still holds a pipe
                if not timed_out:
                    timed_out = True
                    kill_group(process.pid)
                # SIGKILL takes effect at once, but for a process in an uninterruptible wait.
                deadline = time.monotonic() + DRAIN_SECONDS
    return timed_out


def _read(descriptor: int, keep: Callable[[bytes], None]) -> bool:
    """Pass on what lies in the pipe, one chunk at most; False at its end."""
    try:
        chunk = os.read(descriptor, _CHUNK_BYTES)
    except BlockingIOError:
        return True
    if chunk:
        keep(chunk)
    return bool(chunk)


def _drop(_chunk: bytes) -> None:
    """Nothing that rustc writes to standard output is of use."""


def _open_pidfd(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):  # no Linux, an old one, or no descriptors left
        return None


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def kill_group(pid: int) -> None:
    """Kill the whole session's first process group. Only called while *pid* is unreaped and hence still ours."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def reap_orphans(group: int) -> None:
    """Wait for processes of a killed group that have become ours, in a program that adopts orphans."""
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-group, 0)


def kill_and_reap(process: subprocess.Popen[bytes]) -> tuple[int, float]:
    """End a process that leads a group, with the group; give its status and its CPU seconds. Only while it is unreaped."""
    kill_group(process.pid)
    _, wait_status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(wait_status)
    reap_orphans(process.pid)
    return process.returncode, usage.ru_utime + usage.ru_stime


def close_pipes(process: subprocess.Popen[bytes]) -> None:
    """Close what a process wrote to."""
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
