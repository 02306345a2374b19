"""The likeness figures of a run that are cheap enough to be always there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.metric import Count, Estimate, Figures, Percent, Share
from ferrobench.metrics.similarity.behaviour import behavioural_values
from ferrobench.metrics.similarity.chrf import ReferenceCharacters
from ferrobench.metrics.similarity.compared import (
    ComparedFigures,
    compare_samples,
    count_compared,
    likeness,
    prompt_means,
)
from ferrobench.metrics.similarity.shapes import ReferenceShape, shape_tree
from ferrobench.metrics.similarity.token_edit import ReferenceTokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferrobench.metrics.measured import MeasuredRun


class PromptSimilarity(Figures):
    """The likeness of one prompt's samples: means over them, null where there is nothing to tell from."""

    prompt: str
    """The prompt's id."""
    samples: Count
    """Samples with an answer."""
    chrf: Percent | None
    """Mean chrF, 0 to 100."""
    token_edit: Share | None
    """Mean token edit similarity, 0 to 1."""
    structural: Share | None
    """Mean structural similarity, 0 to 1."""
    behavioural: Share | None
    """Mean behavioural similarity, 0 to 1."""


class SimilarityFigures(ComparedFigures):
    """How close the extracted programs are to the reference solutions. A sample with several takes the best of them."""

    chrf: Estimate
    """chrF, 0 to 100, the mean over all samples compared."""
    chrf_compiling: Estimate
    """chrF, 0 to 100, over those that compile."""
    chrf_passing: Estimate
    """chrF, 0 to 100, over those that pass."""
    chrf_best: Estimate
    """chrF, 0 to 100, of each prompt's best sample, the mean over prompts."""
    token_edit: Estimate
    """Token edit similarity, 0 to 1, the mean over all samples compared."""
    token_edit_compiling: Estimate
    """Token edit similarity, 0 to 1, over those that compile."""
    token_edit_passing: Estimate
    """Token edit similarity, 0 to 1, over those that pass."""
    token_edit_best: Estimate
    """Token edit similarity, 0 to 1, of each prompt's best sample, the mean over prompts."""
    structural: Estimate
    """Structural similarity, 0 to 1, the mean over all samples compared."""
    structural_compiling: Estimate
    """Structural similarity, 0 to 1, over those that compile."""
    structural_passing: Estimate
    """Structural similarity, 0 to 1, over those that pass."""
    structural_best: Estimate
    """Structural similarity, 0 to 1, of each prompt's best sample, the mean over prompts."""
    behavioural: Estimate
    """Share of the hidden tests that hold, 0 to 1, the mean over the samples that were judged by tests, references or not."""
    behavioural_compiling: Estimate
    """Share of the hidden tests that hold, 0 to 1, over those of them that compile."""
    behavioural_best: Estimate
    """Share of the hidden tests that hold, 0 to 1, of each prompt's best sample, the mean over prompts with tests."""
    by_prompt: list[PromptSimilarity]
    """Prompts in the order of the run, those without samples or without anything to compare with left out."""


def measure(run: MeasuredRun) -> SimilarityFigures | None:
    """Measure likeness; None where no prompt has a reference or tests."""
    counts = count_compared(run)
    behaviour = behavioural_values(run)
    told = [(sample, value) for sample, value in behaviour if value is not None]
    if not counts.compared and not told:
        return None
    chrf = compare_samples(run, best_chrf).by(float)
    tokens = compare_samples(run, lambda known: best_token_edit(known, run)).by(float)
    shapes = compare_samples(run, best_structural).by(float)
    characters, edits, structure, acts = (
        likeness(chrf, top=100.0),
        likeness(tokens),
        likeness(shapes),
        likeness(told),
    )
    return SimilarityFigures(
        **counts.model_dump(),
        chrf=characters.every,
        chrf_compiling=characters.compiling,
        chrf_passing=characters.passing,
        chrf_best=characters.best,
        token_edit=edits.every,
        token_edit_compiling=edits.compiling,
        token_edit_passing=edits.passing,
        token_edit_best=edits.best,
        structural=structure.every,
        structural_compiling=structure.compiling,
        structural_passing=structure.passing,
        structural_best=structure.best,
        behavioural=acts.every,
        behavioural_compiling=acts.compiling,
        behavioural_best=acts.best,
        by_prompt=_by_prompt(run, *(prompt_means(values) for values in (chrf, tokens, shapes, told))),
    )


def best_chrf(known: Sequence[str]) -> Callable[[str], float]:
    """Prepare chrF against the best of *known*."""
    prepared = [ReferenceCharacters(text) for text in known]
    return lambda program: max(reference.score(program) for reference in prepared)


def best_token_edit(known: Sequence[str], run: MeasuredRun) -> Callable[[str], float]:
    """Prepare the token edit similarity to the best of *known*."""
    prepared = [ReferenceTokens(run.words(text)) for text in known]
    return lambda program: max(reference.similarity(run.words(program)) for reference in prepared)


def best_structural(known: Sequence[str]) -> Callable[[str], float]:
    """Prepare the structural similarity to the best of *known*."""
    prepared = [ReferenceShape(shape_tree(text)) for text in known]

    def compare(program: str) -> float:
        tree = shape_tree(program)
        return max(reference.similarity(tree) for reference in prepared)

    return compare


def _by_prompt(
    run: MeasuredRun,
    chrf: dict[str, float],
    tokens: dict[str, float],
    shapes: dict[str, float],
    behaviour: dict[str, float],
) -> list[PromptSimilarity]:
    return [
        PromptSimilarity(
            prompt=prompt_id,
            samples=len(samples),
            chrf=chrf.get(prompt_id),
            token_edit=tokens.get(prompt_id),
            structural=shapes.get(prompt_id),
            behavioural=behaviour.get(prompt_id),
        )
        for prompt_id, samples in run.by_prompt().items()
        if prompt_id in chrf or prompt_id in behaviour
    ]
