"""What the code is like: size, structure, branching, and the idioms it is written in."""

from ferrobench.metrics.metric import Metric
from ferrobench.metrics.quality.code_profile import CodeProfile, profile
from ferrobench.metrics.quality.definitions import DEFINITIONS
from ferrobench.metrics.quality.figures import Distribution, QualityFigures
from ferrobench.metrics.quality.functions import FunctionProfile
from ferrobench.metrics.quality.idioms import Idiom
from ferrobench.metrics.quality.lines import LineCounts
from ferrobench.metrics.quality.summary import measure

__all__ = [
    "METRIC",
    "CodeProfile",
    "Distribution",
    "FunctionProfile",
    "Idiom",
    "LineCounts",
    "QualityFigures",
    "profile",
]

METRIC = Metric(
    name="quality",
    title="Code quality",
    figures=QualityFigures,
    measure=measure,
    definitions=DEFINITIONS,
)
