"""The JSON form of a judgment and the way back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrobench.errors import InputError
from ferrobench.judging.record import judgment_record, parse_judgment
from ferrobench.judging.verdict import (
    Compiled,
    CompilerCrashed,
    Diagnostic,
    Empty,
    Judgment,
    Limit,
    LimitHit,
    Note,
    Rejected,
    Stage,
    TooLarge,
    Unjudged,
)

KEYS = {
    *("compiled", "stage", "errors", "warnings", "tests", "passed", "reason", "limit", "proof", "unjudged"),
}
ERROR = Diagnostic(
    level="error",
    code="E0308",
    message="mismatched types",
    line=3,
    column=9,
    end_line=3,
    end_column=10,
    notes=(Note(level="help", message="try this"),),
    rendered="error[E0308]: mismatched types",
)


@pytest.mark.parametrize(
    ("judgment", "expected"),
    [
        (Compiled(warnings=()), {"compiled": True, "stage": "compiled", "reason": None}),
        (
            Rejected(stage=Stage.TYPECHECK, errors=(ERROR,), warnings=()),
            {"compiled": False, "stage": "typecheck", "reason": "compile_error", "limit": None},
        ),
        (
            CompilerCrashed(stage=Stage.LEX, detail="killed by SIGSEGV"),
            {"compiled": False, "stage": "lex", "reason": "compiler_crash", "detail": "killed by SIGSEGV"},
        ),
        (
            LimitHit(limit=Limit.TIME, stage=Stage.RESOLVE),
            {"compiled": False, "stage": "resolve", "reason": None, "limit": "time"},
        ),
        (TooLarge(size_bytes=9), {"compiled": False, "stage": "lex", "reason": "too_large", "size_bytes": 9}),
        (Empty(), {"compiled": False, "stage": "empty", "reason": None, "limit": None}),
        (Unjudged(cause="why"), {"compiled": None, "stage": None, "reason": None, "unjudged": "why"}),
    ],
)
def test_each_judgment_has_its_record(judgment: Judgment, expected: dict[str, Any]) -> None:
    record = judgment_record(judgment)

    assert expected == {key: record[key] for key in expected}
    assert record.keys() - {"detail", "size_bytes"} == KEYS
    assert (record["tests"], record["passed"], record["proof"]) == (None, None, None)


def test_a_diagnostic_tells_code_message_place_notes_and_text() -> None:
    record = judgment_record(Rejected(stage=Stage.TYPECHECK, errors=(ERROR,), warnings=()))

    assert record["errors"] == [
        {
            "code": "E0308",
            "message": "mismatched types",
            "line": 3,
            "column": 9,
            "end_line": 3,
            "end_column": 10,
            "notes": [{"level": "help", "message": "try this"}],
            "rendered": "error[E0308]: mismatched types",
        }
    ]


_numbers = st.none() | st.integers(1, 10_000)
_stages = st.sampled_from([stage for stage in Stage if stage not in (Stage.EMPTY, Stage.COMPILED)])


def _diagnostics(level: str) -> st.SearchStrategy[tuple[Diagnostic, ...]]:
    one = st.builds(
        Diagnostic,
        level=st.just(level),
        code=st.none() | st.text(),
        message=st.text(),
        line=_numbers,
        column=_numbers,
        end_line=_numbers,
        end_column=_numbers,
        notes=st.lists(st.builds(Note, level=st.text(), message=st.text()), max_size=3).map(tuple),
        rendered=st.text(),
    )
    return st.lists(one, max_size=3).map(tuple)


JUDGMENTS: st.SearchStrategy[Judgment] = st.one_of(
    st.builds(Compiled, warnings=_diagnostics("warning")),
    st.builds(Rejected, stage=_stages, errors=_diagnostics("error"), warnings=_diagnostics("warning")),
    st.builds(CompilerCrashed, stage=_stages, detail=st.text()),
    st.builds(LimitHit, limit=st.sampled_from(Limit), stage=_stages),
    st.builds(TooLarge, size_bytes=st.integers(0)),
    st.just(Empty()),
    st.builds(Unjudged, cause=st.text()),
)


@settings(deadline=None)
@given(JUDGMENTS)
def test_a_record_brings_its_judgment_back_through_json(judgment: Judgment) -> None:
    assert parse_judgment(json.loads(json.dumps(judgment_record(judgment)))) == judgment


def test_other_keys_are_ignored() -> None:
    assert parse_judgment(judgment_record(Empty()) | {"metrics": {}, "id": 3}) == Empty()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stage": "nowhere"}, "'nowhere'"),
        ({"reason": "boredom"}, "'boredom'"),
        ({"reason": None}, "'reason' is None"),
        ({"limit": "patience"}, "'patience'"),
        ({"errors": [{}]}, "'code' is missing"),
        ({"errors": None}, "judgment record"),
    ],
)
def test_what_is_no_record_is_refused_with_the_key_named(change: dict[str, Any], words: str) -> None:
    record = judgment_record(Rejected(stage=Stage.PARSE, errors=(), warnings=())) | change

    with pytest.raises(InputError, match=words):
        parse_judgment(record)


def test_a_missing_key_is_named() -> None:
    with pytest.raises(InputError, match="'compiled' is missing"):
        parse_judgment({"stage": "parse"})
