"""The drawing: which samples a run needs, and getting them from a backend."""

from ferrobench.generation.generate import generate
from ferrobench.generation.k_values import DEFAULT_KS, choose_ks, parse_ks, shorten
from ferrobench.generation.plan import DEFAULT_TOTAL, SampleCounts, plan_ready, plan_samples, select_prompts
from ferrobench.generation.sample import Sample, SampleTask
from ferrobench.generation.shard import Shard, parse_shard

__all__ = [
    "DEFAULT_KS",
    "DEFAULT_TOTAL",
    "Sample",
    "SampleCounts",
    "SampleTask",
    "Shard",
    "choose_ks",
    "generate",
    "parse_ks",
    "parse_shard",
    "plan_ready",
    "plan_samples",
    "select_prompts",
    "shorten",
]
