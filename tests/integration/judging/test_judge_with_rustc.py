"""Readings, preludes and places, with the real rustc."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import ToolchainError
from ferrobench.judging import (
    Compiled,
    Empty,
    Judge,
    Rejected,
    Stage,
    judgment_record,
    parse_judgment,
    probe_toolchain,
)
from tests.support.prompts import prompt

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    TOOLCHAIN = probe_toolchain()
except ToolchainError as error:
    pytest.skip(str(error), allow_module_level=True)

pytestmark = pytest.mark.rustc


FACTORIAL = prompt("fn factorial(n: u64) -> u64 {")
POINT = "use std::fmt;\n\n#[derive(Debug)]\nstruct Point {\n    x: f64,\n    y: f64,\n}\n"
TO_STRING = prompt("impl ToString for Point {", prelude=POINT)
TO_STRING_BODY = '\n    fn to_string(&self) -> String {\n        format!("{} {}", self.x, self.y)\n    }\n}\n'


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge(TOOLCHAIN, jobs=2) as judge:
        yield judge


@pytest.mark.parametrize(
    ("completion", "strict", "extracted"),
    [
        (" (1..=n).product() }", "compiled", "compiled"),
        (" (1..=n).product() }\nfn main() { factor", "lex", "compiled"),
        (" (1..=n).product() }\nThat is the factorial.", "parse", "compiled"),
        (" (1..=n).product() }\n/// Next.", "parse", "compiled"),
        (" (1..=n).sum::<u8>() }\nfn main() {", "lex", "typecheck"),
        (" if n == 0 { 1 } else {", "lex", "empty"),
        (" n n n n n n n", "lex", "empty"),
        ("", "empty", "empty"),
        (" // nothing", "empty", "empty"),
        ("}", "typecheck", "typecheck"),
    ],
)
def test_readings(judge: Judge, completion: str, strict: str, extracted: str) -> None:
    judgment = judge.judge_completion(FACTORIAL, completion)

    assert judgment_record(judgment.strict)["stage"] == strict
    assert judgment_record(judgment.extracted)["stage"] == extracted
    assert judgment.compiles_as_generated is (strict == "compiled")


def test_a_complete_prompt_compiles_for_the_seed_alone(judge: Judge) -> None:
    judgment = judge.judge_completion(prompt("enum Color { Red, Green, Blue }", complete=True), "")

    assert (judgment.compiles_as_generated, judgment.strict, judgment.extracted) == (True, Empty(), Empty())


def test_the_prelude_is_in_scope(judge: Judge) -> None:
    judgment = judge.judge_completion(TO_STRING, TO_STRING_BODY)

    assert isinstance(judgment.strict, Compiled)


def test_bare_leaves_the_prelude_out() -> None:
    with Judge(TOOLCHAIN, jobs=1, bare=True) as judge:
        judgment = judge.judge_completion(TO_STRING, TO_STRING_BODY)

    assert isinstance(judgment.strict, Rejected)
    assert (judgment.strict.stage, judgment.strict.errors[0].code) == (Stage.RESOLVE, "E0425")


@pytest.mark.parametrize(
    "own",
    [
        "struct Point { a: u8 }\nimpl Point { fn new() -> Self { Point { a: 1 } } }",
        "#[derive(Debug)] enum Point { A }\nfn f() -> Point { Point::A }",
        "use std::fmt;\nfn f(_: &fmt::Arguments) {}",
        "mod fmt { pub fn f() {} }\nfn g() { fmt::f() }",
        "const Point: u8 = 1;\nconst COPY: u8 = Point;",
    ],
)
def test_the_samples_own_definitions_win(judge: Judge, own: str) -> None:
    judgment = judge.judge_completion(prompt("fn first() {", prelude=POINT), f"}}\n{own}\n")

    assert isinstance(judgment.strict, Compiled), judgment.strict


def test_a_prelude_lends_fields_methods_functions_and_macros(judge: Judge) -> None:
    prelude = (
        "struct Pair(u8, u8);\n"
        "impl Pair {\n    fn sum(&self) -> u8 {\n        self.0 + self.1\n    }\n}\n"
        "macro_rules! pair {\n    () => {\n        Pair(1, 2)\n    };\n}\n"
        "mod inner {\n    fn three() -> u8 {\n        3\n    }\n}\n"
    )
    judgment = judge.judge_completion(
        prompt("fn f() -> u8 {", prelude=prelude), " let p: Pair = pair!(); p.0 + p.sum() + inner::three() }"
    )

    assert isinstance(judgment.strict, Compiled), judgment.strict


@pytest.mark.parametrize("head", ["", "#![allow(dead_code)]\n", "//! About.\n", "#![allow(dead_code)] "])
def test_places_are_the_samples_own_with_and_without_a_prelude(judge: Judge, head: str) -> None:
    completion = "\n    let c = |x: i32| x;\n    let s: String = c;\n}\n"
    bare = prompt(f"{head}fn f() {{")
    rejected = [
        judge.judge_completion(item, completion).strict for item in (bare, replace(bare, prelude=POINT))
    ]

    assert isinstance(rejected[0], Rejected)
    assert isinstance(rejected[1], Rejected)
    without, below = rejected[0].errors[0], rejected[1].errors[0]
    assert (without.code, without.line) == ("E0308", 3 + head.count("\n"))
    # Where rustc's margin is wider, for two digits in place of one, so is ours.
    assert replace(below, rendered="") == replace(without, rendered="")
    assert "".join(below.rendered.split()) == "".join(without.rendered.split())


def test_inner_attributes_hold_below_a_prelude(judge: Judge) -> None:
    denied = prompt("#![deny(unused_variables)]\nfn f() {", prelude=POINT)

    strict = judge.judge_completion(denied, " let unused = 1; }").strict
    assert isinstance(strict, Rejected)
    assert (strict.stage, strict.errors[0].code, strict.errors[0].line) == (Stage.LINT, "unused_variables", 2)


def test_warnings_are_those_of_the_sample(judge: Judge) -> None:
    strict = judge.judge_completion(TO_STRING, TO_STRING_BODY + "pub fn f() { let unused = 1; }").strict

    assert isinstance(strict, Compiled)
    assert [(warning.code, warning.line) for warning in strict.warnings] == [("unused_variables", 6)]


def test_many_at_a_time_are_judged_like_one(judge: Judge) -> None:
    completions = [" n }", " n", ' "" }', " (1..=n).product() }\nfn", "}"] * 4

    together = [judge.submit_completion(FACTORIAL, completion) for completion in completions]
    alone = [judge.judge_completion(FACTORIAL, completion) for completion in completions[:5]]

    assert [future.result() for future in together] == alone * 4


def test_records_of_real_judgments_come_back(judge: Judge) -> None:
    for code in ("fn f() {}", "fn f( {", "fn f() -> u8 { 1u16 }", "pub fn f() { let x = 1; }", ""):
        judgment = judge.judge_code(code)
        assert parse_judgment(judgment_record(judgment)) == judgment
