"""Whether the model has collapsed, how, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.collapse.answer import Answer
from ferrobench.metrics.collapse.definitions import DEFINITIONS
from ferrobench.metrics.collapse.diagnose import diagnose
from ferrobench.metrics.collapse.figures import CollapseFigures, Health
from ferrobench.metrics.metric import Metric

if TYPE_CHECKING:
    from ferrobench.metrics.measured import MeasuredRun

__all__ = ["METRIC", "Answer", "CollapseFigures", "Health", "diagnose", "measure"]


def measure(run: MeasuredRun) -> CollapseFigures | None:
    """Diagnose a run; None where it has no samples."""
    if not run.samples:
        return None
    return diagnose(
        [Answer.of_sample(sample) for sample in run.samples],
        drawn=run.drawn,
        training_text=run.training_text,
        seed=run.seed,
    )


METRIC = Metric(
    name="collapse",
    title="Collapse",
    figures=CollapseFigures,
    measure=measure,
    definitions=DEFINITIONS,
)
