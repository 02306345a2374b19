"""A training run over its checkpoints: what changed from one to the next, the best one, and where collapse set in. Pure.

Changes are tested as in a comparison of two runs, of the headline rate alone. Two questions are asked of each checkpoint, and all share
one level (C. E. Bonferroni): does it differ from the one before, and does it differ from the best one? Those that the second
does not tell from the best are a set that holds the truly best checkpoint in at least 95 % of series (S. S. Gupta, Technometrics 7
(1965), 225-245), although the best was chosen by the same figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.metric import Count, Figures, Percent
from ferrobench.metrics.statistics.differences import LEVEL
from ferrobench.tracking.collapse_spans import CollapseSpan, collapse_spans
from ferrobench.tracking.course import series_sentence
from ferrobench.tracking.point import PASS_AT, PointChange, SeriesPoint
from ferrobench.tracking.sentence import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from ferrobench.tracking.comparison import RateChange

    Compare: TypeAlias = Callable[[int, int], RateChange]
    """Compares the headline rate of two points by their places, the earlier one first, as the only comparison there is."""


class BestPoint(Figures):
    """The point with the highest headline rate; of several the earliest."""

    place: Count
    """In ``points``."""
    value: Percent
    tied: list[Count]
    """Places of the others that cannot be told from it."""


class Series(Figures):
    """One training under the same conditions."""

    name: str
    """Of the training: the folder of its checkpoints."""
    conditions: str
    """What all its runs share: suites, temperature, rustc, samples."""
    sentence: str
    """What came of the training, in plain words."""
    rate: str
    """Key of the headline rate."""
    title: str
    """Its name in words."""
    comparisons: Count
    """By how many each p-value is multiplied: one with the checkpoint before and one with the best, for all but one checkpoint each,
    less one, since the best and its neighbour are one pair."""
    points: list[SeriesPoint]
    """In the order of the training."""
    best: BestPoint | None
    """Null where no point has the headline rate, or all have 0."""
    collapses: list[CollapseSpan]
    """In order; empty where none is."""
    notes: list[str]
    """What makes the series mean less than it seems to; a line each."""

    @property
    def has_steps(self) -> bool:
        """Whether every point has a step, so that it is the axis."""
        return all(point.step is not None for point in self.points)


def rate_title(key: str) -> str:
    """The name of a rate in words; pass@k is called so."""
    return NAMES.get(key, key)


def comparisons_of(checkpoints: int) -> int:
    """How many comparisons a series of so many makes at most: with the one before and with the best, of each but one.

    The best and a neighbour of it are one pair, which is compared once.
    """
    return max(0, 2 * checkpoints - 3)


def build_series(
    points: Sequence[SeriesPoint],
    compare: Compare | None,
    *,
    rate: str,
    name: str,
    conditions: str = "",
    notes: Sequence[str] = (),
) -> Series:
    """Put points together to a series.

    Args:
        points: In order; at least one.
        compare: Compares two of them; None where there is no test of this rate, such as pass@k.
        rate: Key of the headline rate.
        name: Of the training.
        conditions: What all runs share.
        notes: Said beside it.
    """
    rated = [place for place, point in enumerate(points) if rate in point.rates]
    comparisons = comparisons_of(len(rated)) if compare is not None else 0
    best = max(rated, key=lambda place: points[place].rates[rate].value, default=None)
    if best is not None and points[best].rates[rate].value == 0.0:
        best = None  # none is better than nothing
    shared = _shared_rates(points)
    told = []
    for place, point in enumerate(points):
        before = next((other for other in reversed(rated) if other < place), None)
        change = from_best = None
        if compare is not None and place in rated:
            if before is not None:
                change = _change(compare(before, place), comparisons)
            if best is not None and best != place:
                from_best = _from_best(compare, place, best, comparisons)
        rates = {
            key: value for key, value in point.rates.items() if key in shared or not key.startswith(PASS_AT)
        }
        told.append(point.model_copy(update={"rates": rates, "change": change, "from_best": from_best}))
    spans = collapse_spans([point.collapse for point in told])
    chosen = None
    if best is not None:
        tied = [
            place
            for place, point in enumerate(told)
            if point.from_best is not None and point.from_best.verdict not in ("worse", "not compared")
        ]
        chosen = BestPoint(place=best, value=points[best].rates[rate].value, tied=tied)
    title = rate_title(rate)
    return Series(
        name=name,
        conditions=conditions,
        sentence=series_sentence(told, rate=rate, title=title, best=chosen, spans=spans),
        rate=rate,
        title=title,
        comparisons=comparisons,
        points=told,
        best=chosen,
        collapses=spans,
        notes=list(notes),
    )


def _change(found: RateChange, comparisons: int, *, backwards: bool = False) -> PointChange:
    """Read one comparison as one of many. *backwards*: of the earlier point against the later one."""
    if found.p_value is None or found.change is None or found.verdict == "not compared":
        return PointChange(change=None, interval=None, p_value=None, adjusted_p=None, verdict="not compared")
    change, interval = found.change, found.interval
    if backwards:
        change, interval = -change, None if interval is None else (-interval[1], -interval[0])
    adjusted = min(1.0, found.p_value * comparisons)
    clear = adjusted < LEVEL and change != 0.0
    return PointChange(
        change=change,
        interval=interval,
        p_value=found.p_value,
        adjusted_p=adjusted,
        verdict="unclear" if not clear else "better" if change > 0 else "worse",
    )


def _from_best(compare: Compare, place: int, best: int, comparisons: int) -> PointChange:
    backwards = place < best
    found = compare(min(place, best), max(place, best))
    return _change(found, comparisons, backwards=backwards)


def _shared_rates(points: Sequence[SeriesPoint]) -> set[str]:
    """Keys of the rates that every point has."""
    return set.intersection(*(set(point.rates) for point in points)) if points else set()
