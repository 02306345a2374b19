"""The drawing: which samples a run needs, and getting them from a backend."""

from ferrobench.generation.generate import generate
from ferrobench.generation.plan import DEFAULT_TOTAL, SampleCounts, plan_samples, select_prompts
from ferrobench.generation.sample import Sample, SampleTask

__all__ = [
    "DEFAULT_TOTAL",
    "Sample",
    "SampleCounts",
    "SampleTask",
    "generate",
    "plan_samples",
    "select_prompts",
]
