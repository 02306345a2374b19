"""Texts that go round in circles: one word over and over, a short cycle of words, whole lines and blocks.

Repetition is measured as Welleck et al. do (Neural Text Generation With Unlikelihood Training, 2020, arXiv:1908.04319, their
seq-rep-4): the share of a text's 4-grams that it has had before. Where there is some of it, the distances at which 4-grams
come again name the periods to try, and a period holds wherever each word equals the one a period before. All of it is linear
in the text's length.

The thresholds: of 3,212 functions of Rust's standard library 0.4 % hold a loop by them (lists of constants and generated
tests), of some 200 reference solutions and answers of chat models none, of the demo model's samples from step 500 on, drawn
at temperature 0.8 and more, 0.2 %. They were set on these.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise
from operator import eq
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ferrobench.metrics.collapse.words import count_numbers, mask_numbers, word_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

Gram: TypeAlias = tuple[str, str, str, str]

FEWEST_WORDS = 16
"""Shorter texts have no room to go round."""
# Loops of the least share and the fewest rounds repeat more than this.
_LEAST_REPETITION = 0.25
_LEAST_WITH_NUMBERS = 0.4
_PERIODS_TRIED = 3
_FEWEST_NUMBERS = 12
_UNRULY_REPETITION = 0.7
_FLOOD_SHARE = 0.6
_SHORT_ROUND = 6


class Loop(NamedTuple):
    """Where a text goes round. Places are in characters of the text."""

    period: int
    """Words in a round; 0 where rounds differ too much to have a length."""
    rounds: int
    """How often the round comes."""
    start: int
    """Of the first round."""
    end: int
    """Where the next round begins, or nothing more comes."""
    lines: bool
    """Whether a round is a line or more, or has more words than a short cycle."""


class _Measure(NamedTuple):
    """How much of a text must go round before that is a loop."""

    share: float
    """Of the text's words."""
    words: int
    rounds_of_one: int
    rounds_of_few: int
    rounds_of_many: int

    def is_met(self, period: int, covered: int, words: int) -> bool:
        if covered < self.words or covered < self.share * words:
            return False
        if period == 1:
            least = self.rounds_of_one
        else:
            least = self.rounds_of_few if period <= _SHORT_ROUND else self.rounds_of_many
        return covered >= least * period


_EXACT = _Measure(share=0.4, words=12, rounds_of_one=12, rounds_of_few=5, rounds_of_many=4)
# Where every number is taken as the same, tables of constants look like loops.
_WITH_NUMBERS = _Measure(share=0.6, words=40, rounds_of_one=40, rounds_of_few=16, rounds_of_many=6)


def distinct_grams(words: Sequence[str]) -> set[Gram]:
    """The different 4-grams of *words*."""
    return set(zip(words, words[1:], words[2:], words[3:], strict=False))


def repetition(words: Sequence[str], grams: set[Gram]) -> float:
    """The share of 4-grams that came before; 0 where there are none. *grams* are the different ones."""
    total = len(words) - 3
    return 1 - len(grams) / total if total > 0 else 0.0


def find_loop(text: str, words: Sequence[str], repeated: float) -> Loop | None:
    """Find what *text* goes round in; None where that is no great part of it.

    Args:
        text: The text.
        words: Its words.
        repeated: Its :func:`repetition`.
    """
    if len(words) < FEWEST_WORDS:
        return None
    if repeated >= _LEAST_REPETITION:
        loop = _periodic(text, words, _EXACT) or _flood(text, words)
        if loop is not None:
            return loop
    if count_numbers(text) >= _FEWEST_NUMBERS:
        masked = mask_numbers(words)
        if repetition(masked, distinct_grams(masked)) >= _LEAST_WITH_NUMBERS:
            loop = _periodic(text, masked, _WITH_NUMBERS)
            if loop is not None:
                return loop
    return _unruly(text, words) if repeated >= _UNRULY_REPETITION else None


def _periodic(text: str, words: Sequence[str], measure: _Measure) -> Loop | None:
    """The period under which most of the text goes round; *words* are those of *text*, or stand for them."""
    last: dict[Gram, int] = {}
    distances: Counter[int] = Counter()
    for index, gram in enumerate(zip(words, words[1:], words[2:], words[3:], strict=False)):
        before = last.get(gram)
        if before is not None:
            distances[index - before] += 1
        last[gram] = index
    best: tuple[int, int, int] | None = None
    for period, _ in distances.most_common(_PERIODS_TRIED):
        equal = bytes(map(eq, words, islice(words, period, None)))
        runs = equal.split(b"\0")
        covered = sum(len(run) + period for run in runs if len(run) >= max(period, 3))
        if measure.is_met(period, covered, len(words)) and (best is None or covered > best[0]):
            best = covered, period, equal.find(max(runs, key=len))
    if best is None:
        return None
    covered, period, first = best
    first = _line_start(text, first, period)
    start, end = _places(text, first, period)
    lines = period > _SHORT_ROUND or (period > 1 and "\n" in text[start:end])
    return Loop(period, covered // period, start, end, lines)


def _line_start(text: str, first: int, period: int) -> int:
    """The first word from *first* on that begins a line, if one of the round does: rounds of lines are shown as lines."""
    spans = list(islice(word_spans(text), max(0, first - 1), first + period))
    for index, ((_, before), (begin, _)) in enumerate(pairwise(spans)):
        if "\n" in text[before:begin]:
            return max(1, first) + index
    return first


def _places(text: str, first: int, count: int) -> tuple[int, int]:
    """Where word *first* of *text* begins, and the word *count* words later; that is the end of the text where none is."""
    spans = islice(word_spans(text), first, None)
    start, _ = next(spans)
    end, _ = next(islice(spans, count - 1, None), (len(text), 0))
    return start, end


def _flood(text: str, words: Sequence[str]) -> Loop | None:
    """A flood of one word with others strewn in."""
    word, count = Counter(words).most_common(1)[0]
    if count < _FLOOD_SHARE * len(words) or count < _EXACT.rounds_of_one:
        return None
    start, end = _places(text, words.index(word), 1)
    return Loop(1, count, start, end, False)


def _unruly(text: str, words: Sequence[str]) -> Loop | None:
    """A text of the same phrases in no fixed order; the place is that of its most frequent phrase."""
    gram, count = Counter(zip(words, words[1:], words[2:], words[3:], strict=False)).most_common(1)[0]
    places = zip(words, words[1:], words[2:], words[3:], strict=False)
    first = next(index for index, found in enumerate(places) if found == gram)
    start, end = _places(text, first, 4)
    return Loop(0, count, start, end, True)
