"""Rust texts as sequences of words: what n-grams, vocabularies and token distances are counted over.

The borders of words are those of :mod:`ferrobench.rust_source.tokens`, which takes several times as long because it also
keeps what lies between them, and what they are. One expression reads a word and all the whitespace and line comments
before it; only block comments, which nest, need a look of their own.
"""

from __future__ import annotations

import re
from sys import intern

from ferrobench.rust_source.tokens import TRIVIA, block_comment_end, iterate_tokens

_WHITESPACE = "\t\n\v\f\r \u0085\u200e\u200f\u2028\u2029"

# What is frequent comes first: names (but those that may begin a literal) and single characters. Of operators that share
# their beginning the longest is tried first, as rustc's lexer glues them. What is unterminated goes on to where it ends,
# as in `tokens`, and no alternative fails after it has consumed much: that keeps the time linear. The last alternative
# matches nothing, after the whitespace at the text's end.
_QUOTED = r"[^'\\/\n]*(?:\\[\s\S][^'\\/\n]*)*'?"
_STRING = r'"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|[\s\S]*)'
_WORD = re.compile(
    rf"""
    [{_WHITESPACE}]*+(?://[^\n]*[{_WHITESPACE}]*+)*+
    ( /\*
    | [ad-qs-zA-Z_][a-zA-Z0-9_]*\w*
    | [;,(){{}}\[\]?@~`\\\#$]
    | ::? | -[>=]? | =[>=]? | &[&=]? | \.\.[.=]? | \.
    | '(?:[^\\]'|(?:r\#)?\w+'?|{_QUOTED})
    | {_STRING}
    | (?:r|br|cr)(?P<hashes>\#*)"(?:[\s\S]*?"(?P=hashes)|[\s\S]*)
    | [bc]{_STRING}
    | b'(?:[^\\]'|{_QUOTED})
    | r\#[^\W\d]\w*
    | [^\W\d]\w*
    | \d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?_*\d)?\w*
    | <<=? | <=? | >>=? | >=? | \|[|=]? | [!+*/%^]=?
    | [\s\S]
    | )
    """,
    re.VERBOSE,
)


def rust_words(text: str) -> tuple[str, ...]:
    """The tokens of *text* in order, whitespace and comments (documentation too) left out.

    Operators of several characters are one word (``::``, ``..=``), a literal is one word whatever it holds, and what no
    Rust has comes character by character. Equal words are the same object. Never raises; linear in the text's length.
    """
    words: list[str] = []
    position = _after_heading(text)
    while True:
        for match in _WORD.finditer(text, position):
            word = match[1]
            if word == "/*":
                position, _ = block_comment_end(text, match.end())
                break
            words.append(intern(word))
        else:
            return tuple(filter(None, words))


def _after_heading(text: str) -> int:
    """Where the byte order mark and the shebang are over, which only the first of a text's characters can be."""
    if not text.startswith(("\ufeff", "#!")):
        return 0
    return next((token.start for token in iterate_tokens(text) if token.kind not in TRIVIA), len(text))
