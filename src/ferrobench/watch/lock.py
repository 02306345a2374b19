"""One watch at a time in a folder of runs, and none while a run of an earlier one still ends.

Two files: the first is locked by the watch alone, so that a second watch is told at once. The lock of the second one is
inherited by every run that the watch starts. Where a watch is killed, its run is asked to end, and the next watch waits for
that: two processes never work on one run.
"""

from __future__ import annotations

import fcntl
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING

from ferrobench.errors import NotReadyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ferrobench.watch.signals import Signals

WATCH_LOCK_FILE = ".watch.lock"
RUN_LOCK_FILE = ".run.lock"
_LOOK_SECONDS = 0.2


@contextmanager
def lock_runs(runs: Path, signals: Signals, say: Callable[[str], None]) -> Iterator[int]:
    """Make the folder of runs, keep all other watches out of it, and wait for a run of an earlier one to end.

    Yields:
        A descriptor for runs to inherit.

    Raises:
        NotReadyError: Another watch is at work in it, or it cannot be written.
        Stopped: The user wants us to end.
    """
    with ExitStack() as stack:
        try:
            runs.mkdir(parents=True, exist_ok=True)
            watch, run = (
                stack.enter_context((runs / name).open("a")) for name in (WATCH_LOCK_FILE, RUN_LOCK_FILE)
            )
        except OSError as error:
            raise NotReadyError(f"--runs {runs}: cannot be written: {error.strerror}") from error
        if not _lock(watch):
            raise NotReadyError(f"--runs {runs}: another watch is at work there")
        if not _lock(run):
            say("waiting for the run of an earlier watch to end")
            while not _lock(run):
                signals.check()
                signals.wait(_LOOK_SECONDS)
        yield run.fileno()


def _lock(file: IO[str]) -> bool:
    """Lock a file unless another process has; tell whether it is ours."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise NotReadyError(f"{file.name}: cannot be locked: {error.strerror}") from error
    return True
