"""The JSON form of what hidden tests say, and the way back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.errors import InputError
from ferrobench.judging import record as records
from ferrobench.judging.record import judgment_record, parse_judgment, parse_tests
from ferrobench.judging.verdict import (
    Compiled,
    CompilerCrashed,
    Empty,
    Failure,
    Judgment,
    Limit,
    LimitHit,
    Proof,
    Rejected,
    Stage,
    Tested,
    TooLarge,
    Unjudged,
)

COMPILED = Compiled(warnings=())
ALL_HELD = Tested(
    passed=4,
    failed=0,
    failure=None,
    limit=None,
    proof=Proof.REMOTE,
    detail=None,
    cpu_seconds=0.5,
    near_limit=False,
)
UNCOMPILED: list[Judgment] = [
    Rejected(stage=Stage.TYPECHECK, errors=(), warnings=()),
    CompilerCrashed(stage=Stage.LEX, detail="arbitrary"),
    LimitHit(limit=Limit.TIME, stage=Stage.RESOLVE),
    TooLarge(size_bytes=1 << 20),
    Empty(),
]


def record_of(tests: Tested | Unjudged | None, judgment: Judgment = COMPILED) -> dict[str, Any]:
    return records.tested_record(judgment, tests, has_tests=True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"stage": "tested", "passed": True, "reason": None, "limit": None, "tests": {"passed": 4, "failed": 0}}),
        (
            {"passed": 2, "failed": 2, "failure": Failure.ASSERTION, "detail": "a: left"},
            {"stage": "run", "passed": False, "reason": "assertion", "detail": "a: left", "tests": {"passed": 2, "failed": 2}},
        ),
        ({"failed": 1, "failure": Failure.STACK_OVERFLOW}, {"stage": "run", "passed": False, "reason": "stack_overflow"}),
        ({"failed": 1, "limit": Limit.MEMORY}, {"stage": "run", "passed": False, "reason": None, "limit": "memory"}),
        (
            {"passed": 0, "failure": Failure.NO_ENTRY_POINT},
            {"stage": "compiled", "passed": False, "reason": "no_entry_point"},
        ),
        ({"proof": Proof.IN_PROCESS}, {"proof": "in-process", "passed": True}),
        ({"near_limit": True, "cpu_seconds": 2.75}, {"near_limit": True, "cpu_seconds": 2.75}),
    ],
)  # fmt: skip
def test_what_tests_say_has_its_record(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    record = record_of(replace(ALL_HELD, **changes))

    assert expected == {key: record[key] for key in expected}
    assert record["compiled"] is True
    assert record["unjudged"] is None


@pytest.mark.parametrize("judgment", UNCOMPILED, ids=lambda judgment: type(judgment).__name__)
def test_what_does_not_compile_did_not_pass_either(judgment: Judgment) -> None:
    record = record_of(None, judgment)

    assert record == judgment_record(judgment) | {"passed": False}
    assert parse_tests(record) is None
    assert parse_judgment(record) == judgment


def test_without_tests_nothing_passed_or_failed() -> None:
    for judgment in (COMPILED, *UNCOMPILED):
        record = records.tested_record(judgment, None, has_tests=False)

        assert record["passed"] is None
        assert parse_tests(record) is None


def test_what_could_not_be_compiled_for_our_fault_neither_passed_nor_failed() -> None:
    record = record_of(None, Unjudged(cause="disk full"))

    assert (record["passed"], record["compiled"], record["unjudged"]) == (None, None, "disk full")


def test_what_could_not_be_tested_compiles_all_the_same() -> None:
    record = record_of(Unjudged(cause="disk full"))

    assert (record["compiled"], record["stage"], record["passed"]) == (True, "compiled", None)
    assert record["unjudged"] == "disk full"
    assert parse_tests(record) == Unjudged(cause="disk full")
    assert parse_judgment(record) == COMPILED


TESTED = st.builds(
    Tested,
    passed=st.integers(0, 1000),
    failed=st.integers(0, 1000),
    failure=st.none() | st.sampled_from(Failure),
    limit=st.none() | st.sampled_from(Limit),
    proof=st.sampled_from(Proof),
    detail=st.none() | st.text(),
    cpu_seconds=st.floats(0, 1e6),
    near_limit=st.booleans(),
)


@given(TESTED | st.builds(Unjudged, cause=st.text()))
def test_a_record_brings_back_what_the_tests_said_through_json(tests: Tested | Unjudged) -> None:
    record = json.loads(json.dumps(record_of(tests)))

    assert parse_tests(record) == tests
    assert parse_judgment(record) == COMPILED


@given(TESTED)
def test_passed_and_stage_agree_with_what_the_tests_said(tests: Tested) -> None:
    record = record_of(tests)

    assert record["passed"] == tests.all_held
    assert (record["stage"] == "tested") == tests.all_held


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": "boredom"}, "'boredom'"),
        ({"limit": "patience"}, "'patience'"),
        ({"proof": "word of honour"}, "'word of honour'"),
        ({"tests": None}, "record of tests"),
        ({"tests": {"passed": 1}}, "'failed' is missing"),
        ({"tests": {"passed": "many", "failed": 0}}, "'many'"),
        ({"cpu_seconds": None}, "record of tests"),
    ],
)
def test_what_is_no_record_is_refused_with_the_key_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_tests(record_of(ALL_HELD) | change)


@pytest.mark.parametrize("key", ["compiled", "unjudged", "proof", "detail", "near_limit", "cpu_seconds"])
def test_a_missing_key_is_named(key: str) -> None:
    record = record_of(ALL_HELD)
    del record[key]

    with pytest.raises(InputError, match=f"record of tests: key '{key}' is missing"):
        parse_tests(record)
