"""The data-flow part of CodeBLEU: where the values of variables come from (Ren et al. 2020, section 3.3).

An edge says of one token which others its value comes from, or is computed from. Variables are numbered by first
appearance, so that names do not matter; then the reference's edges are looked for among the candidate's.

The rules are those by which codebleu 0.7.0 reads Rust, found by watching it, and they see little:

- of a function, only the name and what follows it (generic parameters if there are any, else the parameters): every token
  there that is no keyword or punctuation flows into the name, types too. Before a name that ``pub`` or ``async`` stands in
  front of, it looks one token too early, and finds no edge. Bodies are not looked at;
- ``let`` makes no edges; assignments and the like of ``+=`` do, from each token of the right side to each of the left;
- branches and loops count where they stand outside of functions: in statics and constants, and in what broken code is to
  the parser. Loops are gone through twice, so that what flows around is seen.

Columns are bytes to the parser, and characters to the package: behind a letter outside of ASCII, tokens are read from the
wrong place in their line.

Where a token has several sources, the package holds their names in a set, whose order changes from one process to the next
(`PYTHONHASHSEED`), and its figure with it, if rarely. Here they are in the order of the text.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ferrobench.metrics.similarity.codebleu.tree import leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ferrobench.metrics.similarity.codebleu.tree import PlainNode

_WHOLE = frozenset({"string_literal"})
_ASSIGNMENTS = frozenset({"assignment_expression", "compound_assignment_expr"})
_BRANCHES = frozenset({"if_expression", "match_expression"})
_LOOPS = {"for_expression": 1, "while_expression": 2, "loop_expression": 2}
"""How often the children of a loop are gone through."""

DEEPEST = 300
"""Nesting outside of functions beyond which a text has no data flow. The package ends likewise, at Python's own limit."""
MOST_STEPS = 200_000
"""Likewise for the work: a loop in a loop in a loop is gone through eight times, and so on."""

_COMES = "comesFrom"
_COMPUTED = "computedFrom"

Sources: TypeAlias = dict[str, tuple[int, ...]]
"""Which tokens gave a name its value, last that we know."""
Item: TypeAlias = tuple[int, str, tuple[int, ...]]
"""An edge with numbers for names."""


@dataclass(frozen=True, slots=True)
class _Edge:
    name: str
    token: int
    relation: str
    parents: tuple[str, ...]
    parent_tokens: tuple[int, ...]


class _NoDataflowError(Exception):
    """The text is not built as the rules expect it, or beyond what is gone through."""


def dataflow_match(reference: Sequence[Item], candidate: Sequence[Item]) -> float:
    """The share of the edges of *reference* that *candidate* has, 0 to 1; 0 where there are none."""
    if not reference:
        return 0.0
    return (Counter(reference) & Counter(candidate)).total() / len(reference)


def dataflow(text: str, root: PlainNode) -> list[Item]:
    """The edges of *text*, whose syntax tree is *root*, with variables numbered by first appearance."""
    try:
        edges = _Walk(text, root).edges_of(root)
    except _NoDataflowError:
        return []
    return _normalise(_merge_tokens(_connected(edges)))


