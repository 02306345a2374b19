"""The numbers: what is counted in one sample's text, and how counts become rates with intervals."""

from ferrobench.metrics.code import CodeMetrics, measure_code
from ferrobench.metrics.source import count_functions, count_lines, keyword_complexity
from ferrobench.metrics.summary import wilson_interval
from ferrobench.metrics.syntax import SyntaxCounts, count_syntax, function_shapes, parse_rust

__all__ = [
    "CodeMetrics",
    "SyntaxCounts",
    "count_functions",
    "count_lines",
    "count_syntax",
    "function_shapes",
    "keyword_complexity",
    "measure_code",
    "parse_rust",
    "wilson_interval",
]
