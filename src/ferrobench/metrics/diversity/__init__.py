"""How much the samples differ from each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.metric import Figures, Metric

if TYPE_CHECKING:
    from ferrobench.metrics.measured import MeasuredRun


class DiversityFigures(Figures):
    """Diversity of a run."""


def measure(run: MeasuredRun) -> DiversityFigures | None:
    """Measure a run."""
    return None


METRIC = Metric(
    name="diversity",
    title="Diversity",
    figures=DiversityFigures,
    measure=measure,
    definitions=(),
)
