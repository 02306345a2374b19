"""Finds the programs that do not lex, many with one rustfmt. Pure.

rustfmt stands on the lexer and the parser of the rustc that it comes with, and prints their errors in the same words.
But where rustc ends with the first program that cannot be cut into balanced brackets, and would end for all programs of
a batch, rustfmt goes on to the next one. So it tells for a fraction of a process's price what rustc would say of such
programs, and which of the others have any fault in their syntax.

What it prints is made for people. A program is judged from it only where everything printed about it has one of the few
shapes that are known to the last column; all else is for rustc to say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from ferrobench.judging.diagnostics import SOURCE_NAME, parse_diagnostics
from ferrobench.judging.fast.batch import MEMBER_PREFIX, Parsing
from ferrobench.judging.verdict import Rejected, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.judging.assemble import Program
    from ferrobench.judging.diagnostics import Record

Finding: TypeAlias = Rejected | Parsing | None
"""What is known of a program: its judgment, how it parses, or nothing."""

# What ends rustc as soon as it has cut the text into tokens, and how wide the place is that it points to.
_UNBALANCED = (
    (re.compile(r"this file contains an unclosed delimiter"), 0),
    (re.compile(r"(?:mismatched|unexpected) closing delimiter: `.`"), 1),
)
# Whatever else ends it there.
_FATAL = re.compile(
    r"error\[E07\d\d\]|error(?:\[\w+\])?: (?:this file |mismatched closing|unexpected closing|untermin)"
)
_DIAGNOSTIC = re.compile(r"^(?=(?:error|warning)(?:\[\w+\])?: )", re.MULTILINE)
_HEAD = re.compile(
    r"(?P<level>error|warning)(?:\[\w+\])?: (?P<message>.*)\n"
    rf"(?P<arrow> *--> )\S*?\b{MEMBER_PREFIX}(?P<number>\d+)\.rs:(?P<line>\d+):(?P<column>\d+)(?::\d+)?\n"
)
# A row of the margin: a quoted line with its number, or what stands below one; or lines left out.
_ROW = re.compile(r" *\d* *\|(?: .*)?|\.\.\.")
_BARE_ROW = re.compile(r" *\|")
_CLOSING_REMARK = "warning: rustfmt has failed to format"
# Far above what a program of balanced size gives rise to, and far below what is cut elsewhere.
_MOST_CHARACTERS = 64 * 1024


def conclude_sieve(text: str, programs: Sequence[Program], *, ended_well: bool) -> list[Finding]:
    """Conclude from what rustfmt printed about *programs*, the files ``ferrobench_0.rs`` and so on in this order.

    Where it did not come to a plain end, nothing is known of the program that it printed something about last, and it
    has not come to those behind: only what it has come to is in the list.
    """
    nothing: list[Finding] = [None] * len(programs)
    first, *blocks = _DIAGNOSTIC.split(text)
    if first.strip() and ended_well:
        return nothing
    found: list[list[tuple[re.Match[str], str]]] = [[] for _ in programs]
    last = -1
    for block in blocks:
        if block.startswith(_CLOSING_REMARK):
            continue
        head = _HEAD.match(block)
        if head is None or not last <= int(head["number"]) < len(programs):
            return nothing
        last = int(head["number"])
        found[last].append((head, block))
    findings = [_conclude(program, own) for program, own in zip(programs, found, strict=True)]
    if ended_well:
        return findings
    return [*findings[:last], None] if last >= 0 else []


def _conclude(program: Program, found: list[tuple[re.Match[str], str]]) -> Finding:
    if not found:
        return Parsing.CLEAN
    records = [_record(head, block) for head, block in found]
    if sum(len(block) for _, block in found) <= _MOST_CHARACTERS and None not in records:
        errors = parse_diagnostics([record for record in records if record is not None], program)
        return Rejected(stage=Stage.LEX, errors=errors, warnings=())
    return None if any(_FATAL.match(block) for _, block in found) else Parsing.BROKEN


def _record(head: re.Match[str], block: str) -> Record | None:
    """What rustc would write in JSON of an error; None where its shape is none of the known ones."""
    width = next((width for pattern, width in _UNBALANCED if pattern.fullmatch(head["message"])), None)
    if width is None or head["level"] != "error" or not block.startswith("error: "):
        return None
    rows = block[head.end() :].rstrip("\n").split("\n")
    # A suggestion may stand below a quoted line, and is a note then.
    if any(not _ROW.fullmatch(row) or (_BARE_ROW.match(row) and "help:" in row) for row in rows):
        return None
    line, column = int(head["line"]), int(head["column"])
    return {
        "level": "error",
        "message": head["message"],
        "code": None,
        "spans": [
            {
                "file_name": SOURCE_NAME,
                "is_primary": True,
                "line_start": line,
                "line_end": line,
                "column_start": column,
                "column_end": column + width,
            }
        ],
        "children": [],
        "rendered": f"error: {head['message']}\n{head['arrow']}{SOURCE_NAME}:{line}:{column}\n"
        + "\n".join(rows),
    }
