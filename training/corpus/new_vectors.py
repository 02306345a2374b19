"""Functions that make a new vector from a slice of numbers."""

from __future__ import annotations

from training.corpus.template import Template, template
from training.corpus.vocabulary import NUMBER_MAPS, NUMBER_TESTS


def slice_to_vec() -> list[Template]:
    """``&[T]`` in, a new vector out."""
    templates = [template(names, text) for names, text in NEW_VECTORS]
    for test in NUMBER_TESTS:
        number, word = test.number, test.word
        head = f"fn @fn(@arr: &[{number}]) ->"
        finds = f"find_{word} find_{word} find_all_{word} collect_{word} get_{word}"
        templates += [
            template(
                finds,
                f"{head} Vec<{number}> {{\n    @arr.iter().copied().filter(|@x| {test.on('*@x')}).collect()\n}}",
            ),
            template(
                finds,
                f"{head} Vec<{number}> {{\n    @arr.iter().filter(|@x| {test.on('**@x')}).cloned().collect()\n}}",
            ),
            template(
                finds,
                f"""
{head} Vec<{number}> {{
    let mut @out = Vec::new();
    for &@x in @arr {{
        if {test.on("@x")} {{
            @out.push(@x);
        }}
    }}
    @out
}}""",
            ),
            template(
                f"{word}_indices indices_of_{word} positions_of_{word}",
                f"""
{head} Vec<usize> {{
    let mut @out = Vec::new();
    for (@i, @x) in @arr.iter().enumerate() {{
        if {test.on("*@x")} {{
            @out.push(@i);
        }}
    }}
    @out
}}""",
            ),
            template(
                f"take_while_{word} leading_{word}",
                f"{head} Vec<{number}> {{\n    @arr.iter().copied().take_while(|@x| {test.on('*@x')}).collect()\n}}",
            ),
        ]
    for entry in NUMBER_MAPS:
        number = entry.number
        head = f"fn @fn(@arr: &[{number}]) -> Vec<{number}>"
        names = f"{entry.noun} {entry.noun}_of all_{entry.noun} {entry.verb}_each {entry.verb}_all"
        templates += [
            template(names, f"{head} {{\n    @arr.iter().map(|@x| {entry.on('@x')}).collect()\n}}"),
            template(
                names,
                f"""
{head} {{
    let mut @out = Vec::new();
    for @x in @arr {{
        @out.push({entry.on("@x")});
    }}
    @out
}}""",
            ),
        ]
    return templates


