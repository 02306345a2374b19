"""The folder of runs: all that a watch remembers lies here, so a watch that is killed has forgotten nothing.

Each checkpoint has a run folder named by its step. What lies in it tells how far it is: ``results.json``, and it is
finished; ``refused.json``, and it could not be benchmarked as it was then; ``config.json`` alone, and it is to be resumed.
Beside these a watch keeps ``watched.json`` there (which files were benchmarked, with which flags), ``watch.log`` and
``alarms.json``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from ferrobench.errors import InputError, NotReadyError, UsageError
from ferrobench.evaluate import unjudged_failure
from ferrobench.models import FileStamp
from ferrobench.results import (
    CONFIG_FILE,
    JOURNAL_FILE,
    REFUSED_FILE,
    RESULTS_FILE,
    WATCH_FILES,
    first_difference,
    load_results,
    write_json,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ferrobench.results import RunRecord
    from ferrobench.watch.rest import Stamps

LOG_FILE, WATCHED_FILE = WATCH_FILES
_NAME = re.compile(r"step_([0-9]{6,18})")
_FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A run that has its results."""

    step: int | None
    """None of ``final``."""
    folder: Path
    rate: float | None
    """The percentage of samples that compile as generated."""
    collapsed: bool | None
    """None where nobody asked."""
    collapse: str
    """What is said of that, in a sentence."""
    fault: str | None
    """Why its figures should not be used."""
    stamps: Stamps
    """Of the files that were benchmarked; empty where that is not known."""

    @property
    def order(self) -> tuple[bool, int]:
        """Sorts runs by step."""
        return self.step is None, self.step or 0

    @property
    def usable(self) -> bool:
        """Whether it can be compared with others."""
        return self.fault is None and self.rate is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A run that was begun."""

    folder: Path
    stamps: Stamps


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A checkpoint that could not be benchmarked."""

    reason: str
    stamps: Stamps
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A run whose results cannot be read."""

    reason: str


RunState: TypeAlias = Finished | Unfinished | Refused | Damaged


def step_name(step: int | None) -> str:
    """The name of a step's run folder: sorted by name, folders are in order up to step 999,999."""
    return _FINAL if step is None else f"step_{step:06d}"


def describe_step(step: int | None) -> str:
    """What a step is called in a line."""
    return _FINAL if step is None else f"step {step}"


class RunFolders:
    """Reads what the run folders tell, and writes what a watch has to remember."""

    def __init__(self, runs: Path, *, max_unjudged: float) -> None:
        """Set up. *max_unjudged* is the percentage of unjudged samples above which figures should not be used."""
        self.runs = runs
        self._max_unjudged = max_unjudged
        self._known: dict[Path, tuple[tuple[int, int], Finished | Damaged]] = {}

    def folder(self, step: int | None) -> Path:
        """The run folder of a step."""
        return self.runs / step_name(step)

    def read(self) -> dict[int | None, RunState]:
        """How far the run of each checkpoint is, by step; one that was never begun is not there."""
        states: dict[int | None, RunState] = {}
        for folder in sorted(self.runs.iterdir()):
            match = _NAME.fullmatch(folder.name)
            if match or folder.name == _FINAL:
                step = int(match[1]) if match else None
                state = self._state(step, folder)
                if state is not None:
                    states[step] = state
        return states

    def _state(self, step: int | None, folder: Path) -> RunState | None:
        if (folder / RESULTS_FILE).exists():
            status = (folder / RESULTS_FILE).stat()
            version = status.st_mtime_ns, status.st_size
            known = self._known.get(folder)
            if known is None or known[0] != version:
                known = self._known[folder] = version, self._load(step, folder)
            return known[1]
        if (folder / REFUSED_FILE).exists():
            document = _read(folder / REFUSED_FILE)
            return Refused(
                reason=str(document.get("reason")),
                stamps=_stamps(document),
                flags=tuple(map(str, document.get("flags") or ())),
            )
        if (folder / CONFIG_FILE).exists():
            return Unfinished(folder=folder, stamps=_stamps(_read(folder / WATCHED_FILE)))
        return None

    def _load(self, step: int | None, folder: Path) -> Finished | Damaged:
        try:
            record = load_results(folder)
        except InputError as error:
            return Damaged(reason=str(error))
        return self.summarize(step, folder, record)

    def summarize(self, step: int | None, folder: Path, record: RunRecord) -> Finished:
        """What a watch needs to know of a finished run."""
        collapse = record.metrics.get("collapse")
        verdict = collapse.get("verdict") if isinstance(collapse, dict) else None
        return Finished(
            step=step,
            folder=folder,
            rate=record.compile_success_rate,
            collapsed=None if verdict is None else verdict == "collapsed",
            collapse=str(collapse.get("sentence") or "") if isinstance(collapse, dict) else "",
            fault=unjudged_failure(record, self._max_unjudged),
            stamps=_stamps(_read(folder / WATCHED_FILE)),
        )

    def prepare(self, step: int | None, stamps: Stamps, flags: Sequence[str], *, anew: bool) -> Path:
        """Make the run folder ready for a run; *anew* throws away what is there of an earlier state of the checkpoint.

        Raises:
            NotReadyError: It cannot be written.
        """
        folder = self.folder(step)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # What was being written when a process was killed; nobody is at work here now.
            for part in folder.glob(".*.part"):
                part.unlink(missing_ok=True)
            if anew:
                # The samples first: killed in between, there still is a run that was begun with other files.
                for name in (JOURNAL_FILE, CONFIG_FILE, REFUSED_FILE):
                    (folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise NotReadyError(f"{folder}: cannot be written: {error.strerror}") from error
        write_json(folder / WATCHED_FILE, {"files": stamps, "flags": list(flags)})
        return folder

    def refuse(self, step: int | None, reason: str, stamps: Stamps, flags: Sequence[str]) -> None:
        """Remember that a checkpoint cannot be benchmarked as it is.

        Raises:
            NotReadyError: It cannot be written.
        """
        write_json(
            self.folder(step) / REFUSED_FILE, {"reason": reason, "files": stamps, "flags": list(flags)}
        )


def check_series(states: Mapping[int | None, RunState], wanted: Mapping[str, Any]) -> None:
    """See that the runs that are there were asked for as those to come: else one series would hold two kinds of figures.

    Args:
        states: All run folders.
        wanted: The settings of the runs to come, as far as they are known without a model.

    Raises:
        UsageError: Naming the run and what differs first.
    """
    finished = [state for state in states.values() if isinstance(state, Finished)]
    newest = [max(finished, key=lambda run: run.order)] if finished else []
    for folder in [run.folder for run in newest] + [
        state.folder for state in states.values() if isinstance(state, Unfinished)
    ]:
        stored = _read(folder / CONFIG_FILE).get("settings")
        difference = first_difference(stored, dict(wanted)) if isinstance(stored, dict) else None
        if difference is not None:
            raise UsageError(
                f"{folder} has other settings: {difference}; give another --runs, or the flags of that run"
            )


def _read(path: Path) -> dict[str, Any]:
    """The object in a file of the watch's own; nothing where it is not there or damaged, and its checkpoint is looked at anew."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _stamps(document: Mapping[str, Any]) -> dict[str, FileStamp]:
    files = document.get("files")
    try:
        return {
            str(path): FileStamp(int(size), int(time)) for path, (size, time) in dict(files or {}).items()
        }
    except (TypeError, ValueError):
        return {}
