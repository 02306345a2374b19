"""From counts to rates that admit how little they know."""

from __future__ import annotations

from math import sqrt


def wilson_interval(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """The score interval for a rate, as shares from 0 to 1.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927), 209-212.
    Unlike the textbook interval it stays within 0 and 1 and keeps its width at 0 % and 100 %, where models that
    are just beginning or almost done live. It takes the trials as independent; samples of one prompt are not
    quite, so over few prompts the true uncertainty is larger.

    >>> low, high = wilson_interval(45, 100)
    >>> f"{low:.3f} to {high:.3f}"
    '0.356 to 0.548'

    Raises:
        ValueError: If there were no trials, or the counts or the confidence are impossible. Any number would be
            invented.
    """
    from statistics import NormalDist  # brings decimal, fractions and random with it

    if trials < 1:
        raise ValueError(f"trials: expected at least 1, found {trials}")
    if not 0 <= successes <= trials:
        raise ValueError(f"successes: expected 0 to {trials} of {trials} trials, found {successes}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: expected a share between 0 and 1, found {confidence}")
    z_squared = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    rate = successes / trials
    center = rate + z_squared / (2 * trials)
    margin = sqrt(z_squared * (rate * (1 - rate) + z_squared / (4 * trials)) / trials)
    scale = 1 + z_squared / trials
    # At the ends the formula is exact, but its rounding is not.
    low = 0.0 if successes == 0 else (center - margin) / scale
    high = 1.0 if successes == trials else (center + margin) / scale
    return low, high
