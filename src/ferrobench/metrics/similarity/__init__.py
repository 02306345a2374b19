"""How close the programs are to the reference solutions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.metric import Figures, Metric

if TYPE_CHECKING:
    from ferrobench.metrics.measured import MeasuredRun


class SimilarityFigures(Figures):
    """Similarity to references of a run."""


def measure(run: MeasuredRun) -> SimilarityFigures | None:
    """Measure a run."""
    return None


METRIC = Metric(
    name="similarity",
    title="Similarity to references",
    figures=SimilarityFigures,
    measure=measure,
    definitions=(),
)
