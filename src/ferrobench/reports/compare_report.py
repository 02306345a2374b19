"""A comparison of two runs for a terminal: the sentence first, then what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from ferrobench.reports.compare_view import (
    error_table,
    measure_table,
    note_lines,
    power_line,
    prompt_table,
    rate_table,
    run_lines,
    shown_examples,
    star_line,
    turned_line,
)
from ferrobench.reports.console_report import print_table
from ferrobench.reports.view import printable

if TYPE_CHECKING:
    from rich.console import Console

    from ferrobench.tracking import Comparison

STYLES = {"better": "bold green", "worse": "bold red", "unclear": "bold", "not compared": "bold yellow"}


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print one comparison."""
    console.print(Text(printable(comparison.sentence), style=STYLES[comparison.headline.verdict]))
    for line in note_lines(comparison):
        console.print(Text(line, style="yellow"))
    console.print()
    for line in run_lines(comparison):
        console.print(Text(line, style="dim"), no_wrap=True, overflow="ellipsis")
    for table in (
        rate_table(comparison),
        error_table(comparison),
        prompt_table(comparison),
        measure_table(comparison),
    ):
        if table.rows:
            console.print()
            print_table(table, console)
    console.print()
    for note in filter(None, (turned_line(comparison), star_line(), power_line(comparison))):
        console.print(Text(note, style="dim"))
    for title, program in shown_examples(comparison):
        console.print()
        console.print(Text(title, style="bold"))
        for line in program:
            console.print(Text(line), no_wrap=True, overflow="ellipsis")
