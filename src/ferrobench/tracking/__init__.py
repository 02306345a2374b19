"""Over time: two runs side by side, and runs in the order of their steps. Pure: records in, figures out."""

from ferrobench.tracking.compare import Settings, compare_runs
from ferrobench.tracking.comparison import Comparison, Note, NoteKind, RateChange

__all__ = ["Comparison", "Note", "NoteKind", "RateChange", "Settings", "compare_runs"]
