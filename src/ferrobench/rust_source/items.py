"""Reads a text item by item: where does each top-level item begin and end?

The reader follows delimiters and a few words, not the whole grammar. An item that is finished but wrong
(``fn f() { let = ; }``) is an item like any other: that it is wrong is the model's error and rustc's to say.
Reading stops at the first thing that cannot begin an item, is not finished, or breaks the balance of delimiters.
"""

from __future__ import annotations

from typing import NamedTuple

from ferrobench.rust_source.tokens import TRIVIA, Token, TokenKind, tokenize


class Item(NamedTuple):
    """One complete item, its attributes and documentation included: ``text[start:end]``."""

    start: int
    end: int


class Outline(NamedTuple):
    """What a text begins with, as far as it can be read as items."""

    items: tuple[Item, ...]
    whole: bool
    """Whether nothing but whitespace and comments follows the last item."""
    rest: int
    """Where the first token stands that belongs to no complete item; the text's length where there is none."""
    foreign: int | None
    """Where the first token stands that no Rust has, such as a backtick; None where there is none."""


def read_items(text: str) -> Outline:
    """Read the items that *text* begins with. Never raises; linear in the text's length."""
    reader = _Reader(text)
    reader.skip_inner_attributes()
    items: list[Item] = []
    while reader.position < reader.size:
        first = reader.position
        end = reader.item_end()
        if end is None:
            return Outline(tuple(items), False, reader.tokens[first].start, reader.foreign)
        items.append(Item(reader.tokens[first].start, reader.tokens[end - 1].end))
        reader.position = end
    return Outline(tuple(items), True, len(text), reader.foreign)


_CLOSING = {"(": ")", "[": "]", "{": "}"}
_QUALIFIERS = frozenset({"const", "async", "unsafe", "safe", "gen", "default", "auto", "extern"})
_BRACED = frozenset({"struct", "enum", "union", "trait", "impl", "mod"})
_NAMED = frozenset({"fn", "struct", "enum", "union", "trait", "mod", "type"})
_USE_WORDS = frozenset({"as"})


