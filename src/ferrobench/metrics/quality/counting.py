"""One walk over the syntax tree, which counts all that a profile holds.

A table says what concerns a count, by the kind of the node; every other node costs one look into the table. The walk is
by a cursor and remembers the kinds of the nodes around: tree-sitter finds a node's parent by searching from the root,
which is quadratic in the depth.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from ferrobench.metrics.quality.call_nodes import (
    note_arguments,
    note_flat_macro,
    note_identifier,
    note_method,
    note_path,
    note_range,
)
from ferrobench.metrics.quality.control_nodes import (
    close_body,
    close_for,
    close_if,
    close_structure,
    decide_guard,
    decide_match,
    decide_question_mark,
    decide_short_circuit,
    note_await,
    note_return,
    open_body,
    open_closure,
    open_for,
    open_if,
    open_loop,
    open_match,
    open_while,
)
from ferrobench.metrics.quality.documentation import count_public_items
from ferrobench.metrics.quality.function_nodes import (
    close_function,
    note_modifiers,
    note_parameter,
    note_signature,
    open_function,
)
from ferrobench.metrics.quality.idioms import Idiom
from ferrobench.metrics.quality.other_nodes import (
    close_index,
    note_alias,
    note_async,
    note_attribute,
    note_cast,
    note_comment,
    note_impl,
    note_let,
    note_unsafe_block,
    open_index,
)
from ferrobench.metrics.quality.reading import Reading
from ferrobench.rust_source.grammar import node_kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node, Tree

    Handler: TypeAlias = Callable[[Reading, Node], None]
    Closer: TypeAlias = Callable[[Reading], None]


def read_tree(tree: Tree, source: bytes) -> Reading:
    """Count what stands in *tree*, the one of *source*."""
    reading = Reading(source)
    kinds = node_kinds()
    known = len(kinds)
    entering, leaving, atoms = _tables()
    around = reading.around
    cursor = tree.walk()
    down, right, up = cursor.goto_first_child, cursor.goto_next_sibling, cursor.goto_parent
    open_kinds: list[int] = []
    while True:
        node = cursor.node
        assert node is not None  # a cursor always stands on one
        # Error nodes have a number of their own, far beyond the table. Nothing is counted for one: it becomes 0.
        kind = node.kind_id
        if kind >= known:
            kind = 0
        handler = entering[kind]
        if handler is not None:
            handler(reading, node)
        if not atoms[kind] and down():
            open_kinds.append(kind)
            around.append(kinds[kind])
            continue
        closer = leaving[kind]
        if closer is not None:
            closer(reading)
        while not right():
            if not up():
                return reading
            around.pop()
            closer = leaving[open_kinds.pop()]
            if closer is not None:
                closer(reading)


@lru_cache(maxsize=1)
def _tables() -> tuple[tuple[Handler | None, ...], tuple[Closer | None, ...], tuple[bool, ...]]:
    """What to do on entering a node and on leaving it, and whether to pass over what is in it, by its ``kind_id``."""
    kinds = node_kinds()
    return (
        tuple(map(_ENTERING.get, kinds)),
        tuple(map(_LEAVING.get, kinds)),
        tuple(kind in _ATOMS for kind in kinds),
    )


def _shows(idiom: Idiom) -> Handler:
    """For nodes that are an idiom whatever stands in them."""

    def note(reading: Reading, _node: Node) -> None:
        reading.idioms.add(idiom)

    return note


# In these there is nothing to count.
_ATOMS = frozenset(
    {
        "block_comment",
        "char_literal",
        "lifetime",
        "line_comment",
        "raw_string_literal",
        "scoped_identifier",
        "string_literal",
        "visibility_modifier",
    }
)

_ENTERING: dict[str, Handler] = {
    "source_file": count_public_items,
    "declaration_list": count_public_items,
    "function_item": open_function,
    "function_signature_item": note_signature,
    "parameter": note_parameter,
    "if_expression": open_if,
    "while_expression": open_while,
    "loop_expression": open_loop,
    "for_expression": open_for,
    "match_expression": open_match,
    "match_block": decide_match,
    "match_pattern": decide_guard,
    "&&": decide_short_circuit,
    "||": decide_short_circuit,
    "try_expression": decide_question_mark,
    "return_expression": note_return,
    "await_expression": note_await,
    "closure_expression": open_closure,
    "async_block": open_body,
    "gen_block": open_body,
    "const_block": open_body,
    "const_item": open_body,
    "static_item": open_body,
    "identifier": note_identifier,
    "scoped_identifier": note_path,
    "arguments": note_arguments,
    "macro_invocation": note_flat_macro,
    "field_identifier": note_method,
    "range_expression": note_range,
    "let_declaration": note_let,
    "let_condition": _shows(Idiom.IF_LET),
    "[": open_index,
    "unsafe_block": note_unsafe_block,
    "function_modifiers": note_modifiers,
    "async": note_async,
    "type_cast_expression": note_cast,
    "line_comment": note_comment,
    "block_comment": note_comment,
    "attribute_item": note_attribute,
    "impl_item": note_impl,
    "type_item": note_alias,
    "trait_item": _shows(Idiom.TRAIT_DEFINITION),
    "type_parameter": _shows(Idiom.GENERICS),
    "const_parameter": _shows(Idiom.GENERICS),
    "lifetime_parameter": _shows(Idiom.LIFETIMES),
    "abstract_type": _shows(Idiom.IMPL_TRAIT),
    "dynamic_type": _shows(Idiom.DYN_TRAIT),
    "macro_definition": _shows(Idiom.MACRO_DEFINITION),
}

_LEAVING: dict[str, Closer] = {
    "function_item": close_function,
    "if_expression": close_if,
    "while_expression": close_structure,
    "loop_expression": close_structure,
    "for_expression": close_for,
    "match_expression": close_structure,
    "closure_expression": close_body,
    "async_block": close_body,
    "gen_block": close_body,
    "const_block": close_body,
    "const_item": close_body,
    "static_item": close_body,
    "index_expression": close_index,
}
