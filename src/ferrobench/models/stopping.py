"""Ending a completion where the item that the prompt began is complete, after it was drawn. Pure."""

from __future__ import annotations

from ferrobench.rust_source.ends import ItemEnd


def cut_at_item(prompt: str, text: str) -> str | None:
    """What of *text* belongs to the item that *prompt* began, or None where *text* does not complete it."""
    end = ItemEnd(prompt).find(text)
    return None if end is None else text[:end]
