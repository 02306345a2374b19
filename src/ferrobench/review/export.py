"""Ratings for others: lines of JSON, which :func:`ferrobench.rubric.read_ratings` reads, or CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from ferrobench.errors import UsageError
from ferrobench.reports.export.csv_table import safe_cell
from ferrobench.results import write_whole
from ferrobench.rubric import RUBRIC

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ferrobench.rubric import Rating

COLUMNS = ("run", "prompt_id", "index", "rater", *(scale.criterion.value for scale in RUBRIC), "note", "time")


def export_ratings(ratings: Iterable[Rating], path: Path) -> None:
    """Write ratings into a file, whole or not at all; its ending says how: ``.jsonl`` or ``.csv``.

    Raises:
        UsageError: If it has another ending.
        NotReadyError: If it cannot be written.
    """
    match path.suffix.lower():
        case ".jsonl":
            text = "".join(rating.model_dump_json() + "\n" for rating in ratings)
        case ".csv":
            text = _table(ratings)
        case _:
            raise UsageError(f"--export {path}: expected a file whose name ends in .jsonl or .csv")
    content = text.encode()
    write_whole(path, lambda file: file.write(content))


def _table(ratings: Iterable[Rating]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for rating in ratings:
        row = (
            rating.run,
            rating.prompt_id,
            rating.index,
            rating.rater,
            *(rating.scores.of(scale.criterion) for scale in RUBRIC),
            rating.note,
            rating.time.isoformat(),
        )
        writer.writerow([safe_cell(value) for value in row])
    return out.getvalue()
