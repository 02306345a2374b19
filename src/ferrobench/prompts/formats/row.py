"""One problem as a file has it, and what every format does with it alike: reading fields, and saying what is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferrobench.errors import SuiteError
from ferrobench.prompts.fingerprint import content_hash
from ferrobench.prompts.prompt import Suite

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ferrobench.prompts.prompt import Prompt

_SUFFIXES = (".gz", ".json", ".jsonl", ".toml", ".parquet")
_KINDS: dict[type, str] = {
    type(None): "nothing",
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}
VERSION = "1"
"""Of suites whose format has no version of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where rows come from."""

    label: str
    """What messages call it: a path, or a name on the hub."""
    stem: str
    """Names the suite where its content does not. Fit to stand before the slash in an id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The fields of one problem."""

    place: str
    """File and line, as messages name them."""
    fields: Mapping[str, Any]

    def fault(self, field: str, complaint: str) -> SuiteError:
        """Make the error that names this row and *field*."""
        return SuiteError(f"{self.place}: field {field!r}: {complaint}")

    def text(self, field: str) -> str:
        """A field that must be there and hold text, however short."""
        found = self.fields.get(field)
        if not isinstance(found, str):
            raise self.fault(field, f"expected a string, found {kind_of(found)}")
        return found

    def full_text(self, field: str) -> str:
        """A field that must hold more than blanks."""
        found = self.text(field)
        if not found.strip():
            raise self.fault(field, "expected some text, found none")
        return found

    def optional_text(self, field: str) -> str:
        """A field that may be missing or null, which is as good as empty."""
        return "" if self.fields.get(field) is None else self.text(field)

    def texts(self, field: str) -> tuple[str, ...]:
        """A field that may be missing or null and else holds a list of strings."""
        found = self.fields.get(field)
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise self.fault(field, f"expected a list of strings, found {kind_of(found)}")
        return tuple(found)


def kind_of(value: object) -> str:
    """Name a JSON value's kind for a message."""
    return _KINDS.get(type(value), type(value).__name__)


def stem_of(name: str) -> str:
    """Make a suite's name of a file's name: without the endings, lower case, and with nothing that ids could not hold."""
    stem = name
    while (
        shorter := next((stem.removesuffix(end) for end in _SUFFIXES if stem.endswith(end)), stem)
    ) != stem:
        stem = shorter
    return re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-._") or "suite"


def make_suite(
    rows: Sequence[Row],
    key: str,
    convert: Callable[[Row], Prompt],
    *,
    name: str,
    description: str,
    version: str = VERSION,
) -> Suite:
    """Turn rows into a suite, in order.

    Args:
        rows: At least one.
        key: The field that names a problem; two rows must not have the same in it.
        convert: Turns one row into its prompt.
        name: Of the suite.
        description: Of the suite.
        version: Of the suite.
    """
    seen: dict[str, Row] = {}
    prompts = []
    for row in rows:
        found = row.full_text(key)
        if found in seen:
            raise row.fault(key, f"{found!r} again; {seen[found].place} has it already")
        seen[found] = row
        prompts.append(convert(row))
    whole = tuple(prompts)
    return Suite(
        name=name,
        version=version,
        description=description,
        prompts=whole,
        content_hash=content_hash(whole, None),
    )
