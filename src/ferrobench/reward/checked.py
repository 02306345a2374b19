"""Does rustc check anything of what the model wrote?

``#![cfg(any())]`` before any text that parses makes it compile, and so do ``#[test]``, an item macro that drops what it
is given, or a macro that nobody calls. Such an answer is no answer. The question here is put the safe way round: an item
counts only if nothing in it could have taken it from rustc's sight. All that is asked is whether there is one such item;
what is hidden beside it earns nothing, since without it the answer would have been worth the same.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from ferrobench.rust_source.items import read_items
from ferrobench.rust_source.tokens import TRIVIA, TokenKind, tokenize

# Attributes that are built in and leave what they stand on in place. Importing something else under one of these names
# is an error (E0659), so the name can be trusted. Not so with `derive`, which is a name like others, nor with paths.
_INERT = frozenset(
    {
        "allow", "warn", "deny", "forbid", "expect", "deprecated", "must_use", "doc", "inline", "cold", "repr",
        "no_mangle", "export_name", "link_section", "link_name", "link", "used", "target_feature", "track_caller",
        "non_exhaustive", "automatically_derived", "instruction_set", "ignore", "should_panic", "macro_use",
        "macro_export", "path", "recursion_limit", "type_length_limit", "no_std", "no_implicit_prelude", "no_main",
        "feature", "crate_name", "crate_type", "windows_subsystem",
    }
)  # fmt: skip
_DERIVING = frozenset({"struct", "enum", "union"})
_CHECKED = frozenset({"fn", "struct", "enum", "union", "trait", "impl", "type", "const", "static"})
_QUALIFIERS = frozenset({"async", "unsafe", "safe", "extern", "default", "auto"})
_PAIRS, _CLOSING = frozenset("([{"), frozenset(")]}")
# What is known of a library that is built here for this machine. Whatever else is asked is unknown, and unknown is off.
_KNOWN_OPTIONS = {"true": True, "unix": True, "debug_assertions": True, "false": False, "test": False, "windows": False}  # fmt: skip
# How deep in modules an item is looked for, and how deep in conditions a condition: text from nobody's hand goes deeper.
_MOST_MODULES = 4
_MOST_CONDITIONS = 16

# Imports and line comments, and then an item. Possessive throughout, so linear.
_BEGINS_WITH_ITEM = re.compile(
    r"(?:\s|//[^\n]*+\n|use\s[\w:{},*\s]*+;)*+(?:pub(?:\([^()]*+\))?+\s++)?+(?:(?:async|unsafe)\s++)*+"
    r"(?:fn|struct|enum|trait|impl|type|const|static)\s"
)


def checks_something(text: str, boundary: int = 0) -> bool:
    """Tell whether at least one item that ends behind *boundary*, where the model's text begins, is checked by rustc.

    Functions, types, traits, implementations, constants and modules that hold one of these count, unless an attribute on
    or in them might remove them. Imports, ``extern`` blocks, macros and calls of macros do not, unless the prompt
    already said that it is one. Meant for texts that parse; of others it says nothing useful. Never raises.
    """
    # The plain case, many times as fast: no attributes, and an item right at the beginning of what the prompt left open.
    if "#" not in text and _BEGINS_WITH_ITEM.match(text, _last_item_end(text[:boundary])):
        return True
    texts = [(text, boundary, 0)]
    while texts:
        text, boundary, depth = texts.pop()
        code = _Code(text)
        if not code.keeps_file():
            continue
        for item in read_items(text).items:
            if item.end <= boundary:
                continue
            first, end = bisect_left(code.starts, item.start), bisect_left(code.starts, item.end)
            at = code.keyword(first, end)
            if at is None:
                continue
            if code.words[at] == "mod":
                inside = code.starts[min(at + 3, end - 1)]  # behind the name and the brace
                if depth < _MOST_MODULES:
                    texts.append((text[inside : item.end - 1], max(0, boundary - inside), depth + 1))
            elif code.starts[at] < boundary or code.is_checked(at):
                return True
    return False


@lru_cache(maxsize=256)
def _last_item_end(prompt: str) -> int:
    """Where the last complete item of a prompt is over; 0 where it has none. Trainers ask each prompt many times."""
    items = read_items(prompt).items
    return items[-1].end if items else 0


class _Code:
    """The tokens of a text that the parser sees, as words and where they start. Indices are of words throughout."""

    def __init__(self, text: str) -> None:
        self.words: list[str] = []
        """The text of a token; a string, character or number is an empty one. ``r#cfg`` is ``cfg``."""
        self.starts: list[int] = []
        for token in tokenize(text):
            if token.kind in TRIVIA or token.kind in (TokenKind.OUTER_DOC, TokenKind.INNER_DOC):
                continue
            word = ""
            if token.kind in (TokenKind.IDENTIFIER, TokenKind.PUNCTUATION):
                word = text[token.start : token.end].removeprefix("r#")
            self.words.append(word)
            self.starts.append(token.start)

    def keeps_file(self) -> bool:
        """Whether the inner attributes that the text starts with leave the rest of it in place."""
        at = 0
        while self.words[at : at + 3] == ["#", "!", "["]:
            end = self._group_end(at + 2)
            if not _is_inert(self.words[at + 3 : end - 1]):
                return False
            at = end
        return True

    def keyword(self, first: int, end: int) -> int | None:
        """The word that says of what kind the item is; None where one of its attributes might remove something."""
        words, at = self.words, first
        derives = False
        while at < end and words[at] == "#":
            after = self._group_end(at + 1)
            attribute = words[at + 2 : after - 1]
            if attribute[:2] == ["derive", "("]:
                derives = True
            elif not _is_inert(attribute):
                return None
            at = after
        # Inner attributes, however deep: that of a function's body removes the function.
        for inner in range(at, end):
            if words[inner] == "#" and words[inner + 1 : inner + 3] == ["!", "["]:
                attribute = words[inner + 3 : self._group_end(inner + 2) - 1]
                if not _is_inert(attribute):
                    return None
        if at < end and words[at] == "pub":
            at = self._group_end(at + 1) if words[at + 1 : at + 2] == ["("] else at + 1
        while at < end and (words[at] in _QUALIFIERS or words[at] == "" or self._is_const_fn(at)):
            at += 1
        if at >= end or (derives and words[at] not in _DERIVING):
            return None
        return at

    def is_checked(self, at: int) -> bool:
        """Whether what begins with the keyword *at* is more than a name for what is elsewhere."""
        called = self.words[at + 1 : at + 2] == ["!"] and self.words[at] != "impl"
        return self.words[at] in _CHECKED and not called

    def _is_const_fn(self, at: int) -> bool:
        return self.words[at] == "const" and self.words[at + 1 : at + 2] in (
            ["fn"], ["unsafe"], ["async"], ["extern"],
        )  # fmt: skip

    def _group_end(self, opening: int) -> int:
        """Where the group is over that opens at *opening*; the end of the text where it never is."""
        depth = 0
        for at in range(opening, len(self.words)):
            if self.words[at] in _PAIRS:
                depth += 1
            elif self.words[at] in _CLOSING:
                depth -= 1
                if depth == 0:
                    return at + 1
        return len(self.words)


