"""Samples of one prompt succeed and fail together: the variance of a mean over samples that come in clusters.

Two questions have two variances. *Over prompts*: how would the mean vary if other prompts of this kind were drawn? There
the prompts are the clusters, and everything is in :class:`Clusters`. *Over samples*: how would it vary if these very prompts
were sampled again? There the prompts are strata, see :mod:`ferrobench.metrics.statistics.strata`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The values of one prompt, as far as variances need them."""

    size: int
    """At least 1."""
    total: float
    """Their sum."""
    deviations: float
    """The sum of their squared distances from their own mean."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """All of a figure's values, by prompt."""

    members: tuple[Cluster, ...]
    """At least one."""

    @property
    def samples(self) -> int:
        """How many values there are."""
        return sum(cluster.size for cluster in self.members)

    @property
    def mean(self) -> float:
        """Over values, not over prompts."""
        return fsum(cluster.total for cluster in self.members) / self.samples

    @property
    def effective_number(self) -> float:
        """How many clusters of equal size would be worth as much: N² / sum of squared sizes (L. Kish, 1965)."""
        return self.samples**2 / sum(cluster.size**2 for cluster in self.members)

    def intraclass_correlation(self) -> float | None:
        """How alike two values of one prompt are, from 0 to 1; None where no prompt, or only one, has two values.

        The estimator from the analysis of variance, (B - W) / (B + (n0 - 1) W) with the mean squares between and within
        prompts (A. Donner, "A Review of Inference Procedures for the Intraclass Correlation Coefficient", International
        Statistical Review 54 (1986), 67-82). What chance puts below 0 is 0; values that never vary are 0 too.
        """
        number, samples, mean = len(self.members), self.samples, self.mean
        if number < 2 or samples == number:
            return None
        between = fsum(
            cluster.size * (cluster.total / cluster.size - mean) ** 2 for cluster in self.members
        ) / (number - 1)
        within = fsum(cluster.deviations for cluster in self.members) / (samples - number)
        size = (samples - samples / self.effective_number) / (number - 1)
        whole = between + (size - 1) * within
        return min(1.0, max(0.0, (between - within) / whole)) if whole > 0 else 0.0

    def variance_of_mean(self) -> tuple[float, float]:
        """The variance of the mean over prompts drawn anew, and its degrees of freedom; for two clusters and more.

        The variance is the cluster-robust one with the correction CR2, which does not fall short for few clusters, the
        degrees of freedom are Satterthwaite's (R. M. Bell and D. F. McCaffrey, Survey Methodology 28 (2002), 169-181), for
        errors correlated as much as they are within these prompts (G. W. Imbens and M. Kolesár, Review of Economics
        and Statistics 98 (2016), 701-712). For prompts of equal size these are the variance of the prompts' means
        over their number G, and G - 1.
        """
        samples, mean = self.samples, self.mean
        shares = [cluster.size / samples for cluster in self.members]
        variance = fsum(
            (cluster.total - cluster.size * mean) ** 2 / (1 - share)
            for cluster, share in zip(self.members, shares, strict=True)
        )
        return variance / samples**2, self._degrees(shares)

    def _degrees(self, shares: Sequence[float]) -> float:
        """Twice the squared expectation of the variance over its variance, in the model with equal correlation.

        With t the variances of the clusters' sums, x their shares of the values and w = 1 / (1 - x), residual sums have
        the covariances C = diag(t) - t x' - x t' + T x x', T the sum of t. The degrees are (sum w C_gg)² over
        the sum of w_g w_h C_gh² over all pairs; the part off the diagonal has rank 2, so that no matrix is needed.
        """
        if max(shares) == min(shares):
            return len(shares) - 1.0
        correlation = self.intraclass_correlation() or 0.0
        sums = [
            cluster.size * (1 + (cluster.size - 1) * correlation) / self.samples for cluster in self.members
        ]
        whole = fsum(sums)
        rows = [(t, x, 1 / (1 - x)) for t, x in zip(sums, shares, strict=True)]
        tt, tx, xx = (
            fsum(w * t * t for t, _, w in rows),
            fsum(w * t * x for t, x, w in rows),
            fsum(w * x * x for _, x, w in rows),
        )
        # The trace of the square of K A, with K = (0, -1; -1, T) and A the products above.
        corner, low, high = -tx, -tt + whole * tx, -tx + whole * xx
        squares = corner * corner + 2 * -xx * low + high * high
        outside = [(w, -2 * t * x + whole * x * x, t) for t, x, w in rows]
        squares += fsum(w * w * ((t + rest) ** 2 - rest**2) for w, rest, t in outside)
        expected = fsum(w * (t + rest) for w, rest, t in outside)
        return max(1.0, expected**2 / squares) if squares > 0 else 1.0
