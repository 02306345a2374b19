"""How much the samples differ from each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.diversity.definitions import DEFINITIONS
from ferrobench.metrics.diversity.figures import DiversityFigures
from ferrobench.metrics.metric import Metric

if TYPE_CHECKING:
    from ferrobench.metrics.measured import MeasuredRun


def measure(run: MeasuredRun) -> DiversityFigures | None:
    """Measure a run."""
    # It brings numpy, which nobody needs who only asks what a figure means.
    from ferrobench.metrics.diversity.measure import measure_diversity

    return measure_diversity(run)


METRIC = Metric(
    name="diversity",
    title="Diversity",
    figures=DiversityFigures,
    measure=measure,
    definitions=DEFINITIONS,
)
