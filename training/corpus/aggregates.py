"""Functions that make one value out of a slice of numbers."""

from __future__ import annotations

from training.corpus.template import Template, template
from training.corpus.vocabulary import NUMBER_MAPS, NUMBER_TESTS, Map, Property


def slice_aggregates() -> list[Template]:
    """``&[T]`` in, one value out."""
    templates = [template(names, text) for names, text in AGGREGATES]
    for test in NUMBER_TESTS:
        templates += _aggregates_of(test)
    for entry in NUMBER_MAPS:
        if entry.noun != "squares":
            templates += _mapped_sums(entry)
        templates += [
            template(
                f"max_of_{entry.noun} largest_of_{entry.noun}",
                f"fn @fn(@arr: &[{entry.number}]) -> Option<{entry.number}> {{\n    @arr.iter().map(|@x| {entry.on('@x')}).max()\n}}",
            ),
            template(
                f"product_of_{entry.noun} multiply_{entry.noun}",
                f"""
fn @fn(@nums: &[{entry.number}]) -> {entry.number} {{
    let mut @prod = 1;
    for @x in @nums {{
        @prod *= {entry.on("@x")};
    }}
    @prod
}}""",
            ),
        ]
        for test in NUMBER_TESTS[:8]:
            number = "@st" if entry.signed or test.signed else "@t"
            templates.append(
                template(
                    f"sum_{test.word}_{entry.noun} sum_of_{test.word}_{entry.noun}",
                    f"""
fn @fn(@nums: &[{number}]) -> {number} {{
    @nums
        .iter()
        .filter(|@x| {test.on("**@x")})
        .map(|@x| {entry.on("@x")})
        .sum()
}}""",
                )
            )
    return templates


def _mapped_sums(entry: Map) -> list[Template]:
    number = entry.number
    names = f"sum_{entry.noun} sum_{entry.noun} sum_of_{entry.noun} add_{entry.noun} total_{entry.noun}"
    return [
        template(
            names,
            f"fn @fn(@nums: &[{number}]) -> {number} {{\n    @nums.iter().map(|@x| {entry.on('@x')}).sum()\n}}",
        ),
        template(
            names,
            f"fn @fn(@nums: &[{number}]) -> {number} {{\n    @nums.iter().map(|&@x| {entry.on('@x')}).sum()\n}}",
        ),
        template(
            names,
            f"""
fn @fn(@nums: &[{number}]) -> {number} {{
    let mut @acc = 0;
    for @x in @nums {{
        @acc += {entry.on("@x")};
    }}
    @acc
}}""",
        ),
        template(
            names,
            f"""
fn @fn(@nums: &[{number}]) -> {number} {{
    let mut @acc = 0;
    for @i in 0..@nums.len() {{
        let @x = @nums[@i];
        @acc += {entry.on("@x")};
    }}
    @acc
}}""",
        ),
        template(
            names,
            f"""
fn @fn(@nums: &[{number}]) -> {number} {{
    let mut @acc = 0;
    for &@x in @nums.iter() {{
        @acc = @acc + {entry.on("@x")};
    }}
    @acc
}}""",
        ),
        template(
            names,
            f"""
fn @fn(@nums: &[{number}]) -> {number} {{
    let @out: Vec<{number}> = @nums.iter().map(|@x| {entry.on("@x")}).collect();
    @out.iter().sum()
}}""",
        ),
        template(
            names,
            f"fn @fn(@nums: &[{number}]) -> {number} {{\n    @nums.iter().fold(0, |@acc, @x| @acc + {entry.on('@x')})\n}}",
        ),
    ]


