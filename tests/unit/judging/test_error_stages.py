"""The phase of each complaint, and the earliest of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ferrobench.judging.error_codes import STAGE_OF_CODE
from ferrobench.judging.stages import earliest_stage, reached_stage, stage_of_error
from ferrobench.judging.verdict import Diagnostic, Stage

if TYPE_CHECKING:
    from collections.abc import Callable


def diagnostic(code: str | None, message: str = "arbitrary", level: str = "error") -> Diagnostic:
    return Diagnostic(
        level=level,
        code=code,
        message=message,
        line=None,
        column=None,
        end_line=None,
        end_column=None,
        notes=(),
        rendered="",
    )


def never_asked() -> bool:
    raise AssertionError("the question whether it parses was not needed")


def answer(parses: bool) -> Callable[[], bool]:
    return lambda: parses


@pytest.mark.parametrize(
    ("code", "stage"),
    [
        ("E0765", Stage.LEX),
        ("E0585", Stage.PARSE),
        ("E0425", Stage.RESOLVE),
        ("E0433", Stage.RESOLVE),
        ("E0308", Stage.TYPECHECK),
        ("E0277", Stage.TYPECHECK),
        ("E0004", Stage.TYPECHECK),
        ("E0382", Stage.BORROWCK),
        ("E0502", Stage.BORROWCK),
        ("E0080", Stage.LINT),
        ("arithmetic_overflow", Stage.LINT),
        ("unconditional_panic", Stage.LINT),
        ("E0511", Stage.CODEGEN),
        ("E9999", Stage.TYPECHECK),
    ],
)
def test_codes(code: str, stage: Stage) -> None:
    assert stage_of_error(code, "arbitrary") is stage


@pytest.mark.parametrize(
    ("message", "stage"),
    [
        ("this file contains an unclosed delimiter", Stage.LEX),
        ("mismatched closing delimiter: `)`", Stage.LEX),
        ("unexpected closing delimiter: `}`", Stage.LEX),
        ("unknown start of token: \\u{201c}", Stage.LEX),
        ("unterminated byte constant", Stage.LEX),
        ("prefix `f` is unknown", Stage.LEX),
        ("unknown character escape: `d`", Stage.LEX),
        ("couldn't read `sample.rs`: stream did not contain valid UTF-8", Stage.LEX),
        ("lifetime may not live long enough", Stage.BORROWCK),
        ("cannot move out of value because it is borrowed", Stage.BORROWCK),
        ("future cannot be sent between threads safely", Stage.TYPECHECK),
        ("symbol `a` is already defined", Stage.CODEGEN),
        ("reached the recursion limit while instantiating `f::<u8>`", Stage.CODEGEN),
        ("could not find native static library `x`, perhaps an -L flag is missing?", Stage.LINK),
        ("linking with `cc` failed: exit status: 1", Stage.LINK),
        ("expected one of `!` or `::`, found `x`", None),
        ("couldn't read `/dev/zero`: out of memory", None),
        ("cannot find macro `x` in this scope", Stage.RESOLVE),
        ("no rules expected `x`", Stage.RESOLVE),
        ("2 positional arguments in format string, but there is 1 argument", Stage.RESOLVE),
    ],
)
def test_messages_without_a_code(message: str, stage: Stage | None) -> None:
    assert stage_of_error(None, message) is stage


def test_the_earliest_known_stage_counts() -> None:
    errors = [diagnostic("E0382"), diagnostic("E0308"), diagnostic("dead_code")]

    assert earliest_stage(errors, never_asked) is Stage.TYPECHECK


def test_an_error_in_lexing_settles_it_whatever_else_there_is() -> None:
    errors = [diagnostic(None, "expected item"), diagnostic("E0765")]

    assert earliest_stage(errors, never_asked) is Stage.LEX


@pytest.mark.parametrize(("parses", "stage"), [(True, Stage.RESOLVE), (False, Stage.PARSE)])
def test_an_error_without_code_is_of_parsing_only_if_the_text_does_not_parse(
    parses: bool, stage: Stage
) -> None:
    assert earliest_stage([diagnostic(None), diagnostic("E0308")], answer(parses)) is stage


@pytest.mark.parametrize(("parses", "stage"), [(True, Stage.RESOLVE), (False, Stage.PARSE)])
def test_a_refusal_without_any_error_is_placed_all_the_same(parses: bool, stage: Stage) -> None:
    assert earliest_stage([], answer(parses)) is stage


def test_the_stage_reached_is_the_latest_that_spoke() -> None:
    assert reached_stage([]) is Stage.LEX
    assert reached_stage([diagnostic("E0308"), diagnostic("E0425")]) is Stage.TYPECHECK
    assert reached_stage([diagnostic("unused_imports", level="warning")]) is Stage.RESOLVE
    assert reached_stage([diagnostic(None, level="warning")]) is Stage.LEX


def test_every_row_is_a_stage_at_which_rustc_can_refuse() -> None:
    assert len(STAGE_OF_CODE) >= 518
    assert {stage.rank for stage in STAGE_OF_CODE.values()} <= set(range(Stage.LEX.rank, Stage.LINK.rank + 1))
