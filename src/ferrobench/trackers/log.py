"""From records to trackers: which points belong to one series, and what to say of where they went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.trackers.point import Point, series_name, step_of, time_of
from ferrobench.trackers.tracker import open_tracker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ferrobench.results import RunRecord
    from ferrobench.trackers.spec import TrackerSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The points of one run of a tracker."""

    name: str
    points: tuple[Point, ...]
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
        return f"{self.spec}: run {self.name}: {count}", f"  look: {self.look}"


def _count(steps: Sequence[int]) -> str:
    return f"step {steps[0]}" if len(steps) == 1 else f"{len(steps)} steps ({steps[0]} to {steps[-1]})"


def gather_series(
    records: Iterable[RunRecord], name: str | None = None
) -> tuple[tuple[Series, ...], tuple[str, ...]]:
    """Put records that belong together under one name each, *name* or that of :func:`series_name`.

    Of several records with one step the newest counts.

    Returns:
        The series, and notes on what was left out or is not as it should be.
    """
    named: dict[str, list[RunRecord]] = {}
    for record in records:
        named.setdefault(series_name(record) if name is None else name, []).append(record)
    series, notes = [], []
    for key, members in named.items():
        newest: dict[int, RunRecord] = {}
        for record in members:
            step = step_of(record)
            if step is None:
                notes.append(f"{record.checkpoint}: has no training step; it stands at step 0")
            other = newest.get(step or 0)
            if other is None:
                newest[step or 0] = record
                continue
            older, newer = sorted((other, record), key=time_of)
            newest[step or 0] = newer
            notes.append(
                f"run {key} has step {step or 0} twice: of {newer.checkpoint} ({newer.timestamp}) and of {older.checkpoint} "
                f"({older.timestamp}); the newer is logged"
            )
        points = tuple(Point.of(newest[step]) for step in sorted(newest))
        series.append(Series(name=key, points=points))
        differing = _differing(points)
        if differing:
            notes.append(f"run {key}: its steps differ in {', '.join(differing)}; --name keeps runs apart")
    return tuple(series), tuple(notes)


def _differing(points: Sequence[Point]) -> list[str]:
    """What of the settings is not the same at all points that tell it."""
    values: dict[str, set[str]] = {}
    for point in points:
        for name, value in point.about.items():
            values.setdefault(name, set()).add(value)
    return [name for name, found in values.items() if len(found) > 1]


def log_series(series: Series, spec: TrackerSpec) -> Logged:
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
    return tuple(log_series(series, spec) for series in gather_series(records, name)[0])
