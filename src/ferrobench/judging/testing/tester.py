"""Lowers the hidden tests of a prompt to the program that runs them, and to what their samples need to be called.

The tests run unchanged in a process that no sample is ever in: what they call is a stand-in of the same name and type
(:mod:`wire`). On the other side a driver, one module at the end of the sample's own text, takes calls and makes them. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ferrobench.judging.assemble import assemble, encode_text
from ferrobench.judging.testing.cases import Case, CaseError, lower_tests
from ferrobench.judging.testing.signature import Signature, UnsendableError, signatures
from ferrobench.rust_source.grammar import parse_source
from ferrobench.rust_source.tokens import TokenKind, tokenize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

    from ferrobench.judging.testing.signature import Parameter
    from ferrobench.prompts.prompt import Prompt

WIRE = "ferrobench_wire"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"\w+")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
# Crates whose names in a `use` mean the same in the tests' program.
_AT_HAND = frozenset({"std", "core", "alloc"})
_COPIED = frozenset(
    {
        "const_item", "static_item", "type_item", "struct_item", "enum_item", "union_item", "trait_item", "impl_item",
        "mod_item", "macro_definition",
    }
)  # fmt: skip


class SuiteFaultError(Exception):
    """The hidden tests of a prompt are not what they should be: no sample is to blame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemotePlan:
    """How the tests of one prompt reach a sample in another process."""

    module: str
    """The tests' module: what they may use, stand-ins, tests, and a table of them."""
    probes: str
    """What the suite adds to a sample's text."""
    functions: tuple[Signature, ...]
    """What the tests call, by number."""
    cases: tuple[Case, ...]

    @property
    def units(self) -> tuple[str, ...]:
        """What is counted, each by its name: tests, or the assertions of a single one."""
        return tuple(name for case in self.cases for name in case.units)


@lru_cache(maxsize=4096)
def plan_remote(prompt: Prompt, *, split: bool = True) -> RemotePlan:
    """Lower *prompt* for remote calls. With *split*, the assertions of a single test count for themselves.

    Raises:
        SuiteFaultError: Its tests do not parse, or there are none.
        UnsendableError: They call something that cannot be called from another process.
    """
    for text in (prompt.prelude, prompt.text, prompt.reference, prompt.tests, prompt.probes):
        if not text.isascii() and _LONE_SURROGATE.search(text):
            raise SuiteFaultError("its texts are not UTF-8")
    try:
        tests, cases = lower_tests(prompt.tests, split=split)
    except CaseError as error:
        raise SuiteFaultError(str(error)) from error
    mentioned = set(_WORD.findall(prompt.tests))
    declared = signatures(f"{close_delimiters(prompt.text)}\n{prompt.probes}")
    for name, signature in signatures(prompt.text + prompt.reference).items():
        # Some tests call what only the reference defines.
        declared.setdefault(name, signature)
    called: list[Signature] = []
    for name, signature in declared.items():
        if name in mentioned:
            if isinstance(signature, UnsendableError):
                raise UnsendableError(f"{name}: {signature}")
            called.append(signature)
    if not called:
        raise UnsendableError("the tests call no function of the prompt or its probes")
    stand_ins = "".join(_stand_in(number, signature) for number, signature in enumerate(called))
    table = "".join(case.entry for case in cases)
    module = (
        f"{surroundings(prompt)}{stand_ins}{tests}\n"
        f"pub static FERROBENCH_CASES: &[::{WIRE}::Case] = &[{table}];\n"
    )
    return RemotePlan(
        module=assemble(module, prompt.prelude).source.decode("utf-8", "surrogatepass"),
        probes=prompt.probes,
        functions=tuple(called),
        cases=cases,
    )


def surroundings(prompt: Prompt, *, items: bool = True) -> str:
    """What the prompt's own text brings for the tests beside functions: imports from std, and finished *items*."""
    source = encode_text(close_delimiters(prompt.text))
    unfinished = source != encode_text(prompt.text)
    nodes = parse_source(source).root_node.named_children
    kept = []
    for place, node in enumerate(nodes):
        text = source[node.start_byte : node.end_byte].decode("utf-8", "replace")
        if node.type == "use_declaration":
            first = _WORD.search(text.removeprefix("pub").lstrip().removeprefix("use"))
            if first is not None and first[0] in _AT_HAND:
                kept.append(f"#[allow(unused_imports)] {text}\n")
        elif items and node.type in _COPIED and not (unfinished and place == len(nodes) - 1):
            attributes = _attributes_before(nodes[:place], source)
            kept.append(f"{attributes}{text}\n")
    return "".join(kept)


