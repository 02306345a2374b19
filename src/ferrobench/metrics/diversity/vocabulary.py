"""How rich the vocabulary of texts is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ferrobench.metrics.diversity.ngrams import Floats, Integers, Texts

WINDOW = 25


def type_token_ratios(texts: Texts) -> Floats:
    """Different tokens by all tokens of each text; NaN for one without any."""
    distinct = np.bincount(texts.occurrences[0].text, minlength=texts.size)
    with np.errstate(invalid="ignore"):
        return np.asarray(distinct / texts.lengths)


def moving_average_ratios(texts: Texts, window: int = WINDOW) -> Floats:
    """The moving-average type-token ratio (MATTR) of each text; NaN for one that is shorter than the window.

    The mean, over all windows of so many tokens in a row, of different tokens by tokens (Covington and McFall 2010).
    A token is new in the windows that hold it and not the one before it that is equal: counting these for each token
    takes no window to be looked at.
    """
    index = np.arange(len(texts.words))
    starts = np.repeat(np.cumsum(texts.lengths) - texts.lengths, texts.lengths)
    last_window = starts + texts.lengths[texts.text_of] - window
    first_new = np.maximum(np.maximum(_previous_equal(texts) + 1, index - window + 1), starts)
    new_in = np.maximum(np.minimum(index, last_window) - first_new + 1, 0)
    windows = texts.lengths - window + 1
    long_enough = windows > 0
    ratios = np.full(texts.size, np.nan)
    sums = np.bincount(texts.text_of, new_in, minlength=texts.size)
    ratios[long_enough] = sums[long_enough] / (windows[long_enough] * window)
    return ratios


def _previous_equal(texts: Texts) -> Integers:
    """For each token the place of the one before it in its text that is equal, -1 where there is none."""
    # Stable sorts: the last key is the first to sort by.
    order = np.lexsort((texts.words, texts.text_of))
    together = (texts.words[order][1:] == texts.words[order][:-1]) & (
        texts.text_of[order][1:] == texts.text_of[order][:-1]
    )
    previous = np.full(len(texts.words), -1)
    previous[order[1:][together]] = order[:-1][together]
    return previous
