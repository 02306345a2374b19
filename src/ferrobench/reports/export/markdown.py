"""Markdown for a README or a pull request: the summary, then a row for each prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.reports.export.outcome import outcomes_of, tested_prompts
from ferrobench.reports.markdown_text import plain_text, table_lines
from ferrobench.reports.view import error_table, interval, is_ready, percent, subject_line

if TYPE_CHECKING:
    from ferrobench.results import PromptSummary, RunRecord, SavedRun


def render_markdown(run: SavedRun, record: RunRecord) -> str:
    """Write the whole page."""
    judged = record.total_samples if record.judged_samples is None else record.judged_samples
    rows = [
        ("Samples", str(record.total_samples)),
        ("Judged", str(judged)),
        ("Compile as generated", _rate(record.compile_success_rate, record.compile_success_rate_interval)),
    ]
    if record.compile_success_rate_extracted is not None:
        interval_extracted = record.compile_success_rate_extracted_interval
        rows.append(("Compile extracted", _rate(record.compile_success_rate_extracted, interval_extracted)))
    if record.distinct is not None:
        rows.append(("Distinct programs that compile", str(record.distinct.distinct)))
    rows += [
        ("Lines per sample", f"{record.avg_lines:.1f}"),
        ("Tokens per second", "-" if is_ready(record) else f"{record.tokens_per_second:.1f}"),
        ("Written", plain_text(record.timestamp)),
    ]
    lines = [f"# {plain_text(subject_line(record))}", ""]
    for warning in record.warnings:
        lines += [f"> **Warning:** {plain_text(warning)}", ""]
    lines += table_lines(("", "value"), rows)
    lines += ["", "## By prompt", "", *_prompts(run, record)]
    errors = error_table(record)
    if errors.rows:
        lines += ["", f"## {errors.title}", ""]
        lines += table_lines(
            ("error", *errors.headings), [(plain_text(row[0]), *row[1:]) for row in errors.rows]
        )
    return "\n".join(lines) + "\n"


def _prompts(run: SavedRun, record: RunRecord) -> list[str]:
    passed = _passed(run)
    headings = ("prompt", "samples", "as generated", "extracted", *(("passed",) if passed else ()))
    return [
        *table_lines(
            headings, [_prompt_row(prompt, passed) for prompt in record.samples_by_prompt if prompt.n_samples]
        )
    ]


def _prompt_row(prompt: PromptSummary, passed: dict[str, tuple[int, int]]) -> tuple[str, ...]:
    name = prompt.id or prompt.prompt.partition("\n")[0][:60]
    extracted = "-" if prompt.compile_success_extracted is None else str(prompt.compile_success_extracted)
    cells = (plain_text(name), str(prompt.n_samples), str(prompt.compile_success), extracted)
    if not passed:
        return cells
    known = passed.get(prompt.id or "")
    return (*cells, "-" if known is None else f"{known[0]} of {known[1]}")


def _passed(run: SavedRun) -> dict[str, tuple[int, int]]:
    """How many samples of each prompt with tests passed, and of how many that is known."""
    tested = tested_prompts(run)
    counts: dict[str, tuple[int, int]] = {}
    for sample, outcome in outcomes_of(run):
        if sample.prompt_id in tested and outcome.scored is not None:
            passed, known = counts.get(sample.prompt_id, (0, 0))
            counts[sample.prompt_id] = passed + outcome.scored, known + 1
    return counts


def _rate(value: float | None, bounds: tuple[float, float] | None) -> str:
    return percent(value) + interval(bounds)
