"""Child processes that run beside each other and end with this program, however it ends short of SIGKILL."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from ferrobench.errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import FrameType, TracebackType
    from typing import Self

GRACE_SECONDS = 20.0
POLL_SECONDS = 0.1


class ChildFailedError(HarnessError):
    """A child process ended with an exit code other than 0, which becomes ours."""

    def __init__(self, name: str, exit_code: int, last_words: str) -> None:
        super().__init__(f"{name} ended with exit code {exit_code}{f': {last_words}' if last_words else ''}")
        self.exit_code = exit_code


class Children:
    """Processes that are started one by one, waited for together, and ended together when the block is left.

    Each has a process group of its own: Ctrl-C reaches this program alone, which passes it on once, to all of them.
    """

    def __init__(self) -> None:
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
