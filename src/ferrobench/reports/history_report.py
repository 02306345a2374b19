"""A series for a terminal: the sentence, curves of one line, and a table that is never wider than the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from ferrobench.reports.history_view import (
    INTERVAL,
    OTHERS,
    SIGNS,
    Column,
    Mark,
    columns_of,
    curves_of,
    marks_of,
    shown_places,
    signs_of,
)
from ferrobench.reports.sparkline import BLOCKS, DIGITS, sparkline, values_per_block
from ferrobench.reports.view import percent, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from ferrobench.tracking import History, Series

ROWS = 30
LAST_ROWS = 20
WIDEST_NAME = 24
_GAP = 2
_BESIDE_A_CURVE = len("    " + "  100.0% to 100.0%")
_LETTERS = {Mark.BEST: "*", Mark.TIED: "=", Mark.COLLAPSED: "C", Mark.BETTER: "B", Mark.WORSE: "W"}
_STYLES = {
    Mark.BEST: "bold yellow",
    Mark.TIED: "yellow",
    Mark.COLLAPSED: "bold magenta",
    Mark.BETTER: "green",
    Mark.WORSE: "bold red",
}
_INTERVALS = {
    INTERVAL: "95%: interval if these prompts were sampled again",
    OTHERS: "others: for other prompts",
}
_ROW_MARKS = (Mark.BEST, Mark.TIED, Mark.COLLAPSED)
_CHANGE_MARKS = (Mark.BETTER, Mark.WORSE)


def print_history(history: History, console: Console, *, every_row: bool = False) -> None:
    """Print the series, one below the other.

    Args:
        history: The series.
        console: Its width and its encoding decide what is shown.
        every_row: Whether to show all rows of a long series.
    """
    for number, series in enumerate(history.series):
        if number:
            console.print()
        _print_series(series, console, every_row=every_row)


def _print_series(series: Series, console: Console, *, every_row: bool) -> None:
    is_unicode = _can_show(console, "".join(SIGNS.values()) + BLOCKS)
    signs = SIGNS if is_unicode else _LETTERS
    marks = marks_of(series)
    console.print(Text(printable(series.sentence), style="bold"))
    subject = f"{series.name}: {series.conditions}" if series.conditions else series.name
    console.print(Text(printable(subject), style="dim"), no_wrap=True, overflow="ellipsis")
    for note in series.notes:
        console.print(Text(f"note: {printable(note)}", style="yellow"))
    console.print()
    if len(series.points) > 1:
        _print_curves(series, console, BLOCKS if is_unicode else DIGITS)
        console.print()
    number = len(series.points)
    places = range(number) if every_row else shown_places(series, marks, most=ROWS, last=LAST_ROWS)
    columns = _fitting(columns_of(series), places, console.width)
    _print_table(columns, places, marks, console, signs)
    if len(places) < number:
        words = f"{len(places)} of {number} checkpoints: the last {LAST_ROWS}, and what stands out before; --all shows all"
        console.print(Text(words, style="dim"))
    for line in _legend(series, [marks[place] for place in places], signs, console.width):
        console.print(line, no_wrap=True, overflow="ellipsis")
    meaning = [words for heading, words in _INTERVALS.items() if any(c.heading == heading for c in columns)]
    console.print(Text("; ".join(meaning), style="dim"), no_wrap=True, overflow="ellipsis")


def _can_show(console: Console, characters: str) -> bool:
    try:
        characters.encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _print_curves(series: Series, console: Console, characters: str) -> None:
    curves = curves_of(series)
    left = max(cell_len(curve.title) for curve in curves)
    width = console.width - left - _BESIDE_A_CURVE
    for curve in curves:
        known = [value for value in curve.values if value is not None]
        low, high = (0.0, 100.0) if curve.is_percent else (min(known), max(known))
        ends = " to ".join(
            percent(value) if curve.is_percent else f"{value:.3f}" for value in (known[0], known[-1])
        )
        line = Text(f"  {curve.title.ljust(left)}  ")
        line.append(
            sparkline(curve.values, low=low, high=high, width=width, characters=characters), style="cyan"
        )
        console.print(line.append(f"  {ends}"), no_wrap=True, overflow="ellipsis")
    together = values_per_block(len(series.points), width)
    scales = [
        "rates from 0 to 100%" if any(curve.is_percent for curve in curves) else "",
        "others from lowest to highest" if any(not curve.is_percent for curve in curves) else "",
        f"{together} checkpoints a block" if together > 1 else "",
    ]
    console.print(
        Text(f"  {', '.join(filter(None, scales))}", style="dim"), no_wrap=True, overflow="ellipsis"
    )


def _print_table(
    columns: Sequence[Column],
    places: Sequence[int],
    marks: Sequence[frozenset[Mark]],
    console: Console,
    signs: dict[Mark, str],
) -> None:
    heading = Text("   ", style="dim")
    for column in columns:
        heading.append(_pad(column.heading, _width(column, places), is_text=column.is_text))
        heading.append(" " * _GAP)
    heading.rstrip()
    console.print(heading, no_wrap=True, overflow="ellipsis")
    for place in places:
        line = Text()
        _append_marks(line, [mark for mark in _ROW_MARKS if mark in marks[place]], signs, 2)
        line.append(" ")
        for column in columns:
            width = _width(column, places)
            if column.key == "change":
                line.append(_pad(column.cells[place], width - 2, is_text=False) + " ")
                _append_marks(line, [mark for mark in _CHANGE_MARKS if mark in marks[place]], signs, 1)
            else:
                bold = "bold" if column.is_rate and column.rank == 0 else ""
                line.append(_pad(column.cells[place], width, is_text=column.is_text), style=bold)
            line.append(" " * _GAP)
        line.rstrip()
        console.print(line, no_wrap=True, overflow="ellipsis")


def _append_marks(line: Text, marks: Sequence[Mark], signs: dict[Mark, str], width: int) -> None:
    for mark in marks[:width]:
        line.append(signs[mark], style=_STYLES[mark])
    line.append(" " * (width - min(width, len(marks))))


def _fitting(columns: Sequence[Column], places: Sequence[int], width: int) -> list[Column]:
    """Those columns that there is room for, by their rank, no interval without its rate; in order."""
    room = width - 3
    kept: list[Column] = []
    for column in sorted(columns, key=lambda column: column.rank):
        needed = _width(column, places) + _GAP
        # The last column needs no gap behind it.
        if needed - _GAP <= room and (column.beside is None or column.beside in [one.key for one in kept]):
            kept.append(column)
            room -= needed
    return [column for column in columns if column in kept]


def _width(column: Column, places: Sequence[int]) -> int:
    widest = max(cell_len(column.heading), *(cell_len(column.cells[place]) for place in places))
    if column.key == "change":
        widest = max(cell_len(column.heading), widest + 2)
    return min(widest, WIDEST_NAME)


def _pad(cell: str, width: int, *, is_text: bool) -> str:
    if cell_len(cell) > width:
        return set_cell_size(cell, max(0, width - 1)) + "…"
    space = " " * (width - cell_len(cell))
    return cell + space if is_text else space + cell


def _legend(
    series: Series, marks: Sequence[frozenset[Mark]], signs: dict[Mark, str], width: int
) -> list[Text]:
    """What the marks that are shown mean, in as many lines as it takes."""
    lines = [Text()]
    for mark, words in signs_of(marks, series).items():
        part = Text(signs[mark], style=_STYLES[mark]).append(f" {words}", style="dim not bold")
        if lines[-1] and lines[-1].cell_len + 3 + part.cell_len > width:
            lines.append(Text())
        lines[-1].append("   " if lines[-1] else "").append_text(part)
    return [line for line in lines if line]
