"""The views: a record, a series, a comparison as text and pages for people."""

from ferrobench.reports.console_report import print_summary
from ferrobench.reports.verdict_report import VerdictSummary, print_verdicts
from ferrobench.reports.view import printable

__all__ = ["VerdictSummary", "print_summary", "print_verdicts", "printable"]
