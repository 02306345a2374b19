"""What clippy and rustfmt say of one sample, and its JSON form.

No figure stands in for a missing one: what did not apply is None, what a tool could not answer is *stopped* (the program's
doing, or the tool's), and what failed on our side is *unlinted*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferrobench.errors import InputError
from ferrobench.judging.lint_groups import DEFAULT_GROUPS, LintGroup
from ferrobench.judging.record import judgment_record, parse_judgment
from ferrobench.judging.verdict import Compiled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ferrobench.judging.verdict import Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class LintCount:
    """How often one lint was found."""

    lint: str
    """Its name without ``clippy::``, such as ``needless_return``."""
    group: LintGroup
    """Its group in the toolchain that was asked."""
    count: int
    """At least 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClippyReport:
    """What clippy found in the sample's own lines. Lints of rustc itself are warnings of the verdict, and not here."""

    groups: tuple[LintGroup, ...]
    """The groups that were asked for. Others were not looked for, and have no count."""
    counts: tuple[LintCount, ...]
    """In the order of the lints' names; all findings, however many."""
    findings: tuple[Diagnostic, ...]
    """The first of them, in clippy's order."""

    @property
    def by_group(self) -> dict[LintGroup, int]:
        """How many findings each group has that was asked for, 0 included."""
        numbers = dict.fromkeys(self.groups, 0)
        for item in self.counts:
            numbers[item.group] += item.count
        return numbers

    @property
    def by_lint(self) -> dict[str, int]:
        """How many findings each lint has."""
        return {item.lint: item.count for item in self.counts}

    def count(self, groups: Iterable[LintGroup] = DEFAULT_GROUPS) -> int:
        """How many findings *groups* have together.

        Raises:
            KeyError: One of them was not asked for.
        """
        numbers = self.by_group
        return sum(numbers[group] for group in groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatReport:
    """What rustfmt would do to the text."""

    changed_lines: int
    """How many lines of the text, blank ones included, are not in rustfmt's in the same order: its number of lines less the
    length of their longest common subsequence. Where rustfmt only adds lines, 1."""

    @property
    def clean(self) -> bool:
        """Whether it is as rustfmt would have it. Kinds of line endings and the very end of the file do not count."""
        return self.changed_lines == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LintReport:
    """What linting concluded about one sample."""

    lines: int
    """The lines of the sample's own text with something other than white space in them."""
    clippy: ClippyReport | None
    """None where the program does not compile, and where :attr:`stopped` or :attr:`unlinted` says why."""
    rustfmt: FormatReport | None
    """None where the text is not known to parse, and where :attr:`stopped` or :attr:`unlinted` says why."""
    stopped: str | None = None
    """Which tool reached a limit, crashed or refused the program. Nothing is known of what it would have said."""
    unlinted: str | None = None
    """What failed on our side, such as a tool that is not installed."""

    def per_100_lines(self, groups: Iterable[LintGroup] = DEFAULT_GROUPS) -> float | None:
        """Clippy's findings in *groups* for each 100 lines that are not blank; None without an answer of clippy's.

        Raises:
            KeyError: One of the groups was not asked for.
        """
        if self.clippy is None or self.lines == 0:
            return None
        return 100 * self.clippy.count(groups) / self.lines


def lint_record(report: LintReport) -> dict[str, Any]:
    """Turn *report* into its record, ready for ``json.dumps``."""
    return {
        "lines": report.lines,
        "clippy": None if report.clippy is None else _clippy_record(report.clippy),
        "rustfmt": None
        if report.rustfmt is None
        else {"clean": report.rustfmt.clean, "changed_lines": report.rustfmt.changed_lines},
        "stopped": report.stopped,
        "unlinted": report.unlinted,
    }


def parse_lint(record: object) -> LintReport:
    """Turn a record back into the report it was made from. Keys that are not a report's own are ignored.

    Raises:
        InputError: It is no record of a report; the message names the key and what was expected.
    """
    fields = _Fields(record, "lint record")
    return LintReport(
        lines=fields.number("lines"),
        clippy=None if fields["clippy"] is None else _parse_clippy(fields.inner("clippy")),
        rustfmt=None if fields["rustfmt"] is None else _parse_rustfmt(fields.inner("rustfmt")),
        stopped=fields.text_or_none("stopped"),
        unlinted=fields.text_or_none("unlinted"),
    )


def _clippy_record(clippy: ClippyReport) -> dict[str, Any]:
    return {
        "groups": {group.value: number for group, number in clippy.by_group.items()},
        "lints": {item.lint: {"group": item.group.value, "count": item.count} for item in clippy.counts},
        # A finding is a warning, and has the form of all warnings.
        "findings": judgment_record(Compiled(warnings=clippy.findings))["warnings"],
    }


def _parse_clippy(fields: _Fields) -> ClippyReport:
    groups, lints = fields.inner("groups"), fields.inner("lints")
    counts = []
    for lint in lints.names():
        inner = lints.inner(lint)
        counts.append(LintCount(lint=lint, group=inner.group("group"), count=inner.number("count", least=1)))
    report = ClippyReport(
        groups=tuple(groups.group_key(name) for name in groups.names()),
        counts=tuple(sorted(counts, key=lambda item: item.lint)),
        findings=_parse_findings(fields),
    )
    for item in report.counts:
        if item.group not in report.groups:
            raise InputError(
                f"{lints.where}.{item.lint}: group {item.group.value!r} is not in {groups.where}"
            )
    for group, number in report.by_group.items():
        if groups.number(group.value) != number:
            raise InputError(
                f"{groups.where}.{group.value} is {groups[group.value]}, but its lints add up to {number}"
            )
    return report


def _parse_findings(fields: _Fields) -> tuple[Diagnostic, ...]:
    findings = fields["findings"]
    if not isinstance(findings, list):
        raise InputError(f"{fields.where}.findings is {findings!r}; expected a list")
    try:
        judgment = parse_judgment({"stage": "compiled", "compiled": True, "warnings": findings})
    except InputError as error:
        raise InputError(
            f"{fields.where}.findings: {str(error).removeprefix('judgment record: ')}"
        ) from error
    assert isinstance(judgment, Compiled)
    return judgment.warnings


def _parse_rustfmt(fields: _Fields) -> FormatReport:
    report = FormatReport(changed_lines=fields.number("changed_lines"))
    if fields["clean"] is not report.clean:
        raise InputError(
            f"{fields.where}.clean is {fields['clean']!r}, but changed_lines is {report.changed_lines}"
        )
    return report


class _Fields:
    """A foreign mapping whose values are taken out with their types checked."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise InputError(f"{where} is {value!r:.80}; expected an object")
        self._values = value
        self.where = where

    def __getitem__(self, key: str) -> object:
        if key not in self._values:
            raise InputError(f"{self.where}: key {key!r} is missing")
        value: object = self._values[key]
        return value

    def names(self) -> list[str]:
        return list(self._values)

    def inner(self, key: str) -> _Fields:
        return _Fields(self[key], f"{self.where}.{key}")

    def number(self, key: str, *, least: int = 0) -> int:
        value = self[key]
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise InputError(f"{self.where}.{key} is {value!r:.80}; expected a whole number from {least}")
        return value

    def text_or_none(self, key: str) -> str | None:
        value = self[key]
        if value is not None and not isinstance(value, str):
            raise InputError(f"{self.where}.{key} is {value!r:.80}; expected a text or null")
        return value

    def group(self, key: str) -> LintGroup:
        return _group(self[key], f"{self.where}.{key}")

    def group_key(self, key: str) -> LintGroup:
        return _group(key, f"{self.where}: a key")


def _group(value: object, where: str) -> LintGroup:
    try:
        return LintGroup(str(value))
    except ValueError as error:
        raise InputError(f"{where} is {value!r:.80}; expected one of: {', '.join(LintGroup)}") from error
