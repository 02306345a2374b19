"""How many changes to its syntax tree would turn a program into the reference."""

from ferrobench.metrics.metric import Metric
from ferrobench.metrics.similarity.tree_edit.figures import DEFINITIONS, TreeEditFigures, measure

METRIC = Metric(
    name="tree_edit",
    title="Tree edit similarity to references",
    figures=TreeEditFigures,
    measure=measure,
    definitions=DEFINITIONS,
    costly=True,
)
