"""Mutants: small mistakes in a reference, each in one place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ferrobench.prompts import Prompt, load_suite
from ferrobench.prompts.mutation import Mutant, mutants
from ferrobench.rust_source.grammar import parse_source
from tests.support.prompts import prompt

SEED = load_suite("seed").prompts


def of(body: str, *, head: str = "fn f(n: i32, v: Vec<i32>) -> i32 {") -> tuple[Mutant, ...]:
    """The mutants of a function with this body, whose head is the prompt."""
    return mutants(replace(prompt(head), reference=f"\n    {body}\n}}\n"))


def changes(body: str, operator: str) -> set[tuple[str, str]]:
    """What an operator changes in that body, before and after."""
    return {(m.before, m.after) for m in of(body) if m.operator == operator}


@pytest.mark.parametrize(
    ("body", "operator", "expected"),
    [
        ("n < 1", "comparison", {("<", "<="), ("<", ">=")}),
        ("n == 1", "comparison", {("==", "!=")}),
        ("n + 1", "arithmetic", {("+", "-"), ("+", "*")}),
        ("n += 1;", "arithmetic", {("+=", "-="), ("+=", "*=")}),
        ("n << 1", "bits", {("<<", ">>")}),
        ("n > 1 && n < 9", "logic", {("&&", "||")}),
        ("for i in 0..n {}", "range", {("..", "..=")}),
        ("matches!(n, 1) as i32; match n { 1..=5 => 1, _ => 0 }", "range", {("..=", "..")}),
        ("n + 10_000u32", "literal", {("10_000u32", "10001u32"), ("10_000u32", "9999u32")}),
        ("0x1f", "literal", {("0x1f", "32"), ("0x1f", "30")}),
        ("0", "literal", {("0", "1")}),
        ("0.5f32", "literal", {("0.5f32", "1.5f32"), ("0.5f32", "(-0.5f32)")}),
        ("true", "literal", {("true", "false")}),
        ("v.0", "literal", set()),
        ('"text"', "string", {('"text"', '""')}),
        ('r#"text"#', "string", {('r#"text"#', 'r#""#')}),
        ('""', "string", set()),
        ('v.pop().expect("some")', "string", set()),
        ('panic!("no {}", n)', "string", set()),
        ('println!("{}", n); n', "statement", set()),
        ('format!("{}", n)', "string", {('"{}"', '""')}),
        ('v.join(", ")', "string", {('", "', '""')}),
        ("!n", "negation", {("!n", "n")}),
        ("-n", "negation", {("-n", "n")}),
        ("*n", "negation", set()),
        ("if v.is_empty() { 1 } else { 2 }", "condition", {("v.is_empty()", "!v.is_empty()")}),
        ("if let Some(x) = n { 1 } else { 2 }", "condition", set()),
        ("v.sort(); n", "statement", {("v.sort();", "")}),
        ("if n > 1 { return 2; } n", "return", {("return 2;", "")}),
        ("match n { 1 => 2, _ => 3 }", "arm", {("1 => 2,", ""), ("_ => 3", "")}),
        ("match n { _ => 3 }", "arm", set()),
        ("g(n, 1)", "arguments", {("n, 1", "1, n")}),
        ("g(n, n)", "arguments", set()),
        ("g(n)", "arguments", set()),
        ("n.min(1)", "method", {("min", "max")}),
        ("v.iter().rev()", "call", {(".rev()", "")}),
        ("vec![0; n + 1]", "arithmetic", {("+", "-"), ("+", "*")}),
        ("vec![&n, *n]", "bits", set()),
    ],
)
def test_each_operator_changes_what_it_is_for(
    body: str, operator: str, expected: set[tuple[str, str]]
) -> None:
    """And proposes no other change of that kind."""
    assert changes(body, operator) == expected


def test_bodies_become_values_of_their_type() -> None:
    """The prompt's own part of the body stays."""
    found = mutants(
        replace(prompt("fn f(n: i32) -> bool {\n    let limit = 3;\n"), reference="    n > limit\n}\n")
    )

    texts = [m.text for m in found if m.operator == "body"]
    assert texts == [
        f"fn f(n: i32) -> bool {{\n    let limit = 3;\n    {value}\n}}\n" for value in ("false", "true")
    ]


def test_a_mutant_says_where_it_is() -> None:
    """Lines are those of the reference, from the one below the prompt's last; columns are characters."""
    (found,) = (m for m in of('let é = "é"; n < 2') if m.after == "<=")

    assert (found.id, found.line, found.column) == ("comparison@1:20", 1, 20)
    second = next(m for m in of("let a = 1;\n    n < 2") if m.operator == "comparison")
    assert second.line == 2


def test_a_reference_that_goes_on_in_the_prompts_last_line_begins_there() -> None:
    """As the formats have it that know no files."""
    found = mutants(replace(prompt("fn f(n: i32) -> bool { "), reference="n < 2 }"))

    assert {(m.line, m.column) for m in found if m.operator == "comparison"} == {(1, 26)}


def test_several_changes_of_one_place_are_numbered() -> None:
    """So that each has an id."""
    assert [m.id for m in of("n < 2") if m.operator == "comparison"] == ["comparison@1:7", "comparison@1:7#2"]


def test_only_bodies_of_the_reference_change() -> None:
    """Not the prompt, attributes, signatures, constants or derives around them."""
    reference = (
        "\n    fn area(&self) -> i32 {\n        self.side * SCALE\n    }\n}\nconst SCALE: i32 = 1 + 1;\n"
        "#[derive(Clone)]\nstruct Other {\n    sides: [i32; 2 + 2],\n}\n"
    )
    found = mutants(replace(prompt("impl Square {"), reference=reference))

    assert {m.operator for m in found} == {"body", "arithmetic"}
    assert {m.before for m in found} == {"self.side * SCALE", "*"}


def test_helpers_that_the_reference_brings_are_changed_too() -> None:
    """A mistake there is a mistake of the answer."""
    found = mutants(
        replace(prompt("fn f() -> i32 {"), reference="\n    g()\n}\n\nfn g() -> i32 {\n    7\n}\n"),
    )

    assert {m.before for m in found if m.operator == "literal"} == {"7"}


@pytest.mark.parametrize("reference", ["", "\n    n +\n", "\n    1\n}\nfn broken( {}\n"])
def test_without_a_sound_reference_there_are_none(reference: str) -> None:
    """There is nothing to be wrong about."""
    assert mutants(replace(prompt("fn f(n: i32) -> i32 {"), reference=reference)) == ()


@pytest.mark.parametrize("asked", SEED, ids=lambda asked: asked.name)
def test_what_holds_for_all_of_them(asked: Prompt) -> None:
    """Each is another program that begins with the prompt and is whole, under an id of its own."""
    found = mutants(asked)

    assert len({m.id for m in found}) == len(found) == len({m.text for m in found})
    for mutant in found:
        assert mutant.text.startswith(asked.text)
        assert mutant.text != asked.text + asked.reference
        assert not parse_source(mutant.text.encode()).root_node.has_error
    assert found == mutants(asked)
