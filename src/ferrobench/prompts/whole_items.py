"""Whether a prompt's text is whole items by itself, so that an empty answer to it would compile."""

from __future__ import annotations

from ferrobench.rust_source.grammar import parse_source

# Everything that may stand alone at the top of a Rust file.
_ITEM_KINDS = frozenset(
    {
        "const_item",
        "enum_item",
        "extern_crate_declaration",
        "foreign_mod_item",
        "function_item",
        "impl_item",
        "macro_definition",
        "macro_invocation",
        "mod_item",
        "static_item",
        "struct_item",
        "trait_item",
        "type_item",
        "union_item",
        "use_declaration",
    }
)


def is_complete(text: str) -> bool:
    """Whether *text* is a sequence of whole items, or of comments alone, so that it needs no completion."""
    root = parse_source(text.encode("utf-8", "surrogatepass")).root_node
    if root.has_error:
        return False
    dangling = False  # an attribute or a doc comment waits for its item
    for node in root.named_children:
        if node.type in _ITEM_KINDS:
            dangling = False
        elif node.type == "attribute_item" or node.child_by_field_name("outer") is not None:
            dangling = True
        elif node.type not in {"line_comment", "block_comment", "inner_attribute_item"}:
            return False
    return not dangling
