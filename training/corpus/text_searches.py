"""Functions that look for something in a text, and may not find it."""

from __future__ import annotations

from training.corpus.template import Template, template
from training.corpus.vocabulary import TEXT_TESTS, singular


def text_searches() -> list[Template]:
    """``&str`` in, an ``Option`` out."""
    templates = [template(names, text) for names, text in SEARCHES]
    for test, behind in TEXT_TESTS:
        one = singular(test.word)
        templates += [
            template(
                f"first_{one} find_{one} find_first_{one}",
                f"fn @fn(@s: &str) -> Option<char> {{\n    @s.chars().find(|@c| {test.on(behind)})\n}}",
            ),
            template(
                f"last_{one} find_last_{one}",
                f"fn @fn(@s: &str) -> Option<char> {{\n    @s.chars().rev().find(|@c| {test.on(behind)})\n}}",
            ),
            template(
                f"position_of_{one} {one}_index",
                f"fn @fn(@s: &str) -> Option<usize> {{\n    @s.chars().position(|@c| {test.on('@c')})\n}}",
            ),
        ]
    for kind in ("i32", "i32", "i32", "u32", "i64", "u64", "f64", "u8"):
        zero = "0.0" if kind == "f64" else "0"
        names = f"parse_{kind} to_{kind}"
        templates += [
            template(
                f"parse_number {names} read_number",
                f"fn @fn(@s: &str) -> Option<{kind}> {{\n    @s.trim().parse::<{kind}>().ok()\n}}",
            ),
            template(
                f"parse_number {names} string_to_number",
                f"""
fn @fn(@s: &str) -> Option<{kind}> {{
    match @s.parse::<{kind}>() {{
        Ok(@n) => Some(@n),
        Err(_) => None,
    }}
}}""",
            ),
            template(
                f"parse_number {names} parse_field",
                f"""
fn @fn(@s: &str) -> Option<{kind}> {{
    let @n = @s.trim().parse::<{kind}>().ok()?;
    Some(@n)
}}""",
            ),
            template(
                f"parse_number {names} parse_text",
                f"""
fn @fn(@s: &str) -> Option<{kind}> {{
    let trimmed = @s.trim();
    trimmed.parse::<{kind}>().ok()
}}""",
            ),
            template(
                f"parse_number {names} parse_text",
                f"""
fn @fn(@s: &str) -> Option<{kind}> {{
    let @out: Option<{kind}> = @s.trim().parse().ok();
    @out
}}""",
            ),
            template(
                f"parse_number {names} parse_field",
                f"""
fn @fn(@s: &str) -> Option<{kind}> {{
    let Ok(@n) = @s.parse::<{kind}>() else {{
        return None;
    }};
    Some(@n)
}}""",
            ),
            template(
                f"parse_value {names} try_parse",
                f"""
fn @fn(@s: &str) -> Option<{kind}> {{
    if let Ok(@n) = @s.trim().parse() {{
        Some(@n)
    }} else {{
        None
    }}
}}""",
            ),
            template(
                "parse_positive parse_above_zero",
                f"fn @fn(@s: &str) -> Option<{kind}> {{\n    @s.parse::<{kind}>().ok().filter(|@n| *@n > {zero})\n}}",
            ),
            template(
                "parse_first parse_first_number",
                f"fn @fn(@s: &str) -> Option<{kind}> {{\n    @s.split(@sep).next()?.parse().ok()\n}}",
            ),
            template(
                "parse_last parse_last_number",
                f"fn @fn(@s: &str) -> Option<{kind}> {{\n    @s.split(@sep).last()?.trim().parse().ok()\n}}",
            ),
            template(
                "parse_doubled parse_twice",
                f"fn @fn(@s: &str) -> Option<{kind}> {{\n    let @n: {kind} = @s.parse().ok()?;\n    Some(@n + @n)\n}}",
            ),
            template(
                "parse_or_zero",
                f"fn @fn(@s: &str) -> {kind} {{\n    @s.trim().parse().unwrap_or({zero})\n}}",
            ),
            template(
                "parse_sum sum_of_fields",
                f"""
fn @fn(@s: &str) -> Option<{kind}> {{
    let mut @acc = {zero};
    for part in @s.split(@sep) {{
        @acc += part.parse::<{kind}>().ok()?;
    }}
    Some(@acc)
}}""",
            ),
        ]
    return templates


SEARCHES = (
    (
        "first_char first_letter_of",
        "fn @fn(@s: &str) -> Option<char> {\n    let mut letters = @s.chars();\n    letters.next()\n}",
    ),
    (
        "last_char last_letter_of",
        "fn @fn(@s: &str) -> Option<char> {\n    let mut letters = @s.chars();\n    letters.next_back()\n}",
    ),
    ("first_word", "fn @fn(@s: &str) -> Option<&str> {\n    @s.split_whitespace().next()\n}"),
    ("last_word", "fn @fn(@s: &str) -> Option<&str> {\n    @s.split_whitespace().last()\n}"),
    (
        "longest_word",
        "fn @fn(@s: &str) -> Option<&str> {\n    @s.split_whitespace().max_by_key(|@w| @w.len())\n}",
    ),
    ("find_@word position_of_@word", 'fn @fn(@s: &str) -> Option<usize> {\n    @s.find("@word")\n}'),
    ("strip_@word", 'fn @fn(@s: &str) -> Option<&str> {\n    @s.strip_prefix("@word")\n}'),
    ("extension file_extension", "fn @fn(@path: &str) -> Option<&str> {\n    @path.rsplit('.').next()\n}"),
    ("parse_hex hex_to_number", "fn @fn(@s: &str) -> Option<u32> {\n    u32::from_str_radix(@s, 16).ok()\n}"),
    (
        "parse_binary binary_to_number",
        "fn @fn(@s: &str) -> Option<u64> {\n    u64::from_str_radix(@s, 2).ok()\n}",
    ),
    (
        "parse_bool to_bool",
        """
fn @fn(@s: &str) -> Option<bool> {
    match @s {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}""",
    ),
    (
        "parse_pair split_pair",
        """
fn @fn(@s: &str) -> Option<(i32, i32)> {
    let (left, right) = @s.split_once(@sep)?;
    Some((left.parse().ok()?, right.parse().ok()?))
}""",
    ),
    (
        "parse_percent",
        """
fn @fn(@s: &str) -> Option<i32> {
    let digits = @s.strip_suffix('%')?;
    digits.parse().ok()
}""",
    ),
    (
        "parse_digit first_digit_value",
        """
fn @fn(@s: &str) -> Option<u32> {
    let @c = @s.chars().next()?;
    @c.to_digit(10)
}""",
    ),
    (
        "parse_unsigned parse_digits",
        """
fn @fn(@s: &str) -> Option<u32> {
    let mut @acc = 0;
    for @c in @s.chars() {
        @acc = @acc * 10 + @c.to_digit(10)?;
    }
    Some(@acc)
}""",
    ),
    (
        "parse_even parse_even_number",
        """
fn @fn(@s: &str) -> Option<i32> {
    let @n: i32 = @s.trim().parse().ok()?;
    if @n % 2 == 0 {
        Some(@n)
    } else {
        None
    }
}""",
    ),
    ("value_after after_separator", "fn @fn(@s: &str) -> Option<&str> {\n    @s.split(@sep).nth(1)\n}"),
)
