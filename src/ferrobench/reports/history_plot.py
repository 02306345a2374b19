"""Series as a picture, PNG or SVG: the same curves, marks and regions as on the page."""

from __future__ import annotations

import warnings
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from ferrobench.errors import MissingExtraError, UsageError
from ferrobench.reports.history_view import (
    Mark,
    axis_top,
    curves_of,
    drawn_rates,
    interval_of,
    marks_of,
    name_of,
    positions,
    regions,
    signs_of,
)
from ferrobench.reports.view import printable
from ferrobench.results import check_writable, write_whole
from ferrobench.tracking import rate_title

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    from ferrobench.reports.history_view import Curve
    from ferrobench.tracking import History, Series

FORMATS = (".png", ".svg")
_WIDTH = 9.0
_INCHES = {"head": 1.25, "rates": 3.4, "other": 1.5}
_DOTS_PER_INCH = 150
_TITLE_CHARACTERS = 92
_NAMES_SHOWN = 10
_STEPS_NAMED = 10
"""So many steps have room for their numbers along the axis."""
# Colours of M. Okabe and K. Ito, which people with any colour vision can tell apart; shapes and dashes say the same.
_CURVES = ("#0072b2", "#d55e00", "#00875f", "#b0568c")
_COLOURS = {
    Mark.BEST: "#8a6100",
    Mark.TIED: "#8a6100",
    Mark.BETTER: "#00734c",
    Mark.WORSE: "#b83200",
    Mark.COLLAPSED: "#6f3d99",
}
_SIZES = {Mark.BEST: 170, Mark.TIED: 80, Mark.BETTER: 45, Mark.WORSE: 45}
_SHAPES = {Mark.BEST: "*", Mark.TIED: "*", Mark.BETTER: "^", Mark.WORSE: "v"}
_AWAY = 12
"""Points between a checkpoint and the sign of its change."""


def check_plot_path(path: Path) -> None:
    """See before the work that a picture can be written.

    Raises:
        UsageError: The name has no ending that says in which format.
        MissingExtraError: matplotlib is not installed.
        NotReadyError: The file cannot be written.
    """
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"--plot {path}: expected a file name that ends in {' or '.join(FORMATS)}")
    try:
        import matplotlib  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise MissingExtraError("matplotlib is not installed: pip install 'ferrobench[plots]'") from error
    check_writable(path)


def write_history_plot(history: History, path: Path) -> None:
    """Draw the series into a file, one below the other; whole or not at all.

    Raises:
        UsageError: The name has no ending that says in which format.
        MissingExtraError: matplotlib is not installed.
        NotReadyError: The file cannot be written.
    """
    check_plot_path(path)
    import matplotlib as mpl

    kind = path.suffix.lower().removeprefix(".")
    # The same figures give the same file: no date, no random names.
    with mpl.rc_context({"svg.hashsalt": "ferrobench", "axes.axisbelow": True}), warnings.catch_warnings():
        # A name may have characters that no font here knows; they are drawn as boxes.
        warnings.filterwarnings("ignore", message="Glyph")
        figure = _draw(history)
        metadata: dict[str, Any] = {"Date": None} if kind == "svg" else {"Software": None}
        write_whole(path, lambda file: figure.savefig(file, format=kind, metadata=metadata))


def _draw(history: History) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    heights = [_height(series) for series in history.series]
    figure = Figure(figsize=(_WIDTH, sum(heights)), dpi=_DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)
    for part, series in zip(parts[:, 0], history.series, strict=True):
        _draw_series(part, series)
    return figure


def _others(series: Series) -> list[Curve]:
    return [curve for curve in curves_of(series) if not curve.is_percent]


def _height(series: Series) -> float:
    return _INCHES["head"] + _INCHES["rates"] + _INCHES["other"] * len(_others(series))


def _draw_series(part: SubFigure, series: Series) -> None:
    others = _others(series)
    ratios = [_INCHES["rates"], *[_INCHES["other"]] * len(others)]
    axes: list[Axes] = list(
        part.subplots(len(ratios), 1, sharex=True, height_ratios=ratios, squeeze=False)[:, 0]
    )
    sentence = printable(series.sentence)
    head = wrap(sentence[:1].upper() + sentence[1:], _TITLE_CHARACTERS)
    about = f"{series.name}: {series.conditions}" if series.conditions else series.name
    axes[0].set_title("\n".join(head), loc="left", fontsize=11, fontweight="bold", pad=26, parse_math=False)
    axes[0].annotate(
        printable(about),
        (0, 1),
        xytext=(0, 9),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=9,
        color="#57606a",
        parse_math=False,
    )
    _draw_rates(axes[0], series)
    _draw_marks(axes[0], series)
    for own, curve in zip(axes[1:], others, strict=True):
        own.plot(positions(series), _gaps(curve.values), color=_CURVES[0], marker="o", markersize=3)
        own.set_ylabel(curve.title)
    for place, own in enumerate(axes):
        own.grid(axis="y", color="#e6e9ed")
        own.spines[["top", "right"]].set_visible(False)
        for left, right in regions(series):
            own.axvspan(
                left,
                right,
                color=_COLOURS[Mark.COLLAPSED],
                alpha=0.13,
                linewidth=0,
                label="collapsed" if place == 0 else None,
            )
    _legend(axes[0])
    _name_positions(axes[-1], series)


