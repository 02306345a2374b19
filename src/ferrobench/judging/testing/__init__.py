"""Hidden tests: samples are called from another process, which alone decides whether they pass."""

from ferrobench.judging.testing.harness import TestHarness, TestJudgment
from ferrobench.judging.testing.jail import RunLimits

__all__ = ["RunLimits", "TestHarness", "TestJudgment"]
