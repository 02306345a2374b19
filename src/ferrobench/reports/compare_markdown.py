"""A comparison as Markdown, for the comment on a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from ferrobench.reports.markdown_text import fenced, plain_text, table_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ferrobench.reports.view import Table
    from ferrobench.tracking import Comparison
    from ferrobench.tracking.comparison import SampleChange

PROGRAM_CHARACTERS = 3000
SIGNS = {"better": "🟢", "worse": "🔴", "unclear": "⚪", "not compared": "⚠️"}


def markdown_comparison(comparisons: Sequence[Comparison]) -> str:
    """Write comparisons as one Markdown text. What models wrote cannot end the block of code that it stands in."""
    return "\n\n".join("\n".join(_one(comparison)) for comparison in comparisons) + "\n"


def _one(comparison: Comparison) -> Iterator[str]:
    yield f"### {SIGNS[comparison.headline.verdict]} {plain_text(comparison.sentence)}"
    if comparison.notes:
        yield ""
        yield from (f"> **note:** {plain_text(note.message)}" for note in comparison.notes)
    yield ""
    yield from (f"- {plain_text(' '.join(line.split()))}" for line in run_lines(comparison))
    yield from _table(rate_table(comparison))
    lines = filter(None, (turned_line(comparison), star_line(), power_line(comparison)))
    yield ""
    yield plain_text(" ".join(lines))
    for table in (error_table(comparison), prompt_table(comparison), measure_table(comparison)):
        if table.rows:
            yield ""
            yield f"<details><summary>{plain_text(table.title)}</summary>"
            yield from _table(table)
            yield ""
            yield "</details>"
    for example in comparison.examples:
        yield from _example(example)


def _table(table: Table) -> Iterator[str]:
    yield ""
    headings = (plain_text(table.title), *table.headings)
    yield from table_lines(headings, (tuple(map(plain_text, row)) for row in table.rows))


def _example(example: SampleChange) -> Iterator[str]:
    yield ""
    yield f"<details><summary>{plain_text(example_title(example))}</summary>"
    for side, program in (("old", example.old_program), ("new", example.new_program)):
        yield ""
        yield f"{side}:"
        yield ""
        more = len(program) - PROGRAM_CHARACTERS
        yield from fenced(
            program[:PROGRAM_CHARACTERS] + (f"\n// … {more} more characters" if more > 0 else ""), "rust"
        )
    yield ""
    yield "</details>"
