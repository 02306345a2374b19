"""Whether a place in an answer is within a string or a comment of Rust, where it is the program's own.

An answer may be prose with quotes of its own, so what Rust's tokens say of it is only believed where it looks like code.
"""

from __future__ import annotations

from ferrobench.rust_source.tokens import TokenKind, iterate_tokens, tokenize

# What stands before the opening quote of a string in Rust, but not in English prose.
_BEFORE_STRINGS = frozenset("(=,[{&!+>|;")
_QUOTES = frozenset(
    {TokenKind.STRING, TokenKind.COMMENT, TokenKind.OUTER_DOC, TokenKind.INNER_DOC},
)


def is_open(code: str) -> bool:
    """Tell whether *code* ends within a string or a block comment."""
    tokens = tokenize(code)
    return bool(tokens) and not tokens[-1].terminated and tokens[-1].kind is not TokenKind.CHARACTER


def ends_quoted(before: str) -> bool:
    """Tell whether *before* is code that ends within a string or a block comment. A stray quote in prose is neither."""
    tokens = tokenize(before)
    if not tokens or tokens[-1].terminated or tokens[-1].kind not in _QUOTES:
        return False
    if tokens[-1].kind is not TokenKind.STRING:
        return True
    earlier = next((token for token in reversed(tokens[:-1]) if token.kind is not TokenKind.WHITESPACE), None)
    return earlier is None or before[earlier.start : earlier.end] in _BEFORE_STRINGS


class QuotedPlaces:
    """Tells of places, each after the one before, whether they are in a string or a comment that ends."""

    def __init__(self, text: str) -> None:
        self._tokens = iterate_tokens(text)
        self._end = 0
        self._is_quote = False

    def has(self, place: int) -> bool:
        """Tell it of one place."""
        while self._end <= place:
            token = next(self._tokens, None)
            if token is None:
                return False
            self._end = token.end
            self._is_quote = token.terminated and token.kind in _QUOTES
        return self._is_quote
