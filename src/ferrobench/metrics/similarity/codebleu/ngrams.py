"""The two n-gram parts of CodeBLEU: BLEU, and its variant that recalls the reference's keywords.

Both are over words between whitespace, comments included: that is what codebleu 0.7.0 counts where nobody gives it another
tokeniser, and what published figures were made with. So ``f(x)`` is one word, and spacing moves the figure.
"""

from __future__ import annotations

from collections import Counter
from math import exp, fsum, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ORDERS = 4
_NOTHING_SHARED = 0.1
"""What stands for the matches of an order that has none: method 1 of Chen and Cherry 2014, so that one order without a
match does not make the whole figure 0."""
_ORDINARY_WEIGHT = 0.2
_LENGTH_OF_ANY_REFERENCE = 2
"""What the weighted part of codebleu 0.7.0 takes for the length of every reference, so that brevity costs nothing but in
candidates of a single word."""

# Rust's keywords, then its primitive types, then what a macro's parameter may be.
_KEYWORDS_TEXT = """
    as async await break const continue crate default dyn else enum extern false fn for if impl in let loop macro_rules! match
    mod move mut pub ref return self static struct super trait true type union unsafe use where while yield
    bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize
    block expr ident item lifetime literal meta pat path stmt tt ty vis
"""
KEYWORDS = frozenset(_KEYWORDS_TEXT.split())
"""What counts in full; any other word counts a fifth. The package's set: it has no ``Self``, and has the macro parameters."""


def ngram_match(reference: Sequence[str], candidate: Sequence[str]) -> float:
    """BLEU-4 of *candidate*, 0 to 1 (Papineni et al. 2002): precisions, their geometric mean, the brevity penalty."""
    precisions = []
    for order in range(1, ORDERS + 1):
        found, wanted = _ngrams(candidate, order), _ngrams(reference, order)
        precisions.append((_shared(found, wanted), max(1, found.total())))
    return _combine(precisions, len(reference), len(candidate))


def weighted_ngram_match(reference: Sequence[str], candidate: Sequence[str]) -> float:
    """The weighted variant, 0 to 1 (Ren et al. 2020, section 3.1): as BLEU, but single words weigh more if keywords are.

    As in the package, it is a recall: what is counted are the n-grams of the reference, of which *candidate* has some. A
    reference of a few ordinary words weighs less than 1 in all, and is then taken to weigh 1. Brevity is hardly penalised.
    """
    weights: dict[tuple[str, ...], float] = {
        (word,): 1.0 if word in KEYWORDS else _ORDINARY_WEIGHT for word in reference
    }
    recalls: list[tuple[float, float]] = []
    for order in range(1, ORDERS + 1):
        found, wanted = _ngrams(candidate, order), _ngrams(reference, order)
        if order == 1:
            recalls.append((_weighted(found & wanted, weights), max(1.0, _weighted(wanted, weights))))
        else:
            recalls.append((_shared(found, wanted), max(1, wanted.total())))
    return _combine(recalls, _LENGTH_OF_ANY_REFERENCE, len(candidate))


def _ngrams(words: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(words[start:] for start in range(order)), strict=False))


def _shared(one: Counter[tuple[str, ...]], other: Counter[tuple[str, ...]]) -> int:
    return (one & other).total()


def _weighted(counts: Counter[tuple[str, ...]], weights: Mapping[tuple[str, ...], float]) -> float:
    return fsum(count * weights[word] for word, count in counts.items())


def _combine(fractions: Sequence[tuple[float, float]], reference_length: int, candidate_length: int) -> float:
    """The geometric mean of *fractions* (matches, total), made smaller where *candidate* is shorter."""
    if fractions[0][0] == 0:
        return 0.0
    logs = [log((matches or _NOTHING_SHARED) / total) / len(fractions) for matches, total in fractions]
    return exp(fsum(logs)) * exp(min(0.0, 1 - reference_length / candidate_length))
