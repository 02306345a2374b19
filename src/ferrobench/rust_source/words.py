"""Rust texts as sequences of words: what n-grams, vocabularies and token distances are counted over."""

from __future__ import annotations

import re
from sys import intern

from ferrobench.rust_source.tokens import TRIVIA, TokenKind, iterate_tokens

_DOCS = frozenset({TokenKind.OUTER_DOC, TokenKind.INNER_DOC})
# The longest first, as rustc's lexer glues them.
_OPERATORS = re.compile(
    r"->|<<=|>>=|\.\.\.|\.\.=|::|=>|==|!=|<=|>=|&&|\|\||\+=|-=|\*=|/=|%=|\^=|&=|\|=|<<|>>|\.\.|[\s\S]"
)


def rust_words(text: str) -> tuple[str, ...]:
    """The tokens of *text* in order, whitespace and comments (documentation too) left out.

    Operators of several characters are one word (``::``, ``..=``), a literal is one word whatever it holds, and what no
    Rust has comes character by character. Equal words are the same object. Never raises; linear in the text's length.
    """
    words: list[str] = []
    punctuation = TokenKind.PUNCTUATION
    start = end = -1
    for token in iterate_tokens(text):
        if token.kind is punctuation:
            if token.start == end:
                end = token.end
                continue
            if start >= 0:
                words += map(intern, _OPERATORS.findall(text, start, end))
            start, end = token.start, token.end
            continue
        if start >= 0:
            words += map(intern, _OPERATORS.findall(text, start, end))
            start = end = -1
        if token.kind not in TRIVIA and token.kind not in _DOCS:
            words.append(intern(text[token.start : token.end]))
    if start >= 0:
        words += map(intern, _OPERATORS.findall(text, start, end))
    return tuple(words)
