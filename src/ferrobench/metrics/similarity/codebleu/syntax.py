"""The syntax part of CodeBLEU: how many of the reference's subtrees the candidate has (Ren et al. 2020, section 3.2).

A subtree is a node with children. Two are equal if tree-sitter would write them alike: kinds and fields of all that is
named in them, names and values left out. Operators are not named, so ``a + b`` and ``a - b`` are equal, as are ``if`` with
and without blocks of the same kinds. As in codebleu 0.7.0, each subtree of the reference asks for itself whether the
candidate has one like it somewhere: one `for` of the candidate answers for all of the reference's.

Equality is decided by numbering the shapes from the leaves up, not by writing them: written subtrees of nested code are
quadratic in length. The package was made for the grammar tree-sitter-rust 0.21; the kinds that 0.24 has renamed or put in
between are told as 0.21 told them. What 0.21 could not read at all (async closures, ``gen`` blocks, ``&raw``, patterns
like ``..=5``, ``safe fn``, ``use<…>``) is an error in its trees and none in ours: there, and around broken code that the
two mend differently, figures may differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.metrics.similarity.codebleu.tree import PlainNode

Entry: TypeAlias = tuple[str | None, int]
"""A named child: its field, and the number of its shape."""

_WITHOUT_FIELDS = frozenset({"range_pattern"})
_PARAMETERS = frozenset({"type_parameter", "lifetime_parameter"})


def syntax_match(reference: Sequence[PlainNode], candidate: Sequence[PlainNode]) -> float:
    """The share of the subtrees of *reference* that *candidate* has, 0 to 1. Both are as :func:`plain_tree` reads them."""
    shapes = _Shapes()
    wanted = shapes.subtrees(reference)
    present = frozenset(shapes.subtrees(candidate))
    return sum(shape in present for shape in wanted) / len(wanted)


class _Shapes:
    """Numbers for shapes, the same for equal ones."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, tuple[Entry, ...]], int] = {}

    def subtrees(self, nodes: Sequence[PlainNode]) -> list[int]:
        """The shapes of the root and of all nodes with children."""
        found: list[int] = []
        entries: dict[PlainNode, list[Entry]] = {}
        for node in reversed(nodes):  # children before parents
            children = [entry for child in node.children for entry in entries.pop(child)]
            if node.kind in _PARAMETERS:
                entries[node] = self._parameter(node, children, found)
                continue
            if node.kind in _WITHOUT_FIELDS:
                children = [(None, shape) for _, shape in children]
            shape = self._number(node.unexpected or node.kind, children, missing=node.missing)
            if node.children or node is nodes[0]:
                found.append(shape)
            entries[node] = [(node.role, shape)] if node.named or node.missing else []
        return found

    def _number(self, kind: str, children: Sequence[Entry], *, missing: bool = False) -> int:
        key = (f"MISSING {kind}" if missing else kind, tuple(children))
        return self._numbers.setdefault(key, len(self._numbers))

    def _parameter(self, node: PlainNode, children: list[Entry], found: list[int]) -> list[Entry]:
        """A generic parameter as 0.21 told it.

        It had no node for one without bounds and default, which stood there bare; one with bounds was a
        ``constrained_type_parameter``, and one with a default an ``optional_type_parameter``, around the other if need be.
        """
        roles = {child.role for child in node.children}
        if "bounds" in roles:
            inner = [
                ("left" if name == "name" else name, shape)
                for name, shape in children
                if name != "default_type"
            ]
            constrained = self._number("constrained_type_parameter", inner)
            found.append(constrained)
            children = [("name", constrained), *(child for child in children if child[0] == "default_type")]
        if "default_type" in roles:
            optional = self._number("optional_type_parameter", children)
            found.append(optional)
            return [(node.role, optional)]
        return [(None if name == "name" else name, shape) for name, shape in children]
