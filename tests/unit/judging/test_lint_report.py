"""Figures of a lint report, its JSON form and the way back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.errors import InputError
from ferrobench.judging.lint_groups import DEFAULT_GROUPS, MEASURED_GROUPS, LintGroup
from ferrobench.judging.lint_report import (
    ClippyReport,
    FormatReport,
    LintCount,
    LintReport,
    lint_record,
    parse_lint,
)
from ferrobench.judging.verdict import Diagnostic, Note

FINDING = Diagnostic(
    level="warning",
    code="clippy::needless_return",
    message="unneeded `return` statement",
    line=2,
    column=5,
    end_line=2,
    end_column=13,
    notes=(Note(level="help", message="remove `return`"),),
    rendered="warning: unneeded `return` statement",
)
REPORT = LintReport(
    lines=40,
    clippy=ClippyReport(
        groups=MEASURED_GROUPS,
        counts=(
            LintCount(lint="must_use_candidate", group=LintGroup.PEDANTIC, count=5),
            LintCount(lint="needless_return", group=LintGroup.STYLE, count=2),
            LintCount(lint="ptr_arg", group=LintGroup.STYLE, count=1),
        ),
        findings=(FINDING,),
    ),
    rustfmt=FormatReport(changed_lines=3),
)


def test_figures_are_those_of_the_counts() -> None:
    assert REPORT.clippy is not None
    assert REPORT.clippy.by_group == dict.fromkeys(MEASURED_GROUPS, 0) | {
        LintGroup.PEDANTIC: 5,
        LintGroup.STYLE: 3,
    }
    assert REPORT.clippy.count() == 3
    assert REPORT.per_100_lines() == 7.5
    assert REPORT.per_100_lines([LintGroup.PEDANTIC]) == 12.5
    assert REPORT.per_100_lines(MEASURED_GROUPS) == 20.0


def test_a_group_that_was_not_asked_for_has_no_figure() -> None:
    with pytest.raises(KeyError):
        REPORT.per_100_lines([LintGroup.NURSERY])


def test_without_an_answer_or_a_line_there_is_no_figure() -> None:
    assert LintReport(lines=4, clippy=None, rustfmt=None).per_100_lines() is None
    assert LintReport(lines=0, clippy=REPORT.clippy, rustfmt=None).per_100_lines() is None


def test_the_record_tells_groups_lints_and_findings() -> None:
    record = lint_record(REPORT)

    assert record["lines"] == 40
    assert record["clippy"]["groups"] == {
        "correctness": 0, "suspicious": 0, "complexity": 0, "perf": 0, "style": 3, "pedantic": 5,
    }  # fmt: skip
    assert record["clippy"]["lints"]["needless_return"] == {"group": "style", "count": 2}
    assert record["clippy"]["findings"][0]["line"] == 2
    assert record["rustfmt"] == {"clean": False, "changed_lines": 3}
    assert (record["stopped"], record["unlinted"]) == (None, None)


_findings = st.builds(
    Diagnostic,
    level=st.just("warning"),
    code=st.text(),
    message=st.text(),
    line=st.integers(1),
    column=st.integers(1),
    end_line=st.integers(1),
    end_column=st.integers(1),
    notes=st.lists(st.builds(Note, level=st.text(), message=st.text()), max_size=2).map(tuple),
    rendered=st.text(),
)
_counts = st.dictionaries(
    st.text(), st.tuples(st.sampled_from(MEASURED_GROUPS), st.integers(1, 999)), max_size=5
).map(
    lambda counts: tuple(
        LintCount(lint=lint, group=group, count=count) for lint, (group, count) in sorted(counts.items())
    )
)
_clippy = st.builds(
    ClippyReport,
    groups=st.just(MEASURED_GROUPS),
    counts=_counts,
    findings=st.lists(_findings, max_size=3).map(tuple),
)
REPORTS = st.builds(
    LintReport,
    lines=st.integers(0, 10_000),
    clippy=st.none() | _clippy,
    rustfmt=st.none() | st.builds(FormatReport, changed_lines=st.integers(0, 10_000)),
    stopped=st.none() | st.text(),
    unlinted=st.none() | st.text(),
)


@given(REPORTS)
def test_a_record_brings_its_report_back_through_json(report: LintReport) -> None:
    assert parse_lint(json.loads(json.dumps(lint_record(report)))) == report


@given(REPORTS.filter(lambda report: report.lines > 0 and report.clippy is not None))
def test_groups_add_up(report: LintReport) -> None:
    assert report.clippy is not None
    total = report.per_100_lines(MEASURED_GROUPS)
    parts = [report.per_100_lines([group]) for group in MEASURED_GROUPS]

    assert total == pytest.approx(sum(part for part in parts if part is not None))
    assert sum(report.clippy.by_lint.values()) == report.clippy.count(MEASURED_GROUPS)
    assert report.clippy.count() == report.clippy.count(DEFAULT_GROUPS)


def test_other_keys_are_ignored() -> None:
    assert parse_lint(lint_record(REPORT) | {"id": 3}) == REPORT


def changed(path: str, value: Any) -> dict[str, Any]:
    """The record of `REPORT` with one value replaced, or taken out where it is `...`."""
    record: dict[str, Any] = json.loads(json.dumps(lint_record(REPORT)))
    *outer, last = path.split(".")
    place = record
    for key in outer:
        place = place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return record


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("lines", ..., "lint record: key 'lines' is missing"),
        ("lines", -1, "lint record.lines is -1; expected a whole number from 0"),
        ("lines", True, "lint record.lines is True"),
        ("lines", 2.0, "lint record.lines is 2.0"),
        ("clippy", [], "lint record.clippy is []; expected an object"),
        ("clippy", ..., "key 'clippy' is missing"),
        ("clippy.groups.style", 4, "lint record.clippy.groups.style is 4, but its lints add up to 3"),
        ("clippy.groups.style", "3", "lint record.clippy.groups.style is '3'"),
        ("clippy.groups.style", ..., "group 'style' is not in lint record.clippy.groups"),
        (
            "clippy.groups.taste",
            0,
            "lint record.clippy.groups: a key is 'taste'; expected one of: correctness,",
        ),
        ("clippy.lints.ptr_arg", None, "lint record.clippy.lints.ptr_arg is None; expected an object"),
        ("clippy.lints.ptr_arg.count", 0, "ptr_arg.count is 0; expected a whole number from 1"),
        ("clippy.lints.ptr_arg.group", "taste", "ptr_arg.group is 'taste'; expected one of"),
        ("clippy.findings", None, "lint record.clippy.findings is None; expected a list"),
        ("clippy.findings", [{}], "lint record.clippy.findings: key 'code' is missing"),
        ("clippy.findings", [3], "lint record.clippy.findings: "),
        ("rustfmt", 3, "lint record.rustfmt is 3; expected an object"),
        ("rustfmt.clean", True, "lint record.rustfmt.clean is True, but changed_lines is 3"),
        ("rustfmt.changed_lines", None, "lint record.rustfmt.changed_lines is None"),
        ("stopped", 3, "lint record.stopped is 3; expected a text or null"),
        ("unlinted", ..., "key 'unlinted' is missing"),
    ],
)
def test_what_is_no_record_is_refused_with_the_key_named(path: str, value: Any, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_lint(changed(path, value))

    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(InputError, match="lint record is None; expected an object"):
        parse_lint(None)
