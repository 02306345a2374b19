"""Characters of texts that a model wrote, on their way into files that other programs read."""

from __future__ import annotations

import re
from unicodedata import category

# Control characters but tab and line feed, lone surrogates, and the two code points that are no characters to XML.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def escape_unfit(text: str) -> str:
    """Write what terminals obey and XML forbids as Rust would, such as ``\\u{1b}``; tabs and line feeds stay."""
    return _UNFIT.sub(_escaped, text)


def escape_surrogates(text: str) -> str:
    """Write lone surrogates, which are no text to strict readers of JSON, as ``\\u{dc80}``."""
    return _SURROGATES.sub(_escaped, text)


def visible(text: str) -> str:
    """Write characters that show as nothing or change what stands around them by their numbers, such as ``⟨U+202E⟩``.

    Those are control characters but tab and line feed, bidirectional and other format characters, separators of lines, and
    lone surrogates. The pages' scripts do the same (``unseen.js``).
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"⟨U+{ord(c):04X}⟩" if category(c) in _UNSEEN and c not in "\t\n" else c for c in text)


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{{{ord(match[0]):x}}}"
