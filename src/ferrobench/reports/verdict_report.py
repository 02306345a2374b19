"""What ``ferrobench judge`` says below its one line: how far the code got, and the most common errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from ferrobench.reports.console_report import print_table
from ferrobench.reports.view import group_table, lint_lines, reading_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from ferrobench.results import ErrorGroup, LintSummary, StageCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictSummary:
    """Figures over the lines of a file."""

    stages: StageCounts
    has_readings: bool
    """Whether there are completions, whose readings may differ."""
    error_groups: Sequence[ErrorGroup]
    """Of the strict reading, most samples first."""
    lint: LintSummary | None
    """None where linting was not asked for."""


def print_verdicts(summary: VerdictSummary, console: Console) -> None:
    """Print the figures of a judged file."""
    for table in (
        reading_table(summary.stages, extracted=summary.has_readings),
        group_table(summary.error_groups),
    ):
        if table.rows:
            console.print()
            print_table(table, console)
    if summary.lint is not None:
        console.print("\nLint:")
        for line in lint_lines(summary.lint):
            console.print(Text(f"  {line}"), no_wrap=True, overflow="ellipsis")
