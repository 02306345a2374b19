"""Finds the tests in a prompt's hidden tests, and makes each of them something that can be called and counted.

Two forms are known: ordinary ``#[test]`` functions in modules, and a ``fn main`` of assertions. Where there is only one such
function, each assertion at its top level counts for itself, since a share of one test says nothing. Nothing that is asserted
is changed; what is inserted lies between the statements. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.rust_source.grammar import node_text, parse_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_ASSERTIONS = re.compile(r"(?:std::|core::|::std::|::core::)?(?:debug_)?assert(?:_eq|_ne)?")
_EXPECTED = re.compile(
    r"""should_panic\s*(?:\(\s*expected\s*)?=\s*("(?:[^"\\]|\\.)*"|r(?P<hashes>\#*)".*?"(?P=hashes))""",
    re.DOTALL,
)
_WIRE = "::ferrobench_wire"
_LONGEST_NAME = 120


class CaseError(Exception):
    """The tests cannot be run, whatever the sample; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test function."""

    path: str
    """Where it lies, such as ``tests::empty_input``."""
    must_panic: str | None
    """A Rust string that its panic must contain; None where it must not panic."""
    checks: tuple[str, ...]
    """The assertions that count for themselves, as they are written; empty where the function counts as a whole."""

    @property
    def units(self) -> tuple[str, ...]:
        """What is counted, by name."""
        return self.checks or (self.path,)

    @property
    def entry(self) -> str:
        """Its line in the table that the tests' program has."""
        panic = "None" if self.must_panic is None else f"Some({self.must_panic})"
        return (
            f"{_WIRE}::Case {{ run: || {_WIRE}::Verdict::complaint({self.path}()), "
            f"must_panic: ::std::option::Option::{panic}, checks: {len(self.checks)} }}, "
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """A test function in the syntax tree."""

    node: Node
    path: str
    must_panic: str | None


def lower_tests(tests: str, *, split: bool = True) -> tuple[str, tuple[Case, ...]]:
    """Make the tests callable from outside of their module, and list them.

    Raises:
        CaseError: They do not parse, or there is none.
    """
    source = tests.encode("utf-8", "surrogatepass")
    root = parse_source(source).root_node
    edits: list[tuple[int, int, bytes]] = []
    found = list(_find(root, (), edits))
    if not found:
        raise CaseError("there are no tests" if not root.has_error else "the tests do not parse")
    if root.has_error:
        raise CaseError("the tests do not parse")
    cases = []
    for test in found:
        checks: tuple[str, ...] = ()
        if split and len(found) == 1 and test.must_panic is None:
            checks = tuple(_split(test.node, edits))
        cases.append(Case(path=test.path, must_panic=test.must_panic, checks=checks))
    for start, end, text in sorted(edits, reverse=True):
        source = source[:start] + text + source[end:]
    return source.decode("utf-8", "surrogatepass"), tuple(cases)


def _find(container: Node, path: tuple[str, ...], edits: list[tuple[int, int, bytes]]) -> Iterator[_Found]:
    """The tests in a module, and what must change so that they can be called from outside."""
    attributes: list[Node] = []
    for node in container.named_children:
        if node.type == "attribute_item":
            attributes.append(node)
            continue
        words = {_attribute(attribute): attribute for attribute in attributes}
        if node.type == "mod_item" and (body := node.child_by_field_name("body")) is not None:
            for word, attribute in words.items():
                if re.sub(r"\s", "", word) == "cfg(test)":
                    edits.append((attribute.start_byte, attribute.end_byte, b""))
            _publish(node, edits)
            yield from _find(body, (*path, _name(node)), edits)
        elif node.type == "function_item" and ("test" in words or (not path and _name(node) == "main")):
            must_panic = None
            for word, attribute in words.items():
                if word == "test" or re.match(r"(should_panic|ignore)\b", word):
                    edits.append((attribute.start_byte, attribute.end_byte, b""))
                if word.startswith("should_panic"):
                    expected = _EXPECTED.search(word)
                    must_panic = '""' if expected is None else expected[1]
            if not any(word.startswith("ignore") for word in words):
                _publish(node, edits)
                yield _Found(node, "::".join((*path, _name(node))), must_panic)
        if not node.type.endswith("comment"):
            attributes = []


def _publish(node: Node, edits: list[tuple[int, int, bytes]]) -> None:
    """Make an item visible everywhere."""
    for child in node.named_children:
        if child.type == "visibility_modifier":
            edits.append((child.start_byte, child.end_byte, b"pub"))
            return
    edits.append((node.start_byte, node.start_byte, b"pub "))


def _split(node: Node, edits: list[tuple[int, int, bytes]]) -> Iterator[str]:
    """Let each assertion at the top level of a function count for itself; yield them as they are written."""
    body = node.child_by_field_name("body")
    if body is None:
        return
    for statement in body.named_children:
        macro = statement
        if statement.type == "expression_statement" and statement.named_children:
            macro = statement.named_children[0]
        if macro.type != "macro_invocation":
            continue
        name = macro.child_by_field_name("macro")
        if name is None or not _ASSERTIONS.fullmatch(node_text(name)):
            continue
        edits.append((statement.start_byte, statement.start_byte, f"{_WIRE}::check(|| {{ ".encode()))
        edits.append((statement.end_byte, statement.end_byte, b" });"))
        words = " ".join(node_text(macro).split())
        yield words if len(words) <= _LONGEST_NAME else f"{words[:_LONGEST_NAME]}…"


def _attribute(node: Node) -> str:
    """What stands between the brackets of an attribute."""
    return node_text(node).removeprefix("#").strip().removeprefix("[").removesuffix("]").strip()


def _name(node: Node) -> str:
    name = node.child_by_field_name("name")
    return "" if name is None else node_text(name)