NEW_VECTORS = (
    (
        "find_unique unique_values distinct",
        """
fn @fn(@arr: &[@t]) -> Vec<@t> {
    let mut @out = Vec::new();
    for &@x in @arr {
        if !@out.contains(&@x) {
            @out.push(@x);
        }
    }
    @out
}""",
    ),
    (
        "find_unique distinct unique_sorted",
        """
fn @fn(@arr: &[@t]) -> Vec<@t> {
    let mut @out = @arr.to_vec();
    @out.sort();
    @out.dedup();
    @out
}""",
    ),
    (
        "find_singles find_single_values",
        """
fn @fn(@arr: &[@t]) -> Vec<@t> {
    let mut @out = Vec::new();
    for @x in @arr {
        if @arr.iter().filter(|y| *y == @x).count() == 1 {
            @out.push(*@x);
        }
    }
    @out
}""",
    ),
    (
        "find_triples find_triplets",
        """
fn @fn(@arr: &[@t]) -> Vec<@t> {
    let mut @out = Vec::new();
    for @x in @arr {
        if @arr.iter().filter(|y| *y == @x).count() == 3 && !@out.contains(@x) {
            @out.push(*@x);
        }
    }
    @out
}""",
    ),
    (
        "find_frequent frequent_values",
        """
fn @fn(@arr: &[@t]) -> Vec<@t> {
    let mut counts = std::collections::HashMap::new();
    for @x in @arr {
        *counts.entry(*@x).or_insert(0) += 1;
    }
    counts.into_iter().filter(|(_, count)| *count > @k).map(|(@x, _)| @x).collect()
}""",
    ),
    (
        "find_common common_values",
        """
fn @fn(@a: &[@t], @b: &[@t]) -> Vec<@t> {
    let mut @out = Vec::new();
    for @x in @a {
        if @b.contains(@x) && !@out.contains(@x) {
            @out.push(*@x);
        }
    }
    @out
}""",
    ),
    (
        "running_sum running_total cumulative_sum",
        """
fn @fn(@arr: &[@t]) -> Vec<@t> {
    let mut @out = Vec::new();
    let mut @acc = 0;
    for @x in @arr {
        @acc += @x;
        @out.push(@acc);
    }
    @out
}""",
    ),
    (
        "running_max cumulative_max",
        """
fn @fn(@arr: &[@t]) -> Vec<@t> {
    let mut @out = Vec::new();
    let mut @best = @arr[0];
    for &@x in @arr {
        @best = @best.max(@x);
        @out.push(@best);
    }
    @out
}""",
    ),
    (
        "differences deltas find_differences",
        "fn @fn(@arr: &[@t]) -> Vec<@t> {\n    @arr.windows(2).map(|w| w[1] - w[0]).collect()\n}",
    ),
    (
        "pair_sums adjacent_sums",
        "fn @fn(@arr: &[@t]) -> Vec<@t> {\n    @arr.windows(2).map(|w| w[0] + w[1]).collect()\n}",
    ),
    (
        "reversed reverse_copy backwards",
        "fn @fn(@arr: &[@t]) -> Vec<@t> {\n    @arr.iter().rev().copied().collect()\n}",
    ),
    (
        "sorted sorted_copy sort_values",
        """
fn @fn(@arr: &[@t]) -> Vec<@t> {
    let mut @out = @arr.to_vec();
    @out.sort();
    @out
}""",
    ),
    (
        "sorted_descending sort_descending",
        """
fn @fn(@arr: &[@t]) -> Vec<@t> {
    let mut @out = @arr.to_vec();
    @out.sort_by(|@a, @b| @b.cmp(@a));
    @out
}""",
    ),
    ("first_@k take_@k", "fn @fn(@arr: &[@t]) -> Vec<@t> {\n    @arr.iter().take(@k).copied().collect()\n}"),
    (
        "without_first skip_first tail",
        "fn @fn(@arr: &[@t]) -> Vec<@t> {\n    @arr.iter().skip(1).copied().collect()\n}",
    ),
    (
        "every_second every_other",
        "fn @fn(@arr: &[@t]) -> Vec<@t> {\n    @arr.iter().step_by(2).copied().collect()\n}",
    ),
    (
        "find_larger greater_than",
        "fn @fn(@arr: &[@t], limit: @t) -> Vec<@t> {\n    @arr.iter().copied().filter(|@x| *@x > limit).collect()\n}",
    ),
    (
        "find_smaller less_than",
        "fn @fn(@arr: &[@t], limit: @t) -> Vec<@t> {\n    @arr.iter().copied().filter(|@x| *@x < limit).collect()\n}",
    ),
    (
        "find_peaks peaks",
        """
fn @fn(@arr: &[@t]) -> Vec<@t> {
    let mut @out = Vec::new();
    for w in @arr.windows(3) {
        if w[1] > w[0] && w[1] > w[2] {
            @out.push(w[1]);
        }
    }
    @out
}""",
    ),
    (
        "find_repeats repeated_neighbours",
        """
fn @fn(@arr: &[@t]) -> Vec<@t> {
    let mut @out = Vec::new();
    for w in @arr.windows(2) {
        if w[0] == w[1] {
            @out.push(w[0]);
        }
    }
    @out
}""",
    ),
    (
        "lengths word_lengths",
        "fn @fn(@words: &[&str]) -> Vec<usize> {\n    @words.iter().map(|@w| @w.len()).collect()\n}",
    ),
    (
        "to_strings as_strings",
        "fn @fn(@arr: &[@t]) -> Vec<String> {\n    @arr.iter().map(|@x| @x.to_string()).collect()\n}",
    ),
    (
        "shout_all upper_all",
        "fn @fn(@words: &[&str]) -> Vec<String> {\n    @words.iter().map(|@w| @w.to_uppercase()).collect()\n}",
    ),
)
