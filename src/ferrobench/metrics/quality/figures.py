"""The figures of a run's code, as they stand in the results."""

from __future__ import annotations

from ferrobench.metrics.metric import Count, Estimate, Figures


class Distribution(Figures):
    """A figure that every function with a body has, over all functions of all samples."""

    functions: Count
    """Functions with a body."""
    mean: Estimate
    """Over the functions. Its ``samples`` are those that have any; its interval is clustered by prompt."""
    median: float | None
    """Null where there are no functions, as are the two below."""
    p90: float | None
    """The 90th percentile, linear between neighbours."""
    max: Count | None
    """Of the function that has most."""


class QualityFigures(Figures):
    """What the code of a run is like. Of each sample the program that was extracted from it is read."""

    samples: Count
    """Samples whose program was read."""
    without_program: Count
    """Samples of which the extraction leaves nothing; they are in none of the figures."""
    recovered: Estimate
    """Percent of the samples whose tree the parser had to mend."""

    total_lines: Estimate
    """Lines of a sample: code, comment and blank lines."""
    code_lines: Estimate
    """Lines with anything that is no comment."""
    comment_lines: Estimate
    """Lines with a comment and no code."""
    documentation_lines: Estimate
    """Comment lines that are documentation."""
    blank_lines: Estimate
    """Lines of whitespace only."""

    functions: Estimate
    """Named functions of a sample, wherever they stand, with a body or without."""
    original_functions: Estimate
    """Functions of a sample as the original benchmark counts them."""
    cyclomatic: Distribution
    """McCabe's cyclomatic complexity of a function."""
    cognitive: Distribution
    """Clippy's cognitive complexity of a function."""
    nesting: Distribution
    """How deep control structures of a function are nested."""
    parameters: Distribution
    """Parameters of a function, ``self`` among them."""
    function_lines: Distribution
    """Lines of a function, from its signature to its closing brace."""

    unwraps: Estimate
    """Calls of ``.unwrap()`` per 100 code lines."""
    expects: Estimate
    """Calls of ``.expect(…)`` per 100 code lines."""
    panics: Estimate
    """``panic!`` per 100 code lines."""
    placeholders: Estimate
    """``todo!`` and ``unimplemented!`` per 100 code lines."""
    unreachables: Estimate
    """``unreachable!`` per 100 code lines."""
    question_marks: Estimate
    """Uses of ``?`` per 100 code lines."""
    early_returns: Estimate
    """``return`` before the end of a function, per 100 code lines."""
    clones: Estimate
    """Copies made by ``clone``, ``to_owned`` and ``to_vec`` per 100 code lines."""
    casts: Estimate
    """Casts by ``as`` per 100 code lines."""
    unsafe_blocks: Estimate
    """``unsafe`` blocks per 100 code lines."""

    unsafe_functions: Estimate
    """Percent of the functions that are declared ``unsafe``."""
    mutable_bindings: Estimate
    """Percent of the names bound by ``let`` that are ``mut``."""
    iterator_share: Estimate
    """Iterator chains in percent of iterator chains and index loops together."""
    documented: Estimate
    """Percent of the public items that have documentation."""

    idioms: dict[str, Estimate]
    """By idiom, the percent of the samples in which it occurs."""
