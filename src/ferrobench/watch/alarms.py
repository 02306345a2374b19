"""What is wrong with a checkpoint, seen beside those before it: a regression, or a collapse.

The rule. A finished run is compared with the finished run of the next lower step, and with the best one of all lower steps.
Where a checkpoint is finished after a later one (the newest is done first when a watch is behind), the next higher finished
run gets it as its new neighbour, and is compared with it too; nothing else is compared again. A run gets each kind of
alarm once.

Each finished checkpoint is to give a false alarm of a regression in at most 5 % of cases, whatever the number of those
before it and the order in which they come (Bonferroni). Half of the 5 % go to its first lower neighbour. A quarter goes to
the lower runs in equal shares: the best of many is in part the luckiest of them, so what is compared with it counts for all
it was chosen from. The last quarter is for neighbours that come later, how many is not known: an eighth to the first of
them, and to each further one half of the share before.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict

from ferrobench.watch.run_folders import describe_step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferrobench.tracking import Comparison
    from ferrobench.watch.run_folders import Finished


class Kind(StrEnum):
    """What an alarm is about."""

    REGRESSION = "regression"
    """The compile rate is significantly lower."""
    COLLAPSE = "collapse"
    """The model has collapsed, and had not before."""


class Alarm(BaseModel):
    """One alarm, as commands and webhooks get it."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    id: str
    """Tells whether two messages are about the same alarm."""
    alarm: Kind
    text: str
    """One line, and the key that many chat services show."""
    step: int | None
    """Null of ``final``."""
    run: str
    """Its run folder."""
    old_step: int | None
    """What it was compared with."""
    old_run: str
    old_rate: float | None
    """The percentage of samples that compile as generated."""
    rate: float | None
    change: float | None = None
    """In points, over what was compared; null of a collapse."""
    interval: tuple[float, float] | None = None
    """At 95 %, of the change."""
    p_value: float | None = None
    """Adjusted for the number of runs that it is compared with."""


class Pair(NamedTuple):
    """A comparison that is due."""

    old: Finished
    new: Finished
    comparisons: int
    """By how many the p-value is to be multiplied."""
    neighbours: bool
    """Whether there is none finished in between."""


def list_pairs(
    run: Finished, others: Sequence[Finished], count_neighbours: Callable[[Finished], int]
) -> tuple[Pair, ...]:
    """List the comparisons that are due once *run* is finished beside all *others* that are.

    *count_neighbours* tells with how many lower neighbours one of the others was compared before.
    """
    if not run.usable:
        return ()
    usable = [other for other in others if other.usable and other.order != run.order]
    lower = sorted((other for other in usable if other.order < run.order), key=lambda one: one.order)
    higher = [other for other in usable if other.order > run.order]
    pairs = []
    if lower:
        best = max(lower, key=lambda one: (one.rate or 0.0, one.order))
        pairs.append(Pair(lower[-1], run, _of_neighbour(0), True))
        if best is not lower[-1]:
            pairs.append(Pair(best, run, 4 * len(lower), False))
    if higher:
        next_one = min(higher, key=lambda one: one.order)
        pairs.append(Pair(run, next_one, _of_neighbour(count_neighbours(next_one)), True))
    return tuple(pairs)


def _of_neighbour(before: int) -> int:
    """By how many the p-value is multiplied of a run that was compared with so many lower neighbours *before*: 2, 8, 16, 32 ..."""
    # At the end nothing is significant any more, and a greater number would be none for a float.
    return 2 if before == 0 else 2 ** min(before + 2, 1000)


def find_collapse(pair: Pair) -> Alarm | None:
    """Tell whether a model has collapsed between two neighbours."""
    if not (pair.neighbours and pair.new.collapsed is True and pair.old.collapsed is False):
        return None
    old, new = describe_step(pair.old.step), describe_step(pair.new.step)
    said = f": {pair.new.collapse}" if pair.new.collapse else ""
    return _alarm(pair, Kind.COLLAPSE, f"{new} has collapsed, {old} had not{said}")


def find_regression(pair: Pair, comparison: Comparison) -> Alarm | None:
    """Tell whether the newer of two runs is significantly worse."""
    headline = comparison.headline
    if not headline.significant or headline.verdict != "worse" or not_comparable(comparison) is not None:
        return None
    old, new = describe_step(pair.old.step), describe_step(pair.new.step)
    interval = (
        ""
        if headline.interval is None
        else f", 95 %: {headline.interval[0]:+.1f} to {headline.interval[1]:+.1f}"
    )
    text = (
        f"{new} is worse than {old}: compiles {headline.new:.1f} %, was {headline.old:.1f} % "
        f"({headline.change:+.1f} points{interval})"
    )
    return _alarm(pair, Kind.REGRESSION, text).model_copy(
        update={
            "change": headline.change,
            "interval": headline.interval,
            "p_value": headline.adjusted_p,
        }
    )


def not_comparable(comparison: Comparison) -> str | None:
    """Say why two runs cannot be compared; None where they can."""
    return next((note.message for note in comparison.notes if note.refused), None)


def _alarm(pair: Pair, kind: Kind, text: str) -> Alarm:
    return Alarm(
        id=f"{pair.new.folder.name}-{kind}",
        alarm=kind,
        text=text,
        step=pair.new.step,
        run=str(pair.new.folder),
        old_step=pair.old.step,
        old_run=str(pair.old.folder),
        old_rate=pair.old.rate,
        rate=pair.new.rate,
    )
