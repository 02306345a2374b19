"""Counting findings in what clippy-driver writes."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging.assemble import Program, assemble
from ferrobench.judging.lint_findings import FindingReader
from ferrobench.judging.lint_groups import LintGroup

GROUPS = {
    "needless_return": LintGroup.STYLE,
    "map_entry": LintGroup.PERF,
    "future_not_send": LintGroup.NURSERY,
}
SAMPLE = assemble("fn f() {}\n")
BELOW_A_PRELUDE = assemble("fn f() {}\n", "fn lent() {}\n")


def line_of(code: str | None, line: int = 1, message: str = "arbitrary") -> bytes:
    """A diagnostic as clippy-driver writes it, with the keys that are read."""
    span = {
        "file_name": "sample.rs",
        "line_start": line,
        "line_end": line,
        "column_start": 1,
        "column_end": 2,
        "is_primary": True,
    }
    record: dict[str, Any] = {
        "$message_type": "diagnostic",
        "message": message,
        "code": None if code is None else {"code": code, "explanation": None},
        "level": "warning",
        "spans": [span],
        "children": [],
        "rendered": f"warning: {message}",
    }
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def read(stream: bytes, program: Program = SAMPLE, line_cap: int = 10_000) -> FindingReader:
    reader = FindingReader(program, GROUPS, line_cap=line_cap)
    reader.feed(stream)
    reader.close()
    return reader


def test_findings_are_counted_by_lint_and_group() -> None:
    stream = line_of("clippy::needless_return") * 2 + line_of("clippy::map_entry")
    report = read(stream).report()

    assert report.by_lint == {"map_entry": 1, "needless_return": 2}
    assert (report.by_group[LintGroup.STYLE], report.by_group[LintGroup.PERF]) == (2, 1)
    assert [finding.code for finding in report.findings] == [
        "clippy::needless_return",
        "clippy::needless_return",
        "clippy::map_entry",
    ]


def test_what_is_no_finding_of_clippys_counts_nothing() -> None:
    stream = line_of("unused_variables") + line_of(None) + b'note: clippy::map_entry\n{"not json\n{}\n[]\n'

    assert read(stream).report().counts == ()


def test_a_message_cannot_pass_for_a_finding() -> None:
    forged = 'x","code":{"code":"clippy::map_entry"'

    assert read(line_of("unused_variables", message=forged)).report().counts == ()


def test_findings_in_the_prelude_do_not_count() -> None:
    own = BELOW_A_PRELUDE.shift + 1
    stream = b"".join(line_of("clippy::map_entry", line) for line in range(1, own + 1))
    report = read(stream, BELOW_A_PRELUDE).report()

    assert report.by_lint == {"map_entry": 1}
    assert [finding.line for finding in report.findings] == [1]


def test_groups_that_were_not_asked_for_do_not_count() -> None:
    """A sample can ask for them: `#![warn(clippy::nursery)]`."""
    reader = read(line_of("clippy::future_not_send"))

    assert (reader.report().counts, reader.report().findings, reader.unknown) == ((), (), None)


def test_a_lint_without_a_group_is_reported() -> None:
    assert read(line_of("clippy::from_tomorrow")).unknown == "from_tomorrow"


def test_all_count_and_the_first_are_kept() -> None:
    report = read(line_of("clippy::map_entry") * 1000).report()

    assert report.count() == 1000
    assert len(report.findings) == 50


def test_a_line_that_is_too_long_counts_all_the_same() -> None:
    long = line_of("clippy::map_entry").replace(b'"children"', b'"text":"' + b"x" * 20_000 + b'","children"')
    report = read(long + line_of("clippy::needless_return")).report()

    assert report.by_lint == {"map_entry": 1, "needless_return": 1}
    assert len(report.findings) == 1


@given(st.lists(st.integers(0, 2000), max_size=8))
def test_pieces_do_not_matter(cuts: list[int]) -> None:
    stream = line_of("clippy::map_entry") * 3 + b"words\n" + line_of("clippy::needless_return").rstrip(b"\n")
    whole = read(stream).report()
    reader = FindingReader(SAMPLE, GROUPS, line_cap=10_000)
    places = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})
    for start, end in pairwise(places):
        reader.feed(stream[start:end])
    reader.close()

    assert reader.report() == whole
    assert whole.count() == 4
