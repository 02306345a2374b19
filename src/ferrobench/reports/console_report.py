"""The summary of a run for a terminal: the original's three blocks, then what we add. One screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.table import Table as RichTable
from rich.text import Text

from ferrobench.reports.metric_lines import (
    certainty_lines,
    diversity_line,
    failure_line,
    power_line,
    quality_lines,
    rate_interval_line,
    similarity_line,
)
from ferrobench.reports.view import (
    TARGET_PERCENT,
    Table,
    before_error_line,
    category_table,
    error_table,
    interval,
    is_ready,
    lint_lines,
    percent,
    printable,
    stage_table,
    stop_line,
    subject_line,
    test_lines,
    warning_line,
)

if TYPE_CHECKING:
    from rich.console import Console

    from ferrobench.results import RunRecord

RULE = "═" * 59
CAUSES_SHOWN = 3
BEFORE_ERROR_BELOW = 50.0
"""How far completions get is told of models that compile less than this percentage: of better ones it says little."""


def print_summary(record: RunRecord, console: Console) -> None:
    """Print the summary of a run."""
    for warning in record.warnings:
        console.print(Text(f"WARNING: {printable(warning)}", style="bold red"))
    console.print(RULE, "  Benchmark Results", RULE, sep="\n")
    console.print(
        Text(f"  {printable(subject_line(record))}", style="dim"), no_wrap=True, overflow="ellipsis"
    )
    _print_compilation(record, console)
    _print_tests(record, console)
    _print_quality(record, console)
    _print_performance(record, console)
    for table in (category_table(record), error_table(record), stage_table(record)):
        if table.rows:
            console.print()
            print_table(table, console)
    line = power_line(record)
    if line is not None:
        console.print(Text(line, style="dim"))


def _print_compilation(record: RunRecord, console: Console) -> None:
    judged = record.total_samples if record.judged_samples is None else record.judged_samples
    success = sum(prompt.compile_success for prompt in record.samples_by_prompt)
    reached = (record.compile_success_rate or 0.0) > TARGET_PERCENT
    console.print("\nCompilation:")
    line = Text(f"  Success: {success}/{judged} ({percent(record.compile_success_rate)})", style="bold")
    intervals = rate_interval_line(record, "compile_success_rate")
    if intervals is None:
        line.append(interval(record.compile_success_rate_interval), style="not bold dim")
    line.append(f", target >{TARGET_PERCENT:.0f}% ", style="not bold")
    line.append("reached" if reached else "missed", style="not bold green" if reached else "not bold yellow")
    console.print(line)
    if intervals is not None:
        console.print(Text(f"    {intervals}", style="dim"))
    extracted = ""
    if record.distinct is not None:
        compiling, rate = record.distinct.compiling, percent(record.compile_success_rate_extracted)
        extracted = f". Extracted: {compiling}/{judged} ({rate}), {record.distinct.distinct} distinct"
    console.print(f"  Failures: {judged - success}{extracted}")
    before_error = before_error_line(record)
    if before_error is not None and (record.compile_success_rate or 0.0) < BEFORE_ERROR_BELOW:
        console.print(f"  {before_error}")
    mistakes = failure_line(record)
    if mistakes is not None:
        console.print(Text(f"  {mistakes}"), no_wrap=True, overflow="ellipsis")
    if record.unjudged is not None and record.unjudged.count:
        beside = f", {record.unjudged.suite} by a fault of the suite" if record.unjudged.suite else ""
        if record.unjudged.model:
            beside += f", {record.unjudged.model} that the model has no room for"
        console.print(Text(f"  Unjudged: {record.unjudged.count} (in no rate){beside}", style="bold red"))
        causes = sorted(record.unjudged.causes.items(), key=lambda cause: -cause[1])
        for cause, count in causes[:CAUSES_SHOWN]:
            console.print(
                Text(f"    {count} x {printable(cause)}", style="red"), no_wrap=True, overflow="ellipsis"
            )


def _print_tests(record: RunRecord, console: Console) -> None:
    if record.tests is None:
        return
    console.print("\nHidden tests:")
    first, *others = test_lines(record.tests, record.at_k)
    console.print(Text(f"  {first}", style="bold" if record.tests.samples else ""))
    intervals = rate_interval_line(record, "pass_rate")
    if intervals is not None:
        console.print(Text(f"    {intervals}", style="dim"))
    for line in others:
        console.print(Text(f"  {line}"), no_wrap=True, overflow="ellipsis")


def _print_quality(record: RunRecord, console: Console) -> None:
    console.print(
        "\nCode Quality:",
        f"  Avg lines per sample: {record.avg_lines:.1f}",
        f"  Avg functions per sample: {record.avg_functions:.1f}",
        f"  Avg complexity per sample: {record.avg_complexity:.1f}",
        sep="\n",
    )
    lines = [*quality_lines(record), diversity_line(record), similarity_line(record), warning_line(record)]
    for line in (*filter(None, lines), *(() if record.lint is None else lint_lines(record.lint))):
        console.print(Text(f"  {line}"), no_wrap=True, overflow="ellipsis")


def _print_performance(record: RunRecord, console: Console) -> None:
    ready = is_ready(record)
    lines = [] if ready else [f"  Avg generation time: {record.avg_generation_time_ms:.0f}ms"]
    if record.total_time_seconds is not None:
        lines.insert(0, f"  Total time: {record.total_time_seconds:.1f}s")
    if record.samples_per_second is not None:
        lines.append(f"  Samples per second: {record.samples_per_second:.2f}")
    lines.append(
        "  Completions: ready, made elsewhere"
        if ready
        else f"  Tokens per second: {record.tokens_per_second:.1f}"
    )
    if record.generation is not None:
        lines.append(f"  Tokens per sample: {record.generation.avg_tokens:.1f} ({stop_line(record)})")
    console.print("\nPerformance:", *lines, sep="\n")
    for line in certainty_lines(record):
        console.print(Text(f"  {printable(line)}"), no_wrap=True, overflow="ellipsis")


def print_table(table: Table, console: Console) -> None:
    """Print a table with its title, within the console's width."""
    if table.details:
        _print_with_details(table, console)
    else:
        _print_plain(table, console)


