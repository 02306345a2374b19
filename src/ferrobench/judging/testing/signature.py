"""Which functions can be called from another process, and how their types are spelled there.

A function can be called remotely if all that it takes and gives is plain data: numbers, text, and standard collections of
these, behind shared borrows or, for arguments, mutable ones. What has code or identity (traits, closures, generics, types of
the sample's own) stays where it is, and such functions are reached through probes or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.rust_source.grammar import node_text, parse_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

_PLAIN = frozenset(
    {
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64", "bool", "char",
    }
)  # fmt: skip

# Standard types that can be sent, by their last name: where each lies, and how many types it is made of.
_STANDARD: dict[str, tuple[str, tuple[int, ...]]] = {
    "String": ("::std::string::String", (0,)),
    "Vec": ("::std::vec::Vec", (1,)),
    "Option": ("::std::option::Option", (1,)),
    "Result": ("::std::result::Result", (2,)),
    "Box": ("::std::boxed::Box", (1,)),
    "Rc": ("::std::rc::Rc", (1,)),
    "Arc": ("::std::sync::Arc", (1,)),
    "VecDeque": ("::std::collections::VecDeque", (1,)),
    "LinkedList": ("::std::collections::LinkedList", (1,)),
    "BTreeSet": ("::std::collections::BTreeSet", (1,)),
    "BinaryHeap": ("::std::collections::BinaryHeap", (1,)),
    "HashSet": ("::std::collections::HashSet", (1,)),
    "HashMap": ("::std::collections::HashMap", (2,)),
    "BTreeMap": ("::std::collections::BTreeMap", (2,)),
    "Ordering": ("::std::cmp::Ordering", (0,)),
    "Duration": ("::std::time::Duration", (0,)),
}
_POINTERS = frozenset({"Box", "Rc", "Arc"})
_MOST_IN_TUPLE = 8
_DEEPEST_TYPE = 16


class UnsendableError(Exception):
    """A function cannot be called from another process; the message says what is in the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One argument of a function."""

    text: str
    """Its type, as the prompt spells it."""
    owned: str
    """The type of a value that the sample's process can hold and lend, with full paths."""
    lend: str
    """What stands before the value where it is handed over: nothing, ``&`` or ``&mut ``."""
    slice: bool
    """Whether the function sees a slice, whose length it cannot change."""

    @property
    def returns(self) -> bool:
        """Whether what the function did to it must be sent back."""
        return self.lend == "&mut "


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A function that can be called remotely."""

    name: str
    lifetimes: str
    """Its lifetime parameters with their brackets, or nothing."""
    parameters: tuple[Parameter, ...]
    result_text: str
    """As the prompt spells it; empty where nothing is returned."""
    result: str
    """With full paths; what is borrowed lives for ever."""
    result_in_place: str
    """Likewise, but with borrows as the compiler finds them."""
    unsafe: bool


@dataclass(frozen=True, slots=True)
class _Lowered:
    """A type with full paths."""

    static: str
    """With all borrows living for ever."""
    inferred: str
    """With all lifetimes left to the compiler."""


def signatures(source: str) -> dict[str, Signature | UnsendableError]:
    """Read the functions at the top level of *source*: of each its signature, or why it has none that can be sent.

    Of several with one name, the last one counts.
    """
    root = parse_source(source.encode("utf-8", "surrogatepass")).root_node
    aliases = {
        node_text(name): value
        for node in root.named_children
        if node.type == "type_item"
        and node.child_by_field_name("type_parameters") is None
        and (name := node.child_by_field_name("name")) is not None
        and (value := node.child_by_field_name("type")) is not None
    }
    own = {
        node_text(name)
        for node in root.named_children
        if node.type in {"struct_item", "enum_item", "union_item", "trait_item"}
        and (name := node.child_by_field_name("name")) is not None
    }
    reader = _Reader(aliases, frozenset(own))
    found: dict[str, Signature | UnsendableError] = {}
    for node in functions(root):
        name = node.child_by_field_name("name")
        assert name is not None  # the grammar gives every function one
        try:
            found[node_text(name)] = reader.signature(node)
        except UnsendableError as error:
            found[node_text(name)] = error
    return found


def functions(root: Node) -> Iterator[Node]:
    """The functions at the top level, with or without a body."""
    for node in root.named_children:
        if node.type in {"function_item", "function_signature_item"}:
            yield node


class _Reader:
    """Reads the types of one file."""

    def __init__(self, aliases: Mapping[str, Node], own: frozenset[str]) -> None:
        self._aliases = aliases
        self._own = own

    def signature(self, node: Node) -> Signature:
        name = node.child_by_field_name("name")
        parameters = node.child_by_field_name("parameters")
        assert name is not None and parameters is not None
        result = node.child_by_field_name("return_type")
        lowered = None if result is None else self._lower(result)
        return Signature(
            name=node_text(name),
            lifetimes=self._lifetimes(node),
            parameters=tuple(self._parameters(parameters)),
            result_text="" if result is None else node_text(result),
            result="()" if lowered is None else lowered.static,
            result_in_place="()" if lowered is None else lowered.inferred,
            unsafe=self._qualifiers(node),
        )

    def _qualifiers(self, node: Node) -> bool:
        """Whether the function is unsafe; those that cannot simply be called are refused."""
        words = [node_text(child).split() for child in node.children if child.type == "function_modifiers"]
        found = {word for group in words for word in group}
        for word in ("async", "extern"):
            if word in found:
                raise UnsendableError(f"it is an {word} function")
        return "unsafe" in found

    def _lifetimes(self, node: Node) -> str:
        if any(child.type == "where_clause" for child in node.named_children):
            raise UnsendableError("it has a where clause")
        generics = node.child_by_field_name("type_parameters")
        if generics is None:
            return ""
        for child in generics.named_children:
            if child.type not in {"lifetime", "lifetime_parameter"}:
                raise UnsendableError(f"it is generic over {node_text(child)}")
        return node_text(generics)

    def _parameters(self, node: Node) -> Iterator[Parameter]:
        for child in node.named_children:
            if child.type == "self_parameter":
                raise UnsendableError("it is a method")
            if child.type != "parameter":
                if child.type.endswith("comment") or child.type == "attribute_item":
                    continue
                raise UnsendableError(f"its parameter {node_text(child)} has no plain type")
            of = child.child_by_field_name("type")
            if of is None:
                raise UnsendableError(f"its parameter {node_text(child)} has no type")
            yield self._parameter(of)

    def _parameter(self, node: Node) -> Parameter:
        node = self._resolve(node)
        text = node_text(node)
        if node.type != "reference_type" or _lives_for_ever(node):
            return Parameter(text=text, owned=self._lower(node).static, lend="", slice=False)
        inner = self._resolve(_field(node, "type"))
        mutable = any(child.type == "mutable_specifier" for child in node.children)
        lend = "&mut " if mutable else "&"
        if inner.type == "array_type" and inner.child_by_field_name("length") is None:
            element = self._lower(_field(inner, "element")).static
            return Parameter(text=text, owned=f"::std::vec::Vec<{element}>", lend=lend, slice=True)
        if node_text(inner) == "str":
            if mutable:
                raise UnsendableError("it changes a str")
            return Parameter(text=text, owned="::std::string::String", lend=lend, slice=False)
        return Parameter(text=text, owned=self._lower(inner).static, lend=lend, slice=False)

    def _resolve(self, node: Node, depth: int = 0) -> Node:
        """Look through names that the prompt itself gives to types."""
        if node.type == "type_identifier" and depth < _DEEPEST_TYPE and node_text(node) in self._aliases:
            return self._resolve(self._aliases[node_text(node)], depth + 1)
        return node

    def _lower(self, node: Node, depth: int = 0) -> _Lowered:
        node = self._resolve(node)
        text = node_text(node)
        if depth > _DEEPEST_TYPE:
            raise UnsendableError("its types are nested too deeply")
        match node.type:
            case "primitive_type" if text in _PLAIN:
                return _Lowered(text, text)
            case "unit_type":
                return _Lowered("()", "()")
            case "tuple_type":
                parts = [self._lower(child, depth + 1) for child in node.named_children]
                if len(parts) > _MOST_IN_TUPLE:
                    raise UnsendableError(f"a tuple has more than {_MOST_IN_TUPLE} fields")
                return _Lowered(
                    f"({''.join(f'{part.static},' for part in parts)})",
                    f"({''.join(f'{part.inferred},' for part in parts)})",
                )
            case "array_type":
                return self._lower_array(node, depth)
            case "reference_type":
                return self._lower_reference(node, depth)
            case "type_identifier" | "scoped_type_identifier" | "generic_type":
                return self._lower_named(node, depth)
            case _:
                raise UnsendableError(f"{text} cannot be sent")

    def _lower_array(self, node: Node, depth: int) -> _Lowered:
        length = node.child_by_field_name("length")
        if length is None or length.type != "integer_literal":
            raise UnsendableError(f"{node_text(node)} has no known length")
        element = self._lower(_field(node, "element"), depth + 1)
        return _Lowered(
            f"[{element.static}; {node_text(length)}]", f"[{element.inferred}; {node_text(length)}]"
        )

    def _lower_reference(self, node: Node, depth: int) -> _Lowered:
        if any(child.type == "mutable_specifier" for child in node.children):
            raise UnsendableError(f"{node_text(node)} lends something to be changed later")
        inner = self._resolve(_field(node, "type"))
        if node_text(inner) == "str":
            return _Lowered("&'static str", "&str")
        if inner.type == "array_type" and inner.child_by_field_name("length") is None:
            element = self._lower(_field(inner, "element"), depth + 1)
            return _Lowered(f"&'static [{element.static}]", f"&[{element.inferred}]")
        lowered = self._lower(inner, depth + 1)
        return _Lowered(f"&'static {lowered.static}", f"&{lowered.inferred}")

    def _lower_named(self, node: Node, depth: int) -> _Lowered:
        name, arguments = node, []
        if node.type == "generic_type":
            name = _field(node, "type")
            arguments = list(_field(node, "type_arguments").named_children)
        last = node_text(name).rpartition("::")[2].strip()
        if last == "Cow" and [
            node_text(argument) for argument in arguments if argument.type != "lifetime"
        ] == ["str"]:
            return _Lowered("::std::borrow::Cow<'static, str>", "::std::borrow::Cow<str>")
        if last not in _STANDARD or last in self._own or not _is_standard(node_text(name)):
            raise UnsendableError(f"{node_text(node)} is no standard type that can be sent")
        path, counts = _STANDARD[last]
        if len(arguments) not in counts:
            raise UnsendableError(
                f"{node_text(node)} has another number of parameters than the standard {last}"
            )
        if not arguments:
            return _Lowered(path, path)
        if (
            last in _POINTERS
            and (unsized := self._lower_unsized(last, path, arguments[0], depth)) is not None
        ):
            return unsized
        parts = [self._lower(argument, depth + 1) for argument in arguments]
        return _Lowered(
            f"{path}<{', '.join(part.static for part in parts)}>",
            f"{path}<{', '.join(part.inferred for part in parts)}>",
        )

    def _lower_unsized(self, last: str, path: str, node: Node, depth: int) -> _Lowered | None:
        """``Box<str>`` and ``Box<[T]>``."""
        if last != "Box":
            return None
        if node_text(node) == "str":
            return _Lowered(f"{path}<str>", f"{path}<str>")
        if node.type == "array_type" and node.child_by_field_name("length") is None:
            element = self._lower(_field(node, "element"), depth + 1)
            return _Lowered(f"{path}<[{element.static}]>", f"{path}<[{element.inferred}]>")
        return None


def _lives_for_ever(node: Node) -> bool:
    """Whether a borrow is ``'static``: nothing that a call itself holds can be lent so."""
    return any(child.type == "lifetime" and node_text(child) == "'static" for child in node.named_children)


def _field(node: Node, name: str) -> Node:
    child = node.child_by_field_name(name)
    if child is None:
        raise UnsendableError(f"{node_text(node)} is not whole")
    return child


def _is_standard(path: str) -> bool:
    """Whether a name is bare, or a path into the standard library."""
    return "::" not in path or path.lstrip(":").startswith(
        ("std::", "core::", "alloc::", "collections::", "cmp::")
    )
