"""Functions that make a text from a text."""

from __future__ import annotations

from training.corpus.template import Template, template
from training.corpus.vocabulary import TEXT_TESTS


def text_to_text() -> list[Template]:
    """``String`` (or ``&str``) in, ``String`` out."""
    templates = [template(names, text) for names, text in NEW_TEXTS]
    templates += [entry for entry in templates if "reverse_text" in entry.names]
    for test, behind in TEXT_TESTS:
        word = test.word
        head = "fn @fn(@s: String) -> String"
        removes = f"remove_{word} strip_{word} drop_{word} without_{word}"
        keeps = f"keep_{word} only_{word} extract_{word}"
        templates += [
            template(removes, f"{head} {{\n    @s.chars().filter(|@c| {test.off(behind)}).collect()\n}}"),
            template(keeps, f"{head} {{\n    @s.chars().filter(|@c| {test.on(behind)}).collect()\n}}"),
            template(
                removes,
                f"""
{head} {{
    let mut @out = String::new();
    for @c in @s.chars() {{
        if {test.off("@c")} {{
            @out.push(@c);
        }}
    }}
    @out
}}""",
            ),
            template(
                f"mask_{word} hide_{word}",
                f"{head} {{\n    @s.chars().map(|@c| if {test.on('@c')} {{ '*' }} else {{ @c }}).collect()\n}}",
            ),
        ]
        if word in ("digits", "letters"):
            templates.append(
                template(
                    f"reverse_{word} reversed_{word}",
                    f"{head} {{\n    @s.chars().rev().filter(|@c| {test.on(behind)}).collect()\n}}",
                )
            )
    return templates


