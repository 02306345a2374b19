"""From a series to columns of text and to marks. Pure; what prints them decides on colour, width and characters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from ferrobench.metrics.collapse import Health
from ferrobench.reports.view import percent, printable
from ferrobench.tracking import COMPILE_RATE, COMPILE_RATE_EXTRACTED, PASS_RATE, PASS_RATE_STRICT, rate_title
from ferrobench.tracking.sentence import p_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ferrobench.tracking import RatePoint, Series, SeriesPoint

NOTHING = "-"
INTERVAL = "95%"
"""Heads the column of an interval for these prompts, right of its rate."""
OTHERS = "95% others"
"""Heads that for other prompts."""
_CURVES = (COMPILE_RATE, COMPILE_RATE_EXTRACTED, PASS_RATE)
"""Rates that are drawn beside the headline."""
_SAID_OTHERWISE = ("step", "change", "samples", "collapse")
"""Columns that are no line of their own where a single point is told."""
_HEADINGS = {
    COMPILE_RATE: "compile",
    COMPILE_RATE_EXTRACTED: "extracted",
    PASS_RATE: "pass",
    PASS_RATE_STRICT: "strict",
}


class Mark(StrEnum):
    """What stands out about a point."""

    BEST = "best"
    TIED = "tied"
    """It cannot be told from the best."""
    COLLAPSED = "collapsed"
    BETTER = "better"
    """Than the point before, significantly."""
    WORSE = "worse"


SIGNS = {Mark.BEST: "★", Mark.TIED: "☆", Mark.COLLAPSED: "✗", Mark.BETTER: "▲", Mark.WORSE: "▼"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One figure of all points."""

    key: str
    """Such as ``change``; of rates and figures their key in the series."""
    heading: str
    """As short as can be."""
    title: str
    """What it is, in words."""
    cells: tuple[str, ...]
    """One for each point."""
    rank: int
    """What is left out first where there is no room: the highest."""
    beside: str | None = None
    """Key of the column without which it says nothing."""
    is_text: bool = False
    is_rate: bool = False
    """Whether it is a rate, or the interval of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One figure along the series, to be drawn in a line."""

    title: str
    values: tuple[float | None, ...]
    is_percent: bool


def signs_of(marks: Iterable[frozenset[Mark]], series: Series) -> dict[Mark, str]:
    """What the marks that occur mean, in words, in the order in which they are told."""
    shown = frozenset[Mark]().union(*marks)
    tests = f"{series.comparisons} tests" if series.comparisons != 1 else "1 test"
    compared = f"than the checkpoint before (95%, {tests})"
    words = {
        Mark.BEST: "best",
        Mark.TIED: "cannot be told from it",
        Mark.COLLAPSED: "collapsed",
        Mark.BETTER: f"better {compared}",
        Mark.WORSE: "worse" if Mark.BETTER in shown else f"worse {compared}",
    }
    return {mark: text for mark, text in words.items() if mark in shown}


def positions(series: Series) -> tuple[float, ...]:
    """Where the points stand along the axis: at their steps, or side by side where not all have one."""
    if series.has_steps:
        return tuple(float(point.step or 0) for point in series.points)
    return tuple(float(place) for place in range(len(series.points)))


def regions(series: Series) -> tuple[tuple[float, float], ...]:
    """From where to where the training was collapsed: half the way to the points before and after."""
    found = []
    where = positions(series)
    last = len(where) - 1
    for span in series.collapses:
        before = (where[span.onset] + where[max(0, span.onset - 1)]) / 2
        after = (where[span.last] + where[min(last, span.last + 1)]) / 2
        # At the ends as far as on the other side.
        left = before if span.onset else where[0] - (after - where[span.last])
        right = after if span.last < last else where[last] + (where[span.onset] - before)
        found.append((left, right))
    return tuple(found)


def axis_top(series: Series) -> float:
    """Where the axis of rates ends: at 100 % unless all is far below."""
    drawn = drawn_rates(series)
    highest = max(
        (
            max(rate.value, (interval_of(rate) or (0.0, 0.0))[1])
            for point in series.points
            for key, rate in point.rates.items()
            if key in drawn
        ),
        default=100.0,
    )
    return next(top for top in (5.0, 10.0, 20.0, 50.0, 100.0) if highest <= top)


def drawn_rates(series: Series) -> tuple[str, ...]:
    """Keys of the rates that have a curve, the headline first."""
    return tuple(key for key in rates_of(series) if key == series.rate or key in _CURVES)


def point_lines(series: Series) -> tuple[tuple[tuple[str, str], ...], ...]:
    """What is to be said of each point: what, and how much."""
    drawn = drawn_rates(series)
    columns = [
        column for column in columns_of(series) if column.key not in _SAID_OTHERWISE and not column.is_rate
    ]
    return tuple(tuple(_lines_of(point, place, drawn, columns)) for place, point in enumerate(series.points))


