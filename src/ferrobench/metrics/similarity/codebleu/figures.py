"""CodeBLEU over a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.definition import Better, Definition
from ferrobench.metrics.metric import Count, Estimate, Figures, Share
from ferrobench.metrics.similarity.codebleu.score import CodeBleu, code_bleu, read_program
from ferrobench.metrics.similarity.compared import (
    ComparedFigures,
    compare_samples,
    count_compared,
    estimate,
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

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferrobench.metrics.measured import MeasuredRun


class PromptCodeBleu(Figures):
    """CodeBLEU of one prompt's samples."""

    prompt: str
    """The prompt's id."""
    samples: Count
    """Samples with an answer."""
    codebleu: Share
    """Mean over the samples, 0 to 1."""


class CodeBleuFigures(ComparedFigures):
    """CodeBLEU of the extracted programs against the reference solutions, 0 to 1."""

    codebleu: Estimate
    """CodeBLEU, the mean over all samples compared."""
    codebleu_compiling: Estimate
    """CodeBLEU over those that compile."""
    codebleu_passing: Estimate
    """CodeBLEU over those that pass."""
    codebleu_best: Estimate
    """CodeBLEU of each prompt's best sample, the mean over prompts."""
    ngram: Estimate
    """Its first part: BLEU over words between whitespace."""
    weighted_ngram: Estimate
    """Its second part: the weighted recall of such words, keywords counting more."""
    syntax: Estimate
    """Its third part: the share of the reference's subtrees that the program has."""
    dataflow: Estimate
    """Its fourth part: the share of the reference's data flow that the program has."""
    dataflow_as_full: Count
    """Samples whose data-flow part is 0 and was counted as 1 in the total, as codebleu 0.7.0 counts it."""
    by_prompt: list[PromptCodeBleu]
    """Prompts in the order of the run, those without samples or without a reference left out."""


def measure(run: MeasuredRun) -> CodeBleuFigures | None:
    """Measure CodeBLEU; None where no prompt has a reference."""
    counts = count_compared(run)
    if not counts.compared:
        return None
    compared = compare_samples(run, best_code_bleu)
    totals = compared.by(lambda score: score.total)
    seen = likeness(totals)
    sizes = {prompt_id: len(samples) for prompt_id, samples in run.by_prompt().items()}
    return CodeBleuFigures(
        **counts.model_dump(),
        codebleu=seen.every,
        codebleu_compiling=seen.compiling,
        codebleu_passing=seen.passing,
        codebleu_best=seen.best,
        ngram=estimate(compared.by(lambda score: score.ngram)),
        weighted_ngram=estimate(compared.by(lambda score: score.weighted_ngram)),
        syntax=estimate(compared.by(lambda score: score.syntax)),
        dataflow=estimate(compared.by(lambda score: score.dataflow)),
        dataflow_as_full=sum(score is not None and not score.dataflow for _, score in compared.pairs),
        by_prompt=[
            PromptCodeBleu(prompt=prompt_id, samples=sizes[prompt_id], codebleu=mean)
            for prompt_id, mean in prompt_means(totals).items()
        ],
    )


def best_code_bleu(known: Sequence[str]) -> Callable[[str], CodeBleu]:
    """Prepare CodeBLEU against that of *known* with the best total."""
    prepared = [read_program(text) for text in known]

    def compare(program: str) -> CodeBleu:
        read = read_program(program)
        return max((code_bleu(reference, read) for reference in prepared), key=lambda score: score.total)

    return compare


DEFINITIONS = (
    Definition(
        name="codebleu",
        key="metrics.codebleu.codebleu",
        summary="BLEU made for code: words, keywords, syntax and data flow shared with the reference, a quarter each.",
        formula=(
            "(ngram + weighted_ngram + syntax + dataflow) / 4, as codebleu 0.7.0 computes it for Rust. ngram: BLEU-4 over words "
            "between whitespace, an order without a match counting 0.1 matches. weighted_ngram: the same with recall in place of "
            "precision, single words that are no keyword counting a fifth, and no penalty for brevity. syntax: of the "
            "reference's subtrees (nodes with children, written with kinds and fields only), the share that the program has "
            "somewhere. dataflow: of the reference's data-flow edges between variables numbered by first appearance, the share "
            "that the program has. Comments are removed for the last two, by a rule that takes the ' of a lifetime for a "
            f"quote. A data-flow part of 0 counts as 1 in the total (dataflow_as_full). {WHICH_TEXTS} codebleu_compiling, "
            "_passing and _best are as for chrf."
        ),
        source=(
            'S. Ren and others, "CodeBLEU: a method for automatic evaluation of code synthesis", 2020, arXiv:2009.10297; figures '
            "equal to the package codebleu 0.7.0 with tree-sitter-rust 0.21.2"
        ),
        unit="none",
        range="0 to 1",
        better=Better.HIGHER,
        interval=INTERVAL,
        caveats=(
            NO_MEASURE_OF_CORRECTNESS,
            SHARED_PROMPT,
            EMPTY_COUNTS_AS_NOTHING,
            "Formatting moves it: f(x) is one word to the n-gram parts, f( x ) three.",
            "For Rust, the data flow that the package sees is little more than how a function's name depends on its parameters; "
            "bodies are not looked at. Where nothing of it is shared, the part counts as full.",
            "The package's own data-flow figure may change with Python's hash seed where a token has several sources; ours does "
            "not, and is then one of those that the package may give.",
            "Where broken code, or syntax newer than tree-sitter-rust 0.21, is parsed otherwise by 0.24, the syntax and data-flow "
            "parts differ from the package's.",
            "Not symmetric: it asks for what the reference has.",
        ),
    ),
)