def _print_with_details(table: Table, console: Console) -> None:
    """Print a table of two columns whose details may be wider than its first column."""
    heading = table.headings[0]
    widest = max(len(heading), *(len(row[1]) for row in table.rows))
    title = f"{table.title}:"
    left = max(len(title), *(cell_len(row[0]) + 2 for row in table.rows))
    left = min(left, console.width - widest - 2)
    console.print(Text(title.ljust(left)).append(f"  {heading:>{widest}}", style="dim"))
    for place, (title, number) in enumerate(table.rows):
        line = Text(f"  {title}")
        line.truncate(left, overflow="ellipsis", pad=True)
        console.print(line.append(f"  {number:>{widest}}"))
        for detail in table.details[place : place + 1]:
            for text in detail:
                console.print(Text(f"    {text}", style="dim"), no_wrap=True, overflow="ellipsis")


def _print_plain(table: Table, console: Console) -> None:
    """Print a table with its title in the first column, or above it where that would make it too wide."""
    title = f"{table.title}:"
    rendered = _render(table, title)
    if console.measure(rendered, options=console.options.update(width=10_000)).maximum > console.width:
        console.print(title)
        rendered = _render(table, "")
    console.print(rendered)


def _render(table: Table, title: str) -> RichTable:
    rich_table = RichTable(box=None, padding=(0, 1), header_style="dim", pad_edge=False)
    rich_table.add_column(Text(title, style="not dim"), overflow="ellipsis", no_wrap=True)
    for heading in table.headings:
        rich_table.add_column(heading, justify="right", overflow="ellipsis", no_wrap=True)
    for row in table.rows:
        rich_table.add_row(Text(f"  {row[0]}"), *(Text(cell) for cell in row[1:]))
    return rich_table
