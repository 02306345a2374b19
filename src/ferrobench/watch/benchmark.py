"""The run of one checkpoint, in a process of its own: it gives its memory back, and its crash is not ours."""

from __future__ import annotations

import shlex
import sys
import time
from dataclasses import dataclass
from enum import Enum
from signal import Signals as SignalName
from typing import TYPE_CHECKING

from ferrobench.errors import NotReadyError
from ferrobench.results import RESULTS_FILE
from ferrobench.trackers import NOT_LOGGED
from ferrobench.watch.child import run_child
from ferrobench.watch.run_folders import LOG_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ferrobench.watch.queue import Due
    from ferrobench.watch.signals import Signals

EXIT_NOT_READY = NotReadyError.exit_code
EXIT_INTERRUPTED = 130
_REASON_CHARACTERS = 300
_TAIL_BYTES = 65_536
_COMPLAINT = "ferrobench: "


class Blame(Enum):
    """Whose fault it is that a run did not finish well."""

    NOBODY = "nobody"
    CHECKPOINT = "checkpoint"
    ENVIRONMENT = "environment"
    RUN = "run"
    """What lies in its folder does not fit what is asked for: the checkpoint was loaded before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run ended."""

    blame: Blame
    reason: str
    """In one line; empty where nobody is to blame."""
    not_logged: tuple[str, ...]
    """What the run said of trackers that failed (``--track``): a line each."""
    seconds: float


def run_command(due: Due, folder: Path, flags: Sequence[str]) -> list[str]:
    """The words of the command that benchmarks a checkpoint."""
    return [
        sys.executable,
        "-P",  # what lies in the current folder is no part of us
        *("-m", "ferrobench.cli.main", "run"),
        *("--checkpoint", str(due.step.path)),
        *("--run-dir", str(folder)),
        # The same file: a second one could be missing after a kill.
        *("--output", str(folder / RESULTS_FILE)),
        *(("--resume", str(folder)) if due.resume else ()),
        *flags,
    ]


def benchmark(
    due: Due, folder: Path, flags: Sequence[str], signals: Signals, *, heirloom: int, time_of_day: str
) -> Ended:
    """Run a checkpoint to its end. All that the run says goes to its log.

    Args:
        due: The checkpoint.
        folder: Its run folder, made ready.
        flags: Of the run.
        signals: Of the user.
        heirloom: The descriptor of a lock that the run keeps for as long as it lives.
        time_of_day: Of now, for the log.

    Raises:
        Stopped: The user wants us to end; the run has ended and can be resumed.
        OSError: The log cannot be written, or no process can be started.
    """
    command = run_command(due, folder, flags)
    started = time.monotonic()
    with (folder / LOG_FILE).open("ab") as log:
        log.write(f"== {time_of_day} {shlex.join(command)}\n".encode())
        log.flush()
        begins = log.tell()
        status = run_child(command, signals, output=log, heirlooms=(heirloom,))
    assert status is not None  # it has no time limit
    blame = assign_blame(status, resumed=due.resume)
    return Ended(
        blame=blame,
        reason="" if blame is Blame.NOBODY else _reason(status, folder / LOG_FILE, begins),
        not_logged=tuple(
            line for line in _last_lines(folder / LOG_FILE, begins) if line.startswith(NOT_LOGGED)
        ),
        seconds=time.monotonic() - started,
    )


def assign_blame(status: int, *, resumed: bool) -> Blame:
    """Tell from the exit status of a run whose fault it was.

    A run that was begun had loaded its checkpoint, so that is not what a resumed one complains of.
    """
    if status == 0:
        return Blame.NOBODY
    if status < 0 or status in (EXIT_NOT_READY, EXIT_INTERRUPTED):
        return Blame.ENVIRONMENT
    return Blame.RUN if resumed else Blame.CHECKPOINT


def _reason(status: int, log: Path, begins: int) -> str:
    """What a run said last, in one line."""
    if status < 0:
        killed = "; out of memory?" if -status == SignalName.SIGKILL else ""
        return f"the run was ended by {SignalName(-status).name}{killed}"
    lines = _last_lines(log, begins)
    complaints = [line.removeprefix(_COMPLAINT) for line in lines if line.startswith(_COMPLAINT)]
    said = complaints or [line for line in lines if line] or [f"the run ended with exit code {status}"]
    return said[-1][:_REASON_CHARACTERS]


def _last_lines(log: Path, begins: int) -> list[str]:
    with log.open("rb") as file:
        file.seek(max(begins, log.stat().st_size - _TAIL_BYTES))
        return [line.strip() for line in file.read().decode(errors="replace").splitlines()]
