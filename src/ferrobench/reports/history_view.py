"""From a series to columns of text and to marks. Pure; what prints them decides on colour, width and characters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ferrobench.metrics.collapse import Health
from ferrobench.reports.view import percent, printable
from ferrobench.tracking import COMPILE_RATE, COMPILE_RATE_EXTRACTED, PASS_RATE, rate_title

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferrobench.tracking import Series, SeriesPoint

NOTHING = "-"
_HEADINGS = {COMPILE_RATE: "compile", COMPILE_RATE_EXTRACTED: "extracted", PASS_RATE: "pass"}


class Mark(StrEnum):
    """What stands out about a point."""

    BEST = "best"
    TIED = "tied"
    """It cannot be told from the best."""
    COLLAPSED = "collapsed"
    BETTER = "better"
    """Than the point before, significantly."""
    WORSE = "worse"


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
    is_text: bool = False


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
    headline = _heading(series.rate)
    whose = "of the rate in the column before, at 95 %"
    columns = [
        Column(
            key="step",
            heading="step" if series.has_steps else "checkpoint",
            title="training step" if series.has_steps else "checkpoint",
            cells=tuple(str(point.step) if series.has_steps else name_of(point) for point in points),
            rank=0,
            is_text=not series.has_steps,
        ),
        _column("samples", "samples", "samples of the run", points, lambda p: str(p.samples), rank=4),
        _column(series.rate, headline, rate_title(series.rate), points, lambda p: _rate(p, series.rate), rank=0),
        _column(
            "interval_over_samples",
            "95% here",
            f"interval for these very prompts, {whose}",
            points,
            lambda p: _bounds(p.rates[series.rate].interval_over_samples if series.rate in p.rates else None),
            rank=2,
        ),
        _column("change", "change", "points against the checkpoint before", points, _change, rank=1),
        _column(
            "interval_over_prompts",
            "95% others",
            f"interval for other prompts like them, {whose}",
            points,
            lambda p: _bounds(p.rates[series.rate].interval_over_prompts if series.rate in p.rates else None),
            # Of pass@k it is the only one.
            rank=2 if series.rate.startswith("pass@") else 9,
        ),
    ]
    for number, key in enumerate(rates_of(series)):
        if key != series.rate:
            rank = 3 if key in (COMPILE_RATE, PASS_RATE) else 6 + number
            columns.append(_rate_column(key, points, rank))
    columns += [
        _column("loss", "loss", "loss of the training", points, lambda p: _float(p.loss, ".3f"), rank=3),
        _column("bits_per_byte", "bits/B", "bits per byte of a held-out text", points, lambda p: _float(p.bits_per_byte, ".3f"), rank=3),
        _column("collapse", "health", "verdict on collapse", points, lambda p: p.collapse or NOTHING, rank=7, is_text=True),
        _column("distinct", "distinct", "chance that two programs of one prompt differ", points, lambda p: percent(p.distinct), rank=5),
        _column("entropy_bits", "entropy", "mean entropy at a token, in bits", points, lambda p: _float(p.entropy_bits, ".2f"), rank=8),
        _column("perplexity", "perpl.", "perplexity of the samples", points, lambda p: _float(p.perplexity, ".2f"), rank=8),
        _column("mean_tokens", "tokens", "tokens of a sample", points, lambda p: _float(p.mean_tokens, ".0f"), rank=8),
        _column("tokens_per_second", "tok/s", "tokens per second", points, lambda p: _float(p.tokens_per_second, ".0f"), rank=8),
    ]
    first, *others = columns
    return (first, *(column for column in others if any(cell != NOTHING for cell in column.cells)))


def rates_of(series: Series) -> tuple[str, ...]:
    """Keys of the rates that any point has, the headline first."""
    keys = dict.fromkeys(key for point in series.points for key in point.rates)
    return tuple(sorted(keys, key=lambda key: key != series.rate))


def name_of(point: SeriesPoint) -> str:
    """The point's name on one line, fit for a terminal."""
    return printable(point.name)


def shown_places(series: Series, marks: Sequence[frozenset[Mark]], *, most: int, last: int) -> tuple[int, ...]:
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
    telling += [place for span in series.collapses for place in (span.onset, span.recovery) if place is not None]
    telling += [place for place in reversed(range(number)) if marks[place] & {Mark.BETTER, Mark.WORSE}]
    for place in telling:
        if len(chosen) >= most:
            break
        chosen.add(place)
    return tuple(sorted(chosen))


def _rate_column(key: str, points: Sequence[SeriesPoint], rank: int) -> Column:
    return _column(key, _heading(key), rate_title(key), points, lambda point: _rate(point, key), rank=rank)


def _heading(key: str) -> str:
    return _HEADINGS.get(key, key)


def _column(
    key: str,
    heading: str,
    title: str,
    points: Sequence[SeriesPoint],
    cell: Callable[[SeriesPoint], str],
    *,
    rank: int,
    is_text: bool = False,
) -> Column:
    return Column(
        key=key,
        heading=heading,
        title=title,
        cells=tuple(cell(point) for point in points),
        rank=rank,
        is_text=is_text,
    )


def _rate(point: SeriesPoint, key: str) -> str:
    return percent(point.rates[key].value) if key in point.rates else NOTHING


def _bounds(interval: tuple[float, float] | None) -> str:
    return NOTHING if interval is None else f"{interval[0]:.1f} to {interval[1]:.1f}"


def _change(point: SeriesPoint) -> str:
    return NOTHING if point.change is None or point.change.change is None else f"{point.change.change:+.1f}"


def _float(value: float | None, form: str) -> str:
    return NOTHING if value is None else format(value, form)
