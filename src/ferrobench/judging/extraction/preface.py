"""Code in no fence, with words before it.

The words end where lines begin that read as items up to the one that was asked for. For the rest of a body there is no such
sign, so a paragraph is only taken for a preface if it can be nothing else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ferrobench.judging.extraction.program import Program, read_program
from ferrobench.judging.extraction.quotes import ends_quoted
from ferrobench.judging.extraction.rules import REMOVED_PREFACE
from ferrobench.judging.extraction.tail import parses

if TYPE_CHECKING:
    from ferrobench.judging.extraction.beginning import Beginning
    from ferrobench.prompts.prompt import Prompt

# Words, then a colon at the line's end, or a full stop and a blank line. No code has that: its lines end otherwise.
_PROSE = re.compile(
    r"\s*[A-Z][\w'\u2019]*[ ,!:](?:[^\n{};=`]|`[^`\n]*`){0,400}"
    r"(?::[ \t\r]*\n|[.!][ \t\r]*\n[ \t\r]*\n)(?:[ \t\r]*\n)*"
)
_CODE_LINE = re.compile(
    r"^[ \t]*(?=(?:pub|use|fn|async|const|unsafe|static|struct|enum|trait|impl|mod|type|extern|macro_rules)\b"
    r"|#!?\[|//|/\*)",
    re.MULTILINE,
)
# A line that ends like this is none of prose. An unfinished body before a function that begins anew is no preface.
_CODE_END = re.compile(r"[{};(][ \t\r]*$", re.MULTILINE)
# Each try reads the answer to its end.
_MOST_TRIES = 12
_MOST_READ = 256 * 1024


def opens_with_prose(answer: str) -> bool:
    """Tell whether the first paragraph of an answer can be nothing but words to a person."""
    return _PROSE.match(answer) is not None


def find_unfenced(prompt: Prompt, beginning: Beginning, answer: str) -> Program | None:
    """Find a program that follows words without a fence; None where there is none."""
    prose = _PROSE.match(answer)
    if prose is not None:
        program = read_program(prompt, beginning, answer[prose.end() :])
        if program is not None and (program.restated or parses(program.text)):
            return _without_preface(program)
    if not beginning.complete and not beginning.may_be_in(answer):
        return None
    tries = max(1, min(_MOST_TRIES, _MOST_READ // (len(answer) + 1)))
    for number, line in enumerate(_CODE_LINE.finditer(answer)):
        before = answer[: line.start()]
        if number == tries or _CODE_END.search(before) is not None:
            break
        if ends_quoted(prompt.text + before):
            continue
        program = read_program(prompt, beginning, answer[line.start() :])
        if program is not None and program.restated:
            return _without_preface(program)
    return None


def _without_preface(program: Program) -> Program:
    return program._replace(rules=(REMOVED_PREFACE, *program.rules))
