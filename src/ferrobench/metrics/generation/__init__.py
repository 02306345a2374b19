"""What the model did while it answered: lengths, latencies, stop reasons, certainty."""

from __future__ import annotations

from ferrobench.metrics.generation.definitions import DEFINITIONS
from ferrobench.metrics.generation.figures import GenerationFigures
from ferrobench.metrics.generation.measure import measure
from ferrobench.metrics.metric import Metric

METRIC = Metric(
    name="generation",
    title="Generation",
    figures=GenerationFigures,
    measure=measure,
    definitions=DEFINITIONS,
)
