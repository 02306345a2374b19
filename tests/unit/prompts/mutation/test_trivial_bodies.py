"""Bodies that need no thought, for the functions that a prompt asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ferrobench.prompts.mutation import filled, returns_opaque, trivial_bodies
from tests.support.prompts import prompt


def values(head: str) -> list[str]:
    """The values that stand for the answer to a function without a reference."""
    return [body.name for body in trivial_bodies(prompt(head))]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("fn f() -> bool {", ["false", "true"]),
        ("fn f(n: i64) -> i64 {", ["0", "1", "-1", "n"]),
        ("fn f(n: u8) -> u32 {", ["0", "1"]),
        ("fn f() -> f64 {", ["0.0", "1.0", "-1.0"]),
        ("fn f() -> char {", ["'a'"]),
        ("fn f() {", ["()"]),
        ("fn f() -> String {", ["String::new()", 'String::from("a")']),
        ("fn f(s: &str) -> String {", ["String::new()", 'String::from("a")', "s.to_string()"]),
        ("fn f(s: &str) -> &str {", ['""', '"a"', "s"]),
        ("fn f() -> Option<u8> {", ["None", "Some(0)", "Some(1)"]),
        ("fn f(n: u8) -> Option<u8> {", ["None", "Some(0)", "Some(1)", "Some(n)"]),
        ("fn f() -> Result<u8, String> {", ["Ok(0)", "Ok(1)", "Err(String::new())"]),
        ("fn f() -> std::io::Result<()> {", ["Ok(())"]),
        ("fn f(v: &[u8]) -> Vec<u8> {", ["Vec::new()", "vec![0]", "vec![1]", "v.to_vec()"]),
        ("fn f(v: &Vec<u8>) -> Vec<u8> {", ["Vec::new()", "vec![0]", "vec![1]", "v.clone()"]),
        ("fn f() -> (u8, bool) {", ["(0, false)", "(1, false)", "(0, true)"]),
        ("fn f() -> [u8; 4] {", ["[0; 4]", "[1; 4]"]),
        ("fn f() -> HashMap<u8, u8> {", ["Default::default()"]),
        ("fn f<T>(t: T) -> T {", ["Default::default()", "t"]),
    ],
)
def test_values_fit_the_return_type(head: str, expected: list[str]) -> None:
    """The plainest first, and the first argument where it could be the answer."""
    assert values(head) == expected


def test_many_parts_do_not_give_all_combinations() -> None:
    """The number of values is bounded."""
    assert len(values(f"fn f() -> ({', '.join(['i32'] * 50)}) {{")) <= 9


def test_the_body_that_the_prompt_has_begun_is_filled() -> None:
    """What stands in it stays, and what the prompt left open is closed."""
    assert filled(prompt("impl S {\n    fn f() -> u8 {\n        let a = 1;\n"), "0") == (
        "impl S {\n    fn f() -> u8 {\n        let a = 1;\n\n    0\n}}\n"
    )


def test_every_function_of_an_open_impl_is_filled() -> None:
    """The reference says which there are; types that a value does not fit keep their bodies."""
    asked = replace(
        prompt("impl S {"),
        reference="\n    fn f() -> u8 {\n        1\n    }\n    fn g() -> bool { true }\n}\n",
    )

    assert filled(asked, "todo!()") == (
        "impl S {\n    fn f() -> u8 {\n    todo!()\n}\n    fn g() -> bool {\n    todo!()\n}\n}\n"
    )
    texts = {body.name: body.text for body in trivial_bodies(asked)}
    assert "fn f() -> u8 {\n        1\n    }\n    fn g() -> bool {\n    false\n}" in texts["false"]


def test_the_entry_point_is_filled_where_the_prompt_begins_no_body() -> None:
    """Helpers of the reference stay as they are."""
    asked = replace(
        prompt("/// Write `f`.\n"),
        reference="fn helper() -> u8 { 3 }\nfn f() -> u8 { helper() }\n",
        entry_point="f",
    )

    assert filled(asked, "0") == "/// Write `f`.\nfn helper() -> u8 { 3 }\nfn f() -> u8 {\n    0\n}\n"


@pytest.mark.parametrize("text", ["macro_rules! m {", "struct S;\n", "not Rust at all ((("])
def test_where_no_function_is_asked_for_there_is_nothing_to_fill(text: str) -> None:
    """A macro or a type has no body."""
    assert filled(prompt(text), "todo!()") is None
    assert trivial_bodies(prompt(text)) == ()


def test_a_reference_that_is_no_rust_is_not_used() -> None:
    """The prompt alone says what is asked for."""
    asked = replace(prompt("fn f() -> u8 {\n"), reference="fn f() -> u8 {\n    1\n}\n")

    assert filled(asked, "0") == "fn f() -> u8 {\n\n    0\n}\n"


def test_a_function_that_returns_some_trait_is_known() -> None:
    """`todo!()` alone does not compile there."""
    assert returns_opaque(prompt("fn f() -> impl Iterator<Item = u8> {"))
    assert not returns_opaque(prompt("fn f() -> Box<dyn Iterator<Item = u8>> {"))


def test_a_prompt_that_is_no_rust_is_closed_all_the_same() -> None:
    """So that rustc can say what is wrong with it."""
    text = "/// Double a number,\nwhatever it is.\nfn double(n: i32) -> i32 {"

    assert filled(prompt(text), "todo!()") == f"{text}\n    todo!()\n}}\n"
