"""Tree edit distance: a published example, two libraries' figures, and what a distance must hold to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics.similarity.shapes import ShapeTree, shape_tree
from ferrobench.metrics.similarity.tree_edit.distance import MOST_NODES, Shape, tree_distance, tree_similarity

RECORDED = Path(__file__).parents[3] / "fixtures" / "tree_edit" / "distances.json"
NESTED = st.recursive(
    st.tuples(st.integers(0, 3), st.just([])),
    lambda inner: st.tuples(st.integers(0, 3), st.lists(inner, max_size=4)),
    max_leaves=12,
)


def shape(nested: Any) -> Shape:
    """The tree that is written as a label and its children."""
    labels: list[int] = []
    sizes: list[int] = []

    def add(label: int, children: list[Any]) -> None:
        before = len(labels)
        for child in children:
            add(*child)
        labels.append(label)
        sizes.append(len(labels) - before)

    add(*nested)
    return Shape(ShapeTree(tuple(labels), tuple(sizes)))


def distance(one: Shape, other: Shape) -> int:
    """The distance of two trees that are small enough to have one."""
    found = tree_distance(one, other)
    assert found is not None
    return found


def test_the_example_of_zhang_and_shasha() -> None:
    """Taking c out and putting it back elsewhere makes one tree of their figure into the other."""
    a, b, c, d, e, f = range(6)
    one = shape((f, [(d, [(a, []), (c, [(b, [])])]), (e, [])]))
    other = shape((f, [(c, [(d, [(a, []), (b, [])])]), (e, [])]))

    assert distance(one, other) == 2


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("fn f() { a }", "fn g() { b }", 0),
        ("fn f() { a + b }", "fn f() { a - b }", 1),
        ("fn f() { a }", "fn f() { a + b }", 2),
        ("", "fn f() { a }", 5),
    ],
)
def test_distances_of_programs_worked_by_hand(one: str, other: str, expected: int) -> None:
    """Names are free, an operator is a label, an operation is a node and its second side another."""
    assert distance(Shape(shape_tree(one)), Shape(shape_tree(other))) == expected


def test_distances_equal_what_zss_and_apted_say() -> None:
    """On eighty recorded pairs, bushy ones and deep ones."""
    for one, other, expected in json.loads(RECORDED.read_text()):
        assert distance(shape(one), shape(other)) == expected


@given(NESTED, NESTED, NESTED)
def test_it_is_a_distance(one: Any, between: Any, other: Any) -> None:
    """Symmetric, 0 for equals only, and no detour is shorter."""
    first, middle, last = shape(one), shape(between), shape(other)

    assert distance(first, last) == distance(last, first)
    assert (distance(first, last) == 0) == (first.tree == last.tree)
    assert distance(first, last) <= distance(first, middle) + distance(middle, last)
    assert abs(first.nodes - last.nodes) <= distance(first, last) <= first.nodes + last.nodes


@given(NESTED, NESTED)
def test_the_mirror_images_are_as_far_apart(one: Any, other: Any) -> None:
    """Whichever side the trees are taken apart from."""

    def mirrored(nested: Any) -> Any:
        return nested[0], [mirrored(child) for child in reversed(nested[1])]

    assert distance(shape(one), shape(other)) == distance(shape(mirrored(one)), shape(mirrored(other)))


def test_similarity_is_over_the_larger_tree_and_never_negative() -> None:
    """Two of eight nodes are changed; a chain and a fan of the same size differ by more than that size."""
    small, large = Shape(shape_tree("fn f() { a }")), Shape(shape_tree("fn f() { a + b }"))
    assert tree_similarity(small, large, distance(small, large)) == pytest.approx(6 / 8)

    chain = shape((0, [(0, [(0, [(0, [(0, [])])])])]))
    fan = shape((1, [(1, []), (1, []), (1, []), (1, [])]))
    assert tree_similarity(chain, fan, distance(chain, fan)) == 0.0


def test_large_trees_have_no_distance() -> None:
    """Beyond the limit something else stands in; at it, nothing does."""
    fan = shape((0, [(1, [])] * (MOST_NODES - 1)))
    larger = shape((0, [(1, [])] * MOST_NODES))

    assert tree_distance(fan, fan) == 0
    assert tree_distance(fan, larger) is None


def test_trees_that_branch_awkwardly_have_no_distance_either() -> None:
    """A path that turns left and right by turns is dear from both sides."""
    nested: Any = (0, [])
    for level in range((MOST_NODES - 1) // 2):
        nested = (0, [(1, []), nested] if level % 2 else [nested, (1, [])])
    zigzag = shape(nested)

    assert zigzag.nodes <= MOST_NODES
    assert tree_distance(zigzag, zigzag) is None
