"""The finished runs that paths name: one that was named must be whole, one that was found in a folder is told and left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.errors import InputError
from ferrobench.results import find_runs, load_run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ferrobench.results import RunRecord, SavedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRuns:
    """What was found and could be read."""

    runs: tuple[SavedRun, ...]
    """Each with its record; none twice."""
    searched: bool
    """Whether some were found by looking into a folder; else each was named for itself."""
    notes: tuple[str, ...]
    """What was left out, and why: a line each."""


def load_finished(path: Path) -> tuple[SavedRun, RunRecord]:
    """Load a run that is finished, and its record.

    Raises:
        InputError: It is not finished, or something is missing or damaged.
    """
    run = load_run(path, need_samples=False)
    if run.record is None:
        raise InputError(f"{path}: the run is not finished; go on with run --resume")
    return run, run.record


def finished_runs(paths: Sequence[Path], load: Callable[[Path], SavedRun] | None = None) -> FinishedRuns:
    """Load the finished runs that *paths* name, or that lie in the folders that they name.

    Args:
        paths: Run folders, results files, and folders that hold either.
        load: Loads one, as :func:`load_finished` does, which is the default.

    Raises:
        InputError: There is no finished run, or one that was named cannot be read.
    """
    found = find_runs(paths)
    notes = list(found.notes)
    runs: dict[Path, SavedRun] = {}
    for path in found.paths:
        try:
            run = load_finished(path)[0] if load is None else load(path)
        except InputError as error:
            if path in paths:
                raise
            notes.append(f"left out: {error}")
            continue
        # A results file and the folder that it names are one run.
        runs.setdefault((run.folder or path).resolve(), run)
    if not runs:
        said = f" ({'; '.join(notes)})" if notes else ""
        raise InputError(f"{', '.join(map(str, paths))}: no finished run{said}")
    return FinishedRuns(runs=tuple(runs.values()), searched=found.searched, notes=tuple(notes))
