"""Quantiles of the normal distribution and of Student's t. scipy would bring 100 MB for these two."""

from __future__ import annotations

from functools import lru_cache
from math import erfc, exp, inf, lgamma, log, log1p, pi, sqrt

_STEPS = 500
_MANY_DEGREES = 1e5
"""From so many degrees of freedom on one term of the expansion around the normal quantile is exact to nine digits."""


@lru_cache(maxsize=64)
def normal_quantile(share: float) -> float:
    """The value that a standard normal variable stays below with probability *share*.

    Raises:
        ValueError: If *share* is not between 0 and 1.
    """
    from statistics import NormalDist  # brings decimal, fractions and random with it

    if not 0 < share < 1:
        raise ValueError(f"share: expected one between 0 and 1, found {share}")
    return NormalDist().inv_cdf(share)


def normal_share(value: float) -> float:
    """The probability that a standard normal variable stays below *value*."""
    return erfc(-value / sqrt(2)) / 2


@lru_cache(maxsize=1024)
def student_quantile(share: float, degrees: float) -> float:
    """The value that a variable with Student's t distribution stays below with probability *share*.

    *degrees* of freedom need not be whole. The tail is an incomplete beta function (Abramowitz and Stegun, Handbook of
    Mathematical Functions, 26.7.1), inverted by Newton's method; right to eight digits.

    Raises:
        ValueError: If *share* is not between 0 and 1, or there is less than one degree of freedom.
    """
    if not 0 < share < 1:
        raise ValueError(f"share: expected one between 0 and 1, found {share}")
    if not degrees >= 1:
        raise ValueError(f"degrees: expected 1 or more, found {degrees}")
    if degrees > _MANY_DEGREES:
        z = normal_quantile(share)
        return z + (z**3 + z) / (4 * degrees)  # Abramowitz and Stegun, 26.7.5
    if share < 0.5:
        return -student_quantile(1 - share, degrees)
    scale = exp(lgamma((degrees + 1) / 2) - lgamma(degrees / 2)) / sqrt(degrees * pi)
    value, step = 0.0, 1.0
    # The tail is convex, so that Newton's steps from the left never go too far.
    while step > 1e-12 * (1 + value):
        density = scale * exp(-(degrees + 1) / 2 * log1p(value * value / degrees))
        step = (_upper_tail(value, degrees) - (1 - share)) / density
        value += step
    return value


def _upper_tail(value: float, degrees: float) -> float:
    """The probability to exceed *value*, which is not negative."""
    return _incomplete_beta(degrees / 2, 0.5, degrees / (degrees + value * value)) / 2


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Abramowitz and Stegun, 26.5.8)."""
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):  # where the fraction of the other side converges faster
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    # Lentz's method: the fraction is a product of ratios of neighbouring convergents.
    upper, lower, value = inf, 1.0, 1.0
    for step in range(1, _STEPS):
        half = step // 2
        if step % 2:
            term = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        else:
            term = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        lower = 1 / (1 + term * lower)
        upper = 1 + term / upper
        value *= lower * upper
        if abs(lower * upper - 1) < 1e-15:
            break
    return front * value
