"""What a series is of, in one line: the training, and the conditions that all its runs share. Pure."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferrobench.results import SavedRun


def training_name(runs: Sequence[SavedRun]) -> str:
    """The folder of the checkpoints, by its own name; the first checkpoint where there is none."""
    checkpoints = [PurePath(run.record.checkpoint) for run in runs if run.record is not None]
    return next((path.parent.name for path in checkpoints if path.parent.name), str(checkpoints[0]))


def conditions(runs: Sequence[SavedRun]) -> str:
    """Suites, sampling, rustc and samples; what differs between the runs is left out."""
    parts = (suite_words, _sampling_in_words, _rustc_in_words, _samples_in_words)
    return ", ".join(filter(None, (_shared(runs, part) for part in parts)))


def suite_words(run: SavedRun) -> str:
    """Such as: suite seed 1.0.0. Empty where it is not known."""
    suites = run.config.get("settings", {}).get("suites", [])
    names = " and ".join(f"{suite['name']} {suite['version']}" for suite in suites)
    return f"suite{'s' if len(suites) > 1 else ''} {names}" if suites else ""


def _shared(runs: Sequence[SavedRun], words: Callable[[SavedRun], str]) -> str:
    first = words(runs[0])
    return first if all(words(run) == first for run in runs[1:]) else ""


def _sampling_in_words(run: SavedRun) -> str:
    temperature = (run.config.get("settings", {}).get("sampling") or {}).get("temperature")
    return "" if temperature is None else f"temperature {temperature}"


def _rustc_in_words(run: SavedRun) -> str:
    toolchain = str(run.config.get("settings", {}).get("toolchain", "")).partition(" ")[0]
    return f"rustc {toolchain}" if toolchain else ""


def _samples_in_words(run: SavedRun) -> str:
    return "" if run.record is None else f"{run.record.total_samples:,} samples each"
