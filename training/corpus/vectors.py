"""Functions that take vectors over: one in and one out, or two in and one out."""

from __future__ import annotations

from training.corpus.template import Template, template
from training.corpus.vocabulary import NUMBER_MAPS, NUMBER_TESTS


def vec_to_vec() -> list[Template]:
    """``Vec<T>`` in, ``Vec<T>`` out."""
    templates = [template(names, text) for names, text in VECTORS]
    for test in NUMBER_TESTS:
        number, word = test.number, test.word
        head = f"fn @fn(@nums: Vec<{number}>) -> Vec<{number}>"
        mutable_head = f"fn @fn(mut @nums: Vec<{number}>) -> Vec<{number}>"
        removes = f"remove_{word} drop_{word} without_{word} discard_{word}"
        templates += [
            template(
                removes, f"{head} {{\n    @nums.into_iter().filter(|@x| {test.off('*@x')}).collect()\n}}"
            ),
            template(
                removes, f"{head} {{\n    @nums.into_iter().filter(|&@x| {test.off('@x')}).collect()\n}}"
            ),
            template(removes, f"{mutable_head} {{\n    @nums.retain(|@x| {test.off('*@x')});\n    @nums\n}}"),
            template(
                f"sort_{word} sorted_{word}",
                f"""
{head} {{
    let mut @out: Vec<{number}> = @nums.into_iter().filter(|@x| {test.on("*@x")}).collect();
    @out.sort();
    @out
}}""",
            ),
        ]
        if word == "even":  # what remains of this word's filters is for the model to put together
            continue
        filters = f"filter_{word} filter_{word} filter_{word} keep_{word} select_{word} only_{word}"
        templates += [
            template(
                filters, f"{head} {{\n    @nums.into_iter().filter(|@x| {test.on('*@x')}).collect()\n}}"
            ),
            template(
                filters, f"{head} {{\n    @nums.into_iter().filter(|&@x| {test.on('@x')}).collect()\n}}"
            ),
            template(
                filters, f"{head} {{\n    @nums.iter().copied().filter(|@x| {test.on('*@x')}).collect()\n}}"
            ),
            template(
                filters,
                f"""
{head} {{
    let @out: Vec<{number}> = @nums.into_iter().filter(|@x| {test.on("*@x")}).collect();
    @out
}}""",
            ),
            template(
                filters,
                f"""
{head} {{
    let (@out, _): (Vec<{number}>, Vec<{number}>) = @nums.into_iter().partition(|@x| {test.on("*@x")});
    @out
}}""",
            ),
            template(
                filters,
                f"""
{head} {{
    let mut @out = @nums;
    @out.retain(|@x| {test.on("*@x")});
    @out
}}""",
            ),
            template(
                filters,
                f"""
{head} {{
    let mut @out = Vec::new();
    for @i in 0..@nums.len() {{
        if {test.on("@nums[@i]")} {{
            @out.push(@nums[@i]);
        }}
    }}
    @out
}}""",
            ),
            template(filters, f"{mutable_head} {{\n    @nums.retain(|@x| {test.on('*@x')});\n    @nums\n}}"),
            template(
                filters,
                f"""
{head} {{
    let mut @out = Vec::new();
    for @x in @nums {{
        if {test.on("@x")} {{
            @out.push(@x);
        }}
    }}
    @out
}}""",
            ),
        ]
    for entry in NUMBER_MAPS:
        number = entry.number
        head = f"fn @fn(@nums: Vec<{number}>) -> Vec<{number}>"
        names = f"{entry.verb}_all {entry.verb}_all {entry.verb}_each {entry.verb}_values map_{entry.noun}"
        templates += [
            template(names, f"{head} {{\n    @nums.into_iter().map(|@x| {entry.on('@x')}).collect()\n}}"),
            template(
                names,
                f"""
{head} {{
    let mut @out = Vec::with_capacity(@nums.len());
    for @x in @nums {{
        @out.push({entry.on("@x")});
    }}
    @out
}}""",
            ),
        ]
    return templates


def two_vecs() -> list[Template]:
    """Two vectors in, one out."""
    templates = [template(names, text) for names, text in MERGES]
    for test in NUMBER_TESTS:
        number, word = test.number, test.word
        head = f"fn @fn(@a: Vec<{number}>, @b: Vec<{number}>) -> Vec<{number}>"
        templates += [
            template(
                f"merge_{word} join_{word} combine_{word}",
                f"{head} {{\n    @a.into_iter().chain(@b).filter(|@x| {test.on('*@x')}).collect()\n}}",
            ),
            template(
                f"merge_{word} combine_{word}",
                f"""
{head} {{
    let mut @out = Vec::new();
    for @x in @a.into_iter().chain(@b) {{
        if {test.on("@x")} {{
            @out.push(@x);
        }}
    }}
    @out
}}""",
            ),
            template(
                f"append_{word} add_{word}_from",
                f"""
fn @fn(mut @a: Vec<{number}>, @b: Vec<{number}>) -> Vec<{number}> {{
    for @x in @b {{
        if {test.on("@x")} {{
            @a.push(@x);
        }}
    }}
    @a
}}""",
            ),
        ]
    return templates


