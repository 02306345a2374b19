"""Which format a file is in: told by the fields of its first row, and held against all others."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferrobench.errors import SuiteError
from ferrobench.json_rows import RowsError, open_plain, read_elements, read_head
from ferrobench.prompts.formats import human_eval_rust, humaneval_x, multipl_e, plain
from ferrobench.prompts.formats.row import Row, Source, kind_of, stem_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from ferrobench.prompts.prompt import Suite


@dataclass(frozen=True, slots=True)
class Format:
    """One format of rows."""

    name: str
    fields: tuple[str, ...]
    """Those that a row of it must have, and that tell it."""
    build: Callable[[Sequence[Row], Source], Suite]


# The first whose fields are all there; a format stands before those whose fields it has too.
FORMATS = (
    Format("MultiPL-E", multipl_e.FIELDS, multipl_e.build_suite),
    Format("HumanEvalPack", humaneval_x.PACK_FIELDS, humaneval_x.build_pack_suite),
    Format("HumanEval-X", humaneval_x.FIELDS, humaneval_x.build_suite),
    Format("human-eval-rust", human_eval_rust.FIELDS, human_eval_rust.build_suite),
    Format("prompts", plain.FIELDS, plain.build_suite),
)

_KNOWN = "; ".join(f"{known.name} ({', '.join(known.fields)})" for known in FORMATS)
# Files that people have at hand and take for a suite: the fields that tell them, and what they are.
_MISTAKEN = (
    (("samples_by_prompt",), "the results of a run"),
    (("prompt_id", "index"), "the journal of a run"),
    (("name", "results"), "results of MultiPL-E"),
    (("name", "completions"), "completions of MultiPL-E; give them to `ferrobench judge FILE --suite …`"),
    (("compiled", "stage"), "verdicts of `ferrobench judge`"),
    (("task_id", "solution"), "samples; give them to `ferrobench judge FILE --suite …`"),
    (("task_id", "completion"), "samples; give them to `ferrobench judge FILE --suite …`"),
    (("task_id", "generation"), "samples; give them to `ferrobench judge FILE --suite …`"),
    (("eval", "pass_at_k"), "results of EvalPlus"),
)
# A table's header or a key: what a TOML file can begin with, and JSON cannot.
_TOML_START = re.compile(r"\[\[?[ \t]*(?!true\b|false\b|null\b)[A-Za-z_]|[A-Za-z0-9_\"'-]+[ \t.]*=|#")


def load_file(path: Path) -> Suite:
    """Load a suite from a file in any of the formats, gzipped or not.

    Raises:
        SuiteError: One line that names the file, the line where there is one, the field, and what was expected.
    """
    source = Source(label=str(path), stem=stem_of(path.name))
    try:
        head = read_head(path)
        if not head:
            raise SuiteError(f"{path}: empty; expected prompts in one of these formats: {_KNOWN}")
        if _TOML_START.match(head):
            return plain.build_toml_suite(_read_toml(path), source)
        if not head.startswith(("{", "[")):
            raise SuiteError(
                f"{path}: neither JSON nor TOML; expected a folder with a suite.toml, or a file of prompts in one of "
                f"these formats: {_KNOWN}"
            )
        return build_suite(
            ((f"{path}:{element.line}", element.value) for element in read_elements(path)), source
        )
    except RowsError as error:
        raise SuiteError(f"{path}: {error}".replace(f"{path}: line ", f"{path}:", 1)) from error


def build_suite(values: Iterable[tuple[str, Any]], source: Source) -> Suite:
    """Turn values, each with its place, into the suite of the format that they are in.

    Raises:
        SuiteError: They are in none, or not as their format demands.
    """
    rows = []
    found: Format | None = None
    for place, value in values:
        if not isinstance(value, dict):
            raise SuiteError(f"{place}: {_not_a_row(value)}")
        row = Row(place=place, fields=value)
        if found is None:
            found = _recognise(row)
        for field in found.fields:
            if field not in value:
                raise row.fault(field, f"missing; {found.name} expects {', '.join(found.fields)}")
        rows.append(row)
    if found is None:
        raise SuiteError(f"{source.label}: no prompts; expected one of these formats: {_KNOWN}")
    return found.build(rows, source)


def _recognise(row: Row) -> Format:
    fields = row.fields
    for names, words in _MISTAKEN:
        if all(name in fields for name in names) and "canonical_solution" not in fields:
            raise SuiteError(f"{row.place}: these are {words}; expected a suite's prompts")
    for known in FORMATS:
        if all(name in fields for name in known.fields):
            return known
    closest = max(FORMATS, key=lambda known: _nearness(known, fields))
    missing = [name for name in closest.fields if name not in fields]
    if _nearness(closest, fields) >= 0.5:
        raise row.fault(missing[0], f"missing; {closest.name} expects {', '.join(closest.fields)}")
    raise SuiteError(
        f"{row.place}: fields {', '.join(map(repr, list(fields)[:8])) or 'none'} are of no known format; "
        f"expected one of: {_KNOWN}"
    )


def _nearness(known: Format, fields: Mapping[str, Any]) -> float:
    return sum(name in fields for name in known.fields) / len(known.fields)


def _not_a_row(value: object) -> str:
    if isinstance(value, list):
        return (
            "a list of lists of answers, as bigcode's generations.json is: it has no prompts and needs --suite; "
            "give it to `ferrobench judge FILE --suite …`"
        )
    return f"expected an object with the fields of a prompt, found {kind_of(value)}"


def _read_toml(path: Path) -> dict[str, Any]:
    with open_plain(path) as file:
        content = file.read()
    try:
        return tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path}: expected UTF-8: {error.reason} at offset {error.start}") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SuiteError(f"{path}: not valid TOML: {error}") from error
