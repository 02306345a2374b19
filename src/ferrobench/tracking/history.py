"""The series of some runs: the document that ``ferrobench history --json`` prints."""

from __future__ import annotations

from ferrobench.metrics.metric import Figures
from ferrobench.tracking.series import Series


class History(Figures):
    """What runs tell of one training, or of several."""

    schema_version: int = 1
    series: list[Series]
    """The largest first; one alone unless all were asked for."""
    notes: list[str]
    """What was left out, and why; a line each."""
