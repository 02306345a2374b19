"""Whether the model has collapsed, how, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.metric import Figures, Metric

if TYPE_CHECKING:
    from ferrobench.metrics.measured import MeasuredRun


class CollapseFigures(Figures):
    """Collapse of a run."""


def measure(run: MeasuredRun) -> CollapseFigures | None:
    """Measure a run."""
    return None


METRIC = Metric(
    name="collapse",
    title="Collapse",
    figures=CollapseFigures,
    measure=measure,
    definitions=(),
)
