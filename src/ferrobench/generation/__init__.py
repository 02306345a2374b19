"""The drawing: which samples a run needs, and getting them from a backend."""

from ferrobench.generation.generate import generate
from ferrobench.generation.k_values import DEFAULT_KS, choose_ks, parse_ks, shorten
from ferrobench.generation.plan import DEFAULT_TOTAL, SampleCounts, plan_samples, select_prompts
from ferrobench.generation.sample import Sample, SampleTask

__all__ = [
    "DEFAULT_KS",
    "DEFAULT_TOTAL",
    "Sample",
    "SampleCounts",
    "SampleTask",
    "choose_ks",
    "generate",
    "parse_ks",
    "plan_samples",
    "select_prompts",
    "shorten",
]
