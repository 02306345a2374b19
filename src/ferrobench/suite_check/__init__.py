"""The suite doctor: would these tests pass a right answer, and fail a wrong one?

A wiring of the rooms beside ``evaluate``. :func:`check_suite` judges, for each prompt with tests, the reference, answers without
a thought, and many answers that are a little wrong; :class:`SuiteReport` says what came of it.
"""

from ferrobench.suite_check.check import CheckSettings, check_suite
from ferrobench.suite_check.outcome import TestingJudge
from ferrobench.suite_check.report import (
    Fault,
    FaultKind,
    MutationScore,
    PromptReport,
    SuiteReport,
    Survivor,
    suite_report_record,
)

__all__ = [
    "CheckSettings",
    "Fault",
    "FaultKind",
    "MutationScore",
    "PromptReport",
    "SuiteReport",
    "Survivor",
    "TestingJudge",
    "check_suite",
    "suite_report_record",
]
