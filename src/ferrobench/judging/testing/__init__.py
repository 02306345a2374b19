"""Hidden tests: samples are called from another process, which alone decides whether they pass."""

from ferrobench.judging.testing.harness import TestHarness
from ferrobench.judging.testing.jail import RunLimits
from ferrobench.judging.testing.probe import find_testing_fault
from ferrobench.judging.testing.worker import TestJudgment

__all__ = ["RunLimits", "TestHarness", "TestJudgment", "find_testing_fault"]
