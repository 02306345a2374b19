"""CodeBLEU of the programs against the reference solutions."""

from ferrobench.metrics.metric import Metric
from ferrobench.metrics.similarity.codebleu.figures import DEFINITIONS, CodeBleuFigures, measure

METRIC = Metric(
    name="codebleu",
    title="CodeBLEU against references",
    figures=CodeBleuFigures,
    measure=measure,
    definitions=DEFINITIONS,
    costly=True,
)
