"""Which functions a prompt's answer has to fill, where their bodies lie, and which trivial bodies they could have.

The answer to ``fn f(…) -> bool {`` is one body; that to ``impl Shape for Square {`` is every function in it; a
``macro_rules!`` has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from ferrobench.prompts.mutation.values import values_of
from ferrobench.rust_source.grammar import parse_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from ferrobench.prompts.prompt import Prompt

_STUB = "todo!()"
_OPENS_FUNCTION = re.compile(r"\bfn\s+\w+.*\{$")
_MOST_CLOSERS = 4
"""How many delimiters a prompt may leave open: a function in an ``impl`` in a ``mod``, and one to spare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function with a body, of which some or all is the answer's to write."""

    name: str
    start: int
    """Where the answer's part of the body begins, in bytes of the whole text."""
    end: int
    """Where the body's closing brace stands."""
    begun: bool
    """Whether the prompt's text ends inside this body."""
    opaque: bool
    """Whether it returns an ``impl Trait``, of which ``todo!()`` is none."""
    values: tuple[str, ...]
    """Expressions of its return type that need no thought: constants, and what its first argument is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A whole program in which a body that needs no thought stands for the answer."""

    name: str
    """The body itself, such as ``Vec::new()``."""
    text: str


def functions_of(text: str, cut: int) -> tuple[Function, ...]:
    """List the functions of a program whose bodies reach beyond byte *cut*, those that hold others first."""
    root = parse_source(text.encode()).root_node
    return tuple(_describe(node, cut) for node in _function_nodes(root) if _body_of(node).end_byte > cut)


def answer_functions(prompt: Prompt) -> tuple[str, tuple[Function, ...]]:
    """A whole program that answers *prompt*, and the functions whose bodies are the answer in it.

    The program is the reference solution; where there is none, or it is no Rust, the prompt with ``todo!()``. The innermost function that
    the prompt has begun is the answer; where it has begun none, its entry point; where there is no such, all that come.
    """
    cut = len(prompt.text.encode())
    whole = prompt.text + prompt.reference
    program: str | None = whole
    if not prompt.reference or parse_source(whole.encode()).root_node.has_error:
        program = _closed(prompt.text)
    if program is None:
        return prompt.text, ()
    functions = functions_of(program, cut)
    begun = [function for function in functions if function.begun]
    if begun:
        return program, (begun[-1],)
    named = tuple(function for function in functions if function.name == prompt.entry_point)
    return program, named or functions


def trivial_bodies(prompt: Prompt) -> tuple[Body, ...]:
    """Programs that answer *prompt* without a thought, one for each value that its return type suggests."""
    program, functions = answer_functions(prompt)
    values = dict.fromkeys(chain.from_iterable(function.values for function in functions))
    return tuple(
        Body(
            name=value,
            text=_fill(program, [(f, value) for f in functions if value in f.values]),
        )
        for value in values
    )


def filled(prompt: Prompt, body: str) -> str | None:
    """A program in which every function that *prompt* asks for has *body*; None where it asks for none.

    A prompt that is no Rust however it is closed, and whose last line opens a function, is closed all the same: rustc says
    what is wrong with it.
    """
    program, functions = answer_functions(prompt)
    if functions:
        return _fill(program, [(function, body) for function in functions])
    last = prompt.text.rstrip().rpartition("\n")[2]
    return f"{prompt.text}\n    {body}\n}}\n" if _OPENS_FUNCTION.search(last) else None


def returns_opaque(prompt: Prompt) -> bool:
    """Whether some function that *prompt* asks for returns an ``impl Trait``."""
    return any(function.opaque for function in answer_functions(prompt)[1])


def _fill(program: str, bodies: list[tuple[Function, str]]) -> str:
    source = program.encode()
    # From the back, so that places in front stay where they are. A function inside another goes with it.
    for function, body in sorted(bodies, key=lambda pair: -pair[0].start):
        if any(other.start < function.start < other.end for other, _ in bodies):
            continue
        source = source[: function.start] + f"\n    {body}\n".encode() + source[function.end :]
    return source.decode()


def _closed(text: str) -> str | None:
    """*text* with a stub and what closes it; None where no small number of braces makes it whole."""
    for closers in range(_MOST_CLOSERS + 1):
        program = f"{text}\n    {_STUB}\n{'}' * closers}\n" if closers else text
        if not parse_source(program.encode()).root_node.has_error:
            return program
    return None


def _function_nodes(node: Node) -> Iterator[Node]:
    if node.type == "function_item" and node.child_by_field_name("body") is not None:
        yield node
    for child in node.named_children:
        yield from _function_nodes(child)


def _body_of(node: Node) -> Node:
    body = node.child_by_field_name("body")
    assert body is not None  # only such nodes are asked
    return body


def _describe(node: Node, cut: int) -> Function:
    body = _body_of(node)
    name = node.child_by_field_name("name")
    returns = node.child_by_field_name("return_type")
    values = dict.fromkeys(["()"] if returns is None else values_of(returns))
    values.update(dict.fromkeys(_first_argument(node, returns)))
    return Function(
        name="" if name is None or name.text is None else name.text.decode(),
        start=max(body.start_byte + 1, cut),
        end=body.end_byte - 1,
        begun=body.start_byte < cut,
        opaque=returns is not None and b"impl " in (returns.text or b""),
        values=tuple(values),
    )


def _first_argument(node: Node, returns: Node | None) -> list[str]:  # noqa: PLR0911 (one return per pair of types)
    """Expressions that give the first argument back, where its type allows that."""
    parameters = node.child_by_field_name("parameters")
    if parameters is None or returns is None:
        return []
    first = next((child for child in parameters.named_children if child.type == "parameter"), None)
    pattern = first and first.child_by_field_name("pattern")
    given = first and first.child_by_field_name("type")
    if pattern is None or given is None or pattern.type != "identifier" or pattern.text is None:
        return []
    name, wanted = pattern.text.decode(), _compact(returns)
    match _compact(given), wanted:
        case have, want if have == want:
            return [name]
        case "&str", "String":
            return [f"{name}.to_string()"]
        case have, want if have.startswith("&[") and want == f"Vec<{have[2:-1]}>":
            return [f"{name}.to_vec()"]
        case have, want if have in (f"&{want}", f"&mut{want}"):
            return [f"{name}.clone()"]
        case have, want if want == f"Option<{have}>":
            return [f"Some({name})"]
        case _:
            return []


def _compact(node: Node) -> str:
    return "".join((node.text or b"").decode().split())
