"""Comparisons as one page that works offline: the sentence, what it rests on, and samples that turned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferrobench.reports.characters import visible
from ferrobench.reports.compare_view import (
    error_table,
    example_title,
    measure_table,
    power_line,
    prompt_table,
    rate_table,
    run_lines,
    star_line,
    turned_line,
)
from ferrobench.reports.pages import Page, write_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ferrobench.reports.view import Table
    from ferrobench.tracking import Comparison, RateChange
    from ferrobench.tracking.comparison import SampleChange

PROGRAM_CHARACTERS = 20_000
_SIGNS = {"better": "▲ better", "worse": "▼ worse", "unclear": "unclear", "not compared": "not compared"}


def write_compare_page(comparisons: Sequence[Comparison], path: Path) -> None:
    """Write the page whole or not at all, replacing one that is there.

    Raises:
        NotReadyError: If it cannot be written.
    """
    names = ", ".join(visible(comparison.new.name) for comparison in comparisons)
    write_page(
        Page(
            title=f"{visible(comparisons[0].old.name)} against {names}: comparison",
            template="compare.html.jinja",
            context={"sections": [_section(number, one) for number, one in enumerate(comparisons)]},
            styles=("report/report.css",),
        ),
        path,
    )


def _section(number: int, comparison: Comparison) -> dict[str, Any]:
    lines = (turned_line(comparison), star_line(), power_line(comparison))
    return {
        "id": f"comparison-{number}",
        "name": visible(f"{comparison.old.name} → {comparison.new.name}"),
        "verdict": comparison.headline.verdict,
        "sign": _SIGNS[comparison.headline.verdict],
        "sentence": visible(comparison.sentence),
        "notes": [visible(note.message) for note in comparison.notes],
        "runs": [visible(" ".join(line.split())) for line in run_lines(comparison)],
        "changes": _changes(comparison),
        "tables": [
            _table(table)
            for table in (
                rate_table(comparison),
                error_table(comparison),
                prompt_table(comparison),
                measure_table(comparison),
            )
            if table.rows
        ],
        "lines": [visible(line) for line in lines if line is not None],
        "examples": [_example(example) for example in comparison.examples],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": visible(table.title),
        "headings": table.headings,
        "rows": [tuple(map(visible, row)) for row in table.rows],
    }


def _changes(comparison: Comparison) -> list[dict[str, Any]]:
    """Changes of rates with their intervals, to be drawn: from 0 to 100, where 50 is no change."""
    known = [change for change in comparison.rates if change.change is not None and change.interval is not None]  # fmt: skip
    farthest = max((abs(end) for change in known for end in change.interval or ()), default=0.0) or 1.0
    return [_drawn(change, farthest) for change in known]


def _drawn(change: RateChange, farthest: float) -> dict[str, Any]:
    low, high = change.interval or (0.0, 0.0)
    return {
        "title": change.title,
        "verdict": change.verdict,
        "sign": _SIGNS[change.verdict],
        "words": f"{change.change:+.1f} points ({low:.1f} to {high:.1f})",
        "from": round(50.0 + 50.0 * low / farthest, 3),
        "width": round(50.0 * (high - low) / farthest, 3),
        "at": round(50.0 + 50.0 * (change.change or 0.0) / farthest, 3),
    }


def _example(example: SampleChange) -> dict[str, str]:
    return {
        "title": visible(example_title(example)),
        "old": _program(example.old_program),
        "new": _program(example.new_program),
    }


def _program(text: str) -> str:
    more = len(text) - PROGRAM_CHARACTERS
    return visible(text[:PROGRAM_CHARACTERS]) + (f"\n// … {more:,} more characters" if more > 0 else "")
