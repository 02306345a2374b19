"""From records to trackers: which points belong to one series, and what to say of where they went."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from ferrobench.results import SavedRun
from ferrobench.trackers.point import FOLDER, TrackedPoint, folder_key, series_name
from ferrobench.trackers.spec import TrackerKind
from ferrobench.trackers.tracker import open_tracker
from ferrobench.tracking.groups import folder_note, folder_of, one_of_each_step, part_trainings
from ferrobench.tracking.order import step_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ferrobench.results import RunRecord
    from ferrobench.trackers.spec import TrackerSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedSeries:
    """The points of one run of a tracker."""

    name: str
    points: tuple[TrackedPoint, ...]
    """In the order of their steps, one of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """What was logged of one series."""

    spec: TrackerSpec
    name: str
    steps: tuple[int, ...]
    """Those that were logged now."""
    kept: tuple[int, ...]
    """Those that were there, and were left as they are."""
    look: str
    """How to look at it."""

    @property
    def lines(self) -> tuple[str, str]:
        """What was logged, and how to look at it: a line of its own, since commands are copied."""
        count = f"{_count(self.steps)} logged" if self.steps else "nothing new"
        if self.kept:
            count += f", {_count(self.kept)} left as {'it was' if len(self.kept) == 1 else 'they were'}"
            if self.spec.kind is TrackerKind.TENSORBOARD:
                # It replaces what is of the same training.
                count += ", of checkpoints in another folder (--name logs these apart)"
        return f"{self.spec}: run {self.name}: {count}", f"  look: {self.look}"


def _count(steps: Sequence[int]) -> str:
    return f"step {steps[0]}" if len(steps) == 1 else f"{len(steps)} steps ({steps[0]} to {steps[-1]})"


def as_run(record: RunRecord) -> SavedRun:
    """A record alone as a run, called as its checkpoint is."""
    label = PurePath(record.checkpoint).name
    return SavedRun(label=label, record=record, config=record.config, samples=())


def gather_series(
    runs: Iterable[SavedRun], name: str | None = None
) -> tuple[tuple[TrackedSeries, ...], tuple[str, ...]]:
    """Put finished runs that belong together under one name each, *name* or that of :func:`series_name`.

    Of several runs with one step that counts which :func:`one_of_each_step` chooses. Without *name* checkpoints of two folders
    that would have one name are kept apart.

    Returns:
        The series, and notes on what was left out or is not as it should be.
    """
    named: dict[str, list[SavedRun]] = {}
    for run in runs:
        if run.record is not None:
            key = series_name(run.record, step_of(run)) if name is None else name
            named.setdefault(key, []).append(run)
    series: list[TrackedSeries] = []
    notes: list[str] = []
    for key, members in named.items():
        trainings = [members] if name is not None else part_trainings(members)
        for training in trainings:
            own = key
            if len(trainings) > 1:
                own = f"{key}-{folder_key(str(folder_of(training[0])))}"
                notes.append(
                    f"run {own}: one of {len(trainings)} trainings called {key}, of {folder_of(training[0])}"
                )
            found, said = _series(own, training)
            series.append(found)
            notes += said
    return tuple(series), tuple(notes)


def _series(key: str, members: Sequence[SavedRun]) -> tuple[TrackedSeries, list[str]]:
    notes = [
        f"{run.record.checkpoint}: has no training step; it stands at step 0"
        for run in members
        if run.record is not None and step_of(run) is None
    ]
    chosen, left_out = one_of_each_step(members, stepless=0)
    joined = folder_note(members)
    notes += [f"run {key}: {words}" for words in (*left_out, *filter(None, [joined]))]
    points = sorted(
        (
            TrackedPoint.of(run.record, step=step_of(run), folder=str(folder_of(run)))
            for run in chosen
            if run.record is not None
        ),
        key=lambda point: point.step,
    )
    differing = _differing(points)
    if differing:
        notes.append(f"run {key}: its steps differ in {', '.join(differing)}; --name keeps runs apart")
    return TrackedSeries(name=key, points=tuple(points)), notes


def _differing(points: Sequence[TrackedPoint]) -> list[str]:
    """What of the settings is not the same at all points that tell it."""
    values: dict[str, set[str]] = {}
    for point in points:
        for name, value in point.about.items():
            if name == FOLDER:
                continue  # that is said in words of its own
            values.setdefault(name, set()).add(value)
    return [name for name, found in values.items() if len(found) > 1]


def log_series(series: TrackedSeries, spec: TrackerSpec) -> Logged:
    """Log a series as one run of a tracker.

    Raises:
        HarnessError: The tracker cannot be opened, or fails. What was logged until then stays.
    """
    about: Mapping[str, str] = series.points[-1].about if series.points else {}
    tracker = open_tracker(spec, series.name, about)
    steps: list[int] = []
    kept: list[int] = []
    try:
        for point in series.points:
            (steps if tracker.log(point) else kept).append(point.step)
    finally:
        tracker.close()
    return Logged(spec=spec, name=series.name, steps=tuple(steps), kept=tuple(kept), look=tracker.look)


def log_records(
    records: Iterable[RunRecord], spec: TrackerSpec, name: str | None = None
) -> tuple[Logged, ...]:
    """Log finished records, one or a whole series of them, in any order, whatever was logged before.

    Args:
        records: One of each checkpoint.
        spec: Where to.
        name: Of the run of the tracker; None names it after checkpoint and suites, so that one training run is one run.

    Raises:
        HarnessError: The tracker cannot be opened, or fails. What was logged until then stays.
    """
    return tuple(log_series(series, spec) for series in gather_series(map(as_run, records), name)[0])
