"""Series as one page that works offline: curves, the table with their figures, and how all of it was computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferrobench.metrics.collapse import Health
from ferrobench.reports.history_view import (
    SIGNS,
    Mark,
    axis_top,
    columns_of,
    curves_of,
    drawn_rates,
    interval_of,
    marks_of,
    name_of,
    point_lines,
    positions,
    regions,
    signs_of,
)
from ferrobench.reports.pages import Page, chart_assets, render_page, write_page
from ferrobench.reports.view import printable
from ferrobench.tracking import rate_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ferrobench.reports.history_view import Column
    from ferrobench.tracking import History, RatePoint, Series

_DIGITS = 4
"""After the point, of what the curves are drawn from."""
_HEIGHTS = (340, 180)
_CHANGES = (Mark.BETTER, Mark.WORSE)


def write_history_page(history: History, path: Path) -> None:
    """Write the page whole or not at all, replacing one that is there.

    Raises:
        NotReadyError: If it cannot be written.
    """
    write_page(_page(history), path)


def render_history_page(history: History) -> str:
    """The page as text."""
    return render_page(_page(history))


def _page(history: History) -> Page:
    styles, scripts = chart_assets()
    names = [f"series-{number}" for number in range(len(history.series))]
    return Page(
        title=f"{', '.join(printable(series.name) for series in history.series)}: training history",
        template="history.html.jinja",
        context={
            "notes": [printable(note) for note in history.notes],
            "sections": [_section(name, series) for name, series in zip(names, history.series, strict=True)],
        },
        documents={name: _figures(series) for name, series in zip(names, history.series, strict=True)},
        styles=styles,
        scripts=(*scripts, "history.js"),
    )


def _section(name: str, series: Series) -> dict[str, Any]:
    marks = marks_of(series)
    columns = columns_of(series)
    return {
        "id": name,
        "name": printable(series.name),
        "sentence": _capital(printable(series.sentence)),
        "conditions": printable(series.conditions),
        "notes": [printable(note) for note in series.notes],
        "tiles": list(_tiles(series)),
        "charts": [
            {"title": chart["title"], "legend": chart["lines"] if len(chart["lines"]) > 1 else []}
            for chart in _charts(series)
        ],
        "legend": [_mark(mark, words) for mark, words in signs_of(marks, series).items()],
        "columns": columns,
        "rows": [_row(series, columns, place, marks[place]) for place in range(len(series.points))],
        "method": list(_method(series)),
    }


def _tiles(series: Series) -> Iterator[dict[str, str]]:
    points = series.points
    if series.best is not None:
        best = points[series.best.place]
        yield {
            "label": f"best {series.title}",
            "figure": f"{series.best.value:.1f}%",
            "style": "best" if len(points) > 1 else "",
            "words": f"{name_of(best)}{_range(best.rates[series.rate])}",
        }
    last = points[-1]
    if series.rate in last.rates and len(points) > 1:
        yield {
            "label": f"last {series.title}",
            "figure": f"{last.rates[series.rate].value:.1f}%",
            "style": "",
            "words": f"{name_of(last)}{_range(last.rates[series.rate])}",
        }
    if any(point.collapse is not None for point in points):
        onset = points[series.collapses[0].onset] if series.collapses else None
        ailing = sum(point.collapse is Health.AILING for point in points)
        yield {
            "label": "collapse",
            "figure": "none" if onset is None else name_of(onset),
            "style": "" if onset is None else "collapsed",
            "words": (printable(onset.collapse_sentence or "") if onset is not None else "")
            or (f"{ailing} of {len(points)} checkpoints ailing" if ailing else "all checkpoints healthy"),
        }
    yield {
        "label": "checkpoints",
        "figure": str(len(points)),
        "style": "",
        "words": f"{sum(point.samples for point in points):,} samples in all",
    }


def _range(rate: RatePoint) -> str:
    interval = interval_of(rate)
    return "" if interval is None else f"; 95%: {interval[0]:.1f} to {interval[1]:.1f}"


def _figures(series: Series) -> dict[str, Any]:
    """What the scripts draw."""
    return {
        "charts": _charts(series),
        "details": point_lines(series),
    }


def _charts(series: Series) -> list[dict[str, Any]]:
    marks = marks_of(series)
    shared = {
        "x": positions(series),
        "names": [name_of(point) for point in series.points],
        "numbers": series.has_steps,
    }
    areas = [{"from": left, "to": right, "title": ""} for left, right in regions(series)]
    charts = [
        {
            **shared,
            "title": f"{_capital(series.title)} in percent, with its 95 % interval",
            "unit": "%",
            "height": _HEIGHTS[0],
            "range": [0, axis_top(series)],
            "lines": [_rate_line(series, key, number) for number, key in enumerate(drawn_rates(series))],
            "marks": [
                {"place": place, "kind": mark.value}
                for mark in (Mark.TIED, *_CHANGES, Mark.BEST)  # what is drawn later is on top
                for place, of_point in enumerate(marks)
                if mark in of_point
            ],
            "regions": [{**area, "title": "collapsed"} for area in areas],
        }
    ]
    for curve in curves_of(series):
        if not curve.is_percent:
            line = {
                "title": curve.title,
                "colour": 1,
                "dash": None,
                "values": [_short(value) for value in curve.values],
                "low": None,
                "high": None,
            }
            charts.append(
                {
                    **shared,
                    "title": _capital(curve.title),
                    "unit": "",
                    "height": _HEIGHTS[1],
                    "range": None,
                    "lines": [line],
                    "marks": [],
                    "regions": areas,
                }
            )
    return charts


def _rate_line(series: Series, key: str, number: int) -> dict[str, Any]:
    rates = [point.rates.get(key) for point in series.points]
    intervals = [None if rate is None else interval_of(rate) for rate in rates]
    has_band = number == 0 and any(intervals)
    return {
        "title": rate_title(key),
        "colour": number + 1,
        "dash": [8, 4] if number else None,
        "values": [None if rate is None else _short(rate.value) for rate in rates],
        # One band: of several nobody could tell which is whose.
        "low": [None if one is None else _short(one[0]) for one in intervals] if has_band else None,
        "high": [None if one is None else _short(one[1]) for one in intervals] if has_band else None,
    }


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _row(series: Series, columns: Sequence[Column], place: int, marks: frozenset[Mark]) -> dict[str, Any]:
    words = signs_of([marks], series)
    change = next((mark for mark in _CHANGES if mark in marks), None)
    return {
        "cells": [_cell(series, column, place, change) for column in columns],
        "marks": [_mark(mark, words[mark]) for mark in words if mark not in _CHANGES],
    }


def _cell(series: Series, column: Column, place: int, change: Mark | None) -> dict[str, Any]:
    styles = [
        "text" if column.is_text else "",
        "strong" if column.key == series.rate else "",
        "collapsed" if column.key == "collapse" and column.cells[place] == Health.COLLAPSED else "",
    ]
    return {
        "column": column,
        "text": column.cells[place],
        "style": " ".join(filter(None, styles)),
        "mark": _mark(change, change.value) if column.key == "change" and change is not None else None,
    }


def _mark(mark: Mark, words: str) -> dict[str, str]:
    return {
        "sign": SIGNS[mark],
        "style": Mark.BEST.value if mark is Mark.TIED else mark.value,
        "words": words,
    }


def _method(series: Series) -> Sequence[str]:
    """How the figures came about."""
    paragraphs = [
        "Checkpoints stand in the order of their training steps, which their metadata tells, or else the number in their names.",
        "An interval holds, in 95 of 100 such runs, the rate that endless samples would show: of these very prompts, unless it is said to be for others.",
    ]
    if series.comparisons:
        paragraphs.append(
            f"Each checkpoint is compared with the one before it and with the best one, by permutations of their samples within each prompt. "
            f"These are {series.comparisons} tests, and every p-value is multiplied by that number: the chance that any change is marked that is none "
            "stays below 5 %."
        )
        paragraphs.append(
            "Checkpoints that cannot be told from the best are marked: together with it they hold the truly best one in at least 95 of "
            "100 such trainings."
        )
    else:
        paragraphs.append("No test is made of changes of this rate.")
    return paragraphs


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
