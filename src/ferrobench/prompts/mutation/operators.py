"""What a mutation does to one node of the tree: small mistakes of the kinds that people and models make.

Each operator looks at one kind of node and proposes edits. It need not know whether the result compiles: rustc says so, and
what does not compile is dropped. Operators are chosen so that few of their mutants mean the same as the original.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ferrobench.rust_source.grammar import node_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node


class Edit(NamedTuple):
    """Bytes *start* to *end* of the program become *after*."""

    operator: str
    start: int
    end: int
    after: str


Operator: TypeAlias = "Callable[[Node], Iterator[Edit]]"

COMPARISONS = {
    # The boundary moved, then the answer negated.
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "==": ("!=",),
    "!=": ("==",),
}
ARITHMETIC = {"+": ("-", "*"), "-": ("+", "*"), "*": ("+", "/"), "/": ("*", "%"), "%": ("/", "*")}
BITS = {"&": ("|",), "|": ("&",), "^": ("&", "|"), "<<": (">>",), ">>": ("<<",)}
LOGIC = {"&&": ("||",), "||": ("&&",)}
RANGES = {"..": ("..=",), "..=": ("..",)}
BINARY = {
    **{sign: ("comparison", others) for sign, others in COMPARISONS.items()},
    **{sign: ("arithmetic", others) for sign, others in ARITHMETIC.items()},
    **{sign: ("bits", others) for sign, others in BITS.items()},
    **{sign: ("logic", others) for sign, others in LOGIC.items()},
}
_PAIRS = (
    "min max", "first last", "is_some is_none", "is_ok is_err", "any all", "push_back push_front", "pop_back pop_front",
    "find rfind", "starts_with ends_with", "strip_prefix strip_suffix", "trim_start trim_end", "take skip",
    "take_while skip_while", "min_by_key max_by_key", "to_uppercase to_lowercase", "split_once rsplit_once",
    "to_ascii_uppercase to_ascii_lowercase", "is_alphabetic is_alphanumeric", "is_uppercase is_lowercase",
    "chars bytes", "sum product", "wrapping_add wrapping_sub", "checked_add checked_sub", "floor ceil",
    "count_ones count_zeros", "position rposition", "intersection union", "keys values", "union difference",
)  # fmt: skip
METHODS: dict[str, str] = {}
for _pair in _PAIRS:
    _left, _right = _pair.split()
    METHODS.setdefault(_left, _right)
    METHODS.setdefault(_right, _left)

CONVERSIONS = frozenset(
    {
        "as_bytes", "as_deref", "as_mut", "as_ref", "as_slice", "as_str", "borrow", "borrow_mut", "by_ref", "clone",
        "cloned", "collect", "copied", "expect", "into", "into_boxed_slice", "into_iter", "iter", "iter_mut", "fuse",
        "peekable", "to_owned", "to_string", "to_vec", "unwrap",
    }
)  # fmt: skip
"""Methods that change how a value is held and not what it is: without them the program means the same, or is none."""

PRINTING = frozenset({"print", "println", "eprint", "eprintln", "dbg"})
PANICKING = frozenset(
    {"panic", "unreachable", "todo", "unimplemented", "assert", "assert_eq", "assert_ne", "debug_assert"}
)
_PLAIN_CONDITIONS = frozenset(
    {"call_expression", "field_expression", "identifier", "index_expression", "macro_invocation"}
)
_INTEGER = re.compile(r"(0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+|[0-9][0-9_]*)([iu](?:8|16|32|64|128|size))?")
_FLOAT = re.compile(r"([0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]+)?)(_?f(?:32|64))?")


def operators_for(kind: str) -> tuple[Operator, ...]:
    """The operators that look at nodes of this *kind*."""
    return _TABLE.get(kind, ())


def _swap_sign(node: Node) -> Iterator[Edit]:
    sign = node.child_by_field_name("operator")
    if sign is None:
        return
    name, others = BINARY.get(sign.type, ("", ()))
    for other in others:
        yield Edit(name, sign.start_byte, sign.end_byte, other)


def _swap_assignment(node: Node) -> Iterator[Edit]:
    sign = node.child_by_field_name("operator")
    if sign is None:
        return
    name, others = BINARY.get(sign.type.removesuffix("="), ("", ()))
    for other in others:
        yield Edit(name, sign.start_byte, sign.end_byte, f"{other}=")


def _swap_range(node: Node) -> Iterator[Edit]:
    for child in node.children:
        # `..=` needs an end, and `2..` has none.
        if child.type in RANGES and child.end_byte < node.end_byte:
            for other in RANGES[child.type]:
                yield Edit("range", child.start_byte, child.end_byte, other)


def _move_integer(node: Node) -> Iterator[Edit]:
    if node.parent is not None and node.parent.type == "field_expression":
        return  # the 0 of `pair.0` is a name
    match = _INTEGER.fullmatch(node_text(node))
    if match is None:
        return
    number, suffix = (
        int(match[1].replace("_", ""), 0 if match[1][:2] in ("0x", "0o", "0b") else 10),
        match[2] or "",
    )
    yield _replace("literal", node, f"{number + 1}{suffix}")
    if number > 0:
        yield _replace("literal", node, f"{number - 1}{suffix}")


def _move_float(node: Node) -> Iterator[Edit]:
    match = _FLOAT.fullmatch(node_text(node))
    if match is None:
        return
    number, suffix = float(match[1].replace("_", "")), (match[2] or "").lstrip("_")
    for moved in (number + 1.0, number - 1.0):
        shown = f"{moved!r}{suffix}"
        yield _replace("literal", node, f"({shown})" if moved < 0 else shown)


def _flip_boolean(node: Node) -> Iterator[Edit]:
    yield _replace("literal", node, "false" if node_text(node) == "true" else "true")


def _empty_string(node: Node) -> Iterator[Edit]:
    if _is_message(node):
        return
    source = node.text or b""  # places are in bytes
    opening, closing = source.find(b'"'), source.rfind(b'"')
    if closing > opening + 1:
        yield _replace("string", node, (source[: opening + 1] + source[closing:]).decode())


def _is_message(node: Node) -> bool:
    """Whether a literal is what a panic says, or what is printed: no test of a function's value sees it."""
    around = node.parent
    if around is not None and around.type == "arguments" and around.parent is not None:
        called = around.parent.child_by_field_name("function")
        field = None if called is None else called.child_by_field_name("field")
        return field is not None and node_text(field) in ("expect", "expect_err")
    while around is not None and around.type == "token_tree":
        around = around.parent
    return around is not None and _macro_name(around) in PRINTING | PANICKING


