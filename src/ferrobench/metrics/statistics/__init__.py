"""How sure a figure is: intervals, and what a number of samples can show."""

from ferrobench.metrics.statistics.means import mean_estimate

__all__ = ["mean_estimate"]
