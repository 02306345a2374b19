"""What models that fill in the middle are given."""

from __future__ import annotations

import pytest

from ferrobench.errors import UsageError
from ferrobench.models.fim import FORMATS, FimFormat, choose_fim_format
from ferrobench.models.prompt_style import fim_suffix

PROMPT = "fn f() {"


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        (("<fim_prefix>", "<fim_suffix>", "<fim_middle>"), "<fim_prefix>fn f() {<fim_suffix>\n}<fim_middle>"),
        (("<fim-prefix>", "<fim-suffix>", "<fim-middle>"), "<fim-prefix>fn f() {<fim-suffix>\n}<fim-middle>"),
        (
            ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>"),
            "<|fim_prefix|>fn f() {<|fim_suffix|>\n}<|fim_middle|>",
        ),
        (
            ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
            "<｜fim▁begin｜>fn f() {<｜fim▁hole｜>\n}<｜fim▁end｜>",
        ),
        (("▁<PRE>", "▁<SUF>", "▁<MID>", "▁<EOT>"), "▁<PRE> fn f() {▁<SUF>\n}▁<MID>"),
        (("[PREFIX]", "[SUFFIX]", "[MIDDLE]"), "[SUFFIX]\n}[PREFIX]fn f() {"),
    ],
)
def test_each_family_gets_its_own_layout(tokens: tuple[str, ...], expected: str) -> None:
    """As their papers and cards show it."""
    fim = choose_fim_format(tokens, "this model")

    assert fim.render(PROMPT, fim_suffix(PROMPT)) == expected


def test_every_format_can_be_chosen() -> None:
    """None is hidden behind one before it."""
    assert [choose_fim_format(fim.tokens, "this model") for fim in FORMATS] == list(FORMATS)


@pytest.mark.parametrize("fim", FORMATS, ids=lambda fim: fim.family)
def test_a_format_needs_all_its_tokens(fim: FimFormat) -> None:
    """Of two tokens out of three nothing can be made, and the line names what was looked for."""
    with pytest.raises(
        UsageError, match=r"tokenizer of this model has no tokens .* <fim_prefix> <fim_suffix>"
    ):
        choose_fim_format(fim.tokens[:-1], "this model")
