"""The score interval of a rate, for independent trials and for an estimated variance."""

from __future__ import annotations

from math import sqrt

from ferrobench.metrics.statistics.quantiles import normal_quantile


def wilson_interval(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """The score interval for a rate, as shares from 0 to 1.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927), 209-212.
    Unlike the textbook interval it stays within 0 and 1 and keeps its width at 0 % and 100 %, where models that
    are just beginning or almost done live. It takes the trials as independent; samples of one prompt are not
    quite: :func:`ferrobench.metrics.statistics.rate_estimate` says what that does.

    Counts are whole, so no interval covers exactly 95 % at every rate: with 16 trials this one covers 85 % where the
    true rate is 1 %, and 98 % where it is 50 %.

    >>> low, high = wilson_interval(45, 100)
    >>> f"{low:.3f} to {high:.3f}"
    '0.356 to 0.548'

    Raises:
        ValueError: If there were no trials, or the counts or the confidence are impossible. Any number would be
            invented.
    """
    if trials < 1:
        raise ValueError(f"trials: expected at least 1, found {trials}")
    if not 0 <= successes <= trials:
        raise ValueError(f"successes: expected 0 to {trials} of {trials} trials, found {successes}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: expected a share between 0 and 1, found {confidence}")
    z = normal_quantile((1 + confidence) / 2)
    return score_interval(successes / trials, z * z / trials)


def score_interval(mean: float, spread: float) -> tuple[float, float]:
    """Wilson's interval around a mean of values from 0 to 1.

    Args:
        mean: From 0 to 1.
        spread: The square of the quantile over the number of trials. For another variance than that of independent
            trials, the square of the quantile times the variance over ``mean * (1 - mean)``, which is to put the effective
            sample size for that number (E. L. Korn and B. I. Graubard, Survey Methodology 24 (1998), 193-201;
            N. Dean and M. Pagano, Journal of Survey Statistics and Methodology 3 (2015), 484-503).
    """
    center = mean + spread / 2
    margin = sqrt(spread * (mean * (1 - mean) + spread / 4))
    # At the ends the formula is exact, but its rounding is not.
    low = 0.0 if mean <= 0 else (center - margin) / (1 + spread)
    high = 1.0 if mean >= 1 else (center + margin) / (1 + spread)
    return low, high
