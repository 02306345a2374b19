"""Mutants: the reference solution with one small mistake in each.

Tests that a mutant passes do not look where it went wrong. The share of mutants that fail says how much the tests see; it is
the oldest measure of the kind (R. A. DeMillo, R. J. Lipton and F. G. Sayward, "Hints on Test Data Selection", Computer 11
(1978), 34-41). Only the bodies of functions in the reference are changed, never the prompt, probes or tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.prompts.mutation.functions import answer_functions, functions_of
from ferrobench.prompts.mutation.operators import BINARY, Edit, operators_for
from ferrobench.rust_source.grammar import parse_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from ferrobench.prompts.prompt import Prompt

_SHOWN = 60
"""Characters of a changed snippet that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One changed place of a reference solution."""

    id: str
    """``comparison@3:14``: the operator, and the line and column of the change in the reference. Where an operator has
    several changes for one place, the later ones add ``#2``, ``#3``. It stays as long as the reference does."""
    operator: str
    line: int
    """From 1, the first line of the reference: the one below the prompt's last, unless it goes on in that one."""
    column: int
    """From 1, in characters."""
    before: str
    """What stood there, cut where it is long."""
    after: str
    text: str
    """The whole program."""


def mutants(prompt: Prompt) -> tuple[Mutant, ...]:
    """List the mutants of *prompt*'s reference, in the order of their places. No two have the same text.

    Not all of them compile, and some may mean the same as the reference. None where there is no reference, or it is
    no Rust.
    """
    original = prompt.text + prompt.reference
    source = original.encode()
    if not prompt.reference or parse_source(source).root_node.has_error:
        return ()
    cut = len(prompt.text.encode())
    found: dict[str, Mutant] = {}
    taken: dict[str, int] = {}
    for edit in sorted(_edits(prompt, source, cut), key=lambda edit: edit.start):
        text = (source[: edit.start] + edit.after.encode() + source[edit.end :]).decode()
        if text in found or text == original:
            continue
        line, column = _place(source, cut, edit.start)
        name = f"{edit.operator}@{line}:{column}"
        taken[name] = taken.get(name, 0) + 1
        found[text] = Mutant(
            id=name if taken[name] == 1 else f"{name}#{taken[name]}",
            operator=edit.operator,
            line=line,
            column=column,
            before=_shown(source[edit.start : edit.end].decode()),
            after=_shown(edit.after),
            text=text,
        )
    return tuple(found.values())


def _edits(prompt: Prompt, source: bytes, cut: int) -> Iterator[Edit]:
    root = parse_source(source).root_node
    for function in functions_of(source.decode(), cut):
        body = root.descendant_for_byte_range(function.end, function.end + 1)
        while body is not None and body.type != "block":
            body = body.parent
        if body is not None:
            yield from _inside(body, function.start)
    for function in answer_functions(prompt)[1]:
        written = source[function.start : function.end]
        # The blanks around it stay, so that the place of the change is that of the first statement.
        start = function.start + len(written) - len(written.lstrip())
        end = max(start, function.start + len(written.rstrip()))
        for value in function.values:
            yield Edit("body", start, end, value)


def _inside(node: Node, cut: int) -> Iterator[Edit]:
    """The edits of everything below *node* that begins at *cut* or after it."""
    for child in node.children:
        if child.end_byte <= cut or child.type in ("attribute_item", "line_comment", "block_comment"):
            continue
        # A function in this one is listed itself.
        if child.type == "function_item":
            continue
        for operator in operators_for(child.type):
            yield from (edit for edit in operator(child) if edit.start >= cut)
        if child.type == "token_tree":
            yield from _in_tokens(child)
        yield from _inside(child, cut)


def _in_tokens(tree: Node) -> Iterator[Edit]:
    """Signs between the tokens of a macro call, which the grammar does not read as expressions.

    Only those with a blank on both sides, so that `&` as a reference, `*` as a dereference and `<` of generics stay.
    """
    source = tree.text or b""
    for child in tree.children:
        name, others = BINARY.get(child.type, ("", ()))
        start, end = child.start_byte - tree.start_byte, child.end_byte - tree.start_byte
        if others and source[start - 1 : start].isspace() and source[end : end + 1].isspace():
            for other in others:
                yield Edit(name, child.start_byte, child.end_byte, other)


def _place(source: bytes, cut: int, at: int) -> tuple[int, int]:
    """Line and column of a byte in the reference."""
    # The reference of a suite's file begins with the line break after the prompt; its first line is the one below.
    skipped = 1 if source[cut : cut + 1] == b"\n" else 0
    before = source[cut + skipped : at].decode()
    line_start = source.rfind(b"\n", 0, at) + 1
    return before.count("\n") + 1, len(source[line_start:at].decode()) + 1


def _shown(text: str) -> str:
    flat = " ".join(text.split()) if "\n" in text else text
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…"
