"""The lines that a watch prints. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.models.nanochat.layout import some
from ferrobench.watch.run_folders import Damaged, Finished, Refused, Unfinished, describe_step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferrobench.results import RunRecord
    from ferrobench.watch.run_folders import RunState


def finished_line(step: int | None, record: RunRecord, seconds: float) -> str:
    """What came of a checkpoint: its rates and how long it took."""
    parts = []
    rate = record.compile_success_rate
    if rate is None:
        parts.append("no sample was judged")
    else:
        estimate = record.intervals.get("compile_success_rate")
        interval = None if estimate is None else estimate.interval_over_samples
        between = "" if interval is None else f" ({interval[0]:.1f} to {interval[1]:.1f})"
        parts.append(f"compiles {rate:.1f} %{between}")
    if record.tests is not None and record.tests.pass_rate is not None:
        parts.append(f"passes {record.tests.pass_rate:.1f} %")
    collapse = record.metrics.get("collapse")
    if isinstance(collapse, dict) and collapse.get("verdict") == "collapsed":
        parts.append("collapsed")
    return f"{describe_step(step)}: {', '.join(parts)}; {duration(seconds)}"


def count_runs(states: Mapping[int | None, RunState]) -> str:
    """How many runs are there, in brackets; nothing where none is."""
    counts = (
        (sum(isinstance(state, Finished) for state in states.values()), "finished"),
        (sum(isinstance(state, Unfinished) for state in states.values()), "begun"),
        (sum(isinstance(state, Refused) for state in states.values()), "refused"),
        (sum(isinstance(state, Damaged) for state in states.values()), "damaged"),
    )
    words = ", ".join(f"{count} {word}" for count, word in counts if count)
    return f" ({words})" if words else ""


def duration(seconds: float) -> str:
    """A time in the unit that suits it."""
    if seconds < 120.0:
        return f"{seconds:.0f} s"
    if seconds < 7200.0:
        return f"{seconds / 60.0:.0f} min"
    return f"{seconds / 3600.0:.1f} h"


def name_steps(steps: Sequence[int | None]) -> str:
    """Some steps in words."""
    numbers = [describe_step(step).removeprefix("step ") for step in steps]
    return f"step{'s' if len(steps) > 1 else ''} {some(numbers)}"
