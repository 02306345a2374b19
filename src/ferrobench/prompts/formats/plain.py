"""Prompts in a file of one's own: JSON objects, or TOML with one ``[[prompts]]`` table each.

    name = "mine"                  TOML only; JSON takes the file's name
    version = "1.0.0"

    [[prompts]]
    id = "add"                     required, as is the prompt
    prompt = "fn add(a: i32, b: i32) -> i32 {"
    reference = " a + b }"         what follows the prompt in a solution
    tests = '''#[cfg(test)] mod tests { … }'''

and ``prelude``, ``probes``, ``category``, ``tags``, ``entry_point``, ``needs``, ``judge``. An unknown field is an error, since
``test`` for ``tests`` would leave a prompt untested without a word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ferrobench.errors import SuiteError
from ferrobench.prompts.formats.row import VERSION, Row, kind_of, make_suite
from ferrobench.prompts.prompt import JudgeMode, Need, Prompt
from ferrobench.prompts.whole_items import is_complete

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferrobench.prompts.formats.row import Source
    from ferrobench.prompts.prompt import Suite

FIELDS = ("id", "prompt")

_KNOWN = (
    "id", "prompt", "tests", "reference", "prelude", "probes", "category", "tags", "entry_point", "needs", "judge",
)  # fmt: skip
_TABLE = "prompts"
_SUITE_KEYS = ("name", "version", "description", _TABLE)
_SUITE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_CATEGORY = "uncategorised"


def build_suite(rows: Sequence[Row], source: Source) -> Suite:
    """Turn JSON rows into a suite that is called as its file."""
    return _build(rows, name=source.stem, version=VERSION, description=f"Prompts read from {source.label}.")


def build_toml_suite(document: Mapping[str, Any], source: Source) -> Suite:
    """Turn a TOML document into a suite."""
    for key in document:
        if key not in _SUITE_KEYS:
            raise SuiteError(
                f"{source.label}: field {key!r}: unknown; expected only {', '.join(_SUITE_KEYS)}"
            )
    tables = document.get(_TABLE)
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables) or not tables:
        raise SuiteError(
            f"{source.label}: field {_TABLE!r}: expected a [[{_TABLE}]] table for each prompt, found {kind_of(tables)}"
        )
    head = Row(place=source.label, fields=document)
    name = head.optional_text("name") or source.stem
    if not _SUITE_NAME.fullmatch(name):
        raise head.fault("name", f"expected lower case letters, digits, '.', '_' and '-', found {name!r}")
    rows = [
        Row(place=f"{source.label}: {_TABLE}[{number}]", fields=table)
        for number, table in enumerate(tables, start=1)
    ]
    return _build(
        rows,
        name=name,
        version=head.optional_text("version") or VERSION,
        description=head.optional_text("description") or f"Prompts read from {source.label}.",
    )


def _build(rows: Sequence[Row], *, name: str, version: str, description: str) -> Suite:
    def convert(row: Row) -> Prompt:
        return _prompt(row, name)

    return make_suite(rows, "id", convert, name=name, version=version, description=description)


def _prompt(row: Row, suite: str) -> Prompt:
    for key in row.fields:
        if key not in _KNOWN:
            raise row.fault(key, f"unknown; expected only {', '.join(_KNOWN)}")
    text = row.full_text("prompt")
    tests, probes = row.optional_text("tests"), row.optional_text("probes")
    return Prompt(
        id=f"{suite}/{row.text('id')}",
        text=text,
        category=row.optional_text("category") or _CATEGORY,
        tags=row.texts("tags"),
        judge=_judge_mode(row, tests, probes),
        prelude=row.optional_text("prelude"),
        reference=row.optional_text("reference"),
        probes=probes,
        tests=tests,
        complete=is_complete(text),
        needs=_needs(row),
        entry_point=row.optional_text("entry_point") or None,
    )


def _judge_mode(row: Row, tests: str, probes: str) -> JudgeMode:
    """What a row asks for; where it does not say, its tests do."""
    value = row.optional_text("judge") or (JudgeMode.TESTS if tests.strip() else JudgeMode.COMPILE).value
    if value not in tuple(JudgeMode):
        raise row.fault("judge", f"expected one of {', '.join(JudgeMode)}, found {value!r}")
    mode = JudgeMode(value)
    if mode is JudgeMode.TESTS and not tests.strip():
        raise row.fault("tests", "expected the tests that judge = 'tests' speaks of, found nothing")
    if mode is JudgeMode.COMPILE and (tests.strip() or probes.strip()):
        raise row.fault(
            "judge",
            "'compile' says that nothing is tested, yet there are tests or probes; expected one or the other",
        )
    return mode


def _needs(row: Row) -> frozenset[Need]:
    names = row.texts("needs")
    for name in names:
        if name not in tuple(Need):
            raise row.fault("needs", f"expected some of {', '.join(Need)}, found {name!r}")
    return frozenset(Need(name) for name in names)
