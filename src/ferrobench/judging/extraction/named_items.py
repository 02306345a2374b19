"""What an item is called, what it imports and what type it has: enough to see that an answer repeats its prompt.

Read from the tokens of an item's head, so it works for the unfinished item at a prompt's end too.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ferrobench.rust_source.tokens import TRIVIA, TokenKind, iterate_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ferrobench.rust_source.items import Item

# A head with more tokens than this has no name. Real ones have some dozens.
_MOST_TOKENS = 500
_QUALIFIERS = frozenset({"async", "unsafe", "safe", "gen", "default", "auto"})
_VALUES = frozenset({"fn", "const", "static"})
_TYPES = frozenset({"struct", "enum", "union", "trait", "type", "mod"})
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")
_UNSEEN = TRIVIA | {TokenKind.OUTER_DOC, TokenKind.INNER_DOC}


class ItemName(NamedTuple):
    """By what two items clash, or are the same."""

    space: str
    """``value``, ``type``, ``macro``, ``impl`` or ``use``; empty where nothing is named."""
    name: str
    """Of an ``impl``, all of its head."""


class NamedItem(NamedTuple):
    """One item and its name: ``text[start:end]``, its attributes and documentation included."""

    name: ItemName
    start: int
    end: int


class Import(NamedTuple):
    """One name that a ``use`` brings into scope."""

    path: str
    name: str
    """``*`` for all of a module."""


class Signature(NamedTuple):
    """The types of a function, spelled without spaces."""

    parameters: tuple[str, ...]
    result: str


def name_items(text: str, items: Iterable[Item]) -> tuple[NamedItem, ...]:
    """Name each of the *items* of *text*."""
    return tuple(NamedItem(name_item(text, item.start), item.start, item.end) for item in items)


def name_item(text: str, start: int) -> ItemName:  # noqa: PLR0911 (one return per kind of item)
    """Name the item whose first token is at *start* or after it, finished or not."""
    words = _without_visibility(_head(text, start))
    at = 0
    while at < len(words):
        word, following = words[at], words[at + 1 : at + 2]
        if word == "extern" and following == ["crate"]:
            return ItemName("type", words[-1])
        if word in _QUALIFIERS or (word in ("const", "extern") and _is_qualifier(words, at)):
            at += 2 if following and following[0].startswith('"') else 1
        elif word in _VALUES and following:
            named = at + 2 if following == ["mut"] else at + 1
            return ItemName("value", "".join(words[named : named + 1]))
        elif word in _TYPES and following:
            return ItemName("type", following[0])
        elif word == "macro_rules" and len(words) > at + 2:
            return ItemName("macro", words[at + 2])
        elif word == "impl":
            return ItemName("impl", " ".join(words[at + 1 :]))
        else:
            return ItemName("use" if word == "use" else "", "")
    return ItemName("", "")


def is_function(text: str, start: int) -> bool:
    """Tell whether a function begins at *start*."""
    return ("fn", name_item(text, start).name) in pairwise(_head(text, start))


def attributes_of(text: str, start: int) -> tuple[str, ...]:
    """The outer attributes (not the documentation) of the item that begins at *start*."""
    found: list[str] = []
    depth, opened = 0, -1
    for token in iterate_tokens(text, start):
        word = text[token.start : token.end]
        if token.kind in _UNSEEN:
            continue
        if depth == 0 and word == "#":
            opened = token.start
        elif opened < 0:
            break
        elif word in _OPENING:
            depth += 1
        elif word in _CLOSING:
            depth -= 1
            if depth == 0:
                found.append(text[opened : token.end])
                opened = -1
    return tuple(found)


def body_start(text: str, start: int) -> int | None:
    """Where the body of the item that begins at *start* begins, behind its brace; None where none does."""
    attribute = 0
    for number, token in enumerate(iterate_tokens(text, start)):
        if number > 4 * _MOST_TOKENS or token.kind is not TokenKind.PUNCTUATION:
            continue
        word = text[token.start]
        if attribute or word == "[":
            attribute += (word in _OPENING) - (word in _CLOSING)
        elif word == "{":
            return token.end
    return None


def imports_of(text: str, item: NamedItem) -> tuple[Import, ...]:
    """What a ``use`` brings into scope, name by name."""
    found: list[Import] = []
    outer: list[list[str]] = []
    path: list[str] = []
    words = _without_visibility(_head(text, item.start, until=frozenset({";"})))
    for word in words[1:]:
        if word == "{":
            outer.append(list(path))
        elif word in ("}", ","):
            _note_import(path, len(outer[-1]) if outer else 0, found)
            if word == "}" and outer:
                outer.pop()
                path = []  # noted already, name by name
            else:
                path = list(outer[-1]) if outer else []
        elif word != ":":
            path.append(word)
    _note_import(path, 0, found)
    return tuple(found)


def signature_of(text: str, start: int) -> Signature | None:
    """The types of the function that begins at *start*; None where no function does."""
    words = _head(text, start)
    if not is_function(text, start):
        return None
    opening = _after_generics(words, words.index("fn") + 2)
    if words[opening : opening + 1] != ["("]:
        return None
    parameters: list[list[str]] = [[]]
    depth = 0
    closing = len(words)
    for at in range(opening, len(words)):
        word = words[at]
        depth += (word in "([<") - (word in ")]>")
        if depth == 0:
            closing = at
            break
        if word == "," and depth == 1:
            parameters.append([])
        elif at > opening:
            parameters[-1].append(word)
    result = words[closing + 1 :]
    if "where" in result:
        result = result[: result.index("where")]
    return Signature(tuple("".join(_type_of(each)) for each in parameters if each), "".join(result))


def _head(text: str, start: int, until: frozenset[str] = frozenset({"{", ";", "="})) -> list[str]:
    """The words of an item from *start* to where its body begins, without attributes and documentation."""
    words: list[str] = []
    depth = 0
    for word in _words(text, start):
        if depth or (word == "[" and words == ["#"]):
            depth += (word in _OPENING) - (word in _CLOSING)
            if depth == 0:
                words.clear()
        elif word in until:
            return words
        else:
            words.append(word)
    return words


def _words(text: str, start: int) -> Iterator[str]:
    # Also bounded in all: attributes are read and dropped, and there may be any number of them.
    for number, token in enumerate(iterate_tokens(text, start)):
        if number > 4 * _MOST_TOKENS:
            return
        if token.kind not in _UNSEEN:
            yield text[token.start : token.end]


def _without_visibility(words: list[str]) -> list[str]:
    if words[:1] != ["pub"]:
        return words
    return words[words.index(")") + 1 :] if words[1:2] == ["("] and ")" in words else words[1:]


def _is_qualifier(words: list[str], at: int) -> bool:
    """Tell whether ``const`` or ``extern`` stands before a function, a block or the like, not before a name."""
    following = words[at + 1 : at + 2]
    return bool(following) and (
        following[0] in _QUALIFIERS | {"fn", "extern", "const"} or following[0].startswith('"')
    )


def _note_import(path: list[str], prefix: int, found: list[Import]) -> None:
    if len(path) <= prefix:
        return
    if len(path) > 2 and path[-2] == "as":
        path, name = path[:-2], path[-1]
    else:
        name = path[-1]
    if path[-1] == "self" and len(path) > 1:
        path = path[:-1]
        name = path[-1] if name == "self" else name
    found.append(Import("::".join(path), name))


def _after_generics(words: list[str], at: int) -> int:
    if words[at : at + 1] != ["<"]:
        return at
    depth = 0
    for place in range(at, len(words)):
        depth += (words[place] == "<") - (words[place] == ">")
        if depth == 0:
            return place + 1
    return len(words)


def _type_of(parameter: list[str]) -> list[str]:
    """A parameter without its pattern; ``self`` as it is."""
    depth = 0
    for at, word in enumerate(parameter):
        depth += (word in "([<") - (word in ")]>")
        double = ":" in (parameter[at + 1 : at + 2] + parameter[at - 1 : at])
        if word == ":" and depth == 0 and not double:
            return parameter[at + 1 :]
    return parameter
