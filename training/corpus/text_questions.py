"""Functions that answer a question about a text, or count something in it."""

from __future__ import annotations

from training.corpus.template import Template, template
from training.corpus.vocabulary import TEXT_TESTS, singular


def text_questions() -> list[Template]:
    """``&str`` in, bool or a count out."""
    templates = [template(names, text) for names, text in QUESTIONS]
    for test, _ in TEXT_TESTS:
        word, one = test.word, singular(test.word)
        head = "fn @fn(@s: &str) -> bool"
        templates += [
            template(
                f"has_{one} contains_{one} has_{word}",
                f"{head} {{\n    @s.chars().any(|@c| {test.on('@c')})\n}}",
            ),
            template(
                f"is_{word} all_{word} only_{word}",
                f"{head} {{\n    @s.chars().all(|@c| {test.on('@c')})\n}}",
            ),
            template(
                f"has_no_{word} without_{word}", f"{head} {{\n    !@s.chars().any(|@c| {test.on('@c')})\n}}"
            ),
            template(
                f"starts_with_{one} begins_with_{one}",
                f"{head} {{\n    @s.chars().next().map_or(false, |@c| {test.on('@c')})\n}}",
            ),
            template(
                f"ends_with_{one}",
                f"{head} {{\n    @s.chars().last().map_or(false, |@c| {test.on('@c')})\n}}",
            ),
            template(
                f"is_{word} all_{word} only_{word}",
                f"""
{head} {{
    for @c in @s.chars() {{
        if {test.off("@c")} {{
            return false;
        }}
    }}
    true
}}""",
            ),
            template(
                f"has_{one} contains_{one}",
                f"""
{head} {{
    for @c in @s.chars() {{
        if {test.on("@c")} {{
            return true;
        }}
    }}
    false
}}""",
            ),
        ]
    return templates


def text_counts() -> list[Template]:
    """``&str`` in, a number out."""
    templates = [template(names, text) for names, text in COUNTS]
    for test, behind in TEXT_TESTS:
        word = test.word
        templates += [
            template(
                f"count_{word} num_{word} {word}_count",
                f"fn @fn(@s: &str) -> usize {{\n    @s.chars().filter(|@c| {test.on(behind)}).count()\n}}",
            ),
            template(
                f"count_{word} num_{word}",
                f"""
fn @fn(@s: &str) -> usize {{
    let mut @cnt = 0;
    for @c in @s.chars() {{
        if {test.on("@c")} {{
            @cnt += 1;
        }}
    }}
    @cnt
}}""",
            ),
        ]
    return templates


