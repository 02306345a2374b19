"""Which hidden tests belong to which sample: a suite's, by a column that names its prompts, or a column of tests.

Whoever trains writes these columns; nothing in them comes from a model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ferrobench.errors import UsageError
from ferrobench.prompts import JudgeMode, Prompt, Suite, load_suite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferrobench.judging import Crates
    from ferrobench.reward.answer import Text

Suites: TypeAlias = Suite | str | Path | Sequence[Suite | str | Path]
"""Suites, or what :func:`~ferrobench.prompts.load_suite` loads one from; one or several."""

TESTS_COLUMN = "tests"
ENTRY_COLUMN = "entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteTasks:
    """The prompts of suites, as a column names them."""

    column: str
    prompts: tuple[Prompt, ...]
    by_name: Mapping[str, tuple[Prompt, ...]]
    """By id, and by the part of it behind the suite's name."""

    @classmethod
    def load(cls, suites: Suites, column: str, crates: Crates | None) -> SuiteTasks:
        """Load what is not loaded yet.

        Raises:
            SuiteError: A suite is not there, or not as it should be.
            UsageError: A suite promises crates, and none were handed over.
        """
        listed = [suites] if isinstance(suites, Suite | str | Path) else list(suites)
        by_name: dict[str, tuple[Prompt, ...]] = {}
        prompts: list[Prompt] = []
        for listing in listed:
            suite = listing if isinstance(listing, Suite) else load_suite(listing)
            if suite.crates is not None and crates is None:
                raise UsageError(
                    f"suite {suite.name} promises crates: hand them over with crates=build_crates(toolchain, suite.crates)"
                )
            for prompt in suite.prompts:
                prompts.append(prompt)
                for name in {prompt.id, prompt.name}:
                    by_name[name] = (*by_name.get(name, ()), prompt)
        return cls(column=column, prompts=tuple(prompts), by_name=by_name)

    def find(self, columns: Mapping[str, Any], size: int) -> list[Prompt]:
        """The prompt of each sample.

        Raises:
            UsageError: The column is missing, names no prompt or several, or one without tests.
        """
        return [self._find(name) for name in texts_of(columns, self.column, size)]

    def _find(self, name: str) -> Prompt:
        found = self.by_name.get(name, ())
        if not found:
            raise UsageError(f"{self.column}: no suite has a prompt {name!r}")
        if len(found) > 1:
            raise UsageError(
                f"{self.column}: {name!r} is ambiguous: {', '.join(prompt.id for prompt in found)}"
            )
        if found[0].judge is not JudgeMode.TESTS:
            raise UsageError(f"{self.column}: {name!r} has no hidden tests; the compiler alone decides there")
        return found[0]


def prompts_of_columns(
    prompts: Sequence[Text], preludes: Sequence[str], columns: Mapping[str, Any]
) -> list[Prompt]:
    """Make a prompt for each sample, of the columns ``tests`` and, where the prompt is no Rust, ``entry``.

    Raises:
        UsageError: A column is missing or holds what it should not.
    """
    size = len(prompts)
    tests = texts_of(columns, TESTS_COLUMN, size)
    entries: Sequence[Text] = texts_of(columns, ENTRY_COLUMN, size) if ENTRY_COLUMN in columns else prompts
    return [
        _prompt(entry, prelude, text) for entry, prelude, text in zip(entries, preludes, tests, strict=True)
    ]


def _prompt(entry: Text, prelude: str, tests: str) -> Prompt:
    if not isinstance(entry, str):
        raise UsageError(
            f"{ENTRY_COLUMN}: prompts that are messages need a column of Rust that declares what the tests call, "
            "such as fn add(a: i32, b: i32) -> i32;"
        )
    if not tests.strip():
        raise UsageError(f"{TESTS_COLUMN}: expected Rust, found an empty text")
    declared = entry.rstrip()
    # A bare signature is no item to the grammar.
    text = entry if not declared or declared[-1] in "{};" else f"{declared};"
    name = hashlib.sha256(f"{text}\0{prelude}\0{tests}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return Prompt(
        id=f"{TESTS_COLUMN}/{name}",
        text=text,
        category="",
        tags=(),
        judge=JudgeMode.TESTS,
        prelude=prelude,
        reference="",
        probes="",
        tests=tests,
        complete=False,
    )


def texts_of(columns: Mapping[str, Any], name: str, size: int) -> list[str]:
    """A column of texts, one for each sample.

    Raises:
        UsageError: It is missing, or no such column.
    """
    found = columns.get(name)
    if not isinstance(found, Sequence) or isinstance(found, str) or len(found) != size:
        raise UsageError(f"{name}: expected a column of {size} texts, found {type(found).__name__}")
    for value in found:
        if not isinstance(value, str):
            raise UsageError(f"{name}: expected texts, found {type(value).__name__}")
    return list(found)
