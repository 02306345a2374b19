"""Child processes of a watch: a run of one checkpoint, or a command that is told of an alarm."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ferrobench.watch.signals import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferrobench.watch.signals import Signals

# What a run may take to end after Ctrl-C: it waits for the compilers that are at work.
GRACE_SECONDS = 30.0
_PR_GET_CHILD_SUBREAPER = 37
# What an ended child is looked for without a signal: one may be lost where another library takes the handlers.
_LOOK_SECONDS = 1.0
_prctl = ctypes.CDLL(None).prctl
# What a child does before it becomes the command. In a process of its own: numerical libraries have started threads in ours,
# and Python code in a fork of such a process may never end.
_PRELUDE = """
import signal
# A shell lets what it starts in the background ignore Ctrl-C, and a child would inherit that.
signal.signal(signal.SIGINT, signal.SIG_DFL)
import ctypes, os, sys
PR_SET_PDEATHSIG = 1
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
if os.getppid() != int(sys.argv[1]):
    sys.exit(130)  # our parent ended before we could ask to be told
# Python ignores these, and they are no business of the command.
for number in (signal.SIGPIPE, signal.SIGXFSZ):
    signal.signal(number, signal.SIG_DFL)
try:
    os.execv(sys.argv[2], sys.argv[2:])
except OSError as error:
    print(f"ferrobench: {sys.argv[2]}: cannot be started: {error.strerror}", file=sys.stderr)
    sys.exit(3)
"""


def run_child(
    command: Sequence[str] | str,
    signals: Signals,
    *,
    output: IO[bytes] | None,
    stdin: IO[bytes] | None = None,
    environment: Mapping[str, str] | None = None,
    seconds: float = float("inf"),
    heirlooms: Sequence[int] = (),
) -> int | None:
    """Run a command to its end, in a process group of its own, and leave nothing of it behind.

    It is asked to end (SIGINT) when we are, also when we are killed.

    Args:
        command: Its words, or a line for the shell.
        signals: Of the user.
        output: Where its standard output and error go; None for our standard error.
        stdin: What it reads; None for nothing.
        environment: What it gets beside our own.
        seconds: How long it may take.
        heirlooms: Descriptors that it inherits.

    Returns:
        Its exit status, negative for the signal that ended it and 3 where there is no such program; None where it took too
        long.

    Raises:
        Stopped: The user wants us to end; the child has ended.
        OSError: No process can be started.
    """
    words = ["/bin/sh", "-c", command] if isinstance(command, str) else command
    child = subprocess.Popen(
        [sys.executable, "-P", "-S", "-c", _PRELUDE, str(os.getpid()), *words],
        stdin=subprocess.DEVNULL if stdin is None else stdin,
        stdout=2 if output is None else output,
        stderr=2 if output is None else subprocess.STDOUT,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
        pass_fds=heirlooms,
    )
    deadline = time.monotonic() + seconds
    asked: float | None = None
    try:
        while not _has_ended(child.pid):
            now = time.monotonic()
            if signals.stops > 1 or now > deadline or (asked is not None and now > asked + GRACE_SECONDS):
                break
            if signals.stops and asked is None:
                asked = now
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGINT)
            signals.wait(min(_LOOK_SECONDS, deadline - now))
        late = not _has_ended(child.pid)
    finally:
        # What it has started and left; before it is reaped, so that its number is nobody else's.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        status = child.wait()
        _end_orphans()
    if signals.stops:
        raise Stopped
    return None if late else status


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end_orphans() -> None:
    """End what a killed child has left to this process, where that takes orphans in, as the command does.

    Programs that judging starts lead groups of their own, and so the end of the child's group is not theirs.
    """
    adopts = ctypes.c_int(0)
    if _prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(adopts), 0, 0, 0) != 0 or not adopts.value:
        return
    # Each that ends may leave us its own children.
    while orphans := _list_children():
        for pid in orphans:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pid in orphans:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _list_children() -> list[int]:
    """The processes that are ours to reap; none where the system does not tell."""
    try:
        lists = [path.read_text() for path in Path("/proc/self/task").glob("*/children")]
    except OSError:
        return []
    return [int(pid) for pid in " ".join(lists).split()]
