"""What the characters of an answer tell: bytes that are no text, noise, and lines that were never broken."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A completion may be cut within a character, and then ends with a piece of it.
_CUT_CHARACTER = re.compile(r"[\ufffd\ud800-\udfff]{1,3}\Z")
_BROKEN = re.compile(
    # Bytes that are no UTF-8, as Python and others mark them.
    r"[\ufffd\ud800-\udfff]"
    # UTF-8 read as Latin-1 or Windows-1252: "Ã©" for "é", "â€™" for an apostrophe.
    r"|[\xc2\xc3][\x80-\xbf]|\xe2(?:\u20ac|[\x80-\xbf]{2})"
)
# Tokens written out instead of the bytes that they stand for: the space and the line end of byte-level BPE, and the byte
# tokens and the space of SentencePiece.
_TOKEN_BYTES = re.compile(r"[\u0120\u010a\u2581]|<0x[0-9A-F]{2}>")
_FEWEST_TOKEN_BYTES = 3

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_FEWEST_CONTROLS = 3
_CONTROL_SHARE = 0.01

# Which letters follow which, in lower case, in words of English and of Rust: 97 % of all neighbours, counted over Rust's
# standard library and the Rust Book. Of letters drawn at random 63 % are others.
_FOLLOWERS = (
    "abcdfgiklmnprstuvxy baeiloruy cacehiklortu dadeilorsu eacdefgilmnpqrstvwxy faefilnorstu gaehinoru haeiort"
    " iabcdefglmnoprstvz kei ladefilopstuy mabeimopsu nacdefgilnostuvy ocdfgiklmnoprstuvw paeiloprtu qu racdegiklmnorstuy"
    " sacehiklmopstuy tacdehiloprstuwy uabcefgilmnprst vaei waehinor xapt yopst ze"
)
_RARE_SHARE = 0.35
_FEWEST_NEIGHBOURS = 40

_FEWEST_MARKS_OF_LINES = 8
_MOST_MARKS_OF_LINE = 12
_FEWEST_ESCAPED = 3


def is_broken(text: str) -> bool:
    """Whether *text* holds what is no character: bytes that are no UTF-8, or UTF-8 and tokens that were read as text."""
    if text.isascii():
        return "<0x" in text and len(_TOKEN_BYTES.findall(text)) >= _FEWEST_TOKEN_BYTES
    return (
        _BROKEN.search(_CUT_CHARACTER.sub("", text)) is not None
        or len(_TOKEN_BYTES.findall(text)) >= _FEWEST_TOKEN_BYTES
    )


def has_controls(text: str) -> bool:
    """Whether *text* has control characters in number; a single one may stand in a string."""
    controls = len(_CONTROL.findall(text))
    return controls >= _FEWEST_CONTROLS and controls >= _CONTROL_SHARE * len(text)


def is_garbled(text: str) -> bool:
    """Whether the letters of *text* come in an order that no word has.

    Healthy texts have up to 20 % of rare neighbours (assembly, hexadecimal constants), random letters 60 %.
    """
    common, rare = _neighbours(text)
    return common + rare >= _FEWEST_NEIGHBOURS and rare >= _RARE_SHARE * (common + rare)


def lacks_newlines(text: str) -> bool:
    """Whether *text* is code that stands on far fewer lines than Rust is written on."""
    marks = text.count(";") + text.count("{") + text.count("}")
    if marks < _FEWEST_MARKS_OF_LINES:
        return False
    lines = 1 + text.strip().count("\n")
    return marks > _MOST_MARKS_OF_LINE * lines or (
        lines == 1 and (marks >= _FEWEST_MARKS_OF_LINES or text.count("\\n") >= _FEWEST_ESCAPED)
    )


def _neighbours(text: str) -> tuple[int, int]:
    """How many pairs of letters side by side are common ones, and how many are not. Letters other than a to z are none."""
    import numpy as np

    codes = np.frombuffer(text.lower().encode("ascii", "replace"), np.uint8).astype(np.intp)
    kinds = np.bincount(_kinds()[codes[:-1] * 128 + codes[1:]], minlength=3)
    return int(kinds[1]), int(kinds[2])


@lru_cache(maxsize=1)
def _kinds() -> NDArray[np.uint8]:
    """Of each pair of ASCII characters 1 where it is common, 2 where it is two other letters, else 0; shape (128 * 128,)."""
    import numpy as np

    kinds = np.zeros((128, 128), np.uint8)
    kinds[ord("a") : ord("z") + 1, ord("a") : ord("z") + 1] = 2
    for group in _FOLLOWERS.split():
        kinds[ord(group[0]), [ord(letter) for letter in group[1:]]] = 1
    return kinds.reshape(-1)
