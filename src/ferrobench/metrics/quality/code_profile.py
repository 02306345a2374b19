"""What one text is like: the figures of its syntax tree, all from one walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.metrics.quality.counting import read_tree
from ferrobench.metrics.quality.lines import LineCounts, count_lines_by_kind
from ferrobench.metrics.quality.macro_calls import expose_macro_calls
from ferrobench.metrics.source import count_tree_functions
from ferrobench.rust_source.grammar import parse_source

if TYPE_CHECKING:
    from ferrobench.metrics.quality.functions import FunctionProfile
    from ferrobench.metrics.quality.idioms import Idiom


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeProfile:
    """The figures of one text. What each of them counts is in its definition (``ferrobench explain``)."""

    lines: LineCounts
    functions: tuple[FunctionProfile, ...]
    """Those with a body, in the order in which they begin."""
    function_count: int
    """Every named function, with or without a body."""
    original_functions: int
    """By the original benchmark's definition, as if rustc's parser accepted the text."""
    unwraps: int
    expects: int
    panics: int
    placeholders: int
    """``todo!`` and ``unimplemented!``."""
    unreachables: int
    question_marks: int
    early_returns: int
    clones: int
    casts: int
    unsafe_blocks: int
    unsafe_functions: int
    bindings: int
    mutable_bindings: int
    iterator_chains: int
    index_loops: int
    public_items: int
    documented_items: int
    idioms: frozenset[Idiom]
    recovered: bool
    """Whether the parser had to guess, so that all figures but the lines are of what it made of the text."""


_COUNTS = (
    "unwraps",
    "expects",
    "panics",
    "placeholders",
    "unreachables",
    "question_marks",
    "early_returns",
    "clones",
    "casts",
    "unsafe_blocks",
    "unsafe_functions",
    "bindings",
    "mutable_bindings",
    "iterator_chains",
    "index_loops",
    "public_items",
    "documented_items",
)


def profile(text: str) -> CodeProfile:
    """Read *text*, which may be anything: never raises, and takes a time linear in its length."""
    source = expose_macro_calls(text).encode("utf-8", "surrogatepass")
    tree = parse_source(source)
    if tree.root_node.has_error:
        # Where only the arguments of a macro do not read as those of a call, its tokens stay flat.
        plain = text.encode("utf-8", "surrogatepass")
        flat = tree if plain == source else parse_source(plain)
        if not flat.root_node.has_error:
            source, tree = plain, flat
    reading = read_tree(tree, source)
    counts = reading.counts
    results = reading.result_names()
    return CodeProfile(
        lines=count_lines_by_kind(source, reading.comments),
        functions=tuple(function.finish(results) for function in reading.functions),
        function_count=counts["functions"],
        original_functions=count_tree_functions(tree),
        idioms=frozenset(reading.idioms),
        recovered=tree.root_node.has_error,
        **{name: counts[name] for name in _COUNTS},
    )
