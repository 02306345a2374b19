"""What the code is like: size, structure, branching, and the idioms it is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.metric import Figures, Metric

if TYPE_CHECKING:
    from ferrobench.metrics.measured import MeasuredRun


class QualityFigures(Figures):
    """Code quality of a run."""


def measure(run: MeasuredRun) -> QualityFigures | None:
    """Measure a run."""
    return None


METRIC = Metric(
    name="quality",
    title="Code quality",
    figures=QualityFigures,
    measure=measure,
    definitions=(),
)
