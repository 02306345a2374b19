"""Ending a completion where the item that the prompt began is complete. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.errors import UsageError
from ferrobench.models.prompt_style import PromptStyle
from ferrobench.rust_source.ends import ItemEnd

if TYPE_CHECKING:
    from ferrobench.models.sampling import SamplingSettings


def cut_at_item(prompt: str, text: str) -> str | None:
    """What of *text* belongs to the item that *prompt* began, or None where *text* does not complete it."""
    end = ItemEnd(prompt).find(text)
    return None if end is None else text[:end]


def refuse_item_stop(settings: SamplingSettings, style: PromptStyle) -> None:
    """Refuse to end a chat's answer, which begins anew, with the item that the prompt began.

    Raises:
        UsageError: If that is asked for.
    """
    if settings.stop == "item" and style is PromptStyle.CHAT:
        raise UsageError(
            "--stop item: the answer of a chat does not go on from the prompt; use --prompt-style completion or fim"
        )
