"""Which of an answer's code blocks is the program, and what of the others belongs to it.

An answer may show a helper first, an example of use after, a second and better version at the end. The program is the last
block that defines what was asked for; without one, the first that goes on from the prompt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.judging.extraction.named_items import imports_of, name_items
from ferrobench.judging.extraction.program import Program, read_program
from ferrobench.judging.extraction.rules import JOINED_FENCES, UNWRAPPED_FENCE
from ferrobench.judging.extraction.tail import parses
from ferrobench.rust_source.items import read_items
from ferrobench.rust_source.tokens import TokenKind, iterate_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.judging.extraction.beginning import Beginning
    from ferrobench.judging.extraction.fences import Block
    from ferrobench.prompts.prompt import Prompt


def choose_block(prompt: Prompt, beginning: Beginning, blocks: Sequence[Block]) -> Program | None:
    """Find the program in the blocks of an answer; None where none answers the prompt."""
    best: tuple[tuple[bool | int, ...], int, Program] | None = None
    for at, block in enumerate(blocks):
        program = _read_block(prompt, beginning, block.code)
        if program is None or (not program.restated and not _continues(beginning, block)):
            continue
        rank = (
            block.is_rust or not block.language,
            program.restated,
            program.is_whole,
            parses(program.text),
            block.is_rust,
            at if program.restated else -at,
        )
        if best is None or rank > best[0]:
            best = (rank, at, program)
    if best is None:
        return None
    _, chosen, program = best
    joined = _join(blocks, chosen)
    if joined != blocks[chosen].code:
        whole = _read_block(prompt, beginning, joined)
        if whole is not None and whole.is_whole == program.is_whole:
            return whole._replace(rules=(UNWRAPPED_FENCE, JOINED_FENCES, *whole.rules))
    return program._replace(rules=(UNWRAPPED_FENCE, *program.rules))


def _read_block(prompt: Prompt, beginning: Beginning, code: str) -> Program | None:
    program = read_program(prompt, beginning, code)
    if program is None or program.restated or prompt.text[-1:] in ("", "\n"):
        return program
    # A block begins a line, and the prompt's last one may be a comment.
    return read_program(prompt, beginning, "\n" + code)


def _continues(beginning: Beginning, block: Block) -> bool:
    """Tell whether a block can go on from the prompt. In a function's body, whole items are an example of use."""
    return not (beginning.in_function and block.code.strip() and read_items(block.code).whole)


def _join(blocks: Sequence[Block], chosen: int) -> str:
    """Put the blocks that define what the *chosen* one uses and lacks before and behind it."""
    code = blocks[chosen].code
    used, defined = _identifiers(code), _defined(code)
    before: list[str] = []
    behind: list[str] = []
    for at, block in enumerate(blocks):
        if at == chosen or not (block.is_rust or not block.language) or not read_items(block.code).whole:
            continue
        names = _defined(block.code)
        # A clash means another version of the same, and a `main` is an example of use.
        if names and names & used and not names & defined and "main" not in names:
            (before if at < chosen else behind).append(block.code)
            defined |= names
            used |= _identifiers(block.code)
    return "\n".join([*before, code, *behind])


def _identifiers(code: str) -> set[str]:
    return {
        code[token.start : token.end] for token in iterate_tokens(code) if token.kind is TokenKind.IDENTIFIER
    }


def _defined(code: str) -> set[str]:
    """The names that the items of *code* define or import."""
    items = name_items(code, read_items(code).items)
    imported = {each.name for item in items if item.name.space == "use" for each in imports_of(code, item)}
    return imported | {item.name.name for item in items if item.name.space not in ("use", "impl", "")}
