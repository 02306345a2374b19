"""Prompts of which only what a test names matters."""

from __future__ import annotations

from ferrobench.prompts import JudgeMode, Prompt


def prompt(
    text: str,
    *,
    prelude: str = "",
    complete: bool = False,
    entry_point: str | None = None,
    stop_text: str = "",
) -> Prompt:
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
        entry_point=entry_point,
        stop_text=stop_text,
    )
