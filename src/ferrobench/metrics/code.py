"""All figures of one sample's text, from a single parse."""

from __future__ import annotations

from dataclasses import dataclass

from ferrobench.metrics.source import count_lines, count_tree_functions, keyword_complexity
from ferrobench.metrics.syntax import count_syntax, parse_rust


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMetrics:
    """What can be counted in a text without compiling it."""

    lines: int
    """The original's: lines that are not blank."""
    functions: int
    """The original's: see :func:`ferrobench.metrics.source.count_functions`."""
    complexity: int
    """The original's: counted keywords, see :func:`ferrobench.metrics.source.keyword_complexity`."""
    syntax_functions: int
    """Every named function in the syntax tree, wherever it stands."""
    syntax_complexity: float
    """McCabe's cyclomatic complexity, the mean over the functions with a body; 0 without one."""
    syntax_recovered: bool
    """Whether the two figures above are of a tree that the parser had to mend."""


def measure_code(text: str, *, parses: bool) -> CodeMetrics:
    """Measure *text*, which may be anything, lone surrogates included.

    Args:
        text: The whole text of the sample.
        parses: Whether rustc's parser accepts *text*; without that the original counts no functions.
    """
    tree = parse_rust(text)
    syntax = count_syntax(tree)
    return CodeMetrics(
        lines=count_lines(text),
        functions=count_tree_functions(tree) if parses else 0,
        complexity=keyword_complexity(text),
        syntax_functions=syntax.functions,
        syntax_complexity=syntax.complexity_mean,
        syntax_recovered=syntax.recovered,
    )
