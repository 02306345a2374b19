"""What the model did while it answered: lengths, latencies, stop reasons, certainty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.metric import Figures, Metric

if TYPE_CHECKING:
    from ferrobench.metrics.measured import MeasuredRun


class GenerationFigures(Figures):
    """Generation of a run."""


def measure(run: MeasuredRun) -> GenerationFigures | None:
    """Measure a run."""
    return None


METRIC = Metric(
    name="generation",
    title="Generation",
    figures=GenerationFigures,
    measure=measure,
    definitions=(),
)
