"""The views: a record as text for people."""

from ferrobench.reports.console_report import print_summary
from ferrobench.reports.view import printable

__all__ = ["print_summary", "printable"]
