"""Values of a Rust type that need no thought: what a lazy answer returns.

They need not fit: a value of the wrong type does not compile, and what does not compile proves nothing about tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

_SIGNED = frozenset({"i8", "i16", "i32", "i64", "i128", "isize"})
_UNSIGNED = frozenset({"u8", "u16", "u32", "u64", "u128", "usize"})
_NAMED = {
    "bool": ("false", "true"),
    "char": ("'a'",),
    "f32": ("0.0", "1.0", "-1.0"),
    "f64": ("0.0", "1.0", "-1.0"),
    "str": ('""', '"a"'),
    "String": ("String::new()", 'String::from("a")'),
    **dict.fromkeys(_SIGNED, ("0", "1", "-1")),
    **dict.fromkeys(_UNSIGNED, ("0", "1")),
}
_DEFAULT = "Default::default()"
_MOST_VALUES = 8
"""A type of many parts would give all combinations otherwise."""


def values_of(node: Node) -> tuple[str, ...]:
    """Some values of the type that *node* names, the plainest first. Never empty."""
    return _values(node)[:_MOST_VALUES]


def _values(node: Node) -> tuple[str, ...]:  # noqa: PLR0911 (one return per kind of type)
    text = (node.text or b"").decode()
    match node.type:
        case "primitive_type" | "type_identifier" if text in _NAMED:
            return _NAMED[text]
        case "unit_type":
            return ("()",)
        case "reference_type":
            inner = node.child_by_field_name("type")
            if inner is None or inner.type == "dynamic_type":
                return (_DEFAULT,)
            if inner.type == "array_type" and inner.child_by_field_name("length") is None:
                return ("&[]",)
            return _values(inner) if (inner.text or b"") == b"str" else (_DEFAULT,)
        case "tuple_type":
            parts = [_values(part) for part in node.named_children]
            # Every part's first value, then one part after the other in its second.
            plain = [part[0] for part in parts]
            seconds = ((place, part[1]) for place, part in enumerate(parts) if len(part) > 1)
            rows = [plain, *([*plain[:place], second, *plain[place + 1 :]] for place, second in seconds)]
            comma = "," if len(parts) == 1 else ""
            return tuple(f"({', '.join(row)}{comma})" for row in rows)
        case "array_type":
            element = node.child_by_field_name("element")
            length = node.child_by_field_name("length")
            if element is None or length is None:
                return (_DEFAULT,)
            return tuple(f"[{value}; {(length.text or b'').decode()}]" for value in _values(element)[:2])
        case "generic_type":
            return _generic(node)
        case _:
            return (_DEFAULT,)


def _generic(node: Node) -> tuple[str, ...]:
    head = node.child_by_field_name("type")
    arguments = node.child_by_field_name("type_arguments")
    name = "" if head is None else (head.text or b"").decode().rpartition("::")[2]
    types = [] if arguments is None else [n for n in arguments.named_children if n.type != "lifetime"]
    if not types:
        return (_DEFAULT,)
    inner = _values(types[0])
    match name:
        case "Option":
            return ("None", *(f"Some({value})" for value in inner))
        case "Result":
            oks = tuple(f"Ok({value})" for value in inner)
            errors = _values(types[1])[:1] if len(types) > 1 else ()
            return (*oks, *(f"Err({value})" for value in errors))
        case "Vec":
            return ("Vec::new()", *(f"vec![{value}]" for value in inner[:3]))
        case "Box" | "Rc" | "Arc" | "Cell" | "RefCell":
            return tuple(f"{name}::new({value})" for value in inner)
        case _:
            return (_DEFAULT,)
