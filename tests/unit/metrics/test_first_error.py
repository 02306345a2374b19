"""The share of a text before its first error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging import (
    Compiled,
    CompilerCrashed,
    Empty,
    Judgment,
    Limit,
    LimitHit,
    Rejected,
    Stage,
    TooLarge,
    Unjudged,
)
from ferrobench.metrics import share_before_first_error
from tests.support.records import diagnostic

PROMPT = "fn f() -> u8 {"
COMPLETION = "\n 12\n 45\n}\n"
TEXT = PROMPT + COMPLETION
COMPILED = Compiled(warnings=())
UNCLOSED = "this file contains an unclosed delimiter"


def errors(
    *places: tuple[int | None, int | None], message: str = "mismatched types", code: str | None = "E0308"
) -> Rejected:
    """A refusal with errors at some places."""
    found = tuple(diagnostic(message, code, line=line, column=column) for line, column in places)
    return Rejected(stage=Stage.TYPECHECK, errors=found, warnings=())


def share(judgment: Judgment, extracted: Judgment | None = None, length: int | None = None) -> float | None:
    """The share of the completion."""
    return share_before_first_error(
        TEXT, judgment, start=len(PROMPT), extracted=extracted, extracted_length=length
    )


def test_only_the_completion_counts() -> None:
    """
    Of its 11 characters, 6 stand before the third line's second column.
    """
    assert share(errors((3, 2))) == pytest.approx(6 / 11)
    assert share_before_first_error(TEXT, errors((3, 2))) == pytest.approx((len(PROMPT) + 6) / len(TEXT))


def test_the_first_place_counts_whatever_rustc_says_first() -> None:
    """
    rustc reports phase by phase. Errors without a place say nothing here.
    """
    assert share(errors((3, 2), (None, None), (2, 2), (4, 1))) == pytest.approx(2 / 11)


def test_a_text_that_compiles_has_no_first_error() -> None:
    """
    All of it is fine.
    """
    assert share(COMPILED) == 1.0


def test_an_error_in_the_prompt_leaves_nothing() -> None:
    """
    A body that returns nothing is reported at the return type.
    """
    assert share(errors((1, 11))) == 0.0


@pytest.mark.parametrize(
    "judgment",
    [
        Unjudged(cause="x"),
        LimitHit(limit=Limit.TIME, stage=Stage.LEX),
        CompilerCrashed(stage=Stage.LEX, detail=""),
        TooLarge(size_bytes=1),
        Empty(),
        errors((None, None)),
    ],
)
def test_without_a_place_there_is_no_share(judgment: Judgment) -> None:
    """
    Not 0, which would be made up.
    """
    assert share(judgment) is None


def test_nothing_written_has_no_share() -> None:
    """
    Not even where the prompt alone compiles.
    """
    assert share_before_first_error(PROMPT, COMPILED, start=len(PROMPT)) is None


@pytest.mark.parametrize(
    ("extracted", "length", "expected"),
    [
        pytest.param(COMPILED, len(PROMPT) + 5, 5 / 11, id="fine up to the unfinished item"),
        pytest.param(errors((2, 2)), len(PROMPT) + 5, 2 / 11, id="wrong before it"),
        pytest.param(errors((None, None)), len(PROMPT) + 5, None, id="wrong, nobody knows where"),
        pytest.param(Empty(), None, 0.0, id="no item was finished"),
        pytest.param(Unjudged(cause="x"), None, None, id="not judged"),
        pytest.param(None, None, None, id="ready code"),
    ],
)
def test_an_unclosed_delimiter_is_where_its_item_begins(
    extracted: Judgment | None, length: int | None, expected: float | None
) -> None:
    """
    rustc's place is the end of the file: nothing but braces would be fine to its end.
    """
    found = share(errors((5, 1), message=UNCLOSED, code=None), extracted, length)

    assert found == (None if expected is None else pytest.approx(expected))


def test_a_misplaced_delimiter_has_its_place() -> None:
    """
    What else rustc finds unclosed after it says nothing more.
    """
    both = Rejected(
        stage=Stage.LEX,
        errors=(
            diagnostic(UNCLOSED, None, line=5, column=1),
            diagnostic("mismatched closing delimiter: `}`", None, line=4, column=1),
        ),
        warnings=(),
    )

    assert share(both, Empty()) == pytest.approx(9 / 11)


@given(st.integers(1, 9), st.integers(1, 99))
def test_it_is_a_share(line: int, column: int) -> None:
    """
    Whatever place rustc names.
    """
    found = share(errors((line, column)))

    assert found is not None
    assert 0 <= found <= 1
