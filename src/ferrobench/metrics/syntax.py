"""What the syntax tree of a text says: the shapes of its functions, how many there are, how branched they are.

The tree is tree-sitter's (grammar ``tree-sitter-rust`` 0.24, whose node kinds are part of these definitions).
It exists for every text, however broken, which is why :attr:`SyntaxCounts.recovered` stands beside the figures.
Whether a text *parses* is never decided here: the grammar accepts some of what rustc refuses, and the reverse.

What is written inside macros is not seen. The tree holds the arguments of ``assert!(a && b)`` and the body of a
``macro_rules!`` as flat tokens, so neither a function nor a decision in them is counted.

Everything walks with a cursor, never by recursion: a sample of 20,000 nested braces is ordinary input here.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from ferrobench.rust_source.grammar import parse_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Tree

_COMMENTS = frozenset({"line_comment", "block_comment"})

# Left out of shapes: who may call a function and how a list is punctuated is not how the function is built.
_SHAPELESS = _COMMENTS | {"visibility_modifier", ","}

_SHAPED = frozenset({"function_item", "macro_definition"})

# One decision each. The reasons, and the kinds that need a closer look, are in the docstring of count_syntax.
_DECISIONS = frozenset({"if_expression", "while_expression", "for_expression", "try_expression"})
_SHORT_CIRCUITS = frozenset({"&&", "||"})
_DECIDING_FIELDS = {
    "binary_expression": "operator",
    "match_pattern": "condition",
    "let_declaration": "alternative",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntaxCounts:
    """The functions of a text and their cyclomatic complexity. See :func:`count_syntax` for what counts."""

    functions: int
    """Every ``fn`` with a name: free, nested, in modules, impls, traits and extern blocks, with or without body."""
    bodies: int
    """Those that have a body, and so a complexity."""
    complexity_sum: int
    """Over all bodies."""
    complexity_max: int
    """Of the most branched body; 0 without one."""
    recovered: bool
    """Whether the parser had to guess: the text is no whole Rust file, and the figures are of what it made of it."""

    @property
    def complexity_mean(self) -> float:
        """The mean over the bodies; 0 without one."""
        return self.complexity_sum / self.bodies if self.bodies else 0.0


def parse_rust(source: str) -> Tree:
    """Parse *source*. Never fails: lone surrogates, which no Rust file can hold, become error nodes."""
    return parse_source(source.encode("utf-8", "surrogatepass"))


def walk(tree: Tree, *, skip: frozenset[str] = frozenset()) -> Iterator[tuple[Node, bool]]:
    """Yield every node twice, ``(node, True)`` on entering and ``(node, False)`` on leaving, in source order.

    Subtrees whose kind is in *skip* are passed over whole.
    """
    cursor = tree.walk()
    path: list[Node] = []
    node = cursor.node
    while node is not None:
        if node.type not in skip:
            yield node, True
            if cursor.goto_first_child():
                path.append(node)
                node = cursor.node
                continue
            yield node, False
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            yield path.pop(), False
        node = cursor.node


def function_shapes(source: str) -> frozenset[str]:
    """Name the shape of every function, method and macro definition in *source*.

    Two functions have the same shape if their syntax trees are equal once every identifier, type name, literal and
    lifetime is reduced to its kind. Operators and keywords stay, so ``a + b`` and ``a - b`` differ; comments,
    visibility and commas do not count. Functions nested in another one have a shape of their own and are part of
    the outer one's. Attributes stand outside of a function and are no part of it.

    Returns:
        One hexadecimal digest per distinct shape, the same on every machine for the same grammar.
    """
    shapes: set[str] = set()
    # One list of tokens per function that is still open. An inner function enters the outer one as its digest,
    # so that functions nested a thousand deep cost no more than a thousand in a row.
    open_items: list[list[str]] = [[]]
    for node, entering in walk(parse_rust(source), skip=_SHAPELESS):
        kind = node.type
        if entering:
            if kind in _SHAPED:
                open_items.append([])
            open_items[-1] += ("(", kind)
        else:
            open_items[-1].append(")")
            if kind in _SHAPED:
                tokens = open_items.pop()
                digest = sha256(" ".join(tokens).encode()).hexdigest()[:32]
                shapes.add(digest)
                open_items[-1].append(digest)
    return frozenset(shapes)


def count_syntax(tree: Tree) -> SyntaxCounts:
    """Count functions and decisions.

    The complexity of a function is McCabe's: 1 plus the number of its decisions (T. J. McCabe, "A Complexity
    Measure", IEEE Transactions on Software Engineering SE-2(4), 1976). A decision is

    - each ``if`` (``if let`` and ``else if`` too), ``while`` (``while let`` too) and ``for``;
    - each arm of a ``match`` after the first, whatever its pattern, and each ``if`` guard of an arm;
    - each ``else`` of a ``let … else``;
    - each ``?``, which either goes on or returns;
    - each ``&&`` and ``||`` between conditions, those of let chains too.

    ``loop`` is none: nothing is decided at its head, and the ``if``, ``match`` or ``?`` that leaves it is counted.
    Decisions in a closure belong to the function around it; those in a nested function to that function alone;
    those outside of any function (constants, statics) to none.
    """
    functions = 0
    finished: list[int] = []
    open_functions: list[int] = []
    for node, entering in walk(tree, skip=_COMMENTS):
        kind = node.type
        if kind == "function_item":
            if entering:
                functions += 1
                open_functions.append(1)
            else:
                finished.append(open_functions.pop())
        elif not entering:
            continue
        elif kind == "function_signature_item":
            functions += 1
        elif open_functions:
            open_functions[-1] += _decisions(node, kind)
    return SyntaxCounts(
        functions=functions,
        bodies=len(finished),
        complexity_sum=sum(finished),
        complexity_max=max(finished, default=0),
        recovered=tree.root_node.has_error,
    )


def _decisions(node: Node, kind: str) -> int:
    """How many decisions *node* itself makes, those of its children not included.

    Looks only downwards: tree-sitter finds a parent by searching from the root, which is quadratic in the depth.
    """
    if kind in _DECISIONS:
        return 1
    if kind == "match_block":
        return max(0, sum(child.type == "match_arm" for child in node.children) - 1)
    if kind == "let_chain":
        return sum(child.type in _SHORT_CIRCUITS for child in node.children)
    field = _DECIDING_FIELDS.get(kind)
    decider = None if field is None else node.child_by_field_name(field)
    if decider is None or (kind == "binary_expression" and decider.type not in _SHORT_CIRCUITS):
        return 0
    return 1
