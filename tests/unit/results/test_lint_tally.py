"""What linting found over many samples."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging import ClippyReport, FormatReport, LintCount, LintGroup, LintReport
from ferrobench.judging.lint_groups import MEASURED_GROUPS
from ferrobench.results import LintTally

LINTS = (
    ("needless_return", LintGroup.STYLE),
    ("bool_comparison", LintGroup.COMPLEXITY),
    ("must_use_candidate", LintGroup.PEDANTIC),
)


@st.composite
def reports(draw: st.DrawFn) -> LintReport:
    """Any report: with and without each tool's answer."""
    counts = tuple(
        LintCount(lint=lint, group=group, count=draw(st.integers(1, 5)))
        for lint, group in LINTS
        if draw(st.booleans())
    )
    clippy = ClippyReport(groups=MEASURED_GROUPS, counts=counts, findings=())
    changed = draw(st.none() | st.integers(0, 3))
    return LintReport(
        lines=draw(st.integers(0, 50)),
        clippy=draw(st.sampled_from([None, clippy])),
        rustfmt=None if changed is None else FormatReport(changed_lines=changed),
        stopped=draw(st.sampled_from([None, "stopped"])),
        unlinted=draw(st.sampled_from([None, "failed"])),
    )


@given(st.lists(reports(), max_size=8))
def test_the_figures_are_sums_over_the_samples_that_have_them(found: list[LintReport]) -> None:
    """In any order, each tool over its own answers, and pedantic findings in their group alone."""
    tally, backwards = LintTally(), LintTally()
    for report in found:
        tally.add(report)
    for report in reversed(found):
        backwards.add(report)

    summary = tally.summary()

    asked = [(report.lines, report.clippy) for report in found if report.clippy is not None]
    formatted = [report.rustfmt for report in found if report.rustfmt is not None]
    assert backwards.summary() == summary
    assert summary.clippy_samples == len(asked)
    assert summary.clippy_clean == sum(clippy.count() == 0 for _, clippy in asked)
    assert summary.clippy_findings == sum(clippy.count() for _, clippy in asked)
    assert summary.clippy_lines == sum(lines for lines, _ in asked)
    assert sum(summary.clippy_groups.values()) == sum(lint.count for lint in summary.clippy_lints)
    assert summary.clippy_findings == sum(summary.clippy_groups.values()) - summary.clippy_groups.get(
        "pedantic", 0
    )
    assert (summary.rustfmt_samples, summary.rustfmt_clean) == (
        len(formatted),
        sum(report.clean for report in formatted),
    )
    assert summary.rustfmt_changed_lines == sum(report.changed_lines for report in formatted)
    assert summary.stopped == sum(report.stopped is not None for report in found)
    assert summary.unlinted == sum(report.unlinted is not None for report in found)
    samples = [lint.samples for lint in summary.clippy_lints]
    assert samples == sorted(samples, reverse=True)
    if summary.clippy_lines:
        assert summary.clippy_per_100_lines == 100 * summary.clippy_findings / summary.clippy_lines
    else:
        assert summary.clippy_per_100_lines is None
