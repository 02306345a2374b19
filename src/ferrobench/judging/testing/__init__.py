"""Hidden tests: samples are called from another process, which alone decides whether they pass."""

from ferrobench.judging.testing.harness import TestHarness, TestJudgment
from ferrobench.judging.testing.jail import RunLimits
from ferrobench.judging.testing.probe import find_testing_fault

__all__ = ["RunLimits", "TestHarness", "TestJudgment", "find_testing_fault"]
