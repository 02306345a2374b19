"""Programs by the shapes of their trees."""

from __future__ import annotations

import pytest

from ferrobench.metrics import parse_rust
from ferrobench.metrics.diversity import shapes
from ferrobench.metrics.diversity.shapes import program_shape

FUNCTION = "fn add(x: i32) -> i32 { let y = 1; x + y }"


@pytest.mark.parametrize(
    "other",
    [
        "// a comment\nfn plus(value: i32) -> i32 {\n    let one = 100; value + one\n}",
        "pub fn add(x: u8,) -> u8 { /* y */ let y = 1; x + y }",
    ],
)
def test_names_layout_comments_visibility_and_commas_have_no_shape(other: str) -> None:
    """Nor have the values of literals."""
    assert program_shape(other) == program_shape(FUNCTION)


@pytest.mark.parametrize(
    "other",
    [
        "fn add(x: i32) -> i32 { let y = 1; x - y }",
        "fn add(x: i32) -> i32 { let y = 1; x + y + y }",
        "fn add(x: i32) -> i32 { let y = 1; (x + y) }",
        "fn add(x: i32) { let y = 1; x + y }",
        "fn add(x: i32) -> i32 { let y = 1.0; x + y }",
        "fn add(x: i32) -> i32 { let y = 1; x + y; }",
    ],
)
def test_operators_kinds_and_structure_are_the_shape(other: str) -> None:
    """One difference each."""
    assert program_shape(other).whole != program_shape(FUNCTION).whole
    assert program_shape(other).functions != program_shape(FUNCTION).functions


def test_the_order_of_two_trees_and_their_depth_are_told_apart() -> None:
    """The list of kinds alone would be the same for these."""
    assert program_shape("fn f() { { a; } b; }").whole != program_shape("fn f() { { a; b; } }").whole


def test_strings_are_literals_whatever_they_hold() -> None:
    """Empty ones and escapes too."""
    assert program_shape('fn f() { g("") }') == program_shape('fn f() { g("a\\n{}") }')


def test_functions_are_named_one_by_one() -> None:
    """Inner ones before those around them, methods and macros too, equal ones equally."""
    program = "fn a() { fn b() {} } impl S { fn c() {} } macro_rules! m { () => {} } fn d() { fn e() {} }"
    inner, outer, method, macro, inner_again, outer_again = program_shape(program).functions

    assert (inner, outer) == (inner_again, outer_again)
    assert method == inner
    assert len({inner, outer, macro}) == 3


def test_what_the_prompt_gives_complete_is_not_listed() -> None:
    """The function that it only begins is."""
    given = "fn helper(é: u8) -> u8 { 1 + 1 }\nfn f() {"
    program = given + " helper() } fn own() {}"

    assert len(program_shape(program).functions) == 3
    assert len(program_shape(program, given=len(given)).functions) == 2
    assert program_shape(program, given=len(given)).whole == program_shape(program).whole


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "\ud800",
        "}}}}",
        "fn",
        "{" * 20_000,
        "fn a() {" * 2_000,
        "(" * 20_000,
        "impl A { fn b()" * 1_000,
        "x + " * 5_000,
    ],
)
def test_any_text_has_a_shape(text: str) -> None:
    """Deep nesting is ordinary input, and so is what is no Rust."""
    assert len(program_shape(text).whole) == 16


def test_kinds_are_known_to_the_grammar() -> None:
    """A name that the grammar does not have would leave nothing out."""
    language = parse_rust("").language
    names = [(kind, True) for kind in (*shapes._LEFT_OUT, *shapes._FUNCTIONS)]

    assert all(
        language.id_for_node_kind(*name)
        for name in [*names, *((kind, False) for kind in shapes._LEFT_OUT_TOKENS)]
    )
