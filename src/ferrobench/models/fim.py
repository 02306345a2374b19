"""Filling in the middle: the tokens that models were trained with, family by family. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Container


@dataclass(frozen=True, slots=True, kw_only=True)
class FimFormat:
    """How one family of models is asked for the text between two others."""

    family: str
    before: str
    """Token in front of the text before the hole."""
    after: str
    """Token in front of the text behind it."""
    middle: str | None
    """Token after which the model writes; None where it writes right after the two texts."""
    suffix_first: bool = False
    """Whether the text behind the hole comes first."""
    space: bool = False
    """Whether a space follows *before*, as where words begin with one."""
    ends: tuple[str, ...] = ()
    """Tokens that end what the model writes, beside its end of text and those above."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens that a tokenizer must have."""
        return tuple(token for token in (self.before, self.after, self.middle) if token is not None)

    @property
    def end_tokens(self) -> tuple[str, ...]:
        """Tokens that end the middle, as far as a tokenizer has them."""
        return (*self.tokens, *self.ends)

    def render(self, prompt: str, suffix: str) -> str:
        """Lay out what the model is given."""
        before = self.before + (" " if self.space else "") + prompt
        after = self.after + suffix
        return (after + before if self.suffix_first else before + after) + (self.middle or "")


# A tokenizer is asked for them in this order.
FORMATS = (
    FimFormat(
        family="Qwen, CodeGemma",
        before="<|fim_prefix|>",
        after="<|fim_suffix|>",
        middle="<|fim_middle|>",
        ends=("<|fim_pad|>", "<|file_sep|>", "<|file_separator|>", "<|repo_name|>"),
    ),
    FimFormat(
        family="StarCoder",
        before="<fim_prefix>",
        after="<fim_suffix>",
        middle="<fim_middle>",
        ends=("<fim_pad>", "<file_sep>", "<filename>", "<reponame>", "<repo_name>"),
    ),
    FimFormat(
        family="SantaCoder",
        before="<fim-prefix>",
        after="<fim-suffix>",
        middle="<fim-middle>",
        ends=("<fim-pad>",),
    ),
    FimFormat(family="DeepSeek", before="<｜fim▁begin｜>", after="<｜fim▁hole｜>", middle="<｜fim▁end｜>"),
    FimFormat(
        family="CodeLlama", before="▁<PRE>", after="▁<SUF>", middle="▁<MID>", space=True, ends=("▁<EOT>",)
    ),
    FimFormat(family="Codestral", before="[PREFIX]", after="[SUFFIX]", middle=None, suffix_first=True),
)


def choose_fim_format(vocabulary: Container[str], owner: str) -> FimFormat:
    """Find the format that *vocabulary*, a tokenizer's tokens, has all tokens of.

    Raises:
        UsageError: If there is none; the line names *owner* and what was looked for.
    """
    for fim in FORMATS:
        if all(token in vocabulary for token in fim.tokens):
            return fim
    looked = "; ".join(f"{' '.join(fim.tokens)} ({fim.family})" for fim in FORMATS)
    raise UsageError(f"the tokenizer of {owner} has no tokens for filling in the middle; looked for {looked}")
