"""Prompts of which only what a test names matters."""

from __future__ import annotations

from ferrobench.prompts import JudgeMode, Prompt


def prompt(text: str, *, prelude: str = "", complete: bool = False) -> Prompt:
    """A prompt; the rest of it is arbitrary."""
    return Prompt(
        id="arbitrary/name",
        text=text,
        category="arbitrary",
        tags=(),
        judge=JudgeMode.COMPILE,
        prelude=prelude,
        reference="",
        probes="",
        tests="",
        complete=complete,
    )
