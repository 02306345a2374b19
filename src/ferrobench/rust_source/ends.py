"""Where a text that a model goes on with has come to an end."""

from __future__ import annotations

import re

from ferrobench.rust_source.items import read_items
from ferrobench.rust_source.tokens import TokenKind, tokenize

# A line on which a brace may be no code: beside a quote, or behind the start of a comment.
_DOUBTFUL = re.compile(r"^(?=.*[{}]).*(?:[\"']|//|/\*)", re.MULTILINE)

_BRACE_OR_END = re.compile(r"[{};]")


def open_braces(text: str) -> int:
    """Count the braces that *text* opens and does not close, those in literals and comments aside."""
    depth = 0
    for token in tokenize(text):
        if token.kind is TokenKind.PUNCTUATION:
            word = text[token.start : token.end]
            depth += (word == "{") - (word == "}")
    return max(0, depth)


class ItemEnd:
    """Finds where the first item that a completion finishes is over. Made once a prompt, asked as the text grows."""

    def __init__(self, prompt: str) -> None:
        self._prompt = prompt
        outline = read_items(prompt)
        self._complete = bool(outline.items) and outline.whole
        self._depth = prompt.count("{") - prompt.count("}")
        self._doubtful = _DOUBTFUL.search(prompt) is not None

    def _stays_open(self, completion: str) -> bool:
        """Whether no item can end in *completion*, as far as braces and semicolons alone tell."""
        depth = self._depth
        if completion.count("}") < depth:
            return True
        for found in _BRACE_OR_END.finditer(completion):
            depth += {"{": 1, "}": -1, ";": 0}[found[0]]
            if depth <= 0:
                return False
        return depth > 0

    def find(self, completion: str) -> int | None:
        """Say how much of *completion* belongs to the item, or None while it is not complete.

        The item that the prompt began; after a prompt that is complete by itself, the first one that follows.
        """
        # Reading items is dear, and this is asked after every token: first a look at the braces, where that tells.
        if not self._doubtful and self._stays_open(completion) and _DOUBTFUL.search(completion) is None:
            return None
        boundary = len(self._prompt)
        for item in read_items(self._prompt + completion).items:
            if item.start >= boundary if self._complete else item.end > boundary:
                return item.end - boundary
        return None
