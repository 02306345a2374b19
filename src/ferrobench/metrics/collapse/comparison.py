"""What comparing a run's answers with the training text comes to, as the results have it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ferrobench.metrics.collapse.excerpt import excerpt
from ferrobench.metrics.collapse.figures import AilmentExample, TrainingComparison, WordContrast
from ferrobench.metrics.collapse.token_ids import LINE_END, word_offset
from ferrobench.metrics.collapse.training import COPIED_SHARE, Row, TrainingWords
from ferrobench.metrics.statistics import mean_estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.metrics.collapse.answer import Answer
    from ferrobench.metrics.measured import TrainingText


def compare(
    answers: Sequence[Answer], fit: Sequence[int], training_text: TrainingText, seed: int
) -> tuple[frozenset[int], TrainingComparison]:
    """Compare answers with the training text.

    Args:
        answers: All of them; their words are counted.
        fit: Which of them can be copies.
        training_text: What the model was trained on.
        seed: For the pieces of the training text that are drawn.

    Returns:
        Which answers are copies, and the figures.
    """
    training = TrainingWords(training_text.text)
    copies = training.find_copies([answers[index].text for index in fit])
    found = training.compare([answer.text for answer in answers], seed)
    shares = {index: share for index, share in zip(fit, copies.shares, strict=True) if share is not None}
    groups: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for index, share in shares.items():
        groups[answers[index].prompt_id, answers[index].prompt].append(100 * share)
    comparison = TrainingComparison(
        name=training_text.name,
        words=found.words,
        sample_words=found.sample_words,
        divergence=found.divergence,
        divergence_of_training=found.divergence_of_training,
        frequent=_contrasts(found.frequent),
        lost=_contrasts(found.lost),
        frequent_trigrams=_contrasts(found.frequent_trigrams),
        lost_trigrams=_contrasts(found.lost_trigrams),
        copied=mean_estimate(list(groups.values()), bounds=(0.0, 100.0)),
        longest_copy=copies.longest,
        longest_copy_example=_example(answers[fit[copies.answer]], copies.word) if copies.longest else None,
    )
    return frozenset(index for index, share in shares.items() if share >= COPIED_SHARE), comparison


def _example(answer: Answer, word: int) -> AilmentExample:
    copied = answer.text[word_offset(answer.text, word) :]
    return AilmentExample(prompt=answer.prompt_id, index=answer.index, excerpt=excerpt(copied))


def _contrasts(rows: Sequence[Row]) -> list[WordContrast]:
    return [
        WordContrast(
            # Line ends are words here.
            words=excerpt(row.words.replace(LINE_END, "\\n")),
            samples=row.samples,
            training=row.training,
            z=round(row.z, 2),
        )
        for row in rows
    ]
