"""Which public items are documented."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

    from ferrobench.metrics.quality.reading import Reading

DOC_MARKERS = frozenset({"outer_doc_comment_marker", "inner_doc_comment_marker"})
_COMMENTS = frozenset({"line_comment", "block_comment"})
_WORDS = """
    const_item enum_item function_item function_signature_item mod_item static_item struct_item trait_item type_item
    union_item
"""
_ITEMS = frozenset(_WORDS.split())
_DOC_ATTRIBUTE = re.compile(rb"#\s*\[\s*doc\s*=")
_PUB = b"pub"


def count_public_items(reading: Reading, container: Node) -> None:
    """Count the items right in *container* that are ``pub`` without restriction, and those that have documentation.

    Documentation is an outer doc comment or ``#[doc = …]`` before the item, other attributes and comments between them or not.
    """
    if _PUB not in reading.source:
        return
    documented = False
    for child in container.children:
        kind = child.type
        if kind in _COMMENTS:
            documented = documented or any(part.type == "outer_doc_comment_marker" for part in child.children)
        elif kind == "attribute_item":
            attribute = _DOC_ATTRIBUTE.match(reading.source, child.start_byte, child.end_byte)
            documented = documented or attribute is not None
        else:
            if kind in _ITEMS and _is_public(reading, child):
                reading.counts["public_items"] += 1
                reading.counts["documented_items"] += documented
            documented = False


def _is_public(reading: Reading, item: Node) -> bool:
    first = item.child(0)
    return first is not None and first.type == "visibility_modifier" and reading.text(first) == _PUB
