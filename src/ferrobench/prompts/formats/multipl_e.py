"""MultiPL-E problems in Rust: the prompts that models complete, not the completions.

A model stops at ``\\n}`` and the tests begin with the brace that this has taken away. Here the brace is no part of the
tests, and ``stop_text`` says what was cut. The format has no reference solutions.
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

FIELDS = ("name", "language", "prompt", "tests")
STOP_TEXT = "\n}"

_LANGUAGE = "rs"
_CANDIDATE = re.compile(r"\blet\s+candidate\s*=\s*(?:r#)?([A-Za-z_][A-Za-z0-9_]*)\s*;")
# By how the problems of a set are named: what the suite and its prompts' category are called.
_SETS = (("HumanEval_", "humaneval-rs", "humaneval"), ("mbpp_", "mbpp-rs", "mbpp"))


def build_suite(rows: Sequence[Row], source: Source) -> Suite:
    """Turn the rows into a suite."""
    name, category = source.stem, source.stem
    for prefix, set_name, set_category in _SETS:
        if all(str(row.fields.get("name", "")).startswith(prefix) for row in rows):
            name, category = set_name, set_category

    def convert(row: Row) -> Prompt:
        return _prompt(row, suite=name, category=category)

    return make_suite(
        rows, "name", convert, name=name, description=f"MultiPL-E problems, read from {source.label}."
    )


def _prompt(row: Row, *, suite: str, category: str) -> Prompt:
    language = row.text("language")
    if language != _LANGUAGE:
        raise row.fault("language", f"expected {_LANGUAGE!r}, found {language!r}; only Rust is judged here")
    text, tests = row.full_text("prompt"), row.full_text("tests")
    if not tests.startswith("}"):
        raise row.fault("tests", "expected them to begin with the brace that closes the function")
    candidate = _CANDIDATE.search(tests)
    if candidate is None:
        raise row.fault("tests", "expected the function that they call in `let candidate = …;`")
    stop_tokens = row.texts("stop_tokens") or (STOP_TEXT,)
    return Prompt(
        id=f"{suite}/{row.text('name')}",
        text=text,
        category=category,
        tags=(),
        judge=JudgeMode.TESTS,
        prelude="",
        reference="",
        probes="",
        tests=tests[1:].lstrip("\n"),
        complete=is_complete(text),
        entry_point=candidate[1],
        stop_text=STOP_TEXT if STOP_TEXT in stop_tokens else "",
    )
