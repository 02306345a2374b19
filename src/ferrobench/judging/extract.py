"""From what the model wrote to what can be judged as its answer.

Two readings are made here, both pure. *Strict* is prompt plus completion as generated. *Extracted* frees the model's program of
what is not code: a chat's words and fences, reasoning, a repeated prompt, an unfinished tail. It repairs nothing
(:mod:`ferrobench.judging.assist` does), a program that is right as it stands comes out to the last character, and an answer of
which nothing of the model is left is no answer at all.

An answer can be read in more than one way, and the order of these functions is the decision between them: what reads as Rust
without help is never helped, and each further rule only looks at what those before it could not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.judging.extraction.beginning import read_beginning
from ferrobench.judging.extraction.chat import shows_chat, unwrap_chat
from ferrobench.judging.extraction.choose import choose_block
from ferrobench.judging.extraction.fences import read_blocks
from ferrobench.judging.extraction.preface import find_unfenced, opens_with_prose
from ferrobench.judging.extraction.program import Program, read_program, read_regardless
from ferrobench.judging.extraction.rules import (
    CUT_UNFINISHED_TAIL,
    PUT_BACK_STOP_TEXT,
    RULES,
    Reading,
)
from ferrobench.judging.extraction.tail import lacks_stop_text, parses
from ferrobench.rust_source.items import read_items

if TYPE_CHECKING:
    from ferrobench.prompts.prompt import Prompt

__all__ = ["RULES", "Reading", "extract", "strict_reading"]

# A source of more than 256 KiB is not compiled, so a longer answer is only cut, not searched for code.
_MOST_SEARCHED = 256 * 1024


def strict_reading(prompt: Prompt, completion: str) -> Reading:
    """Prompt plus completion as generated, with the format's stop text put back where it does not parse without."""
    text = prompt.text + completion
    if not prompt.stop_text or not lacks_stop_text(prompt, completion, read_items(text)):
        return Reading(text=text, rules=())
    return Reading(text=text + prompt.stop_text, rules=(PUT_BACK_STOP_TEXT,))


def extract(prompt: Prompt, completion: str) -> Reading:
    """The program in an answer to *prompt*. Never raises; in time linear in the answer's length."""
    beginning = read_beginning(prompt)
    is_long = len(completion) > _MOST_SEARCHED
    program = None if is_long else read_program(prompt, beginning, completion)
    if program is not None and not program.rules and not _holds_chat(completion, program):
        return Reading(text=program.text, rules=())
    answer, rules = unwrap_chat(prompt.text, completion)
    if len(answer) <= _MOST_SEARCHED:
        if rules:
            program = read_program(prompt, beginning, answer)
        if program is None or _holds_chat(answer, program):
            blocks = read_blocks(prompt.text, answer)
            program = (
                choose_block(prompt, beginning, blocks) or find_unfenced(prompt, beginning, answer) or program
            )
    # Nothing was found around it, so what is wrong in it is the model's error and rustc's to say.
    program = program or read_regardless(prompt, answer)
    if program is None:
        return Reading(text=None, rules=(*rules, CUT_UNFINISHED_TAIL))
    return Reading(text=program.text, rules=rules + program.rules)


def _holds_chat(answer: str, program: Program) -> bool:
    """Tell whether an answer that could be Rust by its braces has words or signs of a chat in it."""
    return (
        not program.restated and (opens_with_prose(answer) or shows_chat(answer)) and not parses(program.text)
    )
