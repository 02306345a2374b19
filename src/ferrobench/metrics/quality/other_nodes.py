"""Bindings, items, comments and attributes, and whatever else is counted where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ferrobench.metrics.quality.documentation import DOC_MARKERS
from ferrobench.metrics.quality.function_nodes import last_name
from ferrobench.metrics.quality.idioms import Idiom
from ferrobench.metrics.quality.lines import Comment

if TYPE_CHECKING:
    from tree_sitter import Node

    from ferrobench.metrics.quality.reading import Reading

_TEST = re.compile(rb"#\s*\[\s*(?:\w+\s*::\s*)*test\s*[(\]]")
_DERIVE = re.compile(rb"#\s*\[\s*derive\b")


def note_let(reading: Reading, node: Node) -> None:
    """Names that are bound, and which of them are mutable."""
    if node.child_by_field_name("alternative") is not None:
        reading.idioms.add(Idiom.LET_ELSE)
        reading.decide(1, 0)
    pattern = node.child_by_field_name("pattern")
    if pattern is None:
        return
    if pattern.type == "identifier":
        reading.counts["bindings"] += 1
        specifier = node.child(1)
        reading.counts["mutable_bindings"] += specifier is not None and specifier.type == "mutable_specifier"
    elif pattern.type == "tuple_pattern":
        kinds = [child.type for child in pattern.named_children]
        mutable = kinds.count("mut_pattern")
        reading.counts["bindings"] += kinds.count("identifier") + mutable
        reading.counts["mutable_bindings"] += mutable


def open_index(reading: Reading, node: Node) -> None:
    """The ``[`` of an index expression."""
    if reading.around and reading.around[-1] == "index_expression":
        reading.indices += 1


def close_index(reading: Reading) -> None:
    """As :func:`open_index`."""
    reading.indices = max(0, reading.indices - 1)


def note_unsafe_block(reading: Reading, node: Node) -> None:
    """``unsafe { … }``."""
    reading.counts["unsafe_blocks"] += 1
    reading.idioms.add(Idiom.UNSAFE)


def note_async(reading: Reading, node: Node) -> None:
    """The keyword, wherever it is none of a macro."""
    if reading.around and reading.around[-1] != "token_tree":
        reading.idioms.add(Idiom.ASYNC)


def note_cast(reading: Reading, node: Node) -> None:
    """``as``."""
    reading.counts["casts"] += 1


def note_comment(reading: Reading, node: Node) -> None:
    """A comment, of whatever kind."""
    documents = any(child.type in DOC_MARKERS for child in node.children)
    if documents:
        reading.idioms.add(Idiom.DOC_COMMENT)
    last = node.end_point
    reading.comments.append(
        Comment(
            start=node.start_byte,
            end=node.end_byte,
            first=node.start_point.row,
            last=last.row - 1 if last.column == 0 else last.row,  # a doc comment holds its newline
            documents=documents,
        )
    )


def note_attribute(reading: Reading, node: Node) -> None:
    """``#[derive(…)]`` and ``#[test]``."""
    if _DERIVE.match(reading.source, node.start_byte, node.end_byte):
        reading.idioms.add(Idiom.DERIVE)
    elif _TEST.match(reading.source, node.start_byte, node.end_byte):
        reading.idioms.add(Idiom.TEST)


def note_impl(reading: Reading, node: Node) -> None:
    """Of a trait, or of a type by itself."""
    inherent = node.child_by_field_name("trait") is None
    reading.idioms.add(Idiom.INHERENT_IMPL if inherent else Idiom.TRAIT_IMPL)


def note_alias(reading: Reading, node: Node) -> None:
    """A type alias."""
    name = node.child_by_field_name("name")
    if name is not None:
        reading.aliases[reading.text(name)] = last_name(reading, node.child_by_field_name("type"))
