"""The keys of ``metrics.diversity`` in the results."""

from __future__ import annotations

from pydantic import Field

from ferrobench.metrics.metric import Count, Estimate, Figures, Percent, Share


class Distinct(Figures):
    """How many of several things are different. They are compared within a prompt."""

    compared: Count
    """How many there are."""
    distinct: Count
    """How many of them are different: counted in each prompt, and added up."""
    percent: Percent | None
    """``distinct`` in percent of ``compared``; null where there is nothing to compare. Falls with more samples."""
    differ: Estimate
    """The chance in percent that two of a prompt differ, the mean over prompts with at least two."""
    at_5: Estimate
    """Different ones expected among 5 of a prompt, in percent of 5: from 20, all the same, to 100, all different."""
    at_10: Estimate
    """Different ones expected among 10 of a prompt, in percent of 10."""
    effective: float | None = Field(ge=1.0)
    """The effective number of different ones in a prompt, the mean over prompts; null where there is none."""


class Uniqueness(Figures):
    """How many programs are different, on four levels from the letter to the structure."""

    samples: Count
    """Those whose programs are compared."""
    programs: Distinct
    """By their exact text."""
    normalised: Distinct
    """By their tokens, own names numbered and literals reduced to their kind."""
    shapes: Distinct
    """By the shape of the syntax tree."""
    functions: Distinct
    """Functions, methods and macros by the shape of their syntax tree, each compared with all others of its prompt."""


class UniquenessBySamples(Figures):
    """The same figures for more and more select samples."""

    all: Uniqueness
    """Every sample."""
    compiling: Uniqueness
    """Those whose extracted program compiles."""
    passing: Uniqueness
    """Those that pass the hidden tests."""


class InFives(Figures):
    """Figures of five answers to a prompt, whatever the number of samples: fit for comparing runs of different size.

    Each prompt's answers, at most 100, drawn by the run's seed, are put into groups of five.
    """

    groups: Count
    """Groups of five answers in all."""
    distinct_1: Estimate
    """distinct-1 of five answers, from 0 to 1."""
    distinct_2: Estimate
    """distinct-2, likewise."""
    distinct_3: Estimate
    """distinct-3, likewise."""
    distinct_4: Estimate
    """distinct-4, likewise."""
    self_bleu: Estimate
    """Self-BLEU of each answer against the four others, from 0 to 100."""
    entropy_bits: Estimate
    """Entropy of the tokens of five answers, in bits."""
    conditional_entropy_bits: Estimate
    """Entropy of a token after the one before it, in bits."""
    compression_ratio: Estimate
    """How many times smaller five answers become."""


class Pooled(Figures):
    """Figures of all answers of the run as one text."""

    distinct_answers: Count
    """Different texts among all answers, whatever their prompts."""
    distinct_answers_percent: Percent
    """In percent of the answers."""
    tokens: Count
    """Rust tokens in all."""
    vocabulary: Count
    """Different tokens."""
    distinct_1: Share | None
    """The type-token ratio of the run: ``vocabulary`` by ``tokens``; null without tokens."""
    distinct_2: Share | None
    """Different pairs of neighbours by all pairs; null without pairs."""
    entropy_bits: float | None
    """Entropy of the tokens, in bits."""
    conditional_entropy_bits: float | None
    """Entropy of a token after the one before it, in bits."""
    compression_ratio: float | None
    """How many times smaller all answers become in one go; null where all are empty."""


class PromptDiversity(Figures):
    """The main figures of one prompt. Null where there is nothing to tell them from."""

    prompt: str
    """Id of the prompt."""
    samples: Count
    """Answers to it."""
    compiling: Count
    """Those whose extracted program compiles."""
    passing: Count
    """Those that pass the hidden tests."""
    programs: Count
    """Different programs, by their exact text."""
    normalised: Count
    """Different programs after normalising."""
    shapes: Count
    """Different shapes of syntax trees."""
    shapes_compiling: Count
    """Among those that compile."""
    shapes_passing: Count
    """Among those that pass."""
    differ: Percent | None
    """The chance in percent that two samples differ after normalising."""
    self_bleu: Percent | None
    """Mean Self-BLEU of the answers, from 0 to 100."""
    self_bleu_samples: Count
    """Answers that Self-BLEU compares: all of them, or 100 drawn by the run's seed."""
    distinct_1: Share | None
    """distinct-1 of all answers, from 0 to 1."""
    distinct_2: Share | None
    """distinct-2, likewise."""
    distinct_3: Share | None
    """distinct-3, likewise."""
    distinct_4: Share | None
    """distinct-4, likewise."""
    type_token_ratio: Share | None
    """Mean over the answers that have tokens."""
    mattr: Share | None
    """Mean over the answers of at least 25 tokens."""
    entropy_bits: float | None
    """Entropy of the tokens of all answers, in bits."""
    conditional_entropy_bits: float | None
    """Entropy of a token after the one before it, in bits."""
    compression_ratio: float | None
    """How many times smaller the answers become, one after the other."""


class DiversityFigures(Figures):
    """Diversity of a run: of programs, and of the answers' tokens. Means are over prompts unless said otherwise."""

    samples: Count
    """Answers of the model."""
    empty: Count
    """Answers without a token: empty, or nothing but whitespace and comments."""
    unique: UniquenessBySamples
    """How many programs are different."""
    self_bleu: Estimate
    """BLEU of each answer against the others of its prompt, from 0 to 100, 100 for copies: the mean over answers."""
    self_bleu_samples: Count
    """Answers that were compared: at most 100 of each prompt."""
    self_bleu_drawn: bool
    """Whether a prompt has more than 100 answers, so that those compared were drawn, by the run's seed."""
    distinct_1: Estimate
    """Different tokens by all tokens of a prompt's answers, from 0 to 1."""
    distinct_2: Estimate
    """Different sequences of 2 tokens by all of them, likewise."""
    distinct_3: Estimate
    """Of 3 tokens, likewise."""
    distinct_4: Estimate
    """Of 4 tokens, likewise."""
    type_token_ratio: Estimate
    """Different tokens by all tokens of an answer, from 0 to 1: the mean over answers that have tokens."""
    mattr: Estimate
    """Type-token ratio in windows of 25 tokens, from 0 to 1: the mean over answers of at least 25 tokens."""
    entropy_bits: Estimate
    """Entropy of the tokens of a prompt's answers, in bits."""
    conditional_entropy_bits: Estimate
    """Entropy of a token after the one before it, in bits."""
    compression_ratio: Estimate
    """How many times smaller a prompt's answers become, one after the other."""
    at_5: InFives
    """Figures of five answers, which do not depend on how many there are."""
    pooled: Pooled
    """Figures of all answers of the run together."""
    prompts: list[PromptDiversity]
    """One element per prompt, in the order of the suite."""
