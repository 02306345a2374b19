"""How far did a refused program get? The phase of each of rustc's complaints, and the earliest of them.

rustc names a phase nowhere. Error codes have a table of their own (:mod:`ferrobench.judging.error_codes`), lints carry
their name in place of a code, and a few messages without a code are known by their words. What is left has either failed
to parse or failed in expanding macros, and words cannot tell which: that question is settled exactly, by parsing the
text without expanding it, and only when the answer matters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ferrobench.judging.error_codes import STAGE_OF_CODE
from ferrobench.judging.verdict import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ferrobench.judging.verdict import Diagnostic

_ERROR_CODE = re.compile(r"E\d{4}")

# Messages without a code whose words give the phase away. Matched from the beginning, the first row that fits holds.
_MESSAGES: tuple[tuple[str, Stage], ...] = (
    # rustc_parse's delimiter matching, which ends a run before parsing begins
    (r"this file contains an unclosed delimiter", Stage.LEX),
    (r"mismatched closing delimiter", Stage.LEX),
    (r"unexpected closing delimiter", Stage.LEX),
    # rustc_lexer and the unescaping of literals
    (r"unknown start of token", Stage.LEX),
    (r"unterminated ", Stage.LEX),
    (r"prefix `.*` is unknown", Stage.LEX),
    (r"unknown prefix", Stage.LEX),
    (r"reserved multi-hash token", Stage.LEX),
    (r"invalid unquoted|invalid unicode character escape|invalid character in (numeric|unicode)", Stage.LEX),
    (r"unknown (character|byte) escape", Stage.LEX),
    (r"(numeric|unicode|incorrect unicode) (character )?escape", Stage.LEX),
    (r"empty (character literal|unicode escape)", Stage.LEX),
    (r"(character|byte) (literal|constant) (may|must)", Stage.LEX),
    (r"non-ASCII character in", Stage.LEX),
    (r"out of range hex escape|overlong unicode escape|unicode escape in byte", Stage.LEX),
    (r"null characters in C string", Stage.LEX),
    (r"bare CR not allowed", Stage.LEX),
    (r"found invalid character; only `#`", Stage.LEX),
    (r"too many `#` (when|symbols)", Stage.LEX),
    (r"invalid (digit|basis|base prefix|suffix) .*(literal|number)|no valid digits found", Stage.LEX),
    (r"(octal|binary|hexadecimal) float literal is not supported", Stage.LEX),
    (r"expected at least one digit in exponent", Stage.LEX),
    (r"lifetimes? cannot start with a number", Stage.LEX),
    (r"`.*` cannot be a raw (identifier|lifetime)", Stage.LEX),
    (r"couldn't read `sample\.rs`", Stage.LEX),  # not UTF-8; a file that the sample includes has another name
    # an error of the parser that is put off until types are known
    (r"missing type for `(const|static|static mut)` item", Stage.PARSE),
    # macro expansion, which comes after parsing
    (r"cannot find (macro|attribute|derive macro) ", Stage.RESOLVE),
    (r"no rules expected ", Stage.RESOLVE),
    (r"unexpected end of macro invocation", Stage.RESOLVE),
    (r"\d+ positional arguments? in format string, but ", Stage.RESOLVE),
    (r"invalid reference to positional argument", Stage.RESOLVE),
    (r"invalid format string: ", Stage.RESOLVE),
    (r"format argument must be a string literal", Stage.RESOLVE),
    (r"(multiple unused formatting arguments|argument never used|named argument never used)", Stage.RESOLVE),
    (r"requires at least a format string argument", Stage.RESOLVE),
    # region inference of the borrow checker, which has messages without a code
    (r"lifetime may not live long enough", Stage.BORROWCK),
    (r"captured variable cannot escape", Stage.BORROWCK),
    (r"cannot (move out of|borrow|assign to|use) .* because", Stage.BORROWCK),
    (r"higher-ranked lifetime error", Stage.BORROWCK),
    (r"higher-ranked subtype error", Stage.BORROWCK),
    (r"implementation of `.*` is not general enough", Stage.BORROWCK),
    (r"`.*` does not live long enough", Stage.BORROWCK),
    # types
    (r"(future|generator|coroutine) cannot be s(ent|hared) between threads safely", Stage.TYPECHECK),
    (r"future returned by `.*` is not", Stage.TYPECHECK),
    (r"unconstrained (generic constant|opaque type)", Stage.TYPECHECK),
    (r"queries overflow the depth limit", Stage.TYPECHECK),
    (r"concrete type differs from previous defining", Stage.TYPECHECK),
    (r"cannot check whether the hidden type", Stage.TYPECHECK),
    # code generation
    (r"reached the (recursion|type-length) limit while instantiating", Stage.CODEGEN),
    (r"symbol `.*` is already defined", Stage.CODEGEN),
    (r"values of the type `.*` are too big", Stage.CODEGEN),
    (r"invalid instruction mnemonic|unknown (token in expression|directive)|<inline asm>", Stage.CODEGEN),
    # linking
    (r"linking with `.*` failed", Stage.LINK),
    (r"could not find native static library", Stage.LINK),
)
_MESSAGE_STAGES = tuple((re.compile(pattern), stage) for pattern, stage in _MESSAGES)


def stage_of_error(code: str | None, message: str) -> Stage | None:
    """The phase that emitted an error, or None where it is ``parse`` or ``resolve`` and the words cannot tell."""
    if code is not None:
        if _ERROR_CODE.fullmatch(code):
            # A code that a later rustc invents is most likely about types, as four in five are.
            return STAGE_OF_CODE.get(code, Stage.TYPECHECK)
        return Stage.LINT
    for pattern, stage in _MESSAGE_STAGES:
        if pattern.match(message):
            return stage
    return None


def earliest_stage(errors: Iterable[Diagnostic], parses: Callable[[], bool]) -> Stage:
    """The earliest phase among *errors*. *parses* is asked at most once, and only where its answer can matter."""
    stages = [stage_of_error(error.code, error.message) for error in errors]
    known = min((stage for stage in stages if stage is not None), key=lambda stage: stage.rank, default=None)
    if known is not None and (None not in stages or known.rank <= Stage.PARSE.rank):
        return known
    # Whatever is left: an error in parsing, or one after it that is no later than anything known.
    return Stage.RESOLVE if parses() else Stage.PARSE


def reached_stage(seen: Iterable[Diagnostic]) -> Stage:
    """The latest phase that is known to have been reached by a rustc that did not come to its end."""
    reached = Stage.LEX
    for diagnostic in seen:
        if diagnostic.level == "error":
            stage = stage_of_error(diagnostic.code, diagnostic.message) or Stage.LEX
        else:
            # Warnings of the parser are rare and lints of all kinds begin only with a whole, expanded tree.
            stage = Stage.LEX if diagnostic.code is None else Stage.RESOLVE
        reached = max(reached, stage, key=lambda item: item.rank)
    return reached
