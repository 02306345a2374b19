"""The plain sentence about a series: what the tests say, and no more. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.collapse import Health

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ferrobench.tracking.collapse_spans import CollapseSpan
    from ferrobench.tracking.point import SeriesPoint
    from ferrobench.tracking.series import BestPoint

_NAMES = 2
"""So many of the points that are tied with the best are named, more are counted."""
_SPANS = 2


def series_sentence(
    points: Sequence[SeriesPoint],
    *,
    rate: str,
    title: str,
    best: BestPoint | None,
    spans: Sequence[CollapseSpan],
) -> str:
    """Say how the headline rate went, which point is best, and whether the model collapsed.

    *rises*, *falls* and *best* are said of what the comparisons with the best point show, corrected for their number; where they
    show nothing the sentence says so.
    """
    parts = (_course(points, rate, title, best), _collapse(points, spans))
    return "; ".join(part for part in parts if part)


def _course(points: Sequence[SeriesPoint], rate: str, title: str, best: BestPoint | None) -> str:
    rated = [place for place, point in enumerate(points) if rate in point.rates]
    if best is None:
        return _without_best([points[place].name for place in rated], title)
    first, last = rated[0], rated[-1]

    def at(place: int, *also: str) -> str:
        name = points[place].name
        if place == best.place:
            also = (*also, *_tied_words(points, best))
        words = f"{name}, {'; '.join(also)}" if also else name
        return f"{points[place].rates[rate].value:.1f}% ({words})"

    if len(rated) == 1:
        return f"{title} {at(first)}, the only checkpoint"
    compared = [
        points[place].from_best
        for place in rated
        if place != best.place
        and (found := points[place].from_best) is not None
        and found.verdict != "not compared"
    ]
    if not compared:
        return f"{title} from {at(first)} to {at(last)}, best {at(best.place)}; no test tells these changes from chance"
    # What could not be compared is neither tied nor worse.
    worse = {place for place in rated if (found := points[place].from_best) and found.verdict == "worse"}
    if not worse:
        return f"{title} shows no clear change from {at(first)} to {at(last)}, best {at(best.place)}"
    chosen = at(best.place, "best")
    if first in worse:
        start = f"{title} rises from {at(first)} to {chosen}"
    elif best.place == first:
        start = f"{title} starts at {chosen}"
    else:
        start = f"{title} starts at {at(first)}, highest {at(best.place)}"
    return f"{start}, then falls to {at(last)}" if last in worse else start


def _without_best(names: Sequence[str], title: str) -> str:
    """Of points that have no rate, or all a rate of 0."""
    if not names:
        return f"no checkpoint has a {title}"
    if len(names) == 1:
        return f"{title} 0.0% ({names[0]}), the only checkpoint"
    return f"{title} is 0.0% throughout, from {names[0]} to {names[-1]}"


def _tied_words(points: Sequence[SeriesPoint], best: BestPoint) -> Iterator[str]:
    """Which others may be best."""
    told = best.tied
    if len(told) == sum(point.from_best is not None for point in points):
        return  # all: that is said in other words
    if 0 < len(told) <= _NAMES:
        yield f"{' and '.join(points[place].name for place in told)} cannot be told from it"
    elif told:
        yield f"{len(told)} others cannot be told from it"


def _collapse(points: Sequence[SeriesPoint], spans: Sequence[CollapseSpan]) -> str:
    if all(point.collapse is None for point in points):
        return ""
    if not spans:
        ailing = sum(point.collapse is Health.AILING for point in points)
        return f"no collapse, but {ailing} of {len(points)} ailing" if ailing else "no collapse"
    words = [_span(points, span) for span in spans[:_SPANS]]
    if len(spans) > _SPANS:
        words.append(f"and {len(spans) - _SPANS} times more")
    return f"collapsed {', '.join(words)}"


def _span(points: Sequence[SeriesPoint], span: CollapseSpan) -> str:
    onset, last = points[span.onset].name, points[span.last].name
    if span.recovery is None:
        return f"at {onset}, the last" if span.onset == len(points) - 1 else f"from {onset} on"
    where = f"at {onset}" if span.onset == span.last else f"from {onset} to {last}"
    return f"{where} (recovered at {points[span.recovery].name})"
