"""Self-BLEU: how well the samples of a prompt predict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferrobench.metrics.diversity.ngrams import MAX_ORDER, run_starts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferrobench.metrics.diversity.ngrams import Floats, Integers, Occurrences, Texts

FLOOR = 0.1
"""Stands for a number of matches that is 0, as NLTK's ``method1`` and sacreBLEU's ``floor`` have it."""


def self_bleu(texts: Texts, group_of: Integers) -> Floats:
    """BLEU of each text against all others of its group, from 0 to 100; NaN for one that is alone.

    BLEU (Papineni et al. 2002) of sentences up to n-grams of length 4, as sacreBLEU 2 computes it with
    ``tokenize="none"``, ``smooth_method="floor"``, ``smooth_value=0.1`` and ``effective_order=True``: the length of the
    reference is that of the closest one, the shorter of two; of texts below 4 tokens only the n-grams that fit in count;
    without any match it is 0. An empty text, for which BLEU has no meaning, has 100 if another one is empty, else 0.

    An n-gram counts as matched as often as the other text that has it most often has it. For each n-gram it is enough
    to know the largest count in a text and the second largest: the time is linear in the tokens, not in the pairs.

    Args:
        group_of: For each text its group, ascending.
    """
    logs = np.zeros(texts.size)
    matched_any = np.zeros(texts.size, bool)
    orders = np.minimum(texts.lengths, MAX_ORDER)
    for order, found in enumerate(texts.occurrences, start=1):
        total = texts.totals(order)
        matched = _matches(found, group_of, texts.size)
        matched_any |= matched > 0
        has = total > 0
        logs[has] += np.log(np.where(matched > 0, matched, FLOOR)[has] / total[has])
    closest = _closest_lengths(texts.lengths, group_of)
    lengths = np.maximum(texts.lengths, 1)
    penalty = np.minimum(1.0, np.exp(1 - closest / lengths))
    scores = 100 * penalty * np.exp(logs / np.maximum(orders, 1))
    scores[~matched_any] = 0.0
    scores[(texts.lengths == 0) & (closest == 0)] = 100.0
    scores[_alone(group_of)] = np.nan
    return scores


def _alone(group_of: Integers) -> NDArray[np.bool_]:
    return np.bincount(group_of)[group_of] < 2


def _matches(found: Occurrences, group_of: Integers, texts: int) -> Floats:
    """How many of each text's n-grams are matched in the other texts of its group."""
    if not len(found.gram):
        return np.zeros(texts)
    starts = run_starts(found.gram, group_of[found.text])
    sizes = np.diff(starts, append=len(found.gram))
    largest = np.repeat(np.maximum.reduceat(found.count, starts), sizes)
    holds_largest = found.count == largest
    holders = np.repeat(np.add.reduceat(holds_largest.astype(np.int64), starts), sizes)
    others = np.maximum.reduceat(np.where(holds_largest, 0, found.count), starts)
    # The only text with the largest count is compared with the second largest, all others with the largest.
    best_other = np.where(holds_largest & (holders == 1), np.repeat(others, sizes), largest)
    return np.bincount(found.text, np.minimum(found.count, best_other), minlength=texts).astype(np.float64)


def _closest_lengths(lengths: Integers, group_of: Integers) -> Integers:
    """For each text the length of that other text of its group which comes closest to its own, the shorter of two.

    Its own where there is no other.
    """
    order = np.lexsort((lengths, group_of))
    sorted_lengths, sorted_groups = lengths[order], group_of[order]
    far = np.iinfo(np.int64).max // 4
    below = np.full(len(lengths), -far)
    above = np.full(len(lengths), far)
    together = sorted_groups[1:] == sorted_groups[:-1]
    below[1:][together] = sorted_lengths[:-1][together]
    above[:-1][together] = sorted_lengths[1:][together]
    closest = np.empty_like(lengths)
    closest[order] = np.where(sorted_lengths - below <= above - sorted_lengths, below, above)
    return np.where(_alone(group_of), lengths, closest)
