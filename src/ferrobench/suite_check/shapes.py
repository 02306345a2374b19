"""Prompts whose references are built alike: a suite that asks the same twice measures it twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics import function_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ferrobench.prompts import Prompt


def shape_notes(prompts: Iterable[Prompt]) -> dict[str, tuple[str, ...]]:
    """Notes on prompts whose reference has the same functions as an earlier one's, but for names and literals.

    A variant may be like its original and like other variants of that: it is made to.
    """
    first: dict[frozenset[str], Prompt] = {}
    notes: dict[str, tuple[str, ...]] = {}
    for prompt in prompts:
        shapes = function_shapes(prompt.text + prompt.reference) if prompt.reference else frozenset[str]()
        if not shapes:
            continue
        other = first.setdefault(shapes, prompt)
        if other is not prompt and _own(other) != _own(prompt):
            notes[prompt.id] = (f"the reference has the shape of that of {other.id}",)
    return notes


def _own(prompt: Prompt) -> str:
    return prompt.variant_of or prompt.id
