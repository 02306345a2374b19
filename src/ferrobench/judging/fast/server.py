"""Talks to a rustc that was made a fork server: one child per program, each a rustc that need not start up.

The protocol is ``preload.rs``'s. A server holds no state that matters: when it is gone, another takes its place.
"""

from __future__ import annotations

import os
import select
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ferrobench.judging.fast.preload import LIBRARY_NAME
from ferrobench.judging.process import end_process

if TYPE_CHECKING:
    from pathlib import Path

    from ferrobench.judging.process import Command, Launcher, Limits

PARSED = 5
"""The status of a child that was to parse its program, and has."""
_START_SECONDS = 30.0
# Behind the child's own limits, which end it in nearly every case.
_GRACE_SECONDS = 10.0
_UNLIMITED_SECONDS = 10 * 365 * 24 * 3600


class ServerLostError(OSError):
    """The server does not answer any more, or never did. Nothing was learned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildEnd:
    """How a child ended."""

    status: int
    """Its exit status, or the negative number of the signal that killed it. 0 alone says nothing."""
    cpu_seconds: float


class ForkServer:
    """One rustc that forks. For one thread at a time."""

    def __init__(
        self, launcher: Launcher, command: Command, limits: Limits, folder: Path, library: bytes
    ) -> None:
        """Start it in *folder*, beneath which its children work.

        Args:
            launcher: Confines it, and so its children.
            command: What compiles ``sample.rs`` of the working directory.
            limits: What each child may use; the server itself takes no time to speak of.
            folder: Its working directory, private.
            library: What ``preload.rs`` was built to.

        Raises:
            ServerLostError: It cannot be started, or rustc does not load the library.
        """
        try:
            (folder / LIBRARY_NAME).write_bytes(library)
            self._process = launcher.start(
                replace(command, environment=(*command.environment, ("LD_PRELOAD", f"./{LIBRARY_NAME}"))),
                folder,
                # A server lives for as long as it likes; its children get limits of their own.
                replace(limits, cpu_seconds=_UNLIMITED_SECONDS),
            )
        except OSError as error:
            raise ServerLostError(str(error)) from error
        self._unread = b""
        self._answer(time.monotonic() + _START_SECONDS)

    def run(self, folder: str, *, cpu_seconds: int, wall_seconds: float, parse_only: bool) -> ChildEnd:
        """Let a child compile what lies in *folder*, a folder beneath the server's, and wait for its end.

        With *parse_only* it ends with status :data:`PARSED` once it has parsed the program, with or without errors.

        Raises:
            ServerLostError: The server died or hangs. It is of no use any more.
        """
        wall = max(1, round(wall_seconds))
        try:
            assert self._process.stdin is not None
            os.write(
                self._process.stdin.fileno(),
                f"{folder} {cpu_seconds} {wall} {parse_only:d}\n".encode("ascii"),
            )
        except OSError as error:
            self.close()
            raise ServerLostError(str(error)) from error
        status, microseconds = self._answer(time.monotonic() + wall + _GRACE_SECONDS)
        return ChildEnd(status=os.waitstatus_to_exitcode(status), cpu_seconds=microseconds / 1e6)

    def close(self) -> None:
        """Kill the server and whatever it started."""
        end_process(self._process)

    def _answer(self, deadline: float) -> tuple[int, int]:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        try:
            while b"\n" not in self._unread:
                if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000.0):
                    raise ServerLostError("the compile server does not answer")
                piece = os.read(descriptor, 4096)
                if not piece:
                    raise ServerLostError("the compile server ended")
                self._unread += piece
            line, _, self._unread = self._unread.partition(b"\n")
            status, _, microseconds = line.partition(b" ")
            return int(status), int(microseconds)
        except ServerLostError:
            self.close()
            raise
        except (OSError, ValueError) as error:
            self.close()
            raise ServerLostError(str(error)) from error