def _draw_rates(axes: Axes, series: Series) -> None:
    where = positions(series)
    for number, key in enumerate(drawn_rates(series)):
        rates = [point.rates.get(key) for point in series.points]
        values = _gaps([None if rate is None else rate.value for rate in rates])
        colour = _CURVES[number % len(_CURVES)]
        axes.plot(
            where,
            values,
            color=colour,
            linestyle="--" if number else "-",
            marker="o",
            markersize=4 if len(where) <= 60 else 0,
            label=rate_title(key),
        )
        if number:
            continue  # one band: of several nobody could tell which is whose
        intervals = [None if rate is None else interval_of(rate) for rate in rates]
        _draw_lonely(axes, where, values, intervals, colour)
        axes.fill_between(
            where,
            _gaps([None if one is None else one[0] for one in intervals]),
            _gaps([None if one is None else one[1] for one in intervals]),
            color=colour,
            alpha=0.2,
            linewidth=0,
            label="95% interval",
        )
    axes.set_ylim(0, axis_top(series))
    axes.set_ylabel("% of samples")


def _draw_lonely(
    axes: Axes,
    where: Sequence[float],
    values: Sequence[float],
    intervals: Sequence[tuple[float, float] | None],
    colour: str,
) -> None:
    """Bars where no neighbour has an interval, since a band of one point has no width."""
    beside = (None, *intervals, None)
    for place, interval in enumerate(intervals):
        if interval is None or beside[place] is not None or beside[place + 2] is not None:
            continue
        away = [[max(0.0, values[place] - interval[0])], [max(0.0, interval[1] - values[place])]]
        axes.errorbar(
            [where[place]], [values[place]], yerr=away, color=colour, capsize=4, label="95% interval"
        )


def _draw_marks(axes: Axes, series: Series) -> None:
    """Stars on the points; signs of changes above or below them, as far away wherever they are."""
    from matplotlib.transforms import offset_copy

    where, marks = positions(series), marks_of(series)
    figure = axes.get_figure(root=True)
    for mark, words in signs_of(marks, series).items():
        places = [place for place, of_point in enumerate(marks) if mark in of_point]
        if mark not in _SHAPES:
            continue
        is_change = mark in (Mark.BETTER, Mark.WORSE)
        # Below the curve there may be no room above the axis.
        low = [series.points[place].rates[series.rate].value < 0.1 * axis_top(series) for place in places]
        for above in (True, False):
            chosen = [
                place
                for place, is_low in zip(places, low, strict=True)
                if above is (mark is Mark.BETTER or is_low or not is_change)
            ]
            if not chosen:
                continue
            away = (_AWAY if above else -_AWAY) if is_change else 0
            axes.scatter(
                [where[place] for place in chosen],
                [series.points[place].rates[series.rate].value for place in chosen],
                s=_SIZES[mark],
                marker=_SHAPES[mark],
                facecolor="white" if mark is Mark.TIED else _COLOURS[mark],
                edgecolor=_COLOURS[mark],
                transform=offset_copy(axes.transData, fig=figure, y=away, units="points"),
                zorder=5 if mark is Mark.BEST else 4,
                clip_on=False,
                label=words,
            )


def _legend(axes: Axes) -> None:
    """Below the curves, each entry once."""
    handles, labels = axes.get_legend_handles_labels()
    known = dict(zip(labels, handles, strict=True))
    axes.legend(
        known.values(),
        known.keys(),
        loc="upper center",
        bbox_to_anchor=(0.5, -0.09),
        ncols=4,
        fontsize=8.5,
        frameon=False,
    )


def _name_positions(axes: Axes, series: Series) -> None:
    if series.has_steps:
        from matplotlib.ticker import MaxNLocator, StrMethodFormatter

        where = sorted(positions(series))
        least = min((right - left for left, right in pairwise(where)), default=1.0)
        if least * _STEPS_NAMED >= where[-1] - where[0]:
            axes.set_xticks(where)
        else:
            axes.xaxis.set_major_locator(MaxNLocator(nbins=10, steps=[1, 2, 2.5, 5, 10], integer=True))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axes.set_xlabel("training step")
        return
    every = -(-len(series.points) // _NAMES_SHOWN)
    places = range(0, len(series.points), every)
    names = [name_of(series.points[place]) for place in places]
    axes.set_xticks(
        list(places),
        [name if len(name) <= 16 else f"{name[:15]}…" for name in names],
        rotation=30,
        ha="right",
        parse_math=False,
    )


def _gaps(values: Any) -> list[float]:
    return [float("nan") if value is None else value for value in values]
