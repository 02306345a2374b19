"""Shapes of programs, and how many subtrees they share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics.similarity.shapes import ReferenceShape, shape_tree

PIECES = [
    "fn f() {",
    "}",
    "(",
    ")",
    "a",
    " + ",
    " - ",
    "let x = 1;",
    "if a { b } else { c }",
    "// c\n",
    "'",
    '"',
    "match",
    "\0",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def likeness(reference: str, text: str) -> float:
    """The structural similarity of two texts."""
    return ReferenceShape(shape_tree(reference)).similarity(shape_tree(text))


def test_a_tree_is_its_named_nodes_children_first() -> None:
    """The six of ``fn f() { a }``: name, parameters, the body's name, the body, the function, the file."""
    assert shape_tree("fn f() { a }").sizes == (1, 1, 1, 2, 5, 6)


@pytest.mark.parametrize(
    ("reference", "text", "expected"),
    [
        # Other names, layout and comments: the same shape.
        ("fn f() { a }", "fn long_name( )\n{\n  /* why */ b // not\n}", 1.0),
        # Body, function and file are three subtrees, and with an operation in between they are four others.
        ("fn f() { a }", "fn f() { a + b }", 0.0),
        # Of three and five subtrees, one body and one function are shared.
        ("fn f() { a }", "fn f() { a } fn g() { b }", 0.5),
        ("", "", 1.0),
        ("", "fn f() { a }", 0.0),
    ],
)
def test_similarities_worked_by_hand(reference: str, text: str, expected: float) -> None:
    """Dice's coefficient over subtrees with children."""
    assert likeness(reference, text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a + b", "a - b"),
        ("-a", "!a"),
        ("a += b", "a -= b"),
        ("a..b", "a..=b"),
        ("if a { b }", "while a { b }"),
    ],
)
def test_another_operator_is_another_shape(one: str, other: str) -> None:
    """Operators say what is computed, names do not."""
    assert likeness(f"fn f() {{ {one} }}", f"fn f() {{ {other} }}") < 1.0
    assert likeness(f"fn f() {{ {one} }}", f"fn f() {{ {one.replace('a', 'x')} }}") == 1.0


@given(TEXTS, TEXTS)
def test_similarity_is_a_symmetric_share_and_1_for_equals(one: str, other: str) -> None:
    """Whatever the texts are."""
    assert 0.0 <= likeness(one, other) <= 1.0
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) == 1.0


def test_deep_nesting_is_ordinary_input() -> None:
    """20,000 open braces are what a collapsed model writes."""
    tree = shape_tree("fn f() {" + "{" * 20_000)

    assert ReferenceShape(tree).similarity(tree) == 1.0