def _aggregates_of(test: Property) -> list[Template]:
    number, word = test.number, test.word
    head = f"fn @fn(@nums: &[{number}]) ->"
    one = word.replace("multiples", "multiple")
    sums = f"sum_{word} sum_{word} sum_of_{word} add_{word} total_{word} sum_{word}_numbers"
    counts = f"count_{word} count_{word} num_{word} {word}_count how_many_{word}"
    return [
        template(sums, f"{head} {number} {{\n    @nums.iter().filter(|@x| {test.on('**@x')}).sum()\n}}"),
        template(
            sums, f"{head} {number} {{\n    @nums.iter().copied().filter(|@x| {test.on('*@x')}).sum()\n}}"
        ),
        template(
            sums,
            f"""
{head} {number} {{
    let mut @acc = 0;
    for &@x in @nums {{
        if {test.on("@x")} {{
            @acc += @x;
        }}
    }}
    @acc
}}""",
        ),
        template(
            sums,
            f"""
{head} {number} {{
    let mut @acc = 0;
    for @i in 0..@nums.len() {{
        if {test.on("@nums[@i]")} {{
            @acc += @nums[@i];
        }}
    }}
    @acc
}}""",
        ),
        template(
            f"product_{word} product_of_{word} multiply_{word}",
            f"""
{head} {number} {{
    let mut @prod = 1;
    for &@x in @nums {{
        if {test.on("@x")} {{
            @prod *= @x;
        }}
    }}
    @prod
}}""",
        ),
        template(
            f"product_{word} product_of_{word}",
            f"{head} {number} {{\n    @nums.iter().filter(|@x| {test.on('**@x')}).product()\n}}",
        ),
        template(counts, f"{head} usize {{\n    @nums.iter().filter(|@x| {test.on('**@x')}).count()\n}}"),
        template(counts, f"{head} usize {{\n    @nums.iter().filter(|&&@x| {test.on('@x')}).count()\n}}"),
        template(
            counts,
            f"""
{head} usize {{
    let mut @cnt = 0;
    for @x in @nums {{
        if {test.on("*@x")} {{
            @cnt += 1;
        }}
    }}
    @cnt
}}""",
        ),
        template(
            f"max_{word} largest_{word} biggest_{word}",
            f"{head} Option<{number}> {{\n    @nums.iter().copied().filter(|@x| {test.on('*@x')}).max()\n}}",
        ),
        template(
            f"min_{word} smallest_{word}",
            f"{head} Option<{number}> {{\n    @nums.iter().copied().filter(|@x| {test.on('*@x')}).min()\n}}",
        ),
        template(
            f"first_{word} find_first_{word}",
            f"{head} Option<{number}> {{\n    @nums.iter().copied().find(|@x| {test.on('*@x')})\n}}",
        ),
        template(
            f"first_{word}",
            f"""
{head} Option<{number}> {{
    for &@x in @nums {{
        if {test.on("@x")} {{
            return Some(@x);
        }}
    }}
    None
}}""",
        ),
        template(
            f"last_{word} find_last_{word}",
            f"{head} Option<{number}> {{\n    @nums.iter().copied().rev().find(|@x| {test.on('*@x')})\n}}",
        ),
        template(
            f"index_of_{word} position_of_{word}",
            f"{head} Option<usize> {{\n    @nums.iter().position(|@x| {test.on('*@x')})\n}}",
        ),
        template(
            f"has_{one} any_{one} contains_{one}",
            f"{head} bool {{\n    @nums.iter().any(|@x| {test.on('*@x')})\n}}",
        ),
        template(f"has_{one} any_{one}", f"{head} bool {{\n    @nums.iter().any(|&@x| {test.on('@x')})\n}}"),
        template(
            f"all_{one} are_all_{one} only_{one}",
            f"{head} bool {{\n    @nums.iter().all(|@x| {test.on('*@x')})\n}}",
        ),
        template(
            f"all_{one} are_all_{one}",
            f"""
{head} bool {{
    for @x in @nums {{
        if {test.off("*@x")} {{
            return false;
        }}
    }}
    true
}}""",
        ),
        template(f"no_{one} none_{one}", f"{head} bool {{\n    !@nums.iter().any(|@x| {test.on('*@x')})\n}}"),
    ]


