"""Words that are no code: prose to a person, and salads of words that are nothing.

In code a name hardly ever stands beside another name without a keyword or a sign between them; in prose nearly every word
does. What prose has and a salad has not are the small words of a language. Comments and strings are prose within code and are
left aside. The thresholds lie between paragraphs of the Rust Book (at least 40 % of the words stand beside another, at least
35 % are small) and code without its comments, and between both and tokens drawn at random.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from operator import and_
from typing import TYPE_CHECKING

from ferrobench.metrics.collapse.words import read_words

if TYPE_CHECKING:
    from collections.abc import Sequence

_FEWEST_OF_SALAD = 16
_PROSE_PAIRS = 0.35
_PROSE_SMALL = 0.2
_PROSE_MARKS = 0.03
_SALAD_PAIRS = 0.12
_SALAD_SMALL = 0.12
_FOREIGN_LETTERS = 0.5
_FEWEST_FOREIGN = 20
_SAME_SCRIPT = 0.6

_KEYWORD_LIST = (
    "as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut pub ref return"
    " self Self static struct super trait type unsafe use where while union macro_rules default b r"
)
_KEYWORDS = frozenset(_KEYWORD_LIST.split())
_SMALL_WORD_LIST = (
    # English, and enough of other languages to know them for languages.
    "a about all also an and any are as at be because been but by can could did do does for from get has have here how i if in into"
    " is it its just let like me may more must my need no not of on one only or our out please should so some sorry such sure take"
    " than that the their them then there these they this to up us use used using want was way we were what when where which will"
    " with would you your de des der die das den du el en es et ein eine est ist la las le les los mit nicht para pour por que qui"
    " se und un una une von zu"
)
_SMALL_WORDS = frozenset(_SMALL_WORD_LIST.split())
_MARKS = ("{", "}", ";", "=", "<", ">", "[", "|", "::", "()")
_COMMENT_OR_STRING = re.compile(r"//.*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"|#!?\[[^\]\n]*\]")
_THREE_WORDS = re.compile(r"[A-Za-z]{2,}[ \t\n]+[A-Za-z]{2,}[ \t\n]+[A-Za-z]{2,}")
_THREES_SHARE = 0.004  # of the characters
_FENCED = re.compile(r"^[ \t]*```.*\n((?:(?![ \t]*```).*\n?)*)", re.MULTILINE)
_FEWEST_FENCED = 5


class Wording(StrEnum):
    """What the words of a text are, where they are no code."""

    PROSE = "prose"
    SALAD = "salad"


def wording(text: str) -> Wording | None:
    """Whether *text* is prose without code, or a salad of words as an untrained model strews them; None of all else.

    English is known best; languages in other letters than Latin by those.
    """
    bare = _COMMENT_OR_STRING.sub('"', text)
    if not bare.isascii() and _is_other_script(bare):
        return None if _has_code(text) else Wording.PROSE
    if len(_THREE_WORDS.findall(bare)) < _THREES_SHARE * len(bare):
        return None
    words = read_words(bare)
    pairs, small = _shares(words)
    if pairs >= _SALAD_PAIRS and small <= _SALAD_SMALL and len(words) >= _FEWEST_OF_SALAD:
        return Wording.SALAD
    if (
        pairs >= _PROSE_PAIRS
        and small >= _PROSE_SMALL
        and sum(map(bare.count, _MARKS)) <= _PROSE_MARKS * len(bare)
        and not _has_code(text)
    ):
        return Wording.PROSE
    return None


def _shares(words: Sequence[str]) -> tuple[float, float]:
    """Pairs of neighbours that are both names or words, by the words; and the share of small words among all words of letters."""
    letters = {word: word[0].isalpha() for word in set(words)}
    plain = {word: is_word and word not in _KEYWORDS for word, is_word in letters.items()}
    beside = [plain[word] for word in words]
    counts = Counter(words)
    lettered = sum(count for word, count in counts.items() if letters[word])
    small = sum(count for word, count in counts.items() if word.lower() in _SMALL_WORDS)
    return sum(map(and_, beside, beside[1:])) / max(1, len(words)), small / max(1, lettered)


def _has_code(text: str) -> bool:
    return any(len(read_words(code)) >= _FEWEST_FENCED for code in _FENCED.findall(text))


def _is_other_script(text: str) -> bool:
    """Whether most letters are of one script other than Latin. Letters of many scripts are noise."""
    foreign = [ord(letter) for letter in text if letter > "\u024f" and letter.isalpha()]
    if len(foreign) < _FEWEST_FOREIGN or len(foreign) < _FOREIGN_LETTERS * sum(map(str.isalpha, text)):
        return False
    scripts = ["east asian" if code >= 0x3000 else code >> 8 for code in foreign]
    return max(map(scripts.count, set(scripts))) >= _SAME_SCRIPT * len(scripts)
