"""From what the model wrote to what can be judged as its answer.

Sampling stops at a token limit, so nearly every completion of a base model ends in the middle of an item. The *extracted*
reading cuts that unfinished tail along the syntax. It repairs nothing, and a cut that leaves nothing of the model is no
answer at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from ferrobench.judging.items import read_items

CUT_UNFINISHED_TAIL = "cut_unfinished_tail"
"""What follows the last complete item was removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """The extracted reading of a completion."""

    text: str | None
    """A beginning of prompt plus completion; None where nothing of the model is left."""
    rules: tuple[str, ...]
    """The rules that fired, in order."""


def extract(prompt_text: str, completion: str, *, prompt_complete: bool) -> Extraction:
    """Keep the complete items that prompt plus completion begin with.

    A text that is whole items already is kept to the last character. The item that the prompt began must be complete in
    what remains; a prompt that is complete by itself (*prompt_complete*) needs one more item, all of the completion.
    """
    text = prompt_text + completion
    outline = read_items(text)
    rules = () if outline.whole else (CUT_UNFINISHED_TAIL,)
    if not outline.items:
        return Extraction(text=None, rules=rules)
    # Items lie side by side, so the first one to end behind the prompt is the one that the prompt began, if it began
    # any. Its last token ends there, so at least one token of the completion is in it.
    boundary = len(prompt_text)
    last = outline.items[-1]
    of_model = (
        any(item.start >= boundary for item in outline.items) if prompt_complete else last.end > boundary
    )
    if not of_model:
        return Extraction(text=None, rules=rules)
    return Extraction(text=text if outline.whole else text[: last.end], rules=rules)
