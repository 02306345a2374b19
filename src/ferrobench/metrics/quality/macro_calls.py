"""Lets the parser see into the calls of std's macros, whose arguments the grammar leaves as flat tokens.

``assert!(a && b)``, ``println!("{}", f()?)`` and ``vec![g()?; 2]`` hold expressions, separated by commas, and nothing else.
Written as calls of a function (``assertǃ(a && b)``) they are parsed like one, and what is decided in them is found;
``matches!(value, pattern)`` becomes the ``match`` that it stands for. The mark ``ǃ``, a letter to Rust, tells such a call from one
of a function that has the macro's name.

Macros that are not std's keep their tokens flat, and so does the body of every ``macro_rules!``: what tokens mean there,
only the macro knows. Lines stay where they are.
"""

from __future__ import annotations

import re
from typing import TypeAlias

MARK = "ǃ"
"""Stands in for the ``!``. U+01C3, which looks like it and may stand in a name."""

_WORDS = """
    assert assert_eq assert_ne debug_assert debug_assert_eq debug_assert_ne
    print println eprint eprintln format format_args write writeln panic todo unimplemented unreachable dbg vec matches
"""
_NAMES = frozenset(_WORDS.split())
_LONGEST = max(map(len, _NAMES))
_CALL = re.compile(rf"\b(?:{'|'.join(sorted(_NAMES))})\s*!\s*[(\[{{]")
# Delimiters, calls, and the beginnings of what may hold delimiters that are none.
_STOP = re.compile(r"[(\[{)\]},;!\"'/]")
_OPENING = re.compile(r"!(\s*)([(\[{])")
_NAME = re.compile(r"(\w+)(\s*)\Z")
# What is not closed reaches to the text's end: that keeps the search linear.
_STRING = re.compile(r'"(?:[^"\\]+|\\.)*+"?', re.DOTALL)
_CHARACTER = re.compile(r"'(?:\\[^\n][^'\n]*|[^\\'\n])'")
_BLOCK_EDGE = re.compile(r"/\*|\*/")
_SPACE = re.compile(r"\s*")
_CLOSING = {"(": ")", "[": "]", "{": "}"}

Edit: TypeAlias = tuple[int, int, str]
"""``text[start:end]`` becomes the string."""


class _Group:
    """A delimiter that is open."""

    __slots__ = ("closing", "commas", "edits", "last_comma", "macro")

    def __init__(self, bracket: str) -> None:
        self.closing = _CLOSING[bracket]
        self.macro = ""
        """The name, where it opens the arguments of a macro of std."""
        self.edits: list[Edit] = []
        """Of that call, made only once it is closed."""
        self.commas = 0
        self.last_comma = -1


def expose_macro_calls(text: str) -> str:
    """Rewrite the calls of std's macros in *text* as calls of functions, for the parser.

    What is not closed, or closed by the wrong delimiter, stays as it is. Never raises; linear in the text's length.

    >>> expose_macro_calls("fn f() { println!(\\"{}\\", vec![a; 2].len()) }")
    'fn f() { printlnǃ("{}", vecǃ(a, 2).len()) }'
    >>> expose_macro_calls("matches!(a, Some(b) if b > 1)")
    '(match (a) { Some(b) if b > 1=>(),_=>()})'
    """
    if _CALL.search(text) is None:
        return text
    pieces: list[str] = []
    position = 0
    for start, end, replacement in sorted(_edits(text)):
        pieces += (text[position:start], replacement)
        position = end
    pieces.append(text[position:])
    return "".join(pieces)


def _edits(text: str) -> list[Edit]:
    done: list[Edit] = []
    groups: list[_Group] = []
    position = 0
    while (stop := _STOP.search(text, position)) is not None:
        start = stop.start()
        position = start + 1
        sign = text[start]
        if sign in ",;":
            if groups and groups[-1].macro:
                _separate(groups[-1], sign, start)
        elif sign in "([{":
            groups.append(_Group(sign))
        elif sign in ")]}":
            if not groups or groups[-1].closing != sign:
                break
            group = groups.pop()
            if group.macro:
                done += _closed(group, text, start)
        elif sign == "!":
            opening = _OPENING.match(text, start)
            if opening is not None:
                groups.append(_opened(text, opening))
                position = opening.end()
        else:
            position = _after_literal(text, start)
    return done


def _after_literal(text: str, start: int) -> int:
    """Where the string, character or comment is over that begins at *start*; just behind it, if none does."""
    sign = text[start]
    if sign == '"':
        hashes = _raw_hashes(text, start)
        if hashes is not None:
            found = text.find('"' + "#" * hashes, start + 1)
            return len(text) if found < 0 else found + 1 + hashes
        string = _STRING.match(text, start)
        return start + 1 if string is None else string.end()
    if sign == "'":
        character = _CHARACTER.match(text, start)
        return start + 1 if character is None else character.end()
    if text.startswith("//", start):
        found = text.find("\n", start)
        return len(text) if found < 0 else found
    return _block_end(text, start + 2) if text.startswith("/*", start) else start + 1


def _raw_hashes(text: str, quote: int) -> int | None:
    """How many ``#`` the raw string has that opens with this quote; None where it opens none."""
    head = quote
    while head and text[head - 1] == "#":
        head -= 1
    return quote - head if head and text[head - 1] == "r" else None


def _block_end(text: str, position: int) -> int:
    depth = 1
    for edge in _BLOCK_EDGE.finditer(text, position):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(text)


def _opened(text: str, opening: re.Match[str]) -> _Group:
    group = _Group(opening[2])
    name = _NAME.search(text, max(0, opening.start() - 2 * _LONGEST), opening.start())
    if name is not None and name[1] in _NAMES:
        group.macro = name[1]
        space = name[2] + opening[1]
        head = f"(match{space} (" if name[1] == "matches" else f"{name[1]}{MARK}{space}("
        group.edits.append((name.start(), opening.end(), head))
    return group


def _separate(group: _Group, separator: str, position: int) -> None:
    group.commas += 1
    group.last_comma = position
    if group.macro == "matches" and group.commas == 1:
        group.edits.append((position, position + 1, ") {"))
    elif group.macro == "vec" and separator == ";":
        group.edits.append((position, position + 1, ","))


def _closed(group: _Group, text: str, position: int) -> list[Edit]:
    if group.macro != "matches":
        return [*group.edits, (position, position + 1, ")")]
    if group.commas == 0:
        return []
    space = _SPACE.match(text, group.last_comma + 1)
    if group.commas > 1 and space is not None and space.end() == position:
        # A comma behind the pattern ends the arguments, and has no place in an arm.
        group.edits.append((group.last_comma, group.last_comma + 1, ""))
    return [*group.edits, (position, position + 1, "=>(),_=>()})")]
