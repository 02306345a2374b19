"""What can be seen in hidden tests without running them: where they break off, and what no answer can meet.

Tests are read as tree-sitter reads them, and assertions by their text: a call with nothing but constants in it gives the same
value each time, so two assertions that want two values of it cannot both hold. What is not plain to see is left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.rust_source.grammar import parse_source
from ferrobench.rust_source.tokens import TRIVIA, TokenKind, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_CAN_FAIL = re.compile(
    r"\b(?:\w*assert\w*|panic|unreachable|matches)\s*!|\.\s*(?:unwrap|expect)\w*\s*\(|\bshould_panic\b"
)
_FLOAT = re.compile(r"\d[\d_]*(?:\.[\d_]+|\.?[eE][\d_]+|(?=f))(?:f32|f64)?")
_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """``assert_eq!(call, value)`` and its like."""

    call: str
    """One blank between tokens."""
    equal: bool
    """Whether the call must give the value, or must not."""
    value: str
    line: int
    """In the tests, from 1."""
    constant: bool
    """Whether nothing stands in the call that could change between two assertions."""
    floating: bool
    """Whether the value holds a floating-point number."""
    text: str
    """As it stands there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsReading:
    """What reading the tests found."""

    broken: str | None
    """Why they are no Rust, in one line; None where they are."""
    contradictions: tuple[str, ...]
    """One line for each pair of assertions that cannot both hold."""
    can_fail: bool
    """Whether there is anything in them that could fail."""
    exact_floats: int
    """How many assertions ask for one exact floating-point number."""


def read_tests(tests: str) -> TestsReading:
    """Read a prompt's hidden *tests*. Never raises."""
    # MultiPL-E's tests begin with the brace that its stop rule has cut from the completion.
    source = tests.lstrip()
    source = source[1:] if source.startswith("}") else tests
    root = parse_source(source.encode("utf-8", "replace")).root_node
    assertions = list(_assertions(root))
    return TestsReading(
        broken=_why_broken(source, root) if root.has_error else None,
        contradictions=tuple(_contradictions(assertions)),
        can_fail=_CAN_FAIL.search(source) is not None,
        exact_floats=sum(found.equal and found.floating for found in assertions),
    )


def _why_broken(source: str, root: Node) -> str:
    opened: list[int] = []
    for token in tokenize(source):
        word = source[token.start : token.end] if token.kind is TokenKind.PUNCTUATION else ""
        if not token.terminated:
            return f"a string or comment that begins in line {_line(source, token.start)} never ends"
        if word in _CLOSING:
            opened.append(token.start)
        elif word in _CLOSING.values():
            if not opened or _CLOSING[source[opened[-1]]] != word:
                return f"{word!r} in line {_line(source, token.start)} closes nothing"
            opened.pop()
    if opened:
        last = source.rstrip().rpartition("\n")[2].strip()
        return (
            f"they end before {source[opened[-1]]!r} of line {_line(source, opened[-1])} is closed, "
            f"with {_cut(last)!r}: cut off"
        )
    node = _first_error(root)
    return f"line {node.start_point.row + 1}: {_cut((node.text or b'').decode())!r} is no Rust"


def _first_error(node: Node) -> Node:
    for child in node.children:
        if child.has_error or child.is_missing or child.is_error:
            return _first_error(child)
    return node


def _line(source: str, at: int) -> int:
    return source.count("\n", 0, at) + 1


def _assertions(node: Node) -> Iterator[Assertion]:
    skip = False
    for child in node.named_children:
        if child.type == "attribute_item":
            # What a test that must panic asserts is not meant to hold.
            skip = skip or b"should_panic" in (child.text or b"")
            continue
        if child.type == "macro_invocation":
            found = _read_assertion(child)
            if found is not None:
                yield found
        if not (skip and child.type == "function_item"):
            yield from _assertions(child)
        skip = False


def _read_assertion(node: Node) -> Assertion | None:
    name = node.child_by_field_name("macro")
    tree = next((child for child in node.children if child.type == "token_tree"), None)
    if name is None or tree is None:
        return None
    arguments = _arguments(tree)
    match (name.text or b"").decode(), arguments:
        case ("assert_eq" | "assert_ne" as macro, [left, right, *_]):
            # The value is the side that calls nothing of the program's.
            call, value = (left, right) if _calls(left) or not _calls(right) else (right, left)
            equal = macro == "assert_eq"
        case ("assert", [condition, *_]):
            negated = condition[:1] == ["!"]
            call, value, equal = condition[negated:], ["false" if negated else "true"], True
        case _:
            return None
    return Assertion(
        call=" ".join(call),
        equal=equal,
        value=_plain(value),
        line=node.start_point.row + 1,
        floating=not _calls(value) and any(_FLOAT.fullmatch(word) for word in value),
        constant=_is_constant(call) and _is_constant(value, call=False),
        text=_cut((node.text or b"").decode()),
    )


