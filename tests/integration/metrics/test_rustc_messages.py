"""Groups of errors, with the words of the real rustc."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import ToolchainError
from ferrobench.judging import Judge, probe_toolchain
from ferrobench.metrics import ErrorGroups, Group, LintGroups, share_before_first_error
from tests.support.prompts import prompt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferrobench.metrics import ErrorKind

try:
    TOOLCHAIN = probe_toolchain()
except ToolchainError as error:
    pytest.skip(str(error), allow_module_level=True)

pytestmark = pytest.mark.rustc


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge(TOOLCHAIN, jobs=2) as judge:
        yield judge


def groups_of(judge: Judge, *codes: str) -> tuple[Group[ErrorKind, str], ...]:
    """Group the errors of some texts."""
    groups: ErrorGroups[str] = ErrorGroups()
    for code in codes:
        groups.add(judge.judge_code(code), code, code)
    return groups.groups


@pytest.mark.parametrize(
    "code",
    [
        "use rand::Rng;\n",
        "pub fn f() -> u32 { rand::random() }",
        "extern crate rand;",
        "#[rand::main]\npub fn f() {}",
        "pub fn f() { rand::say!(); }",
        "use ::rand::Rng;",
        "pub use rand::*;",
        "#[derive(rand::Error)]\npub struct A;",
        "pub struct A; impl rand::Rng for A {}",
    ],
)
def test_a_missing_crate_is_named(judge: Judge, code: str) -> None:
    """Wherever it is used."""
    assert [group.kind.message for group in groups_of(judge, code)] == ["missing crate: rand"]


@pytest.mark.parametrize(
    "code",
    [
        "pub fn f(_: &mut fmt::Formatter) {}",
        "pub fn f() { thread::spawn(|| {}); }",
        "use std::collection::HashMap;",
        "use std::collections::HasMap;",
        "use crate::helpers::f;",
        "mod m {}\nuse m::f;",
        "pub fn f() { Foo::new(); }",
        "use fmt::Display;",
    ],
)
def test_what_std_or_the_sample_should_have_is_no_missing_crate(judge: Judge, code: str) -> None:
    """Those are mistakes of the sample."""
    assert [group.kind.missing_crate for group in groups_of(judge, code)] == [None]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pub fn f() -> u8 { total }", "pub fn g() -> u8 { x }"),
        ("pub fn f(a: u8) { f(); }", "pub fn f(a: u8, b: u8) { f(a, b, a); }"),
        ("pub struct P { a: u8 } pub fn f() -> P { P {} }", "pub struct Q { a: u8, b: u8, c: u8, d: u8, e: u8 } pub fn f() -> Q { Q { a: 1 } }"),
        ("pub enum A { B, C } pub fn f(a: A) { match a { A::B => {} } }", "pub enum A { B, C, D, E, F, G } pub fn f(a: A) { match a { A::B => {} } }"),
        ("pub struct A; pub fn f() -> A { A.clone() }", "pub struct Bc; pub fn f(a: Bc) -> Bc { a.len() }"),
        ("pub fn f(a: u8) -> u8 { a + 1.0 }", "pub fn f(a: i64) -> i64 { a + 2.5 }"),
    ],
)  # fmt: skip
def test_one_mistake_is_one_group(judge: Judge, one: str, other: str) -> None:
    """Whatever the names, and however many."""
    found = groups_of(judge, one, other)

    assert len(found) == 1
    assert found[0].samples == 2


def test_columns_are_rustcs(judge: Judge) -> None:
    """In characters, behind tabs, wide ones and a byte order mark."""
    code = '\ufeffpub fn f() -> u8 { let _é = "日本";\tx_1 }'

    shown = groups_of(judge, code)[0].example.excerpt

    assert shown is not None
    assert code[shown.column - 1 :].startswith("x_1")
    assert shown.caret.endswith(" ^^^")


def test_warnings_have_their_lints(judge: Judge) -> None:
    """Of a snippet as it is."""
    lints: LintGroups[int] = LintGroups()
    code = "use std::fmt;\nfn f(x: u8) { let mut y = 1; }\nmacro_rules! m { () => {} }\n"
    lints.add(judge.judge_code(code), code, 0)

    assert {group.kind for group in lints.telling} == {"unused_variables", "unused_mut"}
    assert {group.kind for group in lints.noise} == {"dead_code", "unused_imports", "unused_macros"}


@pytest.mark.parametrize(
    ("completion", "share"),
    [
        (" 1 }", 1.0),
        (" x }", 1 / 4),
        (" 1 }\nfn g() { {", 4 / 15),
        (" { { {", 0.0),
        (" 1; }", 0.0),
        (" // nothing", None),
    ],
)
def test_the_share_before_the_first_error(judge: Judge, completion: str, share: float | None) -> None:
    """A cut-off text is fine up to the item that it does not finish."""
    asked = prompt("pub fn f() -> u8 {")
    found = judge.judge_completion(asked, completion)

    assert share_before_first_error(
        found.strict_text,
        found.strict,
        start=len(asked.text),
        extracted=found.extracted,
        extracted_length=None if found.extracted_text is None else len(found.extracted_text),
    ) == (None if share is None else pytest.approx(share))