class _Reader:
    """A cursor over the tokens that the parser sees. Token indices throughout, None for "no such place"."""

    def __init__(self, text: str) -> None:
        self.tokens: list[Token] = []
        self.words: list[str] = []
        """The text of each token that steers the reading, else an empty string."""
        self.foreign: int | None = None
        steering = (TokenKind.IDENTIFIER, TokenKind.PUNCTUATION)
        for token in tokenize(text):
            if token.kind not in TRIVIA:
                self.tokens.append(token)
                self.words.append(text[token.start : token.end] if token.kind in steering else "")
                if self.foreign is None and (token.kind is TokenKind.UNKNOWN or self.words[-1] == "`"):
                    self.foreign = token.start
            elif not token.terminated:
                # An open comment: nothing after it can be an item. An unknown token stops the reading there.
                self.tokens.append(token._replace(kind=TokenKind.UNKNOWN))
                self.words.append("")
        self.size = len(self.tokens)
        self.position = 0
        self.partner, self.balanced = self._match_delimiters()

    def _match_delimiters(self) -> tuple[dict[int, int], int]:
        """Pair the delimiters; also give the first token that breaks the balance, or the number of tokens."""
        partner: dict[int, int] = {}
        opened: list[int] = []
        for index, token in enumerate(self.tokens):
            word = self.words[index]
            if not token.terminated:
                return partner, index
            if token.kind is not TokenKind.PUNCTUATION:
                continue
            if word in _CLOSING:
                opened.append(index)
            elif word in (")", "]", "}"):
                if not opened or _CLOSING[self.words[opened[-1]]] != word:
                    return partner, index
                partner[opened.pop()] = index
        return partner, self.size

    def word(self, index: int) -> str:
        return self.words[index] if index < self.balanced else ""

    def is_name(self, index: int) -> bool:
        return index < self.balanced and self.tokens[index].kind is TokenKind.IDENTIFIER

    def after_group(self, index: int) -> int | None:
        """Where the group that opens at *index* is over, or None if it never is."""
        closing = self.partner.get(index)
        return None if closing is None else closing + 1

    def skip_inner_attributes(self) -> None:
        """Step over what may stand only at the start of a file: ``#![…]`` and ``//!`` lines."""
        while self.position < self.balanced:
            if self.tokens[self.position].kind is TokenKind.INNER_DOC:
                self.position += 1
                continue
            if self.words[self.position : self.position + 3] != ["#", "!", "["]:
                return
            end = self.after_group(self.position + 2)
            if end is None:
                return
            self.position = end

    def item_end(self) -> int | None:
        """Where the item that begins at the cursor is over, or None if no complete item begins there."""
        at = self._after_attributes(self.position)
        if at is None:
            return None
        if self.word(at) == "pub":
            at += 1
            if self.word(at) == "(":
                after = self.after_group(at)
                if after is None:
                    return None
                at = after
        if self._is_macro_call(at):
            return self._macro_end(at)
        return self._keyword_item_end(at)

    def _after_attributes(self, at: int) -> int | None:
        while at < self.balanced:
            if self.tokens[at].kind is TokenKind.OUTER_DOC:
                at += 1
            elif self.word(at) == "#" and self.word(at + 1) == "[":
                after = self.after_group(at + 1)
                if after is None:
                    return None
                at = after
            else:
                return at
        return None

    def _keyword_item_end(self, at: int) -> int | None:  # noqa: PLR0911 (one return per kind of item)
        if self.word(at) == "extern" and self.word(at + 1) == "crate":
            return self._after_semicolon(at + 2) if self.is_name(at + 2) else None
        if self.word(at) == "const" and self._is_constant(at + 1):
            return self._after_semicolon(at + 1)
        if self.word(at) == "static":
            named = at + 2 if self.word(at + 1) == "mut" else at + 1
            return self._after_semicolon(named) if self._is_constant(named) else None
        foreign = False
        while self.word(at) in _QUALIFIERS:
            foreign = self.word(at) == "extern"
            at += 1
            if foreign and at < self.balanced and self.tokens[at].kind is TokenKind.STRING:
                at += 1
        keyword = self.word(at)
        if keyword == "{" and foreign:
            return self.after_group(at)
        if keyword in _NAMED and not self.is_name(at + 1):
            return None
        if keyword == "fn" or keyword in _BRACED:
            return self._after_body(at + 1)
        if keyword == "type":
            return self._after_semicolon(at + 1)
        return self._use_end(at + 1) if keyword == "use" else None

    def _is_constant(self, at: int) -> bool:
        return self.is_name(at) and self.word(at + 1) == ":"

    def _after_semicolon(self, at: int) -> int | None:
        """Where the item is over that ends with a semicolon outside all groups."""
        while at < self.balanced:
            word = self.words[at]
            if word == ";":
                return at + 1
            after = self.after_group(at) if word in _CLOSING else at + 1
            if after is None:
                return None
            at = after
        return None

    def _after_body(self, at: int) -> int | None:
        """Where the item is over that ends with a block or a semicolon. Braces between angle brackets are consts."""
        angles = 0
        while at < self.balanced:
            word = self.words[at]
            after: int | None = at + 1
            if word in _CLOSING:
                after = self.after_group(at)
                if word == "{" and angles == 0:
                    return after
            elif word == ";":
                return at + 1
            elif word == "<":
                angles += 1
            elif word == ">":
                angles = max(0, angles - 1)
            if after is None:
                return None
            at = after
        return None

    def _use_end(self, at: int) -> int | None:
        """Where a ``use`` is over. Two names side by side are prose ("use this function"), not a path."""
        previous_name = False
        while at < self.balanced:
            word = self.words[at]
            if word == ";":
                return at + 1
            name = self.is_name(at)
            if name and word not in _USE_WORDS and previous_name:
                return None
            if not name and word not in ("{", "}", ":", ",", "*"):
                return None
            previous_name = name and word not in _USE_WORDS
            at += 1
        return None

    def _is_macro_call(self, at: int) -> bool:
        """Tell whether a path and ``!`` stand here; ``impl !Send for T`` is no call."""
        if self.words[at : at + 2] == [":", ":"]:
            at += 2
        while self.is_name(at):
            if self.word(at + 1) == "!":
                return self.words[at] != "impl"
            if self.words[at + 1 : at + 3] != [":", ":"]:
                return False
            at += 3
        return False

    def _macro_end(self, at: int) -> int | None:
        while self.word(at) != "!":
            at += 1
        defines = self.words[at - 1] == "macro_rules"
        at += 2 if defines and self.is_name(at + 1) else 1
        if self.word(at) not in _CLOSING:
            return None
        after = self.after_group(at)
        if after is None or self.words[at] == "{":
            return after
        return after + 1 if self.word(after) == ";" else None
