"""One checkpoint on the axis of training steps: what a tracker is given of a record. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from ferrobench.trackers.flatten import flatten_record, segment
from ferrobench.tracking.order import step_in, time_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ferrobench.results import RunRecord

ROWS_SHOWN = 16
FOLDER = "checkpoints"
"""What the folder of the checkpoints is called among what a tracker is told."""
_LAST = frozenset({"final", "latest", "last", "best"})
"""What stands for one of the steps that lie beside it."""
_ANY_TRAINING = frozenset(
    {
        "checkpoints",
        "checkpoint",
        "ckpts",
        "ckpt",
        "models",
        "model",
        "out",
        "output",
        "outputs",
        "weights",
        "runs",
    }
)
"""Folders that tell nothing of whose checkpoints lie in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRow:
    """The first sample of a prompt."""

    prompt: str
    """Id of the prompt."""
    compiling: str
    """How many samples of the prompt compile, such as ``2 of 6``."""
    text: str
    """Prompt and completion, cut at 200 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedPoint:
    """One checkpoint."""

    step: int
    """The training step."""
    folder: str
    """Which the checkpoint lies in, as its run names it: those of another are of another training."""
    time: datetime
    """When the results were written."""
    metrics: Mapping[str, float]
    about: Mapping[str, str]
    """What was measured and how, by name: the same for all checkpoints of a series."""
    rows: tuple[SampleRow, ...]
    """A few samples to look at."""

    @classmethod
    def of(cls, record: RunRecord, *, step: int | None, folder: str) -> TrackedPoint:
        """Take from a record what trackers show.

        Args:
            record: Of the checkpoint.
            step: Its training step; without one it stands at step 0.
            folder: The one that the checkpoint lies in.
        """
        return cls(
            step=step or 0,
            folder=folder,
            time=time_of(record),
            metrics=flatten_record(record),
            about=_about(record, folder),
            rows=tuple(
                SampleRow(
                    prompt=entry.id or entry.prompt,
                    compiling=f"{entry.compile_success} of {entry.n_samples}",
                    text=entry.sample_outputs[0],
                )
                for entry in record.samples_by_prompt
                if entry.sample_outputs
            )[:ROWS_SHOWN],
        )


def series_name(record: RunRecord, step: int | None) -> str:
    """How a tracker calls the series of a record: the folder of its checkpoint, and its suites.

    So the checkpoints of one training run, measured on the same suites, come together by themselves. A folder that is called
    as those of all trainings are has the name of the one above before it. A record without a training step belongs to no
    series: its time makes a run of its own of it.
    """
    parts = [part for part in PurePath(record.checkpoint).parts if part.strip("./\\")]
    if len(parts) > 1 and (parts[-1] in _LAST or step_in(parts[-1]) is not None):
        parts.pop()
    first = next((place for place in range(len(parts) - 1, 0, -1) if parts[place] not in _ANY_TRAINING), 0)
    suites = [str(suite["name"]) for suite in _settings(record).get("suites", ())]
    moment = () if step is not None else (f"{time_of(record):%Y%m%dT%H%M%SZ}",)
    return "-".join(segment(word) for word in (*(parts[first:] or ["model"]), *suites, *moment))


def folder_key(folder: str) -> str:
    """A short word for a folder of checkpoints, another one for each."""
    return hashlib.sha256(folder.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _settings(record: RunRecord) -> Mapping[str, Any]:
    settings = record.config.get("settings")
    return settings if isinstance(settings, dict) else {}


def _about(record: RunRecord, folder: str) -> dict[str, str]:
    settings, model = _settings(record), record.config.get("model")
    sampling = settings.get("sampling")
    found = {
        FOLDER: folder,
        "suites": ", ".join(f"{suite['name']} {suite['version']}" for suite in settings.get("suites", ())),
        "model": model.get("kind") if isinstance(model, dict) else None,
        "parameters": model.get("parameters") if isinstance(model, dict) else None,
        "samples": record.total_samples,
        "seed": settings.get("seed"),
        **(sampling if isinstance(sampling, dict) else {}),
        "edition": settings.get("edition"),
        "toolchain": settings.get("toolchain"),
        "ferrobench": record.ferrobench_version,
    }
    return {name: str(value) for name, value in found.items() if value not in (None, "")}