def _macro_name(node: Node) -> str:
    """The name of the macro that is called here; empty where none is."""
    name = node.child_by_field_name("macro") if node.type == "macro_invocation" else None
    return "" if name is None else node_text(name)


def _drop_sign(node: Node) -> Iterator[Edit]:
    sign, operand = node.children[0], node.children[-1]
    if sign.type in ("!", "-"):
        yield _replace("negation", node, node_text(operand))


def _negate_condition(node: Node) -> Iterator[Edit]:
    """Negate a condition that has no sign of its own to change."""
    condition = node.child_by_field_name("condition")
    if condition is not None and condition.type in _PLAIN_CONDITIONS:
        yield _replace("condition", condition, f"!{node_text(condition)}")


def _drop_statement(node: Node) -> Iterator[Edit]:
    inner = node.named_children[0] if node.named_children else None
    if inner is not None and _macro_name(inner) not in PRINTING:
        yield _replace("return" if inner.type == "return_expression" else "statement", node, "")


def _drop_arm(node: Node) -> Iterator[Edit]:
    arms = [child for child in node.parent.named_children if child.type == "match_arm"] if node.parent else []
    if len(arms) > 1:
        yield _replace("arm", node, "")


def _drop_else(node: Node) -> Iterator[Edit]:
    """Drop the ``else`` of an ``if`` whose value nobody uses; elsewhere the program does not compile without it."""
    yield _replace("else", node, "")


def _swap_arguments(node: Node) -> Iterator[Edit]:
    arguments = node.child_by_field_name("arguments")
    given = (
        [] if arguments is None else [c for c in arguments.named_children if not c.type.endswith("comment")]
    )
    for left, right in pairwise(given):
        first, second = node_text(left), node_text(right)
        if first != second:
            between = (node.text or b"")[left.end_byte - node.start_byte : right.start_byte - node.start_byte]
            yield Edit("arguments", left.start_byte, right.end_byte, f"{second}{between.decode()}{first}")


def _change_method(node: Node) -> Iterator[Edit]:
    """Call the method's counterpart, or do without the call."""
    called = node.child_by_field_name("function")
    if called is None or called.type != "field_expression":
        return
    value, field = called.child_by_field_name("value"), called.child_by_field_name("field")
    if value is None or field is None:
        return
    name = node_text(field)
    if name in METHODS:
        yield Edit("method", field.start_byte, field.end_byte, METHODS[name])
    if name not in CONVERSIONS:
        yield Edit("call", value.end_byte, node.end_byte, "")


def _replace(operator: str, node: Node, after: str) -> Edit:
    return Edit(operator, node.start_byte, node.end_byte, after)


_TABLE: dict[str, tuple[Operator, ...]] = {
    "binary_expression": (_swap_sign,),
    "compound_assignment_expr": (_swap_assignment,),
    "range_expression": (_swap_range,),
    "range_pattern": (_swap_range,),
    "integer_literal": (_move_integer,),
    "float_literal": (_move_float,),
    "boolean_literal": (_flip_boolean,),
    "string_literal": (_empty_string,),
    "raw_string_literal": (_empty_string,),
    "unary_expression": (_drop_sign,),
    "negative_literal": (_drop_sign,),
    "if_expression": (_negate_condition,),
    "while_expression": (_negate_condition,),
    "expression_statement": (_drop_statement,),
    "match_arm": (_drop_arm,),
    "else_clause": (_drop_else,),
    "call_expression": (_swap_arguments, _change_method),
}