def _lines_of(
    point: SeriesPoint, place: int, drawn: Sequence[str], columns: Sequence[Column]
) -> Iterator[tuple[str, str]]:
    for number, key in enumerate(drawn):
        if key in point.rates:
            yield rate_title(key), with_interval(point.rates[key])
        change = point.change
        if not number and change is not None and change.change is not None and change.adjusted_p is not None:
            words = f"{change.verdict}, " if change.verdict in (Mark.BETTER, Mark.WORSE) else ""
            yield "change", f"{change.change:+.1f} ({words}p {p_words(change.adjusted_p)})"
    for column in columns:
        if column.cells[place] != NOTHING:
            yield column.title, column.cells[place]
    yield "samples", f"{point.judged:,}"
    if point.collapse not in (None, Health.HEALTHY):
        yield "health", f"{point.collapse}: {printable(point.collapse_sentence or '')}".rstrip(": ")
    for words in point.differs:
        yield "differs from the one before", printable(words)


def with_interval(rate: RatePoint) -> str:
    """Such as: 52.1% (47.4 to 56.8)."""
    interval = interval_of(rate)
    return percent(rate.value) + ("" if interval is None else f" ({_bounds(interval)})")


def curves_of(series: Series) -> tuple[Curve, ...]:
    """What is drawn in a line each: the headline, other rates, and what tells of the training and of collapse."""
    points = series.points
    curves = [
        Curve(
            title=rate_title(key),
            values=tuple(point.rates[key].value if key in point.rates else None for point in points),
            is_percent=True,
        )
        for key in drawn_rates(series)
    ]
    curves += [
        Curve(title="programs that differ", values=tuple(p.distinct for p in points), is_percent=True),
        Curve(title="loss", values=tuple(p.loss for p in points), is_percent=False),
        Curve(title="bits per byte", values=tuple(p.bits_per_byte for p in points), is_percent=False),
        Curve(title="entropy, bits", values=tuple(p.entropy_bits for p in points), is_percent=False),
    ]
    return tuple(curve for curve in curves if any(value is not None for value in curve.values))


def marks_of(series: Series) -> tuple[frozenset[Mark], ...]:
    """What stands out about each point."""
    tied = set() if series.best is None else set(series.best.tied)
    # Where nothing can be told from the best, that is said in the sentence, and marks on every row would say nothing.
    rated = sum(series.rate in point.rates for point in series.points)
    if len(tied) + 1 == rated:
        tied = set()
    found = []
    for place, point in enumerate(series.points):
        marks = set()
        if series.best is not None and place == series.best.place and rated > 1:
            marks.add(Mark.BEST)
        if place in tied:
            marks.add(Mark.TIED)
        if point.collapse is Health.COLLAPSED:
            marks.add(Mark.COLLAPSED)
        if point.change is not None and point.change.verdict in (Mark.BETTER, Mark.WORSE):
            marks.add(Mark(point.change.verdict))
        found.append(frozenset(marks))
    return tuple(found)


def columns_of(series: Series) -> tuple[Column, ...]:
    """All columns that have something to show, in order; the first is the point's name."""
    points = series.points
    has_steps = series.has_steps
    healthy = all(point.collapse in (None, Health.HEALTHY) for point in points)
    even = len({point.samples for point in points}) == 1
    columns = [
        Column(
            key="step",
            heading="step" if has_steps else "checkpoint",
            title="training step" if has_steps else "checkpoint",
            cells=tuple(str(point.step) if has_steps else name_of(point) for point in points),
            rank=0,
            is_text=not has_steps,
        ),
        *_headline_columns(series),
        *(
            column
            for number, key in enumerate(rates_of(series)[1:])
            for column in _rate_columns(key, points, 3 if key in (COMPILE_RATE, PASS_RATE) else 10 + number)
        ),
        _column("loss", "loss", "loss of the training", _floats((p.loss for p in points), ".3f"), 3),
        _column(
            "bits_per_byte",
            "bits/B",
            "bits per byte of a held-out text",
            _floats((p.bits_per_byte for p in points), ".3f"),
            3,
        ),
        Column(
            key="collapse",
            heading="health",
            title="verdict on collapse",
            cells=tuple(NOTHING if healthy else point.collapse or NOTHING for point in points),
            rank=2,
            is_text=True,
        ),
        _column(
            "distinct",
            "distinct",
            "chance that two programs of one prompt differ",
            (percent(p.distinct) for p in points),
            5,
        ),
        _column(
            "entropy_bits",
            "entropy",
            "mean entropy at a token, in bits",
            _floats((p.entropy_bits for p in points), ".2f"),
            7,
        ),
        _column(
            "perplexity",
            "perpl.",
            "perplexity of the samples",
            _floats((p.perplexity for p in points), ".2f"),
            8,
        ),
        _column(
            "samples",
            "samples",
            "samples of the run",
            (NOTHING if even else str(p.samples) for p in points),
            4,
        ),
        _column(
            "mean_tokens", "tokens", "tokens of a sample", _floats((p.mean_tokens for p in points), ".0f"), 8
        ),
        _column(
            "tokens_per_second",
            "tok/s",
            "tokens per second",
            _floats((p.tokens_per_second for p in points), ".0f"),
            8,
        ),
    ]
    first, *others = columns
    return (first, *(column for column in others if any(cell != NOTHING for cell in column.cells)))


