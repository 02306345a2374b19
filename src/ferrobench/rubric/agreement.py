"""How far raters agree beyond chance: Krippendorff's alpha, for any number of raters and with scores missing.

K. Krippendorff, Content Analysis: An Introduction to Its Methodology, 2nd ed. 2004, ch. 11; worked through in his "Computing
Krippendorff's Alpha-Reliability", 2011.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from math import isnan
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]
    Units: TypeAlias = Sequence[Sequence[float | None]]
    """Of each thing that was rated, what the raters said; None where one did not."""

RESAMPLES = 2000
_CONFIDENCE = 0.95
_CHUNK = 4_000_000
"""Draws at a time, to bound memory."""


class Level(StrEnum):
    """What the values are, and so how far two of them differ."""

    NOMINAL = "nominal"
    """Names: different or not."""
    ORDINAL = "ordinal"
    """Ranks: by how many of all values lie between them."""
    INTERVAL = "interval"
    """Numbers: by the square of their distance."""


def krippendorff_alpha(units: Units, level: Level) -> float | None:
    """Compute alpha, 1 - observed / expected disagreement: 1 is agreement, 0 what chance gives, less is worse than chance.

    None where nothing can be compared (no unit has two values) or all values that can be are the same: then nobody
    knows whether raters would tell different things apart.
    """
    values, coincidences = _coincidences(units)
    if not len(values):
        return None
    found = float(_alphas(values, coincidences.sum(axis=0)[None], level)[0])
    return None if isnan(found) else found


def alpha_interval(
    units: Units, level: Level, *, seed: int, resamples: int = RESAMPLES
) -> tuple[float, float] | None:
    """The 95 % percentile interval of alpha, by drawing units anew with replacement.

    As A. Zapf et al., "Measuring inter-rater reliability for nominal data", BMC Medical Research Methodology 16 (2016), 93,
    recommend. It says how alpha would vary over other samples with these raters. None where alpha is, with fewer than two
    units that have two values, and where one in twenty draws or more has no alpha. The same *seed* gives the same interval on
    any machine.
    """
    import numpy as np

    values, coincidences = _coincidences(units)
    number = len(coincidences)
    if number < 2 or krippendorff_alpha(units, level) is None:
        return None
    # The bytes of `random` are fixed for a seed; the streams of numpy may change with its version.
    source = Random(seed)
    found = []
    rows = max(1, _CHUNK // number)
    for start in range(0, resamples, rows):
        count = min(rows, resamples - start)
        drawn = (
            np.frombuffer(source.randbytes(4 * count * number), dtype="<u4").reshape(count, number) % number
        )
        weights = np.stack([np.bincount(row, minlength=number) for row in drawn])
        sums = weights @ coincidences.reshape(number, -1)
        found.append(_alphas(values, sums.reshape(count, len(values), len(values)), level))
    alphas = np.concatenate(found)
    alphas = alphas[~np.isnan(alphas)]
    if len(alphas) <= _CONFIDENCE * resamples:
        return None
    low, high = np.quantile(alphas, ((1 - _CONFIDENCE) / 2, (1 + _CONFIDENCE) / 2))
    return float(low), float(high)


def _coincidences(units: Units) -> tuple[Array, Array]:
    """The values that occur, in order, and for each unit with two values or more its matrix of pairs: shape (v,), (u, v, v).

    Each unit's pairs weigh as much as it has values.
    """
    import numpy as np

    given = [Counter(value for value in unit if value is not None) for unit in units]
    pairable = [counts for counts in given if counts.total() > 1]
    values = sorted({value for counts in pairable for value in counts})
    counted = np.array([[counts[value] for value in values] for counts in pairable], dtype=float)
    counted = counted.reshape(len(pairable), len(values))
    pairs = counted[:, :, None] * counted[:, None, :]
    own = np.arange(len(values))
    pairs[:, own, own] -= counted
    return np.array(values, dtype=float), pairs / (counted.sum(axis=1)[:, None, None] - 1)


def _alphas(values: Array, coincidences: Array, level: Level) -> Array:
    """Alpha of each of several sums of coincidences, shape (n, v, v) to (n,); not a number where it has none."""
    import numpy as np

    totals = coincidences.sum(axis=2)
    distances = _squared_distances(values, totals, level)
    observed = (coincidences * distances).sum(axis=(1, 2))
    expected = np.einsum("nc,nk,nck->n", totals, totals, distances)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(expected > 0, 1 - (totals.sum(axis=1) - 1) * observed / expected, np.nan))


def _squared_distances(values: Array, totals: Array, level: Level) -> Array:
    """How far each value is from each other one, by the totals of each value, shape (n, v) to (n or 1, v, v)."""
    import numpy as np

    if level is Level.NOMINAL:
        return np.asarray(values[:, None] != values[None, :], dtype=float)[None]
    if level is Level.INTERVAL:
        return np.asarray((values[:, None] - values[None, :]) ** 2)[None]
    # The values from one to the other, half of both ends: the distance of their middle ranks.
    middle = np.cumsum(totals, axis=1) - totals / 2
    return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)