class _Walk:
    def __init__(self, text: str, root: PlainNode) -> None:
        lines = text.split("\n")
        self._tokens = {
            leaf.span: (number, _token_text(leaf, lines))
            for number, leaf in enumerate(leaves(root, whole=_WHOLE))
        }
        self._edges: list[_Edge] = []
        self._steps = MOST_STEPS
        self._depth = 0

    def edges_of(self, root: PlainNode) -> list[_Edge]:
        self._visit(root, {})
        return self._edges

    def _visit(self, node: PlainNode, sources: Sources) -> None:
        """Add the edges of *node*, and to *sources* what is assigned in it."""
        self._pay(1)
        self._depth += 1
        if self._depth > DEEPEST:
            raise _NoDataflowError
        kind = node.kind
        if not node.children or kind in _WHOLE:
            self._visit_token(node, sources)
        elif kind == "function_item":
            self._visit_function(node, sources)
        elif kind in _ASSIGNMENTS:
            self._visit_assignment(node, sources)
        elif kind in _BRANCHES:
            self._visit_branches(node, sources)
        else:
            before = len(self._edges)
            for _ in range(_LOOPS.get(kind, 1)):
                for child in node.children:
                    self._visit(child, sources)
            if kind in _LOOPS:
                self._pay(len(self._edges) - before)
                self._edges[before:] = _merge_loop(self._edges[before:])
        self._depth -= 1

    def _visit_token(self, node: PlainNode, sources: Sources) -> None:
        number, name = self._tokens[node.span]
        if node.kind == name:  # a keyword or punctuation
            return
        if name in sources:
            self._edges.append(_Edge(name, number, _COMES, (name,), sources[name]))
            return
        if node.kind == "identifier":
            sources[name] = (number,)
        self._edges.append(_Edge(name, number, _COMES, (), ()))

    def _visit_function(self, node: PlainNode, sources: Sources) -> None:
        if len(node.children) < 3:
            raise _NoDataflowError
        _, name, value = node.children[:3]
        self._visit(value, sources)
        self._connect(name, value, _COMES, sources)

    def _visit_assignment(self, node: PlainNode, sources: Sources) -> None:
        sides = {child.role: child for child in node.children}
        if "left" not in sides or "right" not in sides:
            raise _NoDataflowError
        self._visit(sides["right"], sources)
        self._connect(sides["left"], sides["right"], _COMPUTED, sources)

    def _connect(self, target: PlainNode, source: PlainNode, relation: str, sources: Sources) -> None:
        from_tokens = self._variables(source)
        for number, name in self._variables(target):
            self._pay(len(from_tokens))
            self._edges += [_Edge(name, number, relation, (other,), (token,)) for token, other in from_tokens]
            sources[name] = (number,)

    def _visit_branches(self, node: PlainNode, sources: Sources) -> None:
        """Go through what always happens in one row, and from the first branch inside on through each alone.

        An ``else`` says that one of them happens; without it, what was before remains possible.
        """
        before = dict(sources)
        outcomes = []
        branched = has_else = False
        for child in node.children:
            has_else = has_else or "else" in child.kind
            branched = branched or child.kind in _BRANCHES
            if branched:
                outcome = dict(before)
                self._pay(len(outcome))
                self._visit(child, outcome)
                outcomes.append(outcome)
            else:
                self._visit(child, sources)
        outcomes.append(dict(sources))
        if not has_else:
            outcomes.append(before)
        merged: dict[str, set[int]] = {}
        for outcome in outcomes:
            self._pay(len(outcome))
            for name, tokens in outcome.items():
                merged.setdefault(name, set()).update(tokens)
        sources.clear()
        sources.update((name, tuple(sorted(tokens))) for name, tokens in merged.items())

    def _variables(self, node: PlainNode) -> list[tuple[int, str]]:
        """The tokens of *node* that are no keywords or punctuation."""
        found = [(leaf.kind, self._tokens[leaf.span]) for leaf in leaves(node, whole=_WHOLE)]
        self._pay(len(found))
        return [token for kind, token in found if kind != token[1]]

    def _pay(self, steps: int) -> None:
        self._steps -= steps
        if self._steps < 0:
            raise _NoDataflowError


def _token_text(leaf: PlainNode, lines: Sequence[str]) -> str:
    (first, start), (last, end) = leaf.span
    if first == last:
        return lines[first][start:end]
    return "".join([lines[first][start:], *lines[first + 1 : last], lines[last][:end]])


def _merge_loop(edges: Iterable[_Edge]) -> list[_Edge]:
    """One edge for what a loop gave several times, with all its sources."""
    merged: dict[tuple[str, int, str], _Edge] = {}
    for edge in edges:
        key = (edge.name, edge.token, edge.relation)
        merged[key] = _joined(merged[key], edge) if key in merged else edge
    return list(merged.values())


def _joined(one: _Edge, other: _Edge) -> _Edge:
    parents = tuple(dict.fromkeys(one.parents + other.parents))
    tokens = tuple(sorted({*one.parent_tokens, *other.parent_tokens}))
    return _Edge(other.name, other.token, other.relation, parents, tokens)


def _connected(edges: Iterable[_Edge]) -> list[_Edge]:
    """The edges of tokens that something flows into or out of, in the order of the text."""
    ordered = sorted(edges, key=lambda edge: edge.token)
    flowing = {edge.token for edge in ordered if edge.parent_tokens}
    flowing.update(token for edge in ordered for token in edge.parent_tokens)
    return [edge for edge in ordered if edge.token in flowing]


def _merge_tokens(edges: Iterable[_Edge]) -> Iterable[_Edge]:
    """One edge for each token, with all its sources, and related to them as its last one was."""
    merged: dict[int, _Edge] = {}
    for edge in edges:
        merged[edge.token] = _joined(merged[edge.token], edge) if edge.token in merged else edge
    return merged.values()


def _normalise(edges: Iterable[_Edge]) -> list[Item]:
    numbers: dict[str, int] = {}
    found = []
    for edge in edges:
        parents = tuple(numbers.setdefault(name, len(numbers)) for name in edge.parents)
        found.append((numbers.setdefault(edge.name, len(numbers)), edge.relation, parents))
    return found
