"""The shape of a program: its syntax tree without names, values and punctuation.

What is left are the named nodes of tree-sitter's tree but comments, each with its kind and, where it has one, its operator:
``a + b`` and ``a - b`` differ, ``a + b`` and ``x + y`` do not. Renaming costs nothing here; the token edit distance sees it.
Macro arguments are flat token trees, and only the words in them are nodes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from ferrobench.metrics.syntax import parse_rust

_COMMENTS = frozenset({"line_comment", "block_comment"})
_OPERATED = frozenset(
    {"binary_expression", "compound_assignment_expr", "range_expression", "range_pattern", "unary_expression"}
)
_OPERATOR_STEP = 1 << 16


@dataclass(frozen=True, slots=True)
class ShapeTree:
    """A shape: its nodes in post-order, children before their parents and the root last."""

    labels: tuple[int, ...]
    """Kind and operator of each node, as a number."""
    sizes: tuple[int, ...]
    """How many nodes the subtree of each has, itself included."""


@dataclass(frozen=True, slots=True)
class _Kinds:
    """What kinds of nodes are, by their number."""

    skipped: frozenset[int]
    """Tokens and comments: no nodes here."""
    operated: frozenset[int]


@lru_cache(maxsize=1)
def _kinds() -> _Kinds:
    grammar = parse_rust("").language
    names = [(kind, grammar.node_kind_for_id(kind)) for kind in range(grammar.node_kind_count)]
    skipped = {kind for kind, name in names if name in _COMMENTS or not grammar.node_kind_is_named(kind)}
    return _Kinds(
        skipped=frozenset(skipped), operated=frozenset(kind for kind, name in names if name in _OPERATED)
    )


def shape_tree(text: str) -> ShapeTree:
    """Read the shape of *text*, which may be anything. Linear in its length."""
    kinds = _kinds()
    skipped, operated = kinds.skipped, kinds.operated
    cursor = parse_rust(text).walk()
    labels: list[int] = []
    sizes: list[int] = []
    path: list[int] = []
    """The labels of the nodes that are open, and how many nodes were finished when each began, in turn."""
    while True:
        kind = cursor.node.kind_id  # type: ignore[union-attr]  # a cursor always stands on a node
        if kind not in skipped:
            path += (kind, len(labels))
            if cursor.goto_first_child():
                continue
            _close(path, labels, sizes)
        elif path and path[-2] in operated:
            path[-2] += kind * _OPERATOR_STEP
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return ShapeTree(tuple(labels), tuple(sizes))
            _close(path, labels, sizes)


def _close(path: list[int], labels: list[int], sizes: list[int]) -> None:
    before = path.pop()
    labels.append(path.pop())
    sizes.append(len(labels) - before)


class ReferenceShape:
    """A reference's subtrees, numbered and counted, for many programs to be compared with."""

    def __init__(self, tree: ShapeTree) -> None:
        """Take *tree* as the reference."""
        self._numbers: dict[tuple[int, ...], int] = {}
        self._counts = Counter(self._subtrees(tree, learn=True))

    def similarity(self, tree: ShapeTree) -> float:
        """Dice's coefficient of the two multisets of subtrees, 0 to 1: twice what they share over what both have.

        Every node that has children stands for its subtree, and the root does in any case. Leaves do not count by
        themselves: any two programs share plenty of bare names.
        """
        found = self._subtrees(tree, learn=False)
        shared = (Counter(found) & self._counts).total()
        return 2 * shared / (len(found) + self._counts.total())

    def _subtrees(self, tree: ShapeTree, *, learn: bool) -> list[int]:
        """The numbers of the subtrees of *tree*; -1 for each that the reference does not have."""
        numbers = self._numbers
        found: list[int] = []
        open_numbers: list[int] = []
        open_sizes: list[int] = []
        for label, size in zip(tree.labels, tree.sizes, strict=True):
            shape: tuple[int, ...] = (label,)
            if size > 1:
                key = [label]
                inside = size - 1
                while inside:
                    inside -= open_sizes.pop()
                    key.append(open_numbers.pop())
                # A subtree with a stranger in it is one too: the reference knows no key with -1.
                shape = tuple(key)
            number = numbers.setdefault(shape, len(numbers)) if learn else numbers.get(shape, -1)
            open_numbers.append(number)
            open_sizes.append(size)
            if size > 1:
                found.append(number)
        return found if tree.sizes[-1] > 1 else open_numbers
