"""Syntax trees as plain nodes: what both tree parts of CodeBLEU are computed from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from ferrobench.metrics.syntax import parse_rust

if TYPE_CHECKING:
    from collections.abc import Iterator

Point: TypeAlias = tuple[int, int]
"""A line and a byte in it, both from 0."""


@dataclass(slots=True, kw_only=True, eq=False)
class PlainNode:
    """One node of a syntax tree, tokens such as ``{`` included."""

    kind: str
    role: str | None
    """What the node is to its parent, such as ``left``: tree-sitter calls it a field."""
    named: bool
    missing: bool
    """Whether the parser only assumed it."""
    unexpected: str | None
    """How tree-sitter writes it, where it is a stretch that the parser could make nothing of."""
    span: tuple[Point, Point]
    children: list[PlainNode] = field(default_factory=list)


def plain_tree(text: str) -> list[PlainNode]:
    """Read *text* into nodes, each before those in it; the first is the root."""
    cursor = parse_rust(text).walk()
    nodes: list[PlainNode] = []
    path: list[PlainNode] = []
    while True:
        node = cursor.node
        assert node is not None  # the cursor stands on one
        plain = PlainNode(
            kind=node.type,
            role=cursor.field_name,
            named=node.is_named,
            missing=node.is_missing,
            unexpected=str(node) if node.is_error and node.child_count == 0 else None,
            span=((node.start_point[0], node.start_point[1]), (node.end_point[0], node.end_point[1])),
        )
        nodes.append(plain)
        if path:
            path[-1].children.append(plain)
        if cursor.goto_first_child():
            path.append(plain)
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return nodes
            path.pop()


def leaves(node: PlainNode, *, whole: frozenset[str]) -> Iterator[PlainNode]:
    """The tokens of *node* in order. Nodes of the kinds *whole* are one token each, whatever is in them."""
    stack = [node]
    while stack:
        node = stack.pop()
        if node.children and node.kind not in whole:
            stack.extend(reversed(node.children))
        else:
            yield node
