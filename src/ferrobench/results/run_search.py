"""Which runs the paths that a user gives mean: runs, results files, and folders that hold either."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.errors import InputError
from ferrobench.results.run_folder import read_config
from ferrobench.results.store import CONFIG_FILE, JOURNAL_FILE, RESULTS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

REFUSED_FILE = "refused.json"
"""What a watch leaves in the folder of a checkpoint that it could not benchmark."""
_NAMES_SHOWN = 3
_BYTES_LOOKED_AT = 4096
# A results file begins with what the original tool writes first.
_FIRST_KEYS = (b'"checkpoint"', b'"compile_success_rate"')


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRuns:
    """The finished runs below some paths."""

    paths: tuple[Path, ...]
    """A run folder or a results file each, as it was found; none twice."""
    searched: bool
    """Whether some were found by looking into a folder; else each was named for itself."""
    notes: tuple[str, ...]
    """What was left out, and why: a line each."""


def find_runs(paths: Iterable[Path]) -> FoundRuns:
    """Find the finished runs that *paths* name, or that lie in the folders that they name, or in a folder of such a folder.

    Raises:
        InputError: If a path is not there.
    """
    found: dict[Path, Path] = {}
    notes: list[str] = []
    searched = False
    for path in paths:
        try:
            if path.is_file() or _is_finished(path):
                runs = [path]
            elif not path.is_dir():
                raise InputError(f"{path}: no such run, results file, or folder of runs")
            elif _is_begun(path):
                runs = []
                notes.append(f"{path} is not finished and left out; go on with run --resume")
            else:
                runs, searched = _runs_below(path, notes), True
        except OSError as error:
            raise InputError(f"{path}: cannot be read: {error.strerror}") from error
        for run in runs:
            found.setdefault(run.resolve(), run)
    return FoundRuns(paths=tuple(found.values()), searched=searched, notes=tuple(notes))


def _runs_below(folder: Path, notes: list[str]) -> list[Path]:
    """The runs of a folder, and those of its folders that are no runs, such as the one that a watch makes."""
    runs = _runs_in(folder, notes)
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or not entry.is_dir():
            continue
        if not (_is_finished(entry) or _is_begun(entry) or (entry / REFUSED_FILE).is_file()):
            with suppress(PermissionError):  # nobody named it
                runs += _runs_in(entry, notes)
    return runs


def _runs_in(folder: Path, notes: list[str]) -> list[Path]:
    """The runs that lie in a folder, and what is to be said of the rest."""
    runs, unfinished, refused = [], [], []
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue  # parts of files that are being written, and what the user does not see either
        if _is_finished(entry) or _is_results(entry):
            runs.append(entry)
        elif (entry / REFUSED_FILE).is_file():
            refused.append(entry)
        elif entry.is_dir() and _is_begun(entry):
            unfinished.append(entry)
    if unfinished:
        notes.append(f"{folder}: {_listed(unfinished, 'run')} not finished, left out")
    if refused:
        notes.append(f"{folder}: {_listed(refused, 'checkpoint')} could not be benchmarked")
    return runs


def _is_finished(folder: Path) -> bool:
    return (folder / CONFIG_FILE).is_file() and (folder / RESULTS_FILE).is_file()


def _is_begun(folder: Path) -> bool:
    """Whether a run began here. A model's folder may hold a config.json too, of other things."""
    if not (folder / CONFIG_FILE).is_file():
        return False
    if (folder / JOURNAL_FILE).is_file():
        return True
    try:
        read_config(folder)
    except InputError:
        return False
    return True


def _is_results(path: Path) -> bool:
    """Whether a file in a folder looks like a results file; one that does and is damaged is an error later."""
    if path.suffix != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        beginning = file.read(_BYTES_LOOKED_AT)
    return beginning.lstrip().startswith(b"{") and all(key in beginning for key in _FIRST_KEYS)


def _listed(paths: list[Path], noun: str) -> str:
    names = ", ".join(path.name for path in paths[:_NAMES_SHOWN])
    more = f" and {len(paths) - _NAMES_SHOWN} more" if len(paths) > _NAMES_SHOWN else ""
    return f"{len(paths)} {noun if len(paths) == 1 else f'{noun}s'} ({names}{more})"
