"""How much of a completion comes after the item that its prompt began."""

from __future__ import annotations

from ferrobench.rust_source.ends import ItemEnd
from ferrobench.rust_source.tokens import TokenKind, iterate_tokens, tokenize

# Places that may be the item's end; where so many were not, the text is no Rust, and time must stay linear.
_MOST_TRIES = 8
_TURNS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_LAST = frozenset("};")


class AfterItem:
    """Finds it for the completions of one prompt; looks at each text once."""

    def __init__(self, prompt: str) -> None:
        self._prompt = prompt
        self._item_end = ItemEnd(prompt)
        tokens = tokenize(prompt)
        # The last token may go on in the completion.
        self._start = tokens[-1].start if tokens else 0
        self._depth = 0
        for token in tokens[:-1]:
            if token.kind is TokenKind.PUNCTUATION:
                self._depth = max(0, self._depth + _TURNS.get(prompt[token.start], 0))
        self._known: dict[str, float] = {}

    def share(self, completion: str) -> float:
        """The share of the characters of *completion* behind the item's end; 0 while it has none, or nothing follows."""
        known = self._known.get(completion)
        if known is None:
            end = self._find(completion)
            rest = "" if end is None else completion[end:]
            known = self._known[completion] = len(rest) / len(completion) if rest.strip() else 0.0
        return known

    def _find(self, completion: str) -> int | None:
        """Where the item is over, as :class:`ItemEnd` has it, who is asked only where all delimiters are closed."""
        text, boundary = self._prompt + completion, len(self._prompt)
        depth, tries = self._depth, 0
        for token in iterate_tokens(text, self._start):
            if token.kind is not TokenKind.PUNCTUATION:
                continue
            word = text[token.start]
            depth = max(0, depth + _TURNS.get(word, 0))
            if depth or word not in _LAST or token.end <= boundary:
                continue
            end = self._item_end.find(text[boundary : token.end])
            tries += 1
            if end is not None or tries == _MOST_TRIES:
                return end
        return None
