"""The views: a record, a series, a comparison as text and pages for people."""

from ferrobench.reports.console_report import print_summary
from ferrobench.reports.history_page import write_history_page
from ferrobench.reports.history_plot import check_plot_path, write_history_plot
from ferrobench.reports.history_report import print_history
from ferrobench.reports.verdict_report import VerdictSummary, print_verdicts
from ferrobench.reports.view import printable

__all__ = [
    "VerdictSummary",
    "check_plot_path",
    "print_history",
    "print_summary",
    "print_verdicts",
    "printable",
    "write_history_page",
    "write_history_plot",
]
