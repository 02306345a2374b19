"""The keys of ``metrics.failures`` in the results."""

from __future__ import annotations

from ferrobench.metrics.failures.families import Family, OwnershipRule
from ferrobench.metrics.metric import Count, Estimate, Figures, Percent, Share


class Rung(Figures):
    """One stage of the ladder."""

    stage: str
    """As in the verdicts: ``empty``, ``lex``, … ``tested``."""
    samples: Count
    """Those that got exactly so far."""
    percent: Percent
    """Of the judged samples."""
    reached: Estimate
    """Percent of the judged samples that got at least so far."""


class CodeCount(Figures):
    """One kind of error."""

    code: str
    """Such as ``E0308``; the name of the family for errors without a code."""
    samples: Count
    """Samples with at least one."""


class FamilyFigures(Figures):
    """Mistakes about one part of Rust."""

    family: Family
    """Which part."""
    samples: Estimate
    """Percent of the judged samples with at least one such error."""
    first: Count
    """Samples whose first error, by its place, is of this family."""
    errors: Count
    """Errors in all."""
    codes: list[CodeCount]
    """The most frequent ones, at most 10."""


class OwnershipRow(Figures):
    """One error code of the score card."""

    code: str
    """Such as ``E0382``; ``none`` for errors without a code."""
    rule: OwnershipRule
    """The rule that is broken."""
    meaning: str
    """What rustc complains of, in a few words."""
    samples: Count
    """Samples with at least one."""
    errors: Count
    """Errors in all."""
    example_prompt: str
    """Id of the first prompt where it occurred."""


class OwnershipCard(Figures):
    """How the model does with moves, borrows, mutability and lifetimes."""

    checked: Count
    """Programs that rustc checked for it: they have such an error, or nothing stopped rustc before."""
    clean: Estimate
    """Percent of these without such an error."""
    rules: dict[OwnershipRule, Count]
    """Programs that break each rule."""
    rows: list[OwnershipRow]
    """By code, most samples first."""


class PromptCodes(Figures):
    """The errors of one prompt."""

    failing: Count
    """Judged samples that do not compile."""
    codes: list[CodeCount]
    """The most frequent ones, at most 5."""


class FirstErrorPlace(Figures):
    """Where in what the model wrote the first error stands."""

    samples: Count
    """Samples whose first error has a known place."""
    in_prompt: Count
    """Of these, those whose first error stands before anything that the model wrote."""
    median: Share | None
    """The share of the answer's characters before the first error, its median; null over no samples."""
    tenths: list[Count]
    """How many first errors stand in each tenth of their answer, from the beginning."""


class FailuresFigures(Figures):
    """Why samples fail. All of the extracted reading, so that an unfinished tail is no mistake."""

    judged: Count
    """Samples that all figures here are over."""
    ladder: list[Rung]
    """All stages that occur, in the order of the compiler's work."""
    families: list[FamilyFigures]
    """Those that occur, most samples first."""
    ownership: OwnershipCard
    """Moves, borrows, mutability and lifetimes in detail."""
    by_prompt: dict[str, PromptCodes]
    """By the prompt's id; prompts without an error are left out."""
    by_category: dict[str, PromptCodes]
    """By category, likewise."""
    first_error: FirstErrorPlace
    """Of samples that do not compile."""
