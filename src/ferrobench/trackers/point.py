"""One checkpoint on the axis of training steps: what a tracker is given of a record. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from ferrobench.trackers.flatten import flatten_record, segment
from ferrobench.tracking.order import step_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferrobench.results import RunRecord

ROWS_SHOWN = 16
_LARGEST_STEP = 2**53  # beyond it some stores would round


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
class Point:
    """One checkpoint."""

    step: int
    """The training step."""
    time: datetime
    """When the results were written."""
    metrics: Mapping[str, float]
    about: Mapping[str, str]
    """What was measured and how, by name: the same for all checkpoints of a series."""
    rows: tuple[SampleRow, ...]
    """A few samples to look at."""

    @classmethod
    def of(cls, record: RunRecord) -> Point:
        """Take from a record what trackers show. A record without a training step stands at step 0."""
        return cls(
            step=step_of(record) or 0,
            time=time_of(record),
            metrics=flatten_record(record),
            about=_about(record),
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


def step_of(record: RunRecord) -> int | None:
    """The training step of a record's checkpoint: what the checkpoint says, else what its name tells; None if neither does."""
    model = record.config.get("model")
    step = model.get("step") if isinstance(model, dict) else None
    if not isinstance(step, int) or isinstance(step, bool):
        step = step_in(PurePath(record.checkpoint).name)
    return step if step is not None and 0 <= step <= _LARGEST_STEP else None


def time_of(record: RunRecord) -> datetime:
    """When a record was written; the beginning of time where it does not say so in a form that is known."""
    try:
        found = datetime.fromisoformat(record.timestamp)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.fromtimestamp(0, UTC)


def series_name(record: RunRecord) -> str:
    """How a tracker calls the series of a record: its checkpoint without the step, and its suites.

    So the checkpoints of one training run, measured on the same suites, come together by themselves. A record without a
    training step belongs to no series: its time makes a run of its own of it.
    """
    parts = [part for part in PurePath(record.checkpoint).parts if part.strip("./\\")]
    if len(parts) > 1 and (parts[-1] == "final" or step_in(parts[-1]) is not None):
        parts.pop()
    suites = [str(suite["name"]) for suite in _settings(record).get("suites", ())]
    moment = () if step_of(record) is not None else (f"{time_of(record):%Y%m%dT%H%M%SZ}",)
    return "-".join(segment(word) for word in (parts[-1] if parts else "model", *suites, *moment))


def _settings(record: RunRecord) -> Mapping[str, Any]:
    settings = record.config.get("settings")
    return settings if isinstance(settings, dict) else {}


def _about(record: RunRecord) -> dict[str, str]:
    settings, model = _settings(record), record.config.get("model")
    sampling = settings.get("sampling")
    found = {
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
