"""Over time: two runs side by side, and runs in the order of their steps. Pure: records in, figures out."""

from ferrobench.tracking.collapse_spans import CollapseSpan
from ferrobench.tracking.compare import Settings, compare_runs
from ferrobench.tracking.comparison import Comparison, Note, NoteKind, RateChange
from ferrobench.tracking.point import (
    COMPILE_RATE,
    COMPILE_RATE_EXTRACTED,
    PASS_RATE,
    PointChange,
    RatePoint,
    SeriesPoint,
)
from ferrobench.tracking.reader import SeriesReader
from ferrobench.tracking.series import BestPoint, Series, rate_title

__all__ = [
    "COMPILE_RATE",
    "COMPILE_RATE_EXTRACTED",
    "PASS_RATE",
    "BestPoint",
    "CollapseSpan",
    "Comparison",
    "Note",
    "NoteKind",
    "PointChange",
    "RateChange",
    "RatePoint",
    "Series",
    "SeriesPoint",
    "SeriesReader",
    "Settings",
    "compare_runs",
    "rate_title",
]
