"""The end of a program: what the format's stop rule took from it, and the unfinished item to cut off.

Sampling stops at a token limit, so nearly every completion of a base model ends in the middle of an item.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ferrobench.judging.assemble import encode_text
from ferrobench.rust_source.grammar import parse_source
from ferrobench.rust_source.items import Outline, read_items
from ferrobench.rust_source.tokens import has_tokens

if TYPE_CHECKING:
    from ferrobench.prompts.prompt import Prompt

# The grammar takes up to 25 s for a megabyte of garbage; no answer of this size needs its opinion.
_MOST_PARSED = 64 * 1024


class Tail(NamedTuple):
    """Prompt plus completion, without an unfinished tail."""

    text: str | None
    """A beginning of prompt plus completion; None where nothing of the model is left."""
    whole: bool
    """Whether nothing was to cut."""


def cut_tail(prompt_text: str, completion: str, *, prompt_complete: bool) -> Tail:
    """Keep the complete items that prompt plus completion begin with.

    A text that is whole items already is kept to the last character. The item that the prompt began must be complete in
    what remains; a prompt that is complete by itself (*prompt_complete*) needs one more item, all of the completion.
    """
    text = prompt_text + completion
    return cut_read_tail(text, read_items(text), len(prompt_text), prompt_complete=prompt_complete)


def cut_read_tail(text: str, outline: Outline, boundary: int, *, prompt_complete: bool) -> Tail:
    """As :func:`cut_tail`, of a text that was read already; the completion begins at *boundary*."""
    if not outline.items:
        return Tail(None, outline.whole)
    # Items lie side by side, so the first one to end behind the prompt is the one that the prompt began, if it began
    # any. Its last token ends there, so at least one token of the completion is in it.
    last = outline.items[-1]
    of_model = (
        any(item.start >= boundary for item in outline.items) if prompt_complete else last.end > boundary
    )
    if not of_model:
        return Tail(None, outline.whole)
    return Tail(text if outline.whole else text[: last.end], outline.whole)


def parses(text: str) -> bool:
    """Tell whether the grammar knows *text* as Rust. Long texts are taken on trust: this only settles doubts."""
    return len(text) > _MOST_PARSED or not parse_source(encode_text(text)).root_node.has_error


def lacks_stop_text(prompt: Prompt, completion: str, outline: Outline) -> bool:
    """Tell whether prompt plus completion, of which *outline* was read, parses with the stop text only.

    Where the item that the prompt began is complete without it, the rest may just as well be a tail that a token limit
    left unfinished. Closing that would make one more item, and a broken one, of what is to be cut.
    """
    if not prompt.stop_text or outline.whole or not has_tokens(completion):
        return False
    text = prompt.text + completion
    if not read_items(text + prompt.stop_text).whole:
        return False
    left = cut_read_tail(text, outline, len(prompt.text), prompt_complete=prompt.complete).text
    return left is None or parses(text + prompt.stop_text)