def _is_inert(attribute: list[str], depth: int = 0) -> bool:
    """Whether an attribute, without its brackets, is known to leave in place what it stands on."""
    if depth > _MOST_CONDITIONS:
        return False
    if attribute[:2] == ["unsafe", "("]:
        attribute = attribute[2:-1]
    if attribute[:2] == ["cfg", "("]:
        return _option(attribute[2:-1]) is True
    if attribute[:2] == ["cfg_attr", "("]:
        # Whether or not its condition holds, what it would add must do no harm.
        added = _split(attribute[2:-1])[1:]
        return all(part[:1] == ["derive"] or _is_inert(part, depth + 1) for part in added)
    return attribute[:1] != [] and attribute[0] in _INERT and attribute[1:2] != [":"]


def _option(condition: list[str], depth: int = 0) -> bool | None:
    """Whether a condition of ``cfg`` holds here; None where that is not known."""
    if depth > _MOST_CONDITIONS:
        return None
    if condition[1:2] == ["("]:
        parts = [_option(part, depth + 1) for part in _split(condition[2:-1])]
        if condition[0] == "not" and len(parts) == 1:
            return None if parts[0] is None else not parts[0]
        if condition[0] in ("all", "any"):
            decisive = condition[0] == "any"
            if decisive in parts:
                return decisive
            return None if None in parts else not decisive
        return None
    return _KNOWN_OPTIONS.get(condition[0]) if len(condition) == 1 else None


def _split(words: list[str]) -> list[list[str]]:
    """The parts between commas that stand in no brackets; empty ones are none."""
    parts: list[list[str]] = [[]]
    depth = 0
    for word in words:
        depth += (word in _PAIRS) - (word in _CLOSING)
        if word == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]
