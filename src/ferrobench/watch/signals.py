"""Waiting that ends early: when the user stops us, or a child process ends. One place for all signals."""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):  # noqa: N818 - it is no error: the user asked for it
    """The user wants us to end."""


class Signals:
    """Catches the signals that end a program, so that nothing is interrupted in the middle of a step.

    To be entered in the main thread, which alone gets signals.
    """

    def __init__(self) -> None:
        self.stops = 0
        """How often the user has asked us to end."""
        self._kept: dict[int, Any] = {}
        self._reader = self._writer = self._wakeup = -1

    def __enter__(self) -> Self:
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._wakeup = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for number in _STOPPING:
            # Ignored is how a shell starts what Ctrl-C, or its own end, shall not stop.
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._kept[number] = signal.signal(number, self._stop)
        self._kept[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._kept.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        os.close(self._reader)
        os.close(self._writer)

    def _stop(self, *_: object) -> None:
        self.stops += 1

    def check(self) -> None:
        """See whether to go on.

        Raises:
            Stopped: The user wants us to end.
        """
        if self.stops:
            raise Stopped

    def wait(self, seconds: float) -> None:
        """Wait until a signal comes, at most so long."""
        ready, _, _ = select.select([self._reader], [], [], max(0.0, seconds))
        if ready:
            with suppress(BlockingIOError):
                os.read(self._reader, 4096)