AGGREGATES = (
    ("sum sum_all total add_all sum_of", "fn @fn(@nums: &[@t]) -> @t {\n    @nums.iter().sum()\n}"),
    (
        "sum sum_all total add_all",
        """
fn @fn(@nums: &[@t]) -> @t {
    let mut @acc = 0;
    for @x in @nums {
        @acc += @x;
    }
    @acc
}""",
    ),
    ("product product_of multiply_all", "fn @fn(@nums: &[@t]) -> @t {\n    @nums.iter().product()\n}"),
    (
        "product product_of multiply_all",
        """
fn @fn(@nums: &[@t]) -> @t {
    let mut @prod = 1;
    for @x in @nums {
        @prod *= @x;
    }
    @prod
}""",
    ),
    ("largest maximum max_of", "fn @fn(@nums: &[@t]) -> Option<@t> {\n    @nums.iter().max().copied()\n}"),
    ("smallest minimum min_of", "fn @fn(@nums: &[@t]) -> Option<@t> {\n    @nums.iter().min().copied()\n}"),
    (
        "largest maximum max_of find_max",
        """
fn @fn(@nums: &[@t]) -> @t {
    let mut @best = @nums[0];
    for &@x in @nums {
        if @x > @best {
            @best = @x;
        }
    }
    @best
}""",
    ),
    (
        "smallest minimum min_of find_min",
        """
fn @fn(@nums: &[@t]) -> @t {
    let mut @best = @nums[0];
    for &@x in @nums {
        if @x < @best {
            @best = @x;
        }
    }
    @best
}""",
    ),
    (
        "average mean average_of",
        "fn @fn(@nums: &[@ft]) -> @ft {\n    @nums.iter().sum::<@ft>() / @nums.len() as @ft\n}",
    ),
    (
        "average mean",
        """
fn @fn(@nums: &[f64]) -> f64 {
    let mut @acc = 0.0;
    for @x in @nums {
        @acc += @x;
    }
    @acc / @nums.len() as f64
}""",
    ),
    (
        "range spread",
        """
fn @fn(@nums: &[@st]) -> @st {
    let high = @nums.iter().max().unwrap_or(&0);
    let low = @nums.iter().min().unwrap_or(&0);
    high - low
}""",
    ),
    ("last_or_zero", "fn @fn(@nums: &[@t]) -> @t {\n    *@nums.last().unwrap_or(&0)\n}"),
    ("first_or_zero", "fn @fn(@nums: &[@t]) -> @t {\n    *@nums.first().unwrap_or(&0)\n}"),
    ("last last_of", "fn @fn(@nums: &[@t]) -> Option<@t> {\n    @nums.last().copied()\n}"),
    ("first first_of head", "fn @fn(@nums: &[@t]) -> Option<@t> {\n    @nums.first().copied()\n}"),
    (
        "alternating_sum",
        """
fn @fn(@nums: &[@st]) -> @st {
    let mut @acc = 0;
    for (@i, @x) in @nums.iter().enumerate() {
        if @i % 2 == 0 {
            @acc += @x;
        } else {
            @acc -= @x;
        }
    }
    @acc
}""",
    ),
    ("sum_skip_first sum_without_first", "fn @fn(@nums: &[@t]) -> @t {\n    @nums.iter().skip(1).sum()\n}"),
    ("sum_first_@k", "fn @fn(@nums: &[@t]) -> @t {\n    @nums.iter().take(@k).sum()\n}"),
    (
        "dot dot_product",
        "fn @fn(@a: &[@t], @b: &[@t]) -> @t {\n    @a.iter().zip(@b).map(|(x, y)| x * y).sum()\n}",
    ),
    (
        "count_of occurrences",
        "fn @fn(@arr: &[@t], target: @t) -> usize {\n    @arr.iter().filter(|@x| **@x == target).count()\n}",
    ),
    (
        "contains has_value",
        "fn @fn(@arr: &[@t], target: @t) -> bool {\n    @arr.iter().any(|@x| *@x == target)\n}",
    ),
    (
        "index_of position_of linear_search",
        "fn @fn(@arr: &[@t], target: @t) -> Option<usize> {\n    @arr.iter().position(|@x| *@x == target)\n}",
    ),
    ("is_sorted is_ascending", "fn @fn(@arr: &[@t]) -> bool {\n    @arr.windows(2).all(|w| w[0] <= w[1])\n}"),
    ("is_descending", "fn @fn(@arr: &[@t]) -> bool {\n    @arr.windows(2).all(|w| w[0] >= w[1])\n}"),
    (
        "has_duplicates contains_duplicates",
        """
fn @fn(@arr: &[@t]) -> bool {
    let mut seen = std::collections::HashSet::new();
    @arr.iter().any(|@x| !seen.insert(*@x))
}""",
    ),
    (
        "count_unique count_distinct",
        """
fn @fn(@arr: &[@t]) -> usize {
    let seen: std::collections::HashSet<_> = @arr.iter().collect();
    seen.len()
}""",
    ),
    (
        "count_duplicates num_duplicates",
        """
fn @fn(@arr: &[@t]) -> usize {
    let seen: std::collections::HashSet<_> = @arr.iter().collect();
    @arr.len() - seen.len()
}""",
    ),
    (
        "most_common mode",
        """
fn @fn(@arr: &[@t]) -> Option<@t> {
    let mut counts = std::collections::HashMap::new();
    for @x in @arr {
        *counts.entry(*@x).or_insert(0) += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(@x, _)| @x)
}""",
    ),
    ("total_length", "fn @fn(@words: &[&str]) -> usize {\n    @words.iter().map(|@w| @w.len()).sum()\n}"),
    (
        "longest longest_word",
        "fn @fn(@words: &[String]) -> Option<&String> {\n    @words.iter().max_by_key(|@w| @w.len())\n}",
    ),
    ("join_words join_all", "fn @fn(@words: &[String]) -> String {\n    @words.join(@joiner)\n}"),
    (
        "count_empty",
        "fn @fn(@words: &[String]) -> usize {\n    @words.iter().filter(|@w| @w.is_empty()).count()\n}",
    ),
)