QUESTIONS = (
    ("is_blank is_only_whitespace", "fn @fn(@s: &str) -> bool {\n    @s.trim().is_empty()\n}"),
    ("is_empty_text has_no_text", "fn @fn(@s: &str) -> bool {\n    @s.len() == 0\n}"),
    ("is_trimmed", "fn @fn(@s: &str) -> bool {\n    @s.trim() == @s\n}"),
    ("is_longer_than_@lim", "fn @fn(@s: &str) -> bool {\n    @s.len() > @lim\n}"),
    ("is_shorter_than_@lim", "fn @fn(@s: &str) -> bool {\n    @s.chars().count() < @lim\n}"),
    ("has_even_length", "fn @fn(@s: &str) -> bool {\n    @s.len() % 2 == 0\n}"),
    ("is_single_word is_one_word", "fn @fn(@s: &str) -> bool {\n    @s.split_whitespace().count() == 1\n}"),
    ("is_multiline has_lines", "fn @fn(@s: &str) -> bool {\n    @s.lines().count() > 1\n}"),
    ("is_quoted", "fn @fn(@s: &str) -> bool {\n    @s.starts_with('\"') && @s.ends_with('\"')\n}"),
    ("is_comment", 'fn @fn(@s: &str) -> bool {\n    @s.trim().starts_with("//")\n}'),
    ("is_hidden", "fn @fn(@s: &str) -> bool {\n    @s.starts_with('.')\n}"),
    ("is_number is_integer", "fn @fn(@s: &str) -> bool {\n    @s.parse::<i64>().is_ok()\n}"),
    ("is_float is_decimal", "fn @fn(@s: &str) -> bool {\n    @s.parse::<f64>().is_ok()\n}"),
    ("is_yes", 'fn @fn(@s: &str) -> bool {\n    matches!(@s, "y" | "yes" | "true")\n}'),
    ("is_@word", 'fn @fn(@s: &str) -> bool {\n    @s.to_lowercase() == "@word"\n}'),
    ("contains_@word has_@word", 'fn @fn(@s: &str) -> bool {\n    @s.contains("@word")\n}'),
    ("starts_with_@word", 'fn @fn(@s: &str) -> bool {\n    @s.starts_with("@word")\n}'),
    ("ends_with_@word", 'fn @fn(@s: &str) -> bool {\n    @s.ends_with("@word")\n}'),
    ("is_email looks_like_email", "fn @fn(@s: &str) -> bool {\n    @s.contains('@') && @s.contains('.')\n}"),
    ("is_rust_source", 'fn @fn(@path: &str) -> bool {\n    @path.ends_with(".rs")\n}'),
    (
        "same_ends starts_like_it_ends",
        "fn @fn(@s: &str) -> bool {\n    @s.chars().next() == @s.chars().last()\n}",
    ),
    (
        "is_ordered has_sorted_letters",
        """
fn @fn(@s: &str) -> bool {
    let letters: Vec<char> = @s.chars().collect();
    letters.windows(2).all(|w| w[0] <= w[1])
}""",
    ),
    (
        "has_repeats has_double_letter",
        """
fn @fn(@s: &str) -> bool {
    let letters: Vec<char> = @s.chars().collect();
    letters.windows(2).any(|w| w[0] == w[1])
}""",
    ),
    (
        "is_balanced has_balanced_brackets",
        """
fn @fn(@s: &str) -> bool {
    let mut depth = 0;
    for @c in @s.chars() {
        match @c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}""",
    ),
    (
        "is_anagram are_anagrams",
        """
fn @fn(@a: &str, @b: &str) -> bool {
    let mut x: Vec<char> = @a.chars().collect();
    let mut y: Vec<char> = @b.chars().collect();
    x.sort();
    y.sort();
    x == y
}""",
    ),
    (
        "is_reversed is_reverse_of",
        """
fn @fn(@a: &str, @b: &str) -> bool {
    let backwards: String = @b.chars().rev().collect();
    @a == backwards
}""",
    ),
    ("same_length", "fn @fn(@a: &str, @b: &str) -> bool {\n    @a.len() == @b.len()\n}"),
    (
        "equals_ignore_case same_word",
        "fn @fn(@a: &str, @b: &str) -> bool {\n    @a.to_lowercase() == @b.to_lowercase()\n}",
    ),
    ("is_prefix_of", "fn @fn(@a: &str, @b: &str) -> bool {\n    @b.starts_with(@a)\n}"),
)

COUNTS = (
    ("count_words num_words word_count", "fn @fn(@s: &str) -> usize {\n    @s.split_whitespace().count()\n}"),
    ("count_lines num_lines line_count", "fn @fn(@s: &str) -> usize {\n    @s.lines().count()\n}"),
    ("count_chars num_chars char_count", "fn @fn(@s: &str) -> usize {\n    @s.chars().count()\n}"),
    (
        "count_char occurrences_of",
        "fn @fn(@s: &str, target: char) -> usize {\n    @s.chars().filter(|@c| *@c == target).count()\n}",
    ),
    (
        "longest_word_length",
        "fn @fn(@s: &str) -> usize {\n    @s.split_whitespace().map(|@w| @w.len()).max().unwrap_or(0)\n}",
    ),
    ("count_bytes byte_length", "fn @fn(@s: &str) -> usize {\n    @s.len()\n}"),
    ("count_fields num_fields", "fn @fn(@s: &str) -> usize {\n    @s.split(@sep).count()\n}"),
)
