"""Which words and sequences of words two texts have at different rates, and how far apart the texts are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


_PRIOR_WORDS = 1000.0
_LEAST_Z = 3.0


class Contrast(NamedTuple):
    """One row of the counts, and how sure it is that its rates differ."""

    row: int
    z: float


def log_odds(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
    """The log-odds ratio of each row by its standard error; above 0 where the first has it more often. Shape as the counts.

    With an informative Dirichlet prior, after Monroe, Colaresi and Quinn (Fightin' Words, Political Analysis 16, 2008,
    372-403, equations 16, 18, 20 and 22): the prior is 1,000 words, spread as in both texts together, so that rare words need
    more than chance to stand out.
    """
    total, other = float(first.sum()), float(second.sum())
    both = first + second
    prior = _PRIOR_WORDS * both / max(1.0, total + other)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.log((first + prior) / (total + _PRIOR_WORDS - first - prior))
        others = np.log((second + prior) / (other + _PRIOR_WORDS - second - prior))
        z = (odds - others) / np.sqrt(1 / (first + prior) + 1 / (second + prior))
    # A row that is all of both texts, or none of either, tells nothing.
    return np.nan_to_num(z, nan=0.0, posinf=0.0, neginf=0.0)


def most_different(z: NDArray[np.float64], most: int) -> tuple[list[Contrast], list[Contrast]]:
    """The rows that the first text has too often and those that it has too rarely, at most *most* of each, the surest first.

    Rows below 3 standard errors are left out. Equals come in the order of the rows.
    """
    order = np.argsort(z, kind="stable")
    rare = [Contrast(int(row), float(z[row])) for row in order[:most] if z[row] <= -_LEAST_Z]
    order = np.argsort(-z, kind="stable")
    frequent = [Contrast(int(row), float(z[row])) for row in order[:most] if z[row] >= _LEAST_Z]
    return frequent, rare


def divergence(first: NDArray[np.int64], second: NDArray[np.int64]) -> float | None:
    """The Jensen-Shannon divergence of two distributions in bits, from 0 to 1; None where one has no counts.

    J. Lin, Divergence Measures Based on the Shannon Entropy, IEEE Transactions on Information Theory 37 (1991), 145-151.
    """
    if not first.any() or not second.any():
        return None
    one, two = first / first.sum(), second / second.sum()
    mean = (one + two) / 2
    bits = sum(
        float((part[part > 0] * np.log2(part[part > 0] / mean[part > 0])).sum()) / 2 for part in (one, two)
    )
    return min(1.0, max(0.0, bits))
