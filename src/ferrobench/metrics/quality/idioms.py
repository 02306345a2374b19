"""The ways of writing Rust that a sample's profile names."""

from __future__ import annotations

from enum import StrEnum


class Idiom(StrEnum):
    """A way of writing that a text has or has not. Most are liked; those that Clippy advises against say so."""

    ITERATOR_CHAIN = "iterator_chain"
    """A method called on an iterator: ``v.iter().sum()``, ``(0..n).map(…)``."""
    INDEX_LOOP = "index_loop"
    """``for i in 0..n`` that indexes with ``i``; Clippy's ``needless_range_loop`` advises against most."""
    CLOSURE = "closure"
    QUESTION_MARK = "question_mark"
    COMBINATOR = "combinator"
    """A method that only ``Option`` and ``Result`` have, such as ``ok_or`` or ``unwrap_or_else``."""
    RESULT_RETURN = "result_return"
    """A function that returns a ``Result`` or an ``Option``."""
    MATCH = "match"
    """``matches!`` too."""
    IF_LET = "if_let"
    """``while let`` too."""
    LET_ELSE = "let_else"
    GENERICS = "generics"
    """Type or const parameters."""
    LIFETIMES = "lifetimes"
    """Lifetime parameters."""
    IMPL_TRAIT = "impl_trait"
    """``impl Trait`` as a type."""
    DYN_TRAIT = "dyn_trait"
    TRAIT_DEFINITION = "trait_definition"
    TRAIT_IMPL = "trait_impl"
    INHERENT_IMPL = "inherent_impl"
    DERIVE = "derive"
    BORROWED_PARAMETER = "borrowed_parameter"
    """A parameter whose type is a reference; ``self`` aside."""
    SLICE_PARAMETER = "slice_parameter"
    """``&[T]``, ``&str``, and mutable ones."""
    CONTAINER_REFERENCE = "container_reference"
    """``&Vec<T>`` or ``&String`` where a slice would do; Clippy's ``ptr_arg`` advises against it."""
    TAIL_EXPRESSION = "tail_expression"
    """A body that ends in its value."""
    FINAL_RETURN = "final_return"
    """A body that ends in ``return``; Clippy's ``needless_return`` advises against it."""
    FORMAT_MACRO = "format_macro"
    """``println!``, ``format!``, ``write!`` and the like."""
    MACRO_DEFINITION = "macro_definition"
    DOC_COMMENT = "doc_comment"
    TEST = "test"
    """``#[test]``, or that of a runtime such as ``#[tokio::test]``."""
    ASYNC = "async"
    """An ``async`` function, closure or block, or ``.await``."""
    UNSAFE = "unsafe"
    """An ``unsafe`` block or function."""


# Methods that make an iterator. Called by itself (`for x in v.iter()`) one is no chain yet.
PRODUCERS = frozenset(
    b"""
    iter iter_mut into_iter chars char_indices bytes lines split split_whitespace split_ascii_whitespace splitn rsplit
    windows chunks chunks_exact keys values values_mut into_keys into_values drain
    """.split()
)
# Methods of iterators that are called on ranges; whatever else is called on one (`(0..n).len()`) is no iteration.
RANGE_METHODS = frozenset(
    b"""
    all any chain collect copied count enumerate filter filter_map find find_map flat_map fold for_each inspect last map
    map_while max max_by max_by_key min min_by min_by_key nth partition peekable position product reduce rev scan skip
    skip_while step_by sum take take_while try_fold try_for_each unzip zip
    """.split()
)
# Only those that no iterator has, since names are all that is known.
COMBINATORS = frozenset(
    b"""
    and_then as_deref expect_err get_or_insert get_or_insert_with is_none_or is_ok_and is_some_and map_err
    map_or map_or_else ok_or ok_or_else or_else unwrap_or unwrap_or_default unwrap_or_else
    """.split()
)
FORMATTERS = frozenset(b"print println eprint eprintln format format_args write writeln".split())