VECTORS = (
    (
        "sort_descending sort_reversed",
        "fn @fn(mut @nums: Vec<@t>) -> Vec<@t> {\n    @nums.sort_by(|@a, @b| @b.cmp(@a));\n    @nums\n}",
    ),
    ("sort sort_values sorted", "fn @fn(mut @nums: Vec<@t>) -> Vec<@t> {\n    @nums.sort();\n    @nums\n}"),
    (
        "reverse reverse_values reversed",
        "fn @fn(mut @nums: Vec<@t>) -> Vec<@t> {\n    @nums.reverse();\n    @nums\n}",
    ),
    ("reverse reverse_all", "fn @fn(@nums: Vec<@t>) -> Vec<@t> {\n    @nums.into_iter().rev().collect()\n}"),
    (
        "remove_duplicates unique dedup_values",
        "fn @fn(mut @nums: Vec<@t>) -> Vec<@t> {\n    @nums.sort();\n    @nums.dedup();\n    @nums\n}",
    ),
    (
        "remove_duplicates unique",
        """
fn @fn(@nums: Vec<@t>) -> Vec<@t> {
    let mut @out = Vec::new();
    for @x in @nums {
        if !@out.contains(&@x) {
            @out.push(@x);
        }
    }
    @out
}""",
    ),
    (
        "take_first_@k first_@k",
        "fn @fn(@nums: Vec<@t>) -> Vec<@t> {\n    @nums.into_iter().take(@k).collect()\n}",
    ),
    (
        "skip_first_@k drop_first_@k",
        "fn @fn(@nums: Vec<@t>) -> Vec<@t> {\n    @nums.into_iter().skip(@k).collect()\n}",
    ),
    (
        "keep_every_second every_second",
        "fn @fn(@nums: Vec<@t>) -> Vec<@t> {\n    @nums.into_iter().step_by(2).collect()\n}",
    ),
    ("truncate_to_@k", "fn @fn(mut @nums: Vec<@t>) -> Vec<@t> {\n    @nums.truncate(@k);\n    @nums\n}"),
    ("remove_last drop_last", "fn @fn(mut @nums: Vec<@t>) -> Vec<@t> {\n    @nums.pop();\n    @nums\n}"),
    ("append_zero push_zero", "fn @fn(mut @nums: Vec<@t>) -> Vec<@t> {\n    @nums.push(0);\n    @nums\n}"),
    (
        "rotate rotate_left",
        "fn @fn(mut @nums: Vec<@t>) -> Vec<@t> {\n    @nums.rotate_left(1);\n    @nums\n}",
    ),
    (
        "clamp_all",
        "fn @fn(@nums: Vec<@t>) -> Vec<@t> {\n    @nums.into_iter().map(|@x| @x.min(@lim)).collect()\n}",
    ),
    (
        "repeat_twice duplicate_all",
        "fn @fn(@nums: Vec<@t>) -> Vec<@t> {\n    @nums.into_iter().flat_map(|@x| [@x, @x]).collect()\n}",
    ),
    (
        "filter_range keep_range",
        "fn @fn(@nums: Vec<@t>, @lo: @t, @hi: @t) -> Vec<@t> {\n    @nums.into_iter().filter(|@x| *@x >= @lo && *@x <= @hi).collect()\n}",
    ),
    (
        "filter_above keep_above",
        "fn @fn(@nums: Vec<@t>, limit: @t) -> Vec<@t> {\n    @nums.into_iter().filter(|@x| *@x > limit).collect()\n}",
    ),
    (
        "filter_below keep_below",
        "fn @fn(@nums: Vec<@t>, limit: @t) -> Vec<@t> {\n    @nums.into_iter().filter(|@x| *@x < limit).collect()\n}",
    ),
    (
        "filter_multiples keep_multiples",
        "fn @fn(@nums: Vec<@t>, factor: @t) -> Vec<@t> {\n    @nums.into_iter().filter(|@x| *@x % factor == 0).collect()\n}",
    ),
    (
        "remove_value drop_value",
        "fn @fn(mut @nums: Vec<@t>, target: @t) -> Vec<@t> {\n    @nums.retain(|@x| *@x != target);\n    @nums\n}",
    ),
    (
        "filter_empty remove_empty",
        "fn @fn(@words: Vec<String>) -> Vec<String> {\n    @words.into_iter().filter(|@w| !@w.is_empty()).collect()\n}",
    ),
    (
        "trim_all",
        "fn @fn(@words: Vec<String>) -> Vec<String> {\n    @words.iter().map(|@w| @w.trim().to_string()).collect()\n}",
    ),
)

