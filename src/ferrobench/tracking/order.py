"""In which order the runs of a training stand: by step where it is known, else by name."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferrobench.results import RunRecord, SavedRun

# What trainers call the files and folders of a step: step_9000, model_000500, checkpoint-500, iter_2, results_5k, 5000.
_STEP_IN_NAME = re.compile(
    r"(?:^(?=\d+k?(?:\.[a-z]+)?$)|(?:^|[^a-z])(?:step|steps|iter|checkpoint|ckpt|model|results)[_.-]?)(\d{1,12})(k?)(?![0-9a-z])",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(\d+)")
_LARGEST_STEP = 2**53  # beyond it what draws and stores steps would round


def step_of(run: SavedRun) -> int | None:
    """The training step of a run's checkpoint: of its metadata, else the number in its name; None where neither tells."""
    model = run.config.get("model")
    step = model.get("step") if isinstance(model, dict) else None
    if isinstance(step, int) and not isinstance(step, bool) and 0 <= step <= _LARGEST_STEP:
        return step
    return next((number for name in _names_of(run) if (number := step_in(name)) is not None), None)


def step_in(name: str) -> int | None:
    """The step that the name of a checkpoint or of a results file tells, the last one where it tells several."""
    found = _STEP_IN_NAME.findall(name)
    if not found:
        return None
    digits, thousands = found[-1]
    return int(digits) * (1000 if thousands else 1)


def time_of(record: RunRecord) -> datetime:
    """When a record was written; the beginning of time where it does not say so in a form that is known."""
    try:
        found = datetime.fromisoformat(record.timestamp)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.fromtimestamp(0, UTC)


def order_key(run: SavedRun) -> tuple[bool, int, tuple[tuple[bool, int, str], ...], str]:
    """By step; what has none comes after those that have one, in the natural order of their names."""
    step = step_of(run)
    timestamp = "" if run.record is None else run.record.timestamp
    return step is None, step or 0, natural_key(run.label), timestamp


def natural_key(name: str) -> tuple[tuple[bool, int, str], ...]:
    """Sort names as people do: numbers in them count as numbers, so that ``v9`` comes before ``v10``."""
    return tuple(
        (False, int(part), "") if part.isdecimal() else (True, 0, part.casefold())
        for part in _DIGITS.split(name)
        if part
    )


def _names_of(run: SavedRun) -> tuple[str, ...]:
    checkpoint = "" if run.record is None else run.record.checkpoint
    return (PurePath(checkpoint).name, run.label)
