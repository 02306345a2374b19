"""How close the programs are to the reference solutions, in characters, tokens, structure and behaviour.

Tree edit distance and CodeBLEU take longer; they are metrics of their own, in packages of their own below this one.
"""

from ferrobench.metrics.metric import Metric
from ferrobench.metrics.similarity.definitions import DEFINITIONS
from ferrobench.metrics.similarity.figures import SimilarityFigures, measure

METRIC = Metric(
    name="similarity",
    title="Similarity to references",
    figures=SimilarityFigures,
    measure=measure,
    definitions=DEFINITIONS,
)
