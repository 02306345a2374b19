"""Rust as tree-sitter reads it: for structure, never for the verdict on syntax, which is rustc's."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Tree


@lru_cache(maxsize=1)
def _language() -> Language:
    import tree_sitter
    import tree_sitter_rust

    return tree_sitter.Language(tree_sitter_rust.language())


def parse_source(source: bytes) -> Tree:
    """Parse *source*. Never fails: what is no Rust becomes error nodes."""
    from tree_sitter import Parser

    # A parser of its own per call: parsers hold state, and texts are read from several threads.
    return Parser(_language()).parse(source)


@lru_cache(maxsize=1)
def node_kinds() -> tuple[str, ...]:
    """The kind of every node by its ``kind_id``. Several ids may name the same kind."""
    language = _language()
    return tuple(language.node_kind_for_id(kind) or "" for kind in range(language.node_kind_count))


def node_text(node: Node) -> str:
    """The text of *node*; what is no UTF-8 in it is replaced."""
    return (node.text or b"").decode("utf-8", "replace")