def _arguments(tree: Node) -> list[list[str]]:
    """The tokens of a macro's arguments: what stands between the commas that are in no group."""
    text = (tree.text or b"").decode()[1:-1]
    arguments: list[list[str]] = [[]]
    depth = 0
    for token in tokenize(text):
        if token.kind in TRIVIA:
            continue
        word = text[token.start : token.end]
        if token.kind is TokenKind.PUNCTUATION:
            depth += (word in _CLOSING) - (word in _CLOSING.values())
            if word == "," and depth == 0:
                arguments.append([])
                continue
        arguments[-1].append(word)
    return [argument for argument in arguments if argument]


def _calls(words: Sequence[str]) -> bool:
    """Whether these tokens call a function by a lower-case name that is no path's end, as a test calls the program's."""
    return any(
        word.isidentifier() and word[0].islower() and after == "(" and before not in (":", ".")
        for before, word, after in zip(["", *words], words, words[1:], strict=False)
    )


def _is_constant(words: Sequence[str], *, call: bool = True) -> bool:
    """Whether the tokens hold no variable, and, for a call, are one call with at least one argument.

    ``counter()`` may well give another number each time.
    """
    if call and not (len(words) > 3 and words[0].isidentifier() and words[1] == "(" and words[-1] == ")"):
        return False
    if call and not _one_group(words[1:]):
        return False
    for place, word in enumerate(words):
        if not word.isidentifier() or word in ("true", "false", "as", "mut") or not word[0].islower():
            continue
        before = words[place - 1] if place else ""
        after = words[place + 1] if place + 1 < len(words) else ""
        if after not in ("(", "!", ":") and before != ":" and not _is_number_type(word):
            return False
    return True


def _one_group(words: Sequence[str]) -> bool:
    depth = 0
    for place, word in enumerate(words):
        depth += (word in _CLOSING) - (word in _CLOSING.values())
        if depth == 0:
            return place == len(words) - 1
    return False


def _is_number_type(word: str) -> bool:
    return re.fullmatch(r"[iu](8|16|32|64|128|size)|f(32|64)", word) is not None


# Two ways to write one value must not look like two values.
_SAME = (
    (re.compile(r'String :: from \( ("(?:[^"\\]|\\.)*") \)'), r"\1"),
    (re.compile(r" \. (?:to_string|to_owned|into|to_vec|clone) \( \)"), ""),
    (re.compile(r"(?:Vec|String) (?::: < [^>]* > )?:: new \( \)"), "[ ]"),
    (re.compile(r"\b(?:vec !|&|mut)\s?"), ""),
    (re.compile(r"& ?"), ""),
    (re.compile(r"(?<=\d)_(?=\d)"), ""),
    (re.compile(r"(?<=[\d.])_?(?:[iu](?:8|16|32|64|128|size)|f(?:32|64))\b"), ""),
    (re.compile(r"(?<=\d)(?:\.0+(?!\d)| \.(?= [\])},]|$))"), ""),
    (re.compile(r" ,(?= [\])}])"), ""),
)


def _plain(words: Sequence[str]) -> str:
    text = " ".join(words).replace(": :", "::")
    for pattern, replacement in _SAME:
        text = pattern.sub(replacement, text)
    return " ".join(text.split())


def _contradictions(assertions: Sequence[Assertion]) -> Iterator[str]:
    first: dict[str, Assertion] = {}
    denied: dict[tuple[str, str], Assertion] = {}
    for found in assertions:
        if not found.constant:
            continue
        if not found.equal:
            denied.setdefault((found.call, found.value), found)
            continue
        earlier = first.setdefault(found.call, found)
        if earlier.value != found.value:
            yield (
                f"lines {earlier.line} and {found.line} want different values of one call: "
                f"{earlier.text} and {found.text}"
            )
    for (call, value), found in denied.items():
        earlier_one = first.get(call)
        if earlier_one is not None and earlier_one.value == value:
            yield f"lines {earlier_one.line} and {found.line} ask for a value and deny it: {found.text}"


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…"
