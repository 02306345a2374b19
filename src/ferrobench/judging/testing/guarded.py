"""Lowers hidden tests that cannot leave the sample's process: those of traits, generics, closures, and types of the sample's own.

The sample is a crate of its own, in which all is public and nothing unsafe; the tests are another crate, which names what it
imports, pins the types that can be pinned, and ends with a word that it may read only then. That is a fence and no wall: the
type system has holes that need no unsafe code (rust-lang/rust#25860). So what passes here is marked. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ferrobench.judging.assemble import assemble, publish
from ferrobench.judging.testing.cases import Case, CaseError, lower_tests
from ferrobench.judging.testing.tester import WIRE, SuiteFaultError, close_delimiters, surroundings
from ferrobench.rust_source.grammar import node_text, parse_source

if TYPE_CHECKING:
    from tree_sitter import Node

    from ferrobench.prompts.prompt import Prompt

SAMPLE_CRATE = "ferrobench_sample"
_WORD = re.compile(r"\w+")
_NAMED = frozenset(
    {
        "function_item", "function_signature_item", "struct_item", "enum_item", "union_item", "trait_item", "type_item",
        "const_item", "static_item", "mod_item",
    }
)  # fmt: skip
_TYPES = frozenset({"struct_item", "enum_item", "union_item", "trait_item", "type_item"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedPlan:
    """How the tests of one prompt share a process with a sample."""

    root: str
    """The tests' crate."""
    probes: str
    """What the suite adds to a sample's text."""
    cases: tuple[Case, ...]

    @property
    def units(self) -> tuple[str, ...]:
        """What is counted, each by its name."""
        return tuple(name for case in self.cases for name in case.units)


@lru_cache(maxsize=4096)
def plan_guarded(prompt: Prompt, *, split: bool = True, pinned: bool = True) -> GuardedPlan:
    """Lower *prompt* for tests in the sample's own process. With *pinned*, generic functions are called as they are declared.

    Raises:
        SuiteFaultError: Its tests do not parse, there are none, or they use nothing of the sample.
    """
    try:
        tests, cases = lower_tests(prompt.tests, split=split)
    except CaseError as error:
        raise SuiteFaultError(str(error)) from error
    mentioned = set(_WORD.findall(prompt.tests))
    items = _items(f"{prompt.prelude}\n{close_delimiters(prompt.text)}\n{prompt.probes}")
    for name, node in _items(prompt.text + prompt.reference).items():
        items.setdefault(name, node)
    # Methods may come from traits, and signatures name types: both without the tests saying so.
    used = {name: node for name, node in items.items() if name in mentioned or node.type in _TYPES}
    if not used:
        raise SuiteFaultError("the tests use nothing that the prompt or its reference defines")
    own_types = {name for name, node in items.items() if node.type in _TYPES}
    imports, pins = [], []
    for name, node in used.items():
        pin = _pin(node, own_types)
        wrapper = _wrapper(node) if pinned and pin is None else None
        if pin is not None:
            pins.append(f"#[allow(warnings)] const {name}: {pin} = ::{SAMPLE_CRATE}::{name};\n")
        elif wrapper is not None:
            pins.append(wrapper)
        else:
            imports.append(name)
    table = "".join(case.entry for case in cases)
    return GuardedPlan(
        root=(
            f"#![allow(warnings)]\n{surroundings(prompt, items=False)}"
            f"use ::{SAMPLE_CRATE}::{{{', '.join(imports)}}};\n{''.join(pins)}{tests}\n"
            f"fn main() {{ ::{WIRE}::test_guarded(&[{table}]) }}\n"
        )
        .replace("pub fn main()", "pub fn ferrobench_tests()")
        .replace("complaint(main())", "complaint(ferrobench_tests())"),
        probes=prompt.probes,
        cases=cases,
    )


def sample_crate(text: str, probes: str, prelude: str) -> bytes:
    """A sample as a crate whose items can be seen from outside."""
    source = assemble(publish(f"{text}\n{probes}")[0], prelude).source
    return source.replace(
        b"#[allow(unused_imports)] use ferrobench_prelude::*;",
        b"#[allow(unused_imports)] pub use ferrobench_prelude::*;",
    )


def _items(source: str) -> dict[str, Node]:
    """The items at the top level that have a name."""
    root = parse_source(source.encode("utf-8", "surrogatepass")).root_node
    found = {}
    for node in root.named_children:
        name = node.child_by_field_name("name")
        if node.type in _NAMED and name is not None:
            found[node_text(name)] = node
    return found


def _pin(node: Node, own_types: set[str]) -> str | None:
    """The type of a function that can be written down, so that no other will do; None where it cannot."""
    parameters = node.child_by_field_name("parameters")
    if (
        node.type != "function_item"
        or parameters is None
        or node.child_by_field_name("type_parameters") is not None
    ):
        return None
    if any(child.type in {"function_modifiers", "where_clause"} for child in node.children):
        return None
    result = node.child_by_field_name("return_type")
    types = [
        child.child_by_field_name("type") for child in parameters.named_children if child.type == "parameter"
    ]
    written = [node_text(of) for of in [*types, result] if of is not None]
    if len(written) < len(types) or any(
        "impl" in _WORD.findall(text) or "'" in text or own_types & set(_WORD.findall(text))
        for text in written
    ):
        return None
    arrow = "" if result is None else f" -> {written.pop()}"
    return f"fn({', '.join(written)}){arrow}"


def _wrapper(node: Node) -> str | None:
    """A function with the declared types that calls the sample's; None where that cannot be written down.

    Without it, a generic function might return a type of the sample's own that is equal to everything.
    """
    name, parameters = node.child_by_field_name("name"), node.child_by_field_name("parameters")
    if node.type not in {"function_item", "function_signature_item"} or name is None or parameters is None:
        return None
    types = [
        child.child_by_field_name("type")
        for child in parameters.named_children
        if not child.type.endswith("comment") and child.type != "attribute_item"
    ]
    if None in types or any(child.type == "function_modifiers" for child in node.children):
        return None
    generics, result = node.child_by_field_name("type_parameters"), node.child_by_field_name("return_type")
    where = next((child for child in node.children if child.type == "where_clause"), None)
    declared = ", ".join(f"a{place}: {node_text(of)}" for place, of in enumerate(types) if of is not None)
    handed = ", ".join(f"a{place}" for place in range(len(types)))
    return (
        f"#[allow(warnings)] fn {node_text(name)}{'' if generics is None else node_text(generics)}({declared})"
        f"{'' if result is None else f' -> {node_text(result)}'}{'' if where is None else f' {node_text(where)}'} "
        f"{{ ::{SAMPLE_CRATE}::{node_text(name)}({handed}) }}\n"
    )
