"""Child processes that run beside each other and end with this program, however it ends."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import time
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from ferrobench.errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import FrameType, TracebackType
    from typing import Self

# Longer than a watch gives the benchmark that it has started.
GRACE_SECONDS = 45.0
POLL_SECONDS = 0.1
_PR_SET_PDEATHSIG = 1
# Of Linux alone: elsewhere children outlive a parent that is killed, and the lock makes the next one wait for them.
_prctl = getattr(ctypes.CDLL(None), "prctl", None)


class ChildFailedError(HarnessError):
    """A child process ended with an exit code other than 0, which becomes ours."""

    def __init__(self, name: str, exit_code: int, last_words: str) -> None:
        super().__init__(f"{name} ended with exit code {exit_code}{f': {last_words}' if last_words else ''}")
        self.exit_code = exit_code


class Children:
    """Processes that are started one by one, waited for together, and ended together when the block is left.

    Each has a process group of its own: Ctrl-C reaches this program alone, which passes it on once, to all of them. Where
    this program is killed, they are interrupted too.

    Args:
        lock: A descriptor that they inherit: a lock on it is held until the last of them has ended.
    """

    def __init__(self, lock: int | None = None) -> None:
        self._inherited = () if lock is None else (lock,)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._logs: dict[str, Path] = {}
        self._files = ExitStack()

    def start(self, name: str, command: Sequence[str], log: Path | None = None) -> None:
        """Start a process. What it says goes to the end of *log*, or to our own terminal."""
        output = None
        if log is not None:
            output = self._files.enter_context(log.open("ab"))
            self._logs[name] = log
        self._running[name] = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            process_group=0,
            pass_fds=self._inherited,
            preexec_fn=partial(_end_with, os.getpid()),  # noqa: PLW1509 - this program has no threads
        )

    def wait(self) -> None:
        """Wait until all have ended.

        Raises:
            ChildFailedError: As soon as one has failed. The others are still running.
        """
        while self._running:
            for name, process in list(self._running.items()):
                code = process.poll()
                if code is None:
                    continue
                del self._running[name]
                if code != 0:
                    # As a shell tells that a signal ended it.
                    raise ChildFailedError(name, 128 - code if code < 0 else code, self._last_words(name))
            time.sleep(POLL_SECONDS)

    def end(self) -> None:
        """Interrupt all that still run, as Ctrl-C would, and kill those that take too long over it."""
        for process in self._running.values():
            _signal(process, signal.SIGINT)
        deadline = time.monotonic() + GRACE_SECONDS
        try:
            for process in self._running.values():
                with suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.0, deadline - time.monotonic()))
        finally:  # also where Ctrl-C comes again
            for process in self._running.values():
                if process.poll() is None:
                    _signal(process, signal.SIGKILL)
                    process.wait()
            self._running.clear()

    def _last_words(self, name: str) -> str:
        """The last line of its log; what went to the terminal was read there."""
        if name not in self._logs:
            return ""
        lines = self._logs[name].read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[-1] if lines else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.end()
        finally:
            self._files.close()


@contextmanager
def only_one_in(folder: Path) -> Iterator[int]:
    """Make a folder and let one program at a time work in it; the others wait, for children of one that was killed too.

    Yields:
        The descriptor of the lock, for children to inherit.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"waiting for the programs that are at work in {folder}", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def _end_with(parent: int) -> None:
    """Between fork and exec: hear Ctrl-C, ask for it when *parent* ends, and end here if it has ended meanwhile."""
    # What a shell starts in the background ignores it, and would pass that on.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(128 + signal.SIGINT)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def end_like_ctrl_c(*numbers: signal.Signals) -> None:
    """Let signals end this program as Ctrl-C does, with its children.

    With SIGINT among them, Ctrl-C works in a job of a shell's background too, which starts with that signal ignored.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, interrupt)