NEW_TEXTS = (
    ("to_upper shout upper_string", "fn @fn(@s: String) -> String {\n    @s.to_uppercase()\n}"),
    ("to_lower whisper lower_string", "fn @fn(@s: String) -> String {\n    @s.to_lowercase()\n}"),
    ("trim_string trimmed clean_string", "fn @fn(@s: String) -> String {\n    @s.trim().to_string()\n}"),
    ("double_string repeat_twice", "fn @fn(@s: String) -> String {\n    @s.repeat(2)\n}"),
    ("repeat_string repeat_text", "fn @fn(@s: String, count: usize) -> String {\n    @s.repeat(count)\n}"),
    ("double_string repeat_twice", 'fn @fn(@s: String) -> String {\n    format!("{}{}", @s, @s)\n}'),
    ("quote quote_string", "fn @fn(@s: String) -> String {\n    format!(\"'{}'\", @s)\n}"),
    ("add_@word append_@word", 'fn @fn(mut @s: String) -> String {\n    @s.push_str("@word");\n    @s\n}'),
    ("prefix_@word prepend_@word", 'fn @fn(@s: String) -> String {\n    format!("@word{}", @s)\n}'),
    (
        "reverse_words reversed_words",
        'fn @fn(@s: String) -> String {\n    @s.split_whitespace().rev().collect::<Vec<_>>().join(" ")\n}',
    ),
    (
        "reverse_lines reversed_lines",
        'fn @fn(@s: String) -> String {\n    @s.lines().rev().collect::<Vec<_>>().join("\\n")\n}',
    ),
    (
        "reverse_text reverse_line reverse_chars",
        """
fn @fn(@s: String) -> String {
    let mut @out = String::new();
    for @c in @s.chars().rev() {
        @out.push(@c);
    }
    @out
}""",
    ),
    (
        "reverse_text reverse_str reversed_string",
        """
fn @fn(@s: &str) -> String {
    let letters: Vec<char> = @s.chars().rev().collect();
    letters.into_iter().collect()
}""",
    ),
    (
        "reverse_text reverse_line reverse_chars",
        """
fn @fn(@s: String) -> String {
    let mut letters: Vec<char> = @s.chars().collect();
    letters.reverse();
    letters.into_iter().collect()
}""",
    ),
    (
        "reverse_text reverse_line reverse_str",
        """
fn @fn(@s: String) -> String {
    let @out: String = @s.chars().rev().collect();
    @out
}""",
    ),
    (
        "reverse_text reverse_chars reverse_str",
        """
fn @fn(@s: String) -> String {
    let mut @out = String::new();
    for @c in @s.chars() {
        @out.insert(0, @c);
    }
    @out
}""",
    ),
    (
        "reverse_text reverse_line reverse_str",
        """
fn @fn(@s: String) -> String {
    let mut letters: Vec<char> = @s.chars().collect();
    let mut @out = String::new();
    while let Some(@c) = letters.pop() {
        @out.push(@c);
    }
    @out
}""",
    ),
    (
        "reverse_text reverse_line reverse_chars",
        """
fn @fn(@s: String) -> String {
    @s.chars().fold(String::new(), |@out, @c| format!("{}{}", @c, @out))
}""",
    ),
    (
        "reverse_upper upper_reversed",
        """
fn @fn(@s: String) -> String {
    @s.to_uppercase().chars().rev().collect()
}""",
    ),
    (
        "reverse_trimmed",
        """
fn @fn(@s: String) -> String {
    @s.trim().chars().rev().collect()
}""",
    ),
    (
        "reverse_each_word",
        """
fn @fn(@s: String) -> String {
    let @words: Vec<String> = @s
        .split_whitespace()
        .map(|@w| @w.chars().rev().collect())
        .collect();
    @words.join(" ")
}""",
    ),
    (
        "sort_string sort_letters sorted_letters",
        """
fn @fn(@s: String) -> String {
    let mut letters: Vec<char> = @s.chars().collect();
    letters.sort();
    letters.into_iter().collect()
}""",
    ),
    (
        "unique_letters remove_repeats",
        """
fn @fn(@s: String) -> String {
    let mut @out = String::new();
    for @c in @s.chars() {
        if !@out.contains(@c) {
            @out.push(@c);
        }
    }
    @out
}""",
    ),
    (
        "capitalize capitalize_string upper_first",
        """
fn @fn(@s: String) -> String {
    let mut letters = @s.chars();
    match letters.next() {
        Some(@c) => @c.to_uppercase().collect::<String>() + letters.as_str(),
        None => String::new(),
    }
}""",
    ),
    (
        "swap_case invert_case",
        """
fn @fn(@s: String) -> String {
    @s.chars()
        .map(|@c| {
            if @c.is_uppercase() {
                @c.to_ascii_lowercase()
            } else {
                @c.to_ascii_uppercase()
            }
        })
        .collect()
}""",
    ),
    (
        "double_letters double_chars",
        "fn @fn(@s: String) -> String {\n    @s.chars().flat_map(|@c| [@c, @c]).collect()\n}",
    ),
    ("replace_spaces join_with_dashes", "fn @fn(@s: String) -> String {\n    @s.replace(' ', \"-\")\n}"),
    (
        "squeeze_spaces normalize_spaces",
        'fn @fn(@s: String) -> String {\n    @s.split_whitespace().collect::<Vec<_>>().join(" ")\n}',
    ),
    ("first_word", "fn @fn(@s: String) -> String {\n    @s.split(' ').next().unwrap_or(\"\").to_string()\n}"),
    (
        "last_word",
        "fn @fn(@s: String) -> String {\n    @s.split(' ').last().unwrap_or_default().to_string()\n}",
    ),
    ("first_@k_chars take_@k_chars", "fn @fn(@s: String) -> String {\n    @s.chars().take(@k).collect()\n}"),
    ("skip_@k_chars drop_@k_chars", "fn @fn(@s: String) -> String {\n    @s.chars().skip(@k).collect()\n}"),
    ("remove_last drop_last", "fn @fn(mut @s: String) -> String {\n    @s.pop();\n    @s\n}"),
    ("every_second_char", "fn @fn(@s: String) -> String {\n    @s.chars().step_by(2).collect()\n}"),
    (
        "lines_to_words join_lines",
        "fn @fn(@s: String) -> String {\n    @s.lines().collect::<Vec<_>>().join(@joiner)\n}",
    ),
    (
        "initials",
        "fn @fn(@s: &str) -> String {\n    @s.split_whitespace().filter_map(|@w| @w.chars().next()).collect()\n}",
    ),
    ("greet greeting", 'fn @fn(name: &str) -> String {\n    format!("Hello, {}!", name)\n}'),
    ("join_pair join_two", 'fn @fn(@a: &str, @b: &str) -> String {\n    format!("{} {}", @a, @b)\n}'),
)
