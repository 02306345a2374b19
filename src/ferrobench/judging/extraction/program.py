"""Code that answers a prompt, read as a program: as what follows the prompt, or as one that begins it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ferrobench.judging.extraction.rules import (
    CUT_UNFINISHED_TAIL,
    PUT_BACK_STOP_TEXT,
    REMOVED_REPEATED_PROMPT,
)
from ferrobench.judging.extraction.tail import cut_read_tail, lacks_stop_text, parses
from ferrobench.rust_source.items import Outline, read_items
from ferrobench.rust_source.tokens import has_tokens

if TYPE_CHECKING:
    from ferrobench.judging.extraction.beginning import Beginning, Restated
    from ferrobench.prompts.prompt import Prompt


class Program(NamedTuple):
    """Code that answers a prompt, as a program."""

    text: str
    rules: tuple[str, ...]
    restated: bool = False
    """Whether the code begins the prompt's item anew."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was cut."""
        return CUT_UNFINISHED_TAIL not in self.rules


def read_program(prompt: Prompt, beginning: Beginning, code: str) -> Program | None:
    """Read *code* as an answer to *prompt*.

    None where nothing of the model is left, or where what is left has something in it that no Rust has, such as a backtick:
    then there is a chat around the code that has to go first.
    """
    text = prompt.text + code
    outline = read_items(text)
    follows = _follow(prompt, text, outline)
    anew = beginning.is_begun_anew(code)
    # Code that closes what the prompt has open is no program by itself.
    if follows is not None and not anew and (follows.is_whole or not prompt.stop_text):
        return follows
    restated = beginning.restate(code)
    if follows is not None and follows.is_whole:
        # A function may have a function of its own name in it. If that is all there is to it, the brace behind closes it
        # once more; items, unlike functions, cannot be there twice.
        again = restated is not None and (beginning.complete or restated.closes_more)
        return _restated(restated) if again else follows
    if restated is not None and restated.whole:
        return _restated(restated)
    if lacks_stop_text(prompt, code, outline) and outline.foreign is None:
        put_back = text + prompt.stop_text
        # Words behind a function that begins anew look like its neighbours in the prompt's body; the grammar knows better.
        if restated is None or parses(put_back):
            return Program(put_back, (PUT_BACK_STOP_TEXT,))
    finished = _restated_with_stop_text(prompt, beginning, code, restated)
    if finished is not None:
        return finished
    return follows or _restated(restated)


def read_regardless(prompt: Prompt, code: str) -> Program | None:
    """Read *code* as what follows the prompt, whatever is in it; None where nothing of the model is left."""
    text = prompt.text + code
    outline = read_items(text)
    if lacks_stop_text(prompt, code, outline):
        return Program(text + prompt.stop_text, (PUT_BACK_STOP_TEXT,))
    return _follow(prompt, text, outline._replace(foreign=None))


def _follow(prompt: Prompt, text: str, outline: Outline) -> Program | None:
    tail = cut_read_tail(text, outline, len(prompt.text), prompt_complete=prompt.complete)
    if tail.text is None or (outline.foreign is not None and outline.foreign < len(tail.text)):
        return None
    return Program(tail.text, () if tail.whole else (CUT_UNFINISHED_TAIL,))


def _restated(restated: Restated | None) -> Program | None:
    if restated is None:
        return None
    cut = () if restated.whole else (CUT_UNFINISHED_TAIL,)
    return Program(restated.text, (REMOVED_REPEATED_PROMPT, *cut), restated=True)


def _restated_with_stop_text(
    prompt: Prompt, beginning: Beginning, code: str, restated: Restated | None
) -> Program | None:
    """The stop rule may have cut an answer that begins the prompt's item anew, too."""
    if not prompt.stop_text or not has_tokens(code):
        return None
    finished = beginning.restate(code + prompt.stop_text)
    if finished is None or not finished.whole or (restated is not None and not parses(finished.text)):
        return None
    return Program(finished.text, (REMOVED_REPEATED_PROMPT, PUT_BACK_STOP_TEXT), restated=True)
