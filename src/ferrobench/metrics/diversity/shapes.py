"""Programs as the shapes of their syntax trees: how they are built, whatever they call things."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from ferrobench.metrics.syntax import parse_rust

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

# A literal is its quotes.
_LEFT_OUT = ("line_comment", "block_comment", "visibility_modifier", "string_content", "escape_sequence")
_LEFT_OUT_TOKENS = (",",)
_FUNCTIONS = ("function_item", "macro_definition")
_NODE_END = 0
_FUNCTION_END = -1


@dataclass(frozen=True, slots=True)
class _Mark:
    """Stands among the nodes to be looked into, and looks like one, so that what is frequent needs no question."""

    kind_id: int
    children: list[Node] = field(default_factory=list)
    end_byte: int = 0


_NODE_IS_OVER = _Mark(_NODE_END)
_FUNCTION_IS_OVER = _Mark(_FUNCTION_END)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramShape:
    """The shape of a program and of the functions in it. Two are equal if and only if the shapes are."""

    whole: bytes
    functions: tuple[bytes, ...]
    """One for each function, method and macro definition, inner ones before the one that they stand in."""


def program_shape(program: str, *, given: int = 0) -> ProgramShape:
    """Name the shape of *program* and of its functions.

    Two shapes are equal if the syntax trees are equal once every name, type name, literal and lifetime is reduced to its
    kind. Operators and keywords stay; comments, visibility and commas do not count. What stands in macros is tokens.

    Args:
        program: Any text. Where it is no Rust, the shape is of what the parser made of it.
        given: Functions that end within the first so many characters are not listed.
    """
    root = parse_rust(program).root_node
    left_out, functions = _kinds()
    special = left_out | functions | {_FUNCTION_END}
    given_bytes = len(program[:given].encode("utf-8", "surrogatepass"))
    shape: list[int] = []
    found: list[bytes] = []
    # Where the functions that are open begin in `shape`, and where they end in the text.
    opened: list[tuple[int, int]] = []
    stack: list[Node | _Mark] = [root]
    while stack:
        node = stack.pop()
        kind = node.kind_id
        if kind in special:
            if kind in left_out:
                continue
            if kind == _FUNCTION_END:
                start, end = opened.pop()
                name = _name(shape[start:])
                # The function enters the one around it by its name: nesting costs no more than standing in a row.
                shape[start:] = array("i", name)
                if end > given_bytes:
                    found.append(name)
                continue
            opened.append((len(shape), node.end_byte))
            stack.append(_FUNCTION_IS_OVER)
        children = node.children
        if children:
            shape.append(-kind)
            stack.append(_NODE_IS_OVER)
            children.reverse()
            stack += children
        else:
            shape.append(kind)
    return ProgramShape(whole=_name(shape), functions=tuple(found))


def _name(shape: Sequence[int]) -> bytes:
    return blake2b(array("i", shape), digest_size=16).digest()


@lru_cache(maxsize=1)
def _kinds() -> tuple[frozenset[int], frozenset[int]]:
    """What is left out, and what is a function, by the grammar's numbers."""
    language = parse_rust("").language

    def numbers(kinds: Sequence[str], *, named: bool = True) -> frozenset[int]:
        return frozenset(language.id_for_node_kind(kind, named) or _NODE_END for kind in kinds)

    return numbers(_LEFT_OUT) | numbers(_LEFT_OUT_TOKENS, named=False), numbers(_FUNCTIONS)
