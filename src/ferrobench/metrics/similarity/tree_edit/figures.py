"""The tree edit similarity of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.metrics.definition import Better, Definition
from ferrobench.metrics.metric import Count, Estimate, Figures, Share
from ferrobench.metrics.similarity.compared import (
    ComparedFigures,
    compare_samples,
    count_compared,
    likeness,
    prompt_means,
)
from ferrobench.metrics.similarity.definitions import (
    EMPTY_COUNTS_AS_NOTHING,
    INTERVAL,
    NO_MEASURE_OF_CORRECTNESS,
    SHARED_PROMPT,
    WHICH_TEXTS,
)
from ferrobench.metrics.similarity.shapes import ShapeTree, shape_tree
from ferrobench.metrics.similarity.tree_edit.distance import (
    MOST_CELLS,
    MOST_NODES,
    Shape,
    tree_distance,
    tree_similarity,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferrobench.metrics.measured import MeasuredRun


class PromptTreeEdit(Figures):
    """The tree edit similarity of one prompt's samples."""

    prompt: str
    """The prompt's id."""
    samples: Count
    """Samples with an answer."""
    tree_edit: Share
    """Mean over the samples, 0 to 1."""


class TreeEditFigures(ComparedFigures):
    """How close the syntax trees of the extracted programs are to those of the reference solutions."""

    tree_edit: Estimate
    """Tree edit similarity, 0 to 1, the mean over all samples compared."""
    tree_edit_compiling: Estimate
    """Tree edit similarity, 0 to 1, over those that compile."""
    tree_edit_passing: Estimate
    """Tree edit similarity, 0 to 1, over those that pass."""
    tree_edit_best: Estimate
    """Tree edit similarity, 0 to 1, of each prompt's best sample, the mean over prompts."""
    structural_instead: Count
    """Samples for which the structural similarity stands in, since one of the trees is too large."""
    most_nodes: Count
    """The nodes that a tree may have for its distance to be computed."""
    by_prompt: list[PromptTreeEdit]
    """Prompts in the order of the run, those without samples or without a reference left out."""


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """How like a program is to a reference."""

    similarity: float
    exact: bool
    """Whether it is from the distance, and not from what stands in for it."""


def measure(run: MeasuredRun) -> TreeEditFigures | None:
    """Measure the tree edit similarity; None where no prompt has a reference."""
    counts = count_compared(run)
    if not counts.compared:
        return None
    compared = compare_samples(run, best_tree_edit)
    values = compared.by(lambda found: found.similarity)
    seen = likeness(values)
    sizes = {prompt_id: len(samples) for prompt_id, samples in run.by_prompt().items()}
    return TreeEditFigures(
        **counts.model_dump(),
        tree_edit=seen.every,
        tree_edit_compiling=seen.compiling,
        tree_edit_passing=seen.passing,
        tree_edit_best=seen.best,
        structural_instead=sum(found is not None and not found.exact for _, found in compared.pairs),
        most_nodes=MOST_NODES,
        by_prompt=[
            PromptTreeEdit(prompt=prompt_id, samples=sizes[prompt_id], tree_edit=mean)
            for prompt_id, mean in prompt_means(values).items()
        ],
    )


def best_tree_edit(known: Sequence[str]) -> Callable[[str], Found]:
    """Prepare the tree edit similarity to the best of *known*."""
    prepared = [Shape(shape_tree(text)) for text in known]
    # Programs that differ in names alone have the same tree.
    found: dict[ShapeTree, Found] = {}

    def compare(program: str) -> Found:
        tree = shape_tree(program)
        if tree not in found:
            shape = Shape(tree)
            found[tree] = max(_compare(reference, shape) for reference in prepared)
        return found[tree]

    return compare


def _compare(reference: Shape, shape: Shape) -> Found:
    distance = tree_distance(reference, shape)
    if distance is None:
        return Found(reference.subtrees.similarity(shape.tree), exact=False)
    return Found(tree_similarity(reference, shape, distance), exact=True)


DEFINITIONS = (
    Definition(
        name="tree_edit",
        key="metrics.tree_edit.tree_edit",
        summary="How much of a program's syntax tree stays if it is edited into the reference's, node by node.",
        formula=(
            "max(0, 1 - d / max(m, n)), where m and n are the nodes of the two trees and d is the smallest number of nodes to "
            "insert, delete or relabel that turns one into the other, at unit costs. Trees are as for structural: named nodes "
            "without comments (tree-sitter-rust 0.24), each a kind and an operator, if it has one; names and values do not "
            f"count. Where a tree has more than {MOST_NODES} nodes, or the pair would take more than {MOST_CELLS:,} cells, the "
            f"structural similarity stands in; structural_instead says how often. {WHICH_TEXTS} tree_edit_compiling, _passing "
            "and _best are as for chrf."
        ),
        source=(
            'K. Zhang, D. Shasha, "Simple fast algorithms for the editing distance between trees and related problems", SIAM J. '
            'Comput. 18 (1989); normalised as in Y. Song and others, "Revisiting code similarity evaluation with abstract syntax '
            'tree edit distance" (TSED), ACL 2024'
        ),
        unit="none",
        range="0 to 1",
        better=Better.HIGHER,
        interval=INTERVAL,
        caveats=(
            NO_MEASURE_OF_CORRECTNESS,
            SHARED_PROMPT,
            EMPTY_COUNTS_AS_NOTHING,
            "The structural similarity that stands in for large trees tends to be lower; where it is frequent, runs compare badly.",
        ),
    ),
)
