"""Over time: two runs side by side, and runs in the order of their steps. Pure, but for :class:`SeriesReader`."""

from ferrobench.tracking.compare import Settings, compare_runs
from ferrobench.tracking.comparison import Comparison, Note, NoteKind, RateChange
from ferrobench.tracking.finished import finished_runs
from ferrobench.tracking.history import History
from ferrobench.tracking.point import (
    COMPILE_RATE,
    COMPILE_RATE_EXTRACTED,
    PASS_RATE,
    PASS_RATE_STRICT,
    RatePoint,
    SeriesPoint,
)
from ferrobench.tracking.reader import SeriesReader
from ferrobench.tracking.series import Series, rate_title

__all__ = [
    "COMPILE_RATE",
    "COMPILE_RATE_EXTRACTED",
    "PASS_RATE",
    "PASS_RATE_STRICT",
    "Comparison",
    "History",
    "Note",
    "NoteKind",
    "RateChange",
    "RatePoint",
    "Series",
    "SeriesPoint",
    "SeriesReader",
    "Settings",
    "compare_runs",
    "finished_runs",
    "rate_title",
]
