"""The views: a record as text for people."""

from ferrobench.reports.console_report import print_summary
from ferrobench.reports.verdict_report import VerdictSummary, print_verdicts
from ferrobench.reports.view import printable

__all__ = ["VerdictSummary", "print_summary", "print_verdicts", "printable"]
