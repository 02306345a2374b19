"""What the figures of human scores mean, for ``ferrobench explain`` and the docs."""

from __future__ import annotations

from ferrobench.metrics.definition import Better, Definition
from ferrobench.rubric.criteria import LOWEST, RUBRIC, Scale


def _score(scale: Scale) -> Definition:
    levels = " ".join(f"{score}: {text}" for score, text in enumerate(scale.levels, start=LOWEST))
    return Definition(
        name=scale.criterion.value,
        key=f"criteria.{scale.criterion}.score.value",
        summary=f"People's mean score from 1 to 5 for the question: {scale.question}",
        formula="The mean over samples of the mean of their raters' scores; ratings without a score are left out. "
        f"Levels: {levels}",
        source="ours",
        unit="score",
        range="1 to 5",
        better=Better.HIGHER,
        interval="95 %, over prompts of this kind; the raters are taken as given",
        caveats=(
            "It is what these raters say: see their agreement first.",
            "The steps between levels need not be equal, so that means are no more than a summary of the distribution.",
        ),
    )


RUBRIC_DEFINITIONS: tuple[Definition, ...] = (
    *map(_score, RUBRIC),
    Definition(
        name="krippendorff_alpha",
        key="criteria.*.agreement.alpha",
        summary="How far raters agree on a criterion beyond chance.",
        formula="1 - observed / expected disagreement over all pairs of scores of one sample, and of all samples, a unit with m "
        "scores weighing m. Two scores differ by the square of the distance of their middle ranks among all scores that can "
        "be paired (ordinal). Samples with one score are left out.",
        source="Krippendorff, Content Analysis, 2nd ed. 2004, ch. 11; Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011",
        unit="none",
        range="below 0 to 1",
        better=Better.HIGHER,
        interval="95 %, percentile bootstrap over samples (Zapf et al. 2016), for these raters",
        caveats=(
            "Krippendorff asks for 0.8, and for 0.667 where only tentative conclusions are drawn.",
            "It is low where nearly all samples deserve the same score, however seldom raters differ.",
            "Null where all scores are the same: that raters could tell samples apart was not shown.",
        ),
    ),
)