def _attributes_before(nodes: Sequence[Node], source: bytes) -> str:
    found = []
    for node in reversed(nodes):
        if node.type != "attribute_item":
            break
        found.append(source[node.start_byte : node.end_byte].decode("utf-8", "replace"))
    return "".join(f"{text}\n" for text in reversed(found))


def close_delimiters(text: str) -> str:
    """Close what *text* leaves open at its end, so that its last item is one."""
    opened: list[str] = []
    for token in tokenize(text):
        if token.kind is TokenKind.PUNCTUATION:
            word = text[token.start : token.end]
            if word in _CLOSING:
                opened.append(_CLOSING[word])
            elif opened and word == opened[-1]:
                opened.pop()
    return text + "\n" * bool(opened) + "".join(reversed(opened))


def _stand_in(number: int, function: Signature) -> str:
    """The function of the tests' side: same name, same type."""
    parameters = ", ".join(f"a{place}: {p.text}" for place, p in enumerate(function.parameters))
    encoded = "".join(
        f"::{WIRE}::Put::put(&a{place}, &mut ferrobench_arguments); "
        for place in range(len(function.parameters))
    )
    decoded = "".join(_take_back(place, p) for place, p in enumerate(function.parameters))
    arrow = f" -> {function.result_text}" if function.result_text else ""
    unsafe = "unsafe " if function.unsafe else ""
    return (
        f"#[allow(warnings)] {unsafe}fn {function.name}{function.lifetimes}({parameters}){arrow} {{ "
        f"let mut ferrobench_arguments = ::std::vec::Vec::<u8>::new(); {encoded}"
        f"::{WIRE}::call::<{function.result}>({number}, &ferrobench_arguments, |ferrobench_input| {{ "
        f"let ferrobench_result = ::{WIRE}::Get::get(ferrobench_input)?; {decoded}"
        f"::std::result::Result::Ok(ferrobench_result) }}) }}\n"
    )


def _take_back(place: int, parameter: Parameter) -> str:
    if not parameter.returns:
        return ""
    if parameter.slice:
        return f"::{WIRE}::overwrite(a{place}, ferrobench_input)?; "
    return f"*a{place} = ::{WIRE}::Get::get(ferrobench_input)?; "


def driver(plan: RemotePlan, name: str) -> str:
    """The module, called *name*, that takes calls for the functions around it.

    It uses full paths and nothing that the sample could bend without bending only its own answers.
    """
    arms = "".join(_arm(number, function) for number, function in enumerate(plan.functions))
    return (
        f"\n#[allow(warnings)] pub mod {name} {{ pub fn call(function: u16, input: &mut &[u8], "
        f"out: &mut ::std::vec::Vec<u8>) -> ::std::result::Result<(), ::{WIRE}::Bad> {{ match function {{ {arms}"
        f"_ => return ::std::result::Result::Err(::{WIRE}::Bad) }} ::std::result::Result::Ok(()) }} }}\n"
    )


def _arm(number: int, function: Signature) -> str:
    parameters = function.parameters
    decoded = "".join(
        f"let {'mut ' if p.returns else ''}a{place}: {p.owned} = ::{WIRE}::Get::get(input)?; "
        for place, p in enumerate(parameters)
    )
    handed = ", ".join(f"{p.lend}a{place}" for place, p in enumerate(parameters))
    sent_back = "".join(
        f"::{WIRE}::Put::put(&a{place}, out); " for place, p in enumerate(parameters) if p.returns
    )
    called = f"super::{function.name}({handed})"
    if function.unsafe:
        called = f"unsafe {{ {called} }}"
    return (
        f"{number}u16 => {{ {decoded}::{WIRE}::finish(input)?; let result: {function.result_in_place} = {called}; "
        f"::{WIRE}::Put::put(&result, out); {sent_back}}} "
    )
