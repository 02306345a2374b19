"""Characters of texts that a model wrote, on their way into files that other programs read."""

from __future__ import annotations

import re

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
    """Write characters that show as nothing or move what stands around them by their numbers, such as ``⟨U+202E⟩``.

    Those are all that Python does not call printable, tab and line feed apart, and letters and marks without a shape. The pages'
    scripts do the same (``unseen.js``).
    """
    return text if text.isascii() and text.isprintable() else _PERHAPS_UNSEEN.sub(_spelt, text)


# Letters without a shape, marks that choose one, and the blank of Braille: printable to Python, and yet nothing is seen.
_SHAPELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_PERHAPS_UNSEEN = re.compile(r"[^\t\n -~]")


def is_unseen(character: str) -> bool:
    """Whether nothing of a character would be seen where it stands."""
    return not character.isprintable() or _SHAPELESS.match(character) is not None


def spell(character: str) -> str:
    """The number of a character, as ``⟨U+202E⟩``."""
    return f"⟨U+{ord(character):04X}⟩"


def _spelt(match: re.Match[str]) -> str:
    return spell(match[0]) if is_unseen(match[0]) else match[0]


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{{{ord(match[0]):x}}}"
