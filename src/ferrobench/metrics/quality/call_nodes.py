"""What is called: methods, macros and functions that are known by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.quality.idioms import COMBINATORS, FORMATTERS, PRODUCERS, RANGE_METHODS, Idiom
from ferrobench.metrics.quality.macro_calls import MARK

if TYPE_CHECKING:
    from tree_sitter import Node

    from ferrobench.metrics.quality.reading import Reading

_MARK = MARK.encode()
_CALLS = frozenset({"call_expression", "generic_function"})
_COPIES = frozenset({b"clone", b"to_owned", b"to_vec"})
_ASSERTIONS = {
    b"assert": 1,
    b"assert_eq": 1,
    b"assert_ne": 1,
    b"debug_assert": 2,
    b"debug_assert_eq": 2,
    b"debug_assert_ne": 2,
}
"""The decisions that Clippy sees in what they expand to; the second asks whether assertions are switched on."""
_PANICS = {
    b"panic": "panics",
    b"todo": "placeholders",
    b"unimplemented": "placeholders",
    b"unreachable": "unreachables",
}


def note_identifier(reading: Reading, node: Node) -> None:
    """A macro that is called, or the name of a loop in brackets."""
    if reading.around and reading.around[-1] == "call_expression":
        name = reading.text(node)
        if name.endswith(_MARK):
            _exposed_macro(reading, name)
    elif reading.indices and reading.unindexed:
        name = reading.text(node)
        if name in reading.unindexed:
            reading.unindexed.discard(name)
            reading.counts["index_loops"] += 1
            reading.idioms.add(Idiom.INDEX_LOOP)


def note_path(reading: Reading, node: Node) -> None:
    """A function or macro that is called by a path."""
    if not reading.around or reading.around[-1] not in _CALLS:
        return
    name = reading.source[max(node.start_byte, node.end_byte - 32) : node.end_byte].rpartition(b"::")[2]
    if name == b"clone":
        reading.counts["clones"] += 1
    elif name.endswith(_MARK):
        _exposed_macro(reading, name)


def note_flat_macro(reading: Reading, node: Node) -> None:
    """A macro whose arguments stay flat."""
    name = node.child_by_field_name("macro")
    if name is not None:
        _macro(reading, reading.text(name).rpartition(b"::")[2])


def note_arguments(reading: Reading, node: Node) -> None:
    """Those of a macro reach as far as the macro does."""
    if reading.called_macro:
        reading.called_macro = False
        reading.macro_end = max(reading.macro_end, node.end_byte)


def _exposed_macro(reading: Reading, name: bytes) -> None:
    reading.called_macro = True
    _macro(reading, name.removesuffix(_MARK))


def _macro(reading: Reading, name: bytes) -> None:
    if name in FORMATTERS:
        reading.idioms.add(Idiom.FORMAT_MACRO)
    elif (panic := _PANICS.get(name)) is not None:
        reading.counts[panic] += 1
    elif (decisions := _ASSERTIONS.get(name)) is not None:
        reading.decide(0, decisions)


def note_method(reading: Reading, node: Node) -> None:
    """A method that is called. The node is its name."""
    around = reading.around
    # The last two are the field expression and the call; with a turbofish, there is one more between them.
    depth = len(around)
    if depth < 2 or around[-1] != "field_expression" or around[-2] not in _CALLS:
        return
    name = reading.text(node)
    if name == b"unwrap":
        reading.counts["unwraps"] += 1
    elif name == b"expect":
        reading.counts["expects"] += 1
    elif name in _COPIES:
        reading.counts["clones"] += 1
    elif name in COMBINATORS:
        reading.idioms.add(Idiom.COMBINATOR)
    elif name in PRODUCERS:
        call = depth - 2 if around[-2] == "call_expression" else depth - 3
        if call >= 2 and around[call - 1] == "field_expression" and around[call - 2] in _CALLS:
            _chain(reading)
    if depth in reading.range_calls:
        reading.range_calls.discard(depth)
        if name in RANGE_METHODS:
            _chain(reading)


def note_range(reading: Reading, node: Node) -> None:
    """A range in parentheses, on which a method may be called."""
    around = reading.around
    if len(around) > 2 and around[-1] == "parenthesized_expression" and around[-2] == "field_expression":
        reading.range_calls.add(len(around) - 1)


def _chain(reading: Reading) -> None:
    reading.counts["iterator_chains"] += 1
    reading.idioms.add(Idiom.ITERATOR_CHAIN)
