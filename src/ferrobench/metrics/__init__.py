"""The numbers: what is counted in one sample's text, and how counts become rates with intervals."""

from ferrobench.metrics.code import CodeMetrics, measure_code
from ferrobench.metrics.diagnostic_groups import (
    NOISE_LINTS,
    ErrorGroups,
    ErrorKind,
    Example,
    Group,
    LintGroups,
    error_kind,
)
from ferrobench.metrics.excerpt import Excerpt, excerpt_of
from ferrobench.metrics.first_error import share_before_first_error
from ferrobench.metrics.messages import missing_crate, normalise_message
from ferrobench.metrics.source import count_functions, count_lines, keyword_complexity
from ferrobench.metrics.statistics import (
    DetectableDifference,
    PromptCounts,
    PromptMean,
    RateEstimate,
    detectable_difference,
    mean_estimate,
    mean_over_prompts,
    pass_at_k,
    pass_hat_k,
    rate_estimate,
    wilson_interval,
)
from ferrobench.metrics.syntax import SyntaxCounts, count_syntax, function_shapes, parse_rust

__all__ = [
    "NOISE_LINTS",
    "CodeMetrics",
    "DetectableDifference",
    "ErrorGroups",
    "ErrorKind",
    "Example",
    "Excerpt",
    "Group",
    "LintGroups",
    "PromptCounts",
    "PromptMean",
    "RateEstimate",
    "SyntaxCounts",
    "count_functions",
    "count_lines",
    "count_syntax",
    "detectable_difference",
    "error_kind",
    "excerpt_of",
    "function_shapes",
    "keyword_complexity",
    "mean_estimate",
    "mean_over_prompts",
    "measure_code",
    "missing_crate",
    "normalise_message",
    "parse_rust",
    "pass_at_k",
    "pass_hat_k",
    "rate_estimate",
    "share_before_first_error",
    "wilson_interval",
]
