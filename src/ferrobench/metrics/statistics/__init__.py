"""How sure a figure is: intervals, and what a number of samples can show."""

from ferrobench.metrics.statistics.definitions import STATISTICS_DEFINITIONS
from ferrobench.metrics.statistics.means import mean_estimate
from ferrobench.metrics.statistics.pass_at_k import (
    PromptCounts,
    PromptMean,
    mean_over_prompts,
    pass_at_k,
    pass_hat_k,
)
from ferrobench.metrics.statistics.power import DetectableDifference, detectable_difference
from ferrobench.metrics.statistics.rates import RateEstimate, rate_estimate
from ferrobench.metrics.statistics.wilson import wilson_interval

__all__ = [
    "STATISTICS_DEFINITIONS",
    "DetectableDifference",
    "PromptCounts",
    "PromptMean",
    "RateEstimate",
    "detectable_difference",
    "mean_estimate",
    "mean_over_prompts",
    "pass_at_k",
    "pass_hat_k",
    "rate_estimate",
    "wilson_interval",
]
