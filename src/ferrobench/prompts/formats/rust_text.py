"""What the formats need to know of a piece of Rust: which names it uses, and which of its imports nothing needs.

HumanEval-X begins every problem with the same imports, crates among them that hardly any problem uses and that no
lone rustc has. With them as they are, nothing compiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.rust_source.grammar import parse_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

# Roots of paths that every rustc has, or that lead into the file itself.
_AT_HAND = frozenset({"std", "core", "alloc", "proc_macro", "crate", "self", "super"})
_NAMES = frozenset({"identifier", "type_identifier", "field_identifier", "shorthand_field_identifier"})
# Deprecated since 1.26: what it did is inherent now, and importing it only warns.
_DEPRECATED = "AsciiExt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """A text without the imports that nothing needs."""

    text: str
    outside_crates: tuple[str, ...]
    """The crates beyond the standard library that are still imported, or used by their path, sorted."""


def last_function(text: str) -> str | None:
    """The name of the last function that *text* begins, finished or not; None without any."""
    words = [word for word, _ in _words(parse_source(_encode(text)).root_node)]
    places = [
        place for place, word in enumerate(words[:-1]) if word == "fn" and words[place + 1].isidentifier()
    ]
    return words[places[-1] + 1] if places else None


def trim_imports(text: str, *others: str) -> Imports:
    """Drop from *text* the imports of outside crates, and of ``std::ascii::AsciiExt``, that nothing uses.

    Args:
        text: The beginning of a program; imports further inside are left alone.
        others: What follows it: its reference, its tests. Each is read by itself, broken or not.
    """
    source = _encode(text)
    root = parse_source(source).root_node
    names, paths = _used(root)
    for other in others:
        more_names, more_paths = _used(parse_source(_encode(other)).root_node)
        names |= more_names
        paths |= more_paths
    cuts: list[tuple[int, int]] = []
    outside: set[str] = set()
    imported: set[str] = set()
    for node in root.named_children:
        if node.type != "use_declaration":
            continue
        words = [word for word, kind in _words(node) if kind in _NAMES or word in _AT_HAND or word == "*"]
        crate = words[0] if words else ""
        if crate in _AT_HAND:
            if _DEPRECATED not in names:
                cuts += _deprecated_cut(source, node)
            continue
        imported.add(crate)
        # A glob may bring anything.
        if crate in paths or names.intersection(words[1:] or words) or "*" in words:
            outside.add(crate)
        else:
            cuts.append(_whole_line(source, node))
    outside.update(paths & imported)
    for start, end in sorted(cuts, reverse=True):
        source = source[:start] + source[end:]
    return Imports(text=source.decode("utf-8", "surrogatepass"), outside_crates=tuple(sorted(outside)))


def _used(root: Node) -> tuple[set[str], set[str]]:
    """The names that stand outside of imports, comments and strings, and those of them that a path begins with."""
    names: set[str] = set()
    paths: set[str] = set()
    words = list(_words(root, imports=False))
    for place, (word, kind) in enumerate(words):
        if kind in _NAMES:
            names.add(word)
            before = words[place - 1][0] if place else ""
            after = words[place + 1][0] if place + 1 < len(words) else ""
            if after == "::" and before != "::":
                paths.add(word)
    return names, paths


def _words(root: Node, *, imports: bool = True) -> Iterator[tuple[str, str]]:
    """The leaves of a tree in order, comments left out: each with the kind of its node."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type.endswith("comment") or (node.type == "use_declaration" and not imports):
            continue
        if node.child_count:
            pending.extend(reversed(node.children))
        elif node.text is not None:
            yield node.text.decode("utf-8", "replace"), node.type


def _deprecated_cut(source: bytes, declaration: Node) -> list[tuple[int, int]]:
    """The place of ``AsciiExt`` in an import, with the comma that separates it."""
    pending = [declaration]
    while pending:
        node = pending.pop()
        parent = node.parent
        if node.text is not None and node.text.decode("utf-8", "replace").split("::")[-1] == _DEPRECATED:
            if parent is not None and parent.type == "use_list":
                return [_list_entry(node)]
            if parent is not None and parent.type == "use_declaration":
                return [_whole_line(source, declaration)]
        pending.extend(node.named_children)
    return []


def _list_entry(node: Node) -> tuple[int, int]:
    """An entry of a list with the comma before it, or behind it where it is the first."""
    before, after = node.prev_named_sibling, node.next_named_sibling
    if before is not None:
        return before.end_byte, node.end_byte
    return node.start_byte, node.end_byte if after is None else after.start_byte


def _whole_line(source: bytes, node: Node) -> tuple[int, int]:
    """A declaration, with its line's end where nothing else is on the line."""
    start, end = node.start_byte, node.end_byte
    if source[end : end + 1] == b"\n" and (start == 0 or source[start - 1 : start] == b"\n"):
        end += 1
    return start, end


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
