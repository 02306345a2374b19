"""Which runs the paths that a user gives mean: runs, results files, and folders that hold either."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.errors import InputError
from ferrobench.results.store import CONFIG_FILE, JOURNAL_FILE, RESULTS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

REFUSED_FILE = "refused.json"
"""In which a watch keeps the checkpoints that it could not benchmark."""
_NAMES_SHOWN = 3
_BYTES_LOOKED_AT = 4096
# A results file begins with what the original tool writes first.
_FIRST_KEYS = (b'"checkpoint"', b'"compile_success_rate"')


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRuns:
    """The finished runs below some paths."""

    paths: tuple[Path, ...]
    """A run folder or a results file each, as it was found; none twice."""
    notes: tuple[str, ...]
    """What was left out, and why: a line each."""


def find_runs(paths: Iterable[Path]) -> FoundRuns:
    """Find the finished runs that *paths* name, or that lie in the folders that they name.

    Raises:
        InputError: If a path is not there.
    """
    found: dict[Path, Path] = {}
    notes: list[str] = []
    for path in paths:
        for run in _runs_at(path, notes):
            found.setdefault(run.resolve(), run)
    return FoundRuns(paths=tuple(found.values()), notes=tuple(notes))


def _runs_at(path: Path, notes: list[str]) -> list[Path]:
    try:
        if path.is_file():
            return [path]
        if not path.is_dir():
            raise InputError(f"{path}: no such run, results file, or folder of runs")
        if not _is_run(path):
            return _runs_in(path, notes)
        if (path / RESULTS_FILE).is_file():
            return [path]
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    notes.append(f"{path}: is not finished, left out; go on with run --resume")
    return []


def _runs_in(folder: Path, notes: list[str]) -> list[Path]:
    """The runs that lie in a folder, and what is to be said of the rest."""
    runs, unfinished, foreign = [], [], []
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue  # parts of files that are being written, and what the user does not see either
        if entry.is_file() and entry.name == REFUSED_FILE:
            notes.extend(_refused(entry))
        elif entry.is_dir() and _is_run(entry):
            (runs if (entry / RESULTS_FILE).is_file() else unfinished).append(entry)
        elif _is_results(entry):
            runs.append(entry)
        else:
            foreign.append(entry)
    if unfinished:
        notes.append(f"{folder}: {_listed(unfinished, 'unfinished run')} left out")
    if foreign:
        notes.append(f"{folder}: {_listed(foreign, 'entry that is no run', 'entries that are no runs')} left out")
    return runs


def _is_run(folder: Path) -> bool:
    return (folder / CONFIG_FILE).is_file() and any(
        (folder / name).is_file() for name in (RESULTS_FILE, JOURNAL_FILE)
    )


def _is_results(path: Path) -> bool:
    """Whether a file in a folder looks like a results file; one that does and is damaged is an error later."""
    if path.suffix != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        beginning = file.read(_BYTES_LOOKED_AT)
    return beginning.lstrip().startswith(b"{") and all(key in beginning for key in _FIRST_KEYS)


def _refused(path: Path) -> Iterator[str]:
    try:
        refused = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        refused = None
    count = len(refused) if isinstance(refused, (dict, list)) else 0
    if count:
        yield f"{path}: {count} {'checkpoint' if count == 1 else 'checkpoints'} could not be benchmarked"


def _listed(paths: list[Path], one: str, several: str | None = None) -> str:
    names = ", ".join(path.name for path in paths[:_NAMES_SHOWN])
    more = f" and {len(paths) - _NAMES_SHOWN} more" if len(paths) > _NAMES_SHOWN else ""
    return f"{len(paths)} {one if len(paths) == 1 else several or f'{one}s'} ({names}{more})"
