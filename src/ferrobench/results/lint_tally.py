"""What linting found over many samples. One number is kept for each lint, so memory does not grow with the samples."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ferrobench.judging.lint_groups import DEFAULT_GROUPS
from ferrobench.results.run_record import ClippyCount, LintSummary

if TYPE_CHECKING:
    from ferrobench.judging import LintGroup, LintReport


class LintTally:
    """Adds up the reports of samples, in any order."""

    def __init__(self) -> None:
        """Start without samples."""
        self._groups: Counter[LintGroup] = Counter()
        self._lints: Counter[tuple[str, LintGroup]] = Counter()
        self._samples: Counter[str] = Counter()
        self._asked = self._without_findings = self._lines = 0
        self._formatted = self._clean = self._changed = 0
        self._stopped = self._unlinted = 0

    def add(self, report: LintReport) -> None:
        """Count one sample."""
        self._stopped += report.stopped is not None
        self._unlinted += report.unlinted is not None
        if report.clippy is not None:
            self._asked += 1
            self._lines += report.lines
            self._without_findings += not any(item.group in DEFAULT_GROUPS for item in report.clippy.counts)
            for group, number in report.clippy.by_group.items():
                self._groups[group] += number
            for item in report.clippy.counts:
                self._lints[item.lint, item.group] += item.count
                self._samples[item.lint] += 1
        if report.rustfmt is not None:
            self._formatted += 1
            self._clean += report.rustfmt.clean
            self._changed += report.rustfmt.changed_lines

    def summary(self) -> LintSummary:
        """The figures so far."""
        findings = sum(self._groups[group] for group in DEFAULT_GROUPS)
        return LintSummary(
            clippy_samples=self._asked,
            clippy_clean=self._without_findings,
            clippy_lines=self._lines,
            clippy_findings=findings,
            clippy_per_100_lines=100 * findings / self._lines if self._lines else None,
            clippy_groups={group.value: number for group, number in self._groups.items()},
            clippy_lints=[
                ClippyCount(lint=lint, group=group.value, samples=self._samples[lint], count=count)
                for (lint, group), count in sorted(
                    self._lints.items(), key=lambda item: (-self._samples[item[0][0]], -item[1], item[0])
                )
            ],
            rustfmt_samples=self._formatted,
            rustfmt_clean=self._clean,
            rustfmt_changed_lines=self._changed,
            stopped=self._stopped,
            unlinted=self._unlinted,
        )
