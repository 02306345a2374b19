"""Functions in the tree: what they take and return, and how they end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ferrobench.metrics.quality.functions import OpenFunction
from ferrobench.metrics.quality.idioms import Idiom
from ferrobench.metrics.quality.macro_calls import MARK

if TYPE_CHECKING:
    from tree_sitter import Node

    from ferrobench.metrics.quality.reading import Reading

_COMMENTS = frozenset({"line_comment", "block_comment"})
_FUNCTIONS = frozenset({"function_item", "function_signature_item"})
_NO_VALUES = frozenset({"let_declaration", "empty_statement", "return_expression"})
_RESULTS = frozenset({b"Result", b"Option"})
_CONTAINERS = frozenset({b"Vec", b"String"})
_PANIC_CALL = re.compile(
    rb"(?:\w+::)*(?:panic|todo|unimplemented|unreachable)(?:\s*!|" + MARK.encode() + rb")"
)


def open_function(reading: Reading, node: Node) -> None:
    """A function with a body begins. In a macro, it is none of the text's functions, and neither are its decisions."""
    name = node.child_by_field_name("name")
    parameters = node.child_by_field_name("parameters")
    returned = last_name(reading, node.child_by_field_name("return_type"))
    body = node.child_by_field_name("body")
    last = None if body is None else _last_statement(body)
    function = OpenFunction(
        name="" if name is None else reading.text(name).decode("utf-8", "replace"),
        line=node.start_point.row + 1,
        lines=node.end_point.row - node.start_point.row + 1,
        parameters=0 if parameters is None else _count_parameters(parameters),
        returned=returned,
        diverges=last is not None and _diverges(reading, last),
    )
    reading.open.append(function)
    if node.start_byte < reading.macro_end:
        return
    reading.counts["functions"] += 1
    reading.functions.append(function)
    if returned in _RESULTS:
        reading.idioms.add(Idiom.RESULT_RETURN)
    if last is None:
        return
    if _is_return(last):
        reading.idioms.add(Idiom.FINAL_RETURN)
        reading.counts["early_returns"] -= 1  # the walk will count it with the others
    elif node.child_by_field_name("return_type") is not None and _is_value(last):
        reading.idioms.add(Idiom.TAIL_EXPRESSION)


def note_signature(reading: Reading, node: Node) -> None:
    """A function without a body."""
    if node.start_byte < reading.macro_end:
        return
    reading.counts["functions"] += 1
    if last_name(reading, node.child_by_field_name("return_type")) in _RESULTS:
        reading.idioms.add(Idiom.RESULT_RETURN)


def _count_parameters(parameters: Node) -> int:
    """Without attributes and comments; a bare type, as old trait methods may have, is a parameter."""
    passed = _COMMENTS | {"attribute_item"}
    return sum(child.type not in passed for child in parameters.named_children)


def last_name(reading: Reading, returned: Node | None) -> bytes:
    """Of ``io::Result<u8>``: ``Result``. Empty for what has no name."""
    if returned is not None and returned.type == "generic_type":
        returned = returned.child_by_field_name("type")
    if returned is not None and returned.type == "scoped_type_identifier":
        returned = returned.child_by_field_name("name")
    return reading.text(returned) if returned is not None and returned.type == "type_identifier" else b""


def _last_statement(body: Node) -> Node | None:
    statements = (child for child in reversed(body.named_children) if child.type not in _COMMENTS)
    return next(statements, None)


def _has_semicolon(statement: Node) -> bool:
    last = statement.child(statement.child_count - 1) if statement.child_count else None
    return last is not None and last.type == ";"


def _is_return(statement: Node) -> bool:
    expression = statement.child(0) if statement.type == "expression_statement" else statement
    return expression is not None and expression.type == "return_expression"


def _diverges(reading: Reading, last: Node) -> bool:
    if last.type != "expression_statement" or not _has_semicolon(last):
        return False
    return _is_return(last) or _PANIC_CALL.match(reading.source, last.start_byte, last.end_byte) is not None


def _is_value(last: Node) -> bool:
    if last.type == "expression_statement":
        return not _has_semicolon(last)
    return last.type not in _NO_VALUES and not last.type.endswith("_item")


def close_function(reading: Reading) -> None:
    """A function with a body is over."""
    reading.open.pop()


def note_parameter(reading: Reading, node: Node) -> None:
    """Parameters that are references, and to what."""
    if not reading.around or reading.around[-1] != "parameters":
        return  # a closure's
    reference = node.child_by_field_name("type")
    if reference is None or reference.type != "reference_type":
        return
    reading.idioms.add(Idiom.BORROWED_PARAMETER)
    target = reference.child_by_field_name("type")
    if target is None:
        return
    if target.type == "array_type":
        if target.child_by_field_name("length") is None:
            reading.idioms.add(Idiom.SLICE_PARAMETER)
    elif reading.text(target) == b"str":
        reading.idioms.add(Idiom.SLICE_PARAMETER)
    elif last_name(reading, target) in _CONTAINERS:
        reading.idioms.add(Idiom.CONTAINER_REFERENCE)


def note_modifiers(reading: Reading, node: Node) -> None:
    """What stands before ``fn``; a pointer to a function has modifiers too."""
    if reading.around and reading.around[-1] in _FUNCTIONS and b"unsafe" in reading.text(node).split():
        reading.counts["unsafe_functions"] += 1
        reading.idioms.add(Idiom.UNSAFE)
