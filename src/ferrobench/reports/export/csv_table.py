"""CSV after RFC 4180: a line for each sample.

Spreadsheets take a cell that begins like a formula for one, and models write what they like: such cells get an apostrophe in
front, as OWASP advises. Control characters are spelt out.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from ferrobench.models import StopReason
from ferrobench.reports.characters import escape_unfit
from ferrobench.reports.export.outcome import outcomes_of

if TYPE_CHECKING:
    from ferrobench.reports.export.outcome import Outcome
    from ferrobench.results import SampleRecord, SavedRun

COLUMNS = (
    "prompt_id", "index", "seed", "passed", "compiled_as_generated", "stage", "reason", "limit", "tests_passed",
    "tests_failed", "error_code", "message", "token_count", "stop_reason", "generation_seconds", "lines", "completion",
)  # fmt: skip
FORMULA_STARTS = ("=", "+", "-", "@")


def render_csv(run: SavedRun) -> str:
    """Write the whole table, line ends included."""
    out = io.StringIO(newline="")
    # The module's default is RFC 4180: CRLF, and quotes doubled where a cell needs them.
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for sample, outcome in outcomes_of(run):
        writer.writerow([safe_cell(value) for value in _row(sample, outcome)])
    return out.getvalue()


def _row(sample: SampleRecord, outcome: Outcome) -> tuple[str | int | float | bool | None, ...]:
    completion, judged = sample.completion, sample.judged
    return (
        sample.prompt_id,
        sample.index,
        sample.seed,
        outcome.passed,
        None if judged is None else judged.compiles_as_generated,
        outcome.stage,
        outcome.reason if outcome.stage else "unjudged",
        outcome.limit,
        outcome.tests_passed,
        outcome.tests_failed,
        outcome.code,
        outcome.message,
        None if completion is None or completion.stop_reason is StopReason.READY else completion.token_count,
        None if completion is None else completion.stop_reason.value,
        None if completion is None else round(completion.generation_seconds, 6),
        None if judged is None else judged.metrics.lines,
        None if completion is None else completion.text,
    )


def safe_cell(value: str | float | None) -> str:
    """Write one cell: what a spreadsheet would compute gets an apostrophe, control characters are spelt out."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    text = escape_unfit(value)
    # Blanks in front do not hide a formula from every program, and some drop a tab or a carriage return.
    risky = value.lstrip().startswith(FORMULA_STARTS) or value.startswith(("\t", "\r"))
    return f"'{text}" if risky else text
