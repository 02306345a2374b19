"""Why samples fail: how far they got, which errors they have, and where the first one lies."""

from ferrobench.metrics.failures.anatomy import measure
from ferrobench.metrics.failures.definitions import DEFINITIONS
from ferrobench.metrics.failures.figures import FailuresFigures
from ferrobench.metrics.metric import Metric

METRIC = Metric(
    name="failures",
    title="Failures",
    figures=FailuresFigures,
    measure=measure,
    definitions=DEFINITIONS,
)
