"""Run folders: making a new one, and finding the one that ``--resume`` means."""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ferrobench.errors import InputError, NotReadyError, UsageError
from ferrobench.results.journal import Journal
from ferrobench.results.store import CONFIG_FILE, JOURNAL_FILE, RESULTS_FILE, write_json, write_results

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from ferrobench.results.run_record import RunRecord
    from ferrobench.results.sample_record import SampleRecord

MIXED_MODES = "mixed"
"""What the judge's mode is called in settings whose sittings had different ones."""

WATCH_FILES = ("watch.log", "watched.json")
"""What ``ferrobench watch`` puts into a run folder before the run begins: its log, and which files it is of."""


def create_run_folder(path: Path | None, *, parent: Path, label: str, config: dict[str, Any]) -> Path:
    """Make a new run folder with its ``config.json``.

    Args:
        path: The folder to make, or None for ``<UTC time>-<label>`` under *parent*.
        parent: Where unnamed folders go.
        label: Of the checkpoint.
        config: Everything that the run resolved.

    Raises:
        UsageError: If *path* is there already and holds more than a watch has put there.
        NotReadyError: If the folder cannot be made.
    """
    try:
        if path is not None:
            _require_unused(path, but_for=WATCH_FILES)
            path.mkdir(parents=True, exist_ok=True)
        else:
            path = _unused(parent, label)
    except OSError as error:
        raise NotReadyError(f"{path or parent}: cannot be made: {error.strerror}") from error
    write_json(path / CONFIG_FILE, config)
    return path


def write_run_folder(
    path: Path, *, config: dict[str, Any], samples: Iterable[SampleRecord], record: RunRecord
) -> None:
    """Write the folder of a finished run, whole or not at all.

    Raises:
        UsageError: If *path* is there already and not empty.
        NotReadyError: If it cannot be written.
    """
    try:
        _require_unused(path)
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
        try:
            beside.mkdir()
            write_json(beside / CONFIG_FILE, config)
            with Journal(beside / JOURNAL_FILE) as journal:
                for sample in samples:
                    journal.append(sample)
            write_results(beside / RESULTS_FILE, record)
            beside.rename(path)  # an empty folder there is replaced
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    except OSError as error:
        raise NotReadyError(f"{path}: cannot be written: {error.strerror}") from error


def _require_unused(path: Path, but_for: Collection[str] = ()) -> None:
    if path.exists() and (not path.is_dir() or any(entry.name not in but_for for entry in path.iterdir())):
        raise UsageError(f"--run-dir {path}: exists and is not empty; a run folder is always a new one")


def _unused(parent: Path, label: str) -> Path:
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", label).strip("-.") or "model"
    parent.mkdir(parents=True, exist_ok=True)
    stem = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{name[-60:]}"
    number = 1
    while True:
        path = parent / (stem if number == 1 else f"{stem}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            number += 1
        else:
            return path


def read_config(folder: Path) -> dict[str, Any]:
    """Read the configuration of a run.

    Raises:
        InputError: If it is missing or no JSON object.
    """
    path = folder / CONFIG_FILE
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; {folder} is not a run folder") from error
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    if not isinstance(config, dict) or not isinstance(config.get("settings"), dict):
        raise InputError(f"{path}: settings: expected an object")
    return config


def find_resumable(folder: Path | None, *, parent: Path, settings: dict[str, Any]) -> Path:
    """Find the run to go on with.

    Args:
        folder: The run that the user named, or None for the newest unfinished one under *parent*.
        parent: Where unnamed runs lie.
        settings: Of the run that is asked for now; they must be those of the run on disk.

    Raises:
        UsageError: If the settings differ, naming the first difference, or nothing is unfinished.
    """
    if folder is not None:
        difference = first_difference(read_config(folder)["settings"], settings)
        if difference:
            raise UsageError(f"--resume {folder}: that run has other settings: {difference}")
        return folder
    unfinished = sorted(
        (
            path.parent
            for path in parent.glob(f"*/{CONFIG_FILE}")
            if not (path.parent / RESULTS_FILE).exists()
        ),
        key=lambda path: path.name,
        reverse=True,
    )
    complaint = None
    for candidate in unfinished:
        try:
            stored = read_config(candidate)["settings"]
        except InputError:
            continue  # somebody else's folder
        difference = first_difference(stored, settings)
        if not difference:
            return candidate
        complaint = complaint or f"{candidate} has other settings: {difference}"
    if complaint is None:
        raise UsageError(f"--resume: no unfinished run under {parent}; leave the flag out to start one")
    raise UsageError(f"--resume: no unfinished run with these settings; {complaint}")


def first_difference(stored: dict[str, Any], wanted: dict[str, Any], prefix: str = "") -> str | None:
    """Say what differs first, in words; None where nothing does.

    What *wanted* lacks may be anything, and a crate that was missing then may have come since: what needed it was not judged.
    """
    if not prefix and "run_limits" in wanted and "run_limits" not in stored:
        return "it is from before hidden tests; start a new one"
    for key in dict.fromkeys((*stored, *wanted)):
        if key not in wanted and not prefix:
            continue  # left to what the run on disk says
        old, new = stored.get(key), wanted.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            inner = first_difference(old, new, f"{prefix}{key}.")
            if inner:
                return inner
        elif old != new and not (prefix == "crates." and old == "missing"):
            return f"{prefix}{key} was {json.dumps(old)}, now {json.dumps(new)}"
    return None