MERGES = (
    (
        "concat append_all join chain_all",
        "fn @fn(@a: Vec<@t>, @b: Vec<@t>) -> Vec<@t> {\n    @a.into_iter().chain(@b).collect()\n}",
    ),
    (
        "merge_descending merge_sort_descending",
        """
fn @fn(@a: Vec<@t>, @b: Vec<@t>) -> Vec<@t> {
    let mut @out: Vec<@t> = @a.into_iter().chain(@b).collect();
    @out.sort_by(|x, y| y.cmp(x));
    @out
}""",
    ),
    (
        "merge_unique merge_distinct union",
        """
fn @fn(@a: Vec<@t>, @b: Vec<@t>) -> Vec<@t> {
    let mut @out = @a;
    for @x in @b {
        if !@out.contains(&@x) {
            @out.push(@x);
        }
    }
    @out
}""",
    ),
    (
        "merge_unique union_sorted",
        """
fn @fn(mut @a: Vec<@t>, @b: Vec<@t>) -> Vec<@t> {
    @a.extend(@b);
    @a.sort();
    @a.dedup();
    @a
}""",
    ),
    (
        "concat append merge_all",
        """
fn @fn(mut @a: Vec<@t>, mut @b: Vec<@t>) -> Vec<@t> {
    @a.append(&mut @b);
    @a
}""",
    ),
    (
        "merge_reversed concat_reversed",
        """
fn @fn(mut @a: Vec<@t>, @b: Vec<@t>) -> Vec<@t> {
    @a.extend(@b);
    @a.reverse();
    @a
}""",
    ),
    (
        "add_vectors add_pairs sum_pairs",
        "fn @fn(@a: Vec<@t>, @b: Vec<@t>) -> Vec<@t> {\n    @a.iter().zip(@b.iter()).map(|(x, y)| x + y).collect()\n}",
    ),
    (
        "multiply_pairs product_pairs",
        "fn @fn(@a: Vec<@t>, @b: Vec<@t>) -> Vec<@t> {\n    @a.into_iter().zip(@b).map(|(x, y)| x * y).collect()\n}",
    ),
    (
        "subtract_pairs difference_pairs",
        "fn @fn(@a: Vec<@st>, @b: Vec<@st>) -> Vec<@st> {\n    @a.iter().zip(&@b).map(|(x, y)| x - y).collect()\n}",
    ),
    (
        "max_pairs merge_max larger_of_each",
        "fn @fn(@a: Vec<@t>, @b: Vec<@t>) -> Vec<@t> {\n    @a.into_iter().zip(@b).map(|(x, y)| x.max(y)).collect()\n}",
    ),
    (
        "min_pairs merge_min smaller_of_each",
        "fn @fn(@a: Vec<@t>, @b: Vec<@t>) -> Vec<@t> {\n    @a.into_iter().zip(@b).map(|(x, y)| x.min(y)).collect()\n}",
    ),
    (
        "common intersection in_both",
        "fn @fn(@a: Vec<@t>, @b: Vec<@t>) -> Vec<@t> {\n    @a.into_iter().filter(|@x| @b.contains(@x)).collect()\n}",
    ),
    (
        "difference only_in_first subtract",
        "fn @fn(@a: Vec<@t>, @b: Vec<@t>) -> Vec<@t> {\n    @a.into_iter().filter(|@x| !@b.contains(@x)).collect()\n}",
    ),
    (
        "interleave alternate merge_alternating",
        """
fn @fn(@a: Vec<@t>, @b: Vec<@t>) -> Vec<@t> {
    let mut @out = Vec::new();
    for (x, y) in @a.into_iter().zip(@b) {
        @out.push(x);
        @out.push(y);
    }
    @out
}""",
    ),
    (
        "sum_sorted sort_and_add",
        """
fn @fn(mut @a: Vec<@t>, mut @b: Vec<@t>) -> Vec<@t> {
    @a.sort();
    @b.sort();
    @a.iter().zip(&@b).map(|(x, y)| x + y).collect()
}""",
    ),
    (
        "longer longer_of",
        "fn @fn(@a: Vec<@t>, @b: Vec<@t>) -> Vec<@t> {\n    if @a.len() >= @b.len() { @a } else { @b }\n}",
    ),
    (
        "merge_with_zero join_with_zero",
        """
fn @fn(@a: Vec<@t>, @b: Vec<@t>) -> Vec<@t> {
    let mut @out = @a.clone();
    @out.push(0);
    @out.extend(@b);
    @out
}""",
    ),
)
