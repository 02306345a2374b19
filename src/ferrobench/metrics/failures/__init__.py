"""Why samples fail: how far they got, which errors they have, and where the first one lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.metric import Figures, Metric

if TYPE_CHECKING:
    from ferrobench.metrics.measured import MeasuredRun


class FailuresFigures(Figures):
    """Failures of a run."""


def measure(run: MeasuredRun) -> FailuresFigures | None:
    """Measure a run."""
    return None


METRIC = Metric(
    name="failures",
    title="Failures",
    figures=FailuresFigures,
    measure=measure,
    definitions=(),
)