def rates_of(series: Series) -> tuple[str, ...]:
    """Keys of the rates that any point has, the headline first; one that says the same as an earlier one is left out."""
    keys = dict.fromkeys(key for point in series.points for key in point.rates)
    found: dict[tuple[float | None, ...], str] = {}
    for key in sorted(keys, key=lambda key: key != series.rate):
        values = (None if (rate := point.rates.get(key)) is None else rate.value for point in series.points)
        found.setdefault(tuple(None if value is None else round(value, 6) for value in values), key)
    return tuple(found.values())


def interval_of(rate: RatePoint) -> tuple[float, float] | None:
    """The interval for these prompts; where it is not known, as of pass@k, the one for others."""
    return rate.interval_over_prompts if rate.interval_over_samples is None else rate.interval_over_samples


def name_of(point: SeriesPoint) -> str:
    """The point's name on one line, fit for a terminal."""
    return printable(point.name)


def shown_places(
    series: Series, marks: Sequence[frozenset[Mark]], *, most: int, last: int
) -> tuple[int, ...]:
    """Which points of a long series to show: the last ones, and of those before them the ones that stand out.

    Args:
        series: The series.
        marks: Of its points.
        most: How many in all.
        last: How many of the end, whatever they are.
    """
    number = len(series.points)
    if number <= most:
        return tuple(range(number))
    chosen = set(range(number - last, number))
    # The first and the best tell the course; then what changed lately counts more than what changed long ago.
    telling = [0, *([] if series.best is None else [series.best.place])]
    telling += [
        place for span in series.collapses for place in (span.onset, span.recovery) if place is not None
    ]
    telling += [place for place in reversed(range(number)) if marks[place] & {Mark.BETTER, Mark.WORSE}]
    for place in telling:
        if len(chosen) >= most:
            break
        chosen.add(place)
    return tuple(sorted(chosen))


def _headline_columns(series: Series) -> tuple[Column, ...]:
    points, key = series.points, series.rate
    rate, interval = _rate_columns(key, points, 0)
    others = [point.rates[key].interval_over_prompts if key in point.rates else None for point in points]
    own = [interval_of(point.rates[key]) if key in point.rates else None for point in points]
    return (
        rate,
        replace(interval, rank=1),
        Column(
            key="change",
            heading="change",
            title="points against the checkpoint before",
            cells=tuple(_change(point) for point in points),
            rank=0,
        ),
        Column(
            key=f"{key}.interval_over_prompts",
            heading=OTHERS,
            title=f"{rate.title}: 95 % interval, for other prompts like these",
            cells=tuple(NOTHING if others == own else _bounds(interval) for interval in others),
            rank=9,
            is_rate=True,
        ),
    )


def _rate_columns(key: str, points: Sequence[SeriesPoint], rank: int) -> tuple[Column, Column]:
    rates = [point.rates.get(key) for point in points]
    title = rate_title(key)
    over_prompts = all(rate is None or rate.interval_over_samples is None for rate in rates)
    which = "for other prompts like these" if over_prompts else "if these prompts were sampled again"
    return (
        Column(
            key=key,
            heading=_HEADINGS.get(key, key),
            title=title,
            cells=tuple(percent(None if rate is None else rate.value) for rate in rates),
            rank=rank,
            is_rate=True,
        ),
        Column(
            key=f"{key}.interval",
            beside=key,
            heading=OTHERS if over_prompts else INTERVAL,
            title=f"{title}: 95 % interval, {which}",
            cells=tuple(_bounds(None if rate is None else interval_of(rate)) for rate in rates),
            rank=rank + 1,
            is_rate=True,
        ),
    )


def _column(key: str, heading: str, title: str, cells: Iterable[str], rank: int) -> Column:
    return Column(key=key, heading=heading, title=title, cells=tuple(cells), rank=rank)


def _floats(values: Iterable[float | None], form: str) -> Iterable[str]:
    return (NOTHING if value is None else format(value, form) for value in values)


def _bounds(interval: tuple[float, float] | None) -> str:
    return NOTHING if interval is None else f"{interval[0]:.1f} to {interval[1]:.1f}"


def _change(point: SeriesPoint) -> str:
    return NOTHING if point.change is None or point.change.change is None else f"{point.change.change:+.1f}"
