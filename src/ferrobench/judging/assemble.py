"""Puts a sample's text and its prompt's prelude together into one file for rustc.

The prelude comes first, in a module whose names are imported by a glob. Names that the sample defines itself win over
glob imports, so a prelude never stands in the way of an answer. What may stand only at the start of a file (byte order
mark, shebang, inner attributes, ``//!`` lines) is lifted above it. Lines behind the prelude are shifted down, columns never
change, and :class:`Program` knows the way back to the sample's own lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ferrobench.rust_source.grammar import parse_source
from ferrobench.rust_source.tokens import TRIVIA, Token, TokenKind, tokenize

if TYPE_CHECKING:
    from tree_sitter import Node

PRELUDE_MODULE = "ferrobench_prelude"

_LONE_SURROGATES = re.compile(r"([\udc80-\udcff]+)|([\ud800-\udc7f\udd00-\udfff]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One file for rustc, and where the sample's lines lie in it."""

    source: bytes
    lifted_lines: int = 0
    """How many of the sample's lines, in whole or in part, stand above the prelude."""
    first_shifted_line: int = 1
    """The sample's line with which its text goes on below the prelude."""
    shift: int = 0
    """How many lines further down that text stands. 0 without a prelude."""

    def sample_line(self, line: int) -> int | None:
        """The sample's own line at *line* of the file, both from 1; None for lines of the prelude."""
        if line <= self.lifted_lines:
            return line
        shifted = line - self.shift
        return shifted if shifted >= self.first_shifted_line else None

    def prelude_line(self, line: int) -> int:
        """The prelude's own line at *line* of the file; 0 and less for the line that opens its module."""
        return line - self.lifted_lines - 1


def assemble(text: str, prelude: str = "") -> Program:
    """Lower a sample's *text* and a *prelude* to one file. Never raises; without a prelude, the text as it is."""
    if not prelude.strip():
        return Program(source=encode_text(text))
    published, has_macros = publish(prelude)
    opening = f"#[allow(warnings)] {'#[macro_use] ' if has_macros else ''}mod {PRELUDE_MODULE} {{"
    block = f"{opening}\n{published.rstrip()}\n}}\n#[allow(unused_imports)] use {PRELUDE_MODULE}::*;\n"
    cut = _lifted_end(text)
    if cut == 0:
        return Program(source=encode_text(block + text), shift=block.count("\n"))
    lifted, rest = text[:cut], text[cut:]
    lifted_lines = lifted.count("\n") + 1
    # What follows on the same line keeps its column: spaces stand where the lifted part stood.
    column = cut - (lifted.rfind("\n") + 1)
    padding = "" if rest[:1] in ("\n", "\r", "") else " " * column
    return Program(
        source=encode_text(f"{lifted}\n{block}{padding}{rest}"),
        lifted_lines=lifted_lines,
        first_shifted_line=lifted_lines,
        shift=block.count("\n") + 1,
    )


def encode_text(text: str) -> bytes:
    """Turn text into a file's bytes. Lone surrogates from U+DC80 to U+DCFF stand for raw bytes, others for themselves."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        # Even entries are ordinary text, then come the raw bytes or the other surrogates, one of them None.
        pieces = _LONE_SURROGATES.split(text)
        return b"".join(
            (piece or "").encode("utf-8", "surrogateescape" if index % 3 == 1 else "surrogatepass")
            for index, piece in enumerate(pieces)
        )


def _lifted_end(text: str) -> int:
    """Where the part of *text* ends that may stand only at the start of a file."""
    tokens = tokenize(text)
    end = index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.kind in (TokenKind.BYTE_ORDER_MARK, TokenKind.SHEBANG, TokenKind.INNER_DOC):
            end = token.end
        elif token.kind not in TRIVIA:
            closing = _inner_attribute_end(text, tokens, index)
            if closing is None:
                break
            index = closing
            end = tokens[closing].end
        index += 1
    return end


def _inner_attribute_end(text: str, tokens: list[Token], index: int) -> int | None:
    """The token that closes the ``#![…]`` beginning at *index*, or None where none begins or closes."""
    depth = 0
    expected = ["#", "!", "["]
    for position in range(index, len(tokens)):
        token = tokens[position]
        if token.kind in TRIVIA:
            continue
        word = text[token.start : token.end] if token.kind is TokenKind.PUNCTUATION else ""
        if expected:
            if word != expected.pop(0):
                return None
            depth = 0 if expected else 1
        elif word in ("(", "[", "{"):
            depth += 1
        elif word in (")", "]", "}"):
            depth -= 1
            if depth == 0:
                return position
    return None


_ITEMS = frozenset(
    {
        "function_item",
        "function_signature_item",
        "struct_item",
        "enum_item",
        "union_item",
        "const_item",
        "static_item",
        "type_item",
        "trait_item",
        "mod_item",
        "use_declaration",
        "extern_crate_declaration",
    }
)


@lru_cache(maxsize=256)
def publish(prelude: str) -> tuple[str, bool]:
    """Make *prelude*'s items, fields and inherent methods visible from outside; tell whether it defines macros.

    Insertions only, none of them a line break, so the prelude's lines stay where they are.
    """
    source = encode_text(prelude)
    tree = parse_source(source)
    places: list[int] = []
    has_macros = False
    pending = [tree.root_node]
    while pending:
        container = pending.pop()
        for node in container.named_children:
            has_macros = has_macros or node.type == "macro_definition"
            if node.type in _ITEMS or node.type == "field_declaration":
                _note_hidden(node, places)
            if container.type == "ordered_field_declaration_list":
                _note_hidden_type(node, places)
            pending.extend(_inside(node))
    for place in sorted(places, reverse=True):
        source = source[:place] + b"pub " + source[place:]
    return source.decode("utf-8", "surrogateescape"), has_macros


def _inside(node: Node) -> list[Node]:
    """The parts of an item whose members can be hidden: not those of traits and trait implementations."""
    match node.type:
        case "struct_item" | "union_item" | "mod_item" | "foreign_mod_item":
            body = node.child_by_field_name("body")
        case "impl_item" if node.child_by_field_name("trait") is None:
            body = node.child_by_field_name("body")
        case _:
            body = None
    return [] if body is None else [body]


def _note_hidden(node: Node, places: list[int]) -> None:
    if all(child.type != "visibility_modifier" for child in node.named_children):
        places.append(node.start_byte)


def _note_hidden_type(node: Node, places: list[int]) -> None:
    """Note the place of a tuple struct's field that has no visibility of its own."""
    before = node.prev_named_sibling
    while before is not None and before.type.endswith("comment"):
        before = before.prev_named_sibling
    if node.type not in ("visibility_modifier", "attribute_item", "line_comment", "block_comment") and (
        before is None or before.type != "visibility_modifier"
    ):
        places.append(node.start_byte)
