"""The plain sentence about a series: what the tests say, and no more. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.collapse import Health

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        return f"no checkpoint has a {title}"
    first, last = rated[0], rated[-1]

    def at(place: int, *also: str) -> str:
        words = ", ".join((points[place].name, *also))
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
    tied = set(best.tied)
    apart = [place for place in rated if place != best.place and place not in tied]
    if not apart:
        return f"{title} shows no clear change from {at(first)} to {at(last)}, best {at(best.place)}"
    chosen = at(best.place, _best_words(points, best))
    if best.place == first or first in tied:
        start = (
            f"{title} starts at {at(first)}, best {chosen}"
            if best.place != first
            else f"{title} starts at {chosen}"
        )
    else:
        start = f"{title} rises from {at(first)} to {chosen}"
    if last == best.place or last in tied:
        return start
    return f"{start}, then falls to {at(last)}"


def _best_words(points: Sequence[SeriesPoint], best: BestPoint) -> str:
    """*best*, and which others may be."""
    if not best.tied:
        return "best"
    if len(best.tied) <= _NAMES:
        names = " and ".join(points[place].name for place in best.tied)
        return f"best; {names} cannot be told from it"
    return f"best; {len(best.tied)} others cannot be told from it"


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
