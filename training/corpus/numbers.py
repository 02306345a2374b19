"""Functions from numbers to numbers, and questions about a number."""

from __future__ import annotations

from training.corpus.template import Template, template
from training.corpus.vocabulary import NUMBER_MAPS, NUMBER_TESTS


def number_functions() -> list[Template]:
    """Integer in, integer out."""
    templates = [template(names, text) for names, text in FUNCTIONS]
    for entry in NUMBER_MAPS:
        number = entry.number
        if entry.verb in ("double", "triple", "halve"):
            templates.append(
                template(
                    f"{entry.verb} {entry.verb}_value {entry.verb}_of {entry.verb}_number",
                    f"fn @fn(@n: {number}) -> {number} {{\n    {entry.on('@n')}\n}}",
                )
            )
        templates += [
            template(
                f"sum_of_{entry.noun}_to sum_of_{entry.noun}_up_to total_of_{entry.noun}",
                f"""
fn @fn(@n: {number}) -> {number} {{
    let mut @acc = 0;
    for @i in 1..=@n {{
        @acc += {entry.on("@i")};
    }}
    @acc
}}""",
            ),
        ]
        if entry.noun != "squares":
            templates.append(
                template(
                    f"sum_{entry.noun}_below sum_of_{entry.noun}_below",
                    f"fn @fn(@n: {number}) -> {number} {{\n    (1..@n).map(|@x| {entry.on('@x')}).sum()\n}}",
                )
            )
    for test in NUMBER_TESTS:
        if test.word == "zero":
            continue
        number, word = test.number, test.word
        templates += [
            template(
                f"sum_{word}_to sum_{word}_up_to add_{word}_to total_{word}_up_to",
                f"""
fn @fn(@n: {number}) -> {number} {{
    let mut @acc = 0;
    for @i in 1..=@n {{
        if {test.on("@i")} {{
            @acc += @i;
        }}
    }}
    @acc
}}""",
            ),
            template(
                f"sum_{word}_below sum_{word}_under",
                f"fn @fn(@n: {number}) -> {number} {{\n    (1..@n).filter(|@x| {test.on('*@x')}).sum()\n}}",
            ),
            template(
                f"product_{word}_to product_of_{word}_up_to multiply_{word}_to",
                f"""
fn @fn(@n: {number}) -> {number} {{
    let mut @prod = 1;
    let mut @i = 1;
    while @i <= @n {{
        if {test.on("@i")} {{
            @prod *= @i;
        }}
        @i += 1;
    }}
    @prod
}}""",
            ),
            template(
                f"count_{word}_to count_{word}_up_to",
                f"fn @fn(@n: {number}) -> usize {{\n    (1..=@n).filter(|@x| {test.on('*@x')}).count()\n}}",
            ),
        ]
    return templates


def number_questions() -> list[Template]:
    """Integer in, bool out."""
    templates = [template(names, text) for names, text in QUESTIONS]
    for test in NUMBER_TESTS:
        if test.word.startswith("multiples_of"):
            names = f"is_{test.word.replace('multiples', 'multiple')}"
        else:
            names = f"is_{test.word} check_{test.word}"
        templates += [
            template(names, f"fn @fn(@n: {test.number}) -> bool {{\n    {test.on('@n')}\n}}"),
            template(
                f"not_{test.word.replace('multiples', 'multiple')}",
                f"fn @fn(@n: {test.number}) -> bool {{\n    {test.off('@n')}\n}}",
            ),
        ]
    return templates


FUNCTIONS = (
    (
        "sum_to sum_up_to total_to add_up_to",
        "fn @fn(@n: @t) -> @t {\n    (1..=@n).fold(0, |@acc, @x| @acc + @x)\n}",
    ),
    (
        "sum_to sum_up_to add_up_to",
        """
fn @fn(@n: @t) -> @t {
    let mut @acc = 0;
    let mut @i = 0;
    while @i < @n {
        @i += 1;
        @acc += @i;
    }
    @acc
}""",
    ),
    ("triangular triangle_number", "fn @fn(@n: @t) -> @t {\n    @n * (@n + 1) / 2\n}"),
    ("power_of_two two_to_the", "fn @fn(@n: u32) -> u64 {\n    2u64.pow(@n)\n}"),
    ("square_plus_one", "fn @fn(@n: @t) -> @t {\n    @n * @n + 1\n}"),
    (
        "digit_sum sum_digits sum_of_digits add_digits",
        """
fn @fn(mut @n: @ut) -> @ut {
    let mut @acc = 0;
    while @n > 0 {
        @acc += @n % 10;
        @n /= 10;
    }
    @acc
}""",
    ),
    (
        "digit_sum sum_digits sum_of_digits",
        """
fn @fn(@n: @ut) -> @ut {
    let mut @rest = @n;
    let mut @acc = 0;
    while @rest != 0 {
        @acc += @rest % 10;
        @rest = @rest / 10;
    }
    @acc
}""",
    ),
    (
        "digit_product product_of_digits multiply_digits",
        """
fn @fn(@n: @ut) -> @ut {
    let mut @rest = @n;
    let mut @prod = 1;
    while @rest > 0 {
        @prod *= @rest % 10;
        @rest /= 10;
    }
    @prod
}""",
    ),
    (
        "count_digits num_digits digit_count",
        """
fn @fn(@n: @ut) -> @ut {
    let mut @rest = @n;
    let mut @cnt = 1;
    while @rest >= 10 {
        @rest /= 10;
        @cnt += 1;
    }
    @cnt
}""",
    ),
    ("count_digits num_digits", "fn @fn(@n: @ut) -> usize {\n    @n.to_string().len()\n}"),
    (
        "reverse_digits reverse_number",
        """
fn @fn(@n: @ut) -> @ut {
    let mut @rest = @n;
    let mut @out = 0;
    while @rest > 0 {
        @out = @out * 10 + @rest % 10;
        @rest /= 10;
    }
    @out
}""",
    ),
    (
        "largest_digit max_digit",
        """
fn @fn(@n: @ut) -> @ut {
    let mut @rest = @n;
    let mut @best = 0;
    while @rest > 0 {
        if @rest % 10 > @best {
            @best = @rest % 10;
        }
        @rest /= 10;
    }
    @best
}""",
    ),
    (
        "fibonacci fib nth_fibonacci",
        """
fn @fn(@n: @ut) -> @ut {
    let mut @a = 0;
    let mut @b = 1;
    for _ in 0..@n {
        let next = @a + @b;
        @a = @b;
        @b = next;
    }
    @a
}""",
    ),
    (
        "fibonacci fib",
        """
fn @fn(@n: @ut) -> @ut {
    match @n {
        0 => 0,
        1 => 1,
        _ => @fn(@n - 1) + @fn(@n - 2),
    }
}""",
    ),
    (
        "lucas nth_lucas",
        """
fn @fn(@n: @ut) -> @ut {
    let (mut @a, mut @b) = (2, 1);
    for _ in 0..@n {
        (@a, @b) = (@b, @a + @b);
    }
    @a
}""",
    ),
    (
        "count_divisors num_divisors divisor_count",
        "fn @fn(@n: @ut) -> usize {\n    (1..=@n).filter(|@x| @n % @x == 0).count()\n}",
    ),
    (
        "count_divisors num_divisors",
        """
fn @fn(@n: @ut) -> @ut {
    let mut @cnt = 0;
    for @i in 1..=@n {
        if @n % @i == 0 {
            @cnt += 1;
        }
    }
    @cnt
}""",
    ),
    ("sum_divisors divisor_sum", "fn @fn(@n: @ut) -> @ut {\n    (1..=@n).filter(|@x| @n % @x == 0).sum()\n}"),
    (
        "smallest_divisor smallest_factor",
        """
fn @fn(@n: @ut) -> @ut {
    let mut @i = 2;
    while @i < @n {
        if @n % @i == 0 {
            return @i;
        }
        @i += 1;
    }
    @n
}""",
    ),
    (
        "collatz_steps count_collatz",
        """
fn @fn(@n: u64) -> u64 {
    let mut @rest = @n;
    let mut @cnt = 0;
    while @rest > 1 {
        @rest = if @rest % 2 == 0 { @rest / 2 } else { 3 * @rest + 1 };
        @cnt += 1;
    }
    @cnt
}""",
    ),
    ("count_ones bits_set", "fn @fn(@n: @ut) -> u32 {\n    @n.count_ones()\n}"),
    (
        "count_ones bits_set",
        """
fn @fn(@n: @ut) -> @ut {
    let mut @rest = @n;
    let mut @cnt = 0;
    while @rest > 0 {
        @cnt += @rest & 1;
        @rest >>= 1;
    }
    @cnt
}""",
    ),
    (
        "integer_sqrt isqrt floor_sqrt",
        """
fn @fn(@n: @ut) -> @ut {
    let mut @i = 0;
    while (@i + 1) * (@i + 1) <= @n {
        @i += 1;
    }
    @i
}""",
    ),
    ("next_even", "fn @fn(@n: @t) -> @t {\n    if @n % 2 == 0 { @n + 2 } else { @n + 1 }\n}"),
    ("next_odd", "fn @fn(@n: @t) -> @t {\n    if @n % 2 == 0 { @n + 1 } else { @n + 2 }\n}"),
    ("half_or_zero", "fn @fn(@n: @t) -> @t {\n    if @n > 1 { @n / 2 } else { 0 }\n}"),
    ("clamp_to_@lim cap_at_@lim", "fn @fn(@n: @t) -> @t {\n    @n.min(@lim)\n}"),
    ("at_least_@lim", "fn @fn(@n: @t) -> @t {\n    @n.max(@lim)\n}"),
    ("absolute absolute_value magnitude", "fn @fn(@n: @st) -> @st {\n    if @n < 0 { -@n } else { @n }\n}"),
    (
        "sign sign_of",
        """
fn @fn(@n: @st) -> @st {
    if @n > 0 {
        1
    } else if @n < 0 {
        -1
    } else {
        0
    }
}""",
    ),
    ("add add_numbers sum_of_two", "fn @fn(@a: @t, @b: @t) -> @t {\n    @a + @b\n}"),
    ("multiply product times", "fn @fn(@a: @t, @b: @t) -> @t {\n    @a * @b\n}"),
    (
        "difference distance abs_diff",
        "fn @fn(@a: @t, @b: @t) -> @t {\n    if @a > @b { @a - @b } else { @b - @a }\n}",
    ),
    ("max_of_two larger maximum", "fn @fn(@a: @t, @b: @t) -> @t {\n    if @a > @b { @a } else { @b }\n}"),
    ("min_of_two smaller minimum", "fn @fn(@a: @t, @b: @t) -> @t {\n    if @a < @b { @a } else { @b }\n}"),
    ("average midpoint", "fn @fn(@a: @ft, @b: @ft) -> @ft {\n    (@a + @b) / 2.0\n}"),
    (
        "gcd greatest_common_divisor",
        """
fn @fn(mut @a: @ut, mut @b: @ut) -> @ut {
    while @b != 0 {
        let rest = @a % @b;
        @a = @b;
        @b = rest;
    }
    @a
}""",
    ),
    ("gcd", "fn @fn(@a: @ut, @b: @ut) -> @ut {\n    if @b == 0 { @a } else { @fn(@b, @a % @b) }\n}"),
    (
        "power raise pow_int",
        """
fn @fn(@base: @t, exponent: u32) -> @t {
    let mut @prod = 1;
    for _ in 0..exponent {
        @prod *= @base;
    }
    @prod
}""",
    ),
    (
        "power raise",
        """
fn @fn(@base: u64, exponent: u64) -> u64 {
    if exponent == 0 {
        return 1;
    }
    @base * @fn(@base, exponent - 1)
}""",
    ),
    (
        "double_product product_of_doubles",
        """
fn @fn(@n: @ut) -> @ut {
    let mut @prod = 1;
    for @i in 1..=@n {
        @prod *= @i * 2;
    }
    @prod
}""",
    ),
    (
        "product_below product_under",
        "fn @fn(@n: @ut) -> @ut {\n    (1..@n).fold(1, |@prod, @x| @prod * @x)\n}",
    ),
    (
        "sum_range sum_between",
        "fn @fn(@lo: @t, @hi: @t) -> @t {\n    (@lo..=@hi).sum()\n}",
    ),
    (
        "product_range product_between",
        """
fn @fn(@lo: @t, @hi: @t) -> @t {
    let mut @prod = 1;
    for @i in @lo..=@hi {
        @prod *= @i;
    }
    @prod
}""",
    ),
    ("add_modulo add_mod", "fn @fn(@a: u64, @b: u64) -> u64 {\n    (@a + @b) % @mod\n}"),
    ("celsius_to_fahrenheit to_fahrenheit", "fn @fn(@n: @ft) -> @ft {\n    @n * 9.0 / 5.0 + 32.0\n}"),
    ("fahrenheit_to_celsius to_celsius", "fn @fn(@n: @ft) -> @ft {\n    (@n - 32.0) * 5.0 / 9.0\n}"),
    ("circle_area", "fn @fn(radius: f64) -> f64 {\n    std::f64::consts::PI * radius * radius\n}"),
    ("hypotenuse", "fn @fn(@a: f64, @b: f64) -> f64 {\n    (@a * @a + @b * @b).sqrt()\n}"),
)

QUESTIONS = (
    (
        "is_prime",
        """
fn @fn(@n: @ut) -> bool {
    if @n < 2 {
        return false;
    }
    for @i in 2..@n {
        if @n % @i == 0 {
            return false;
        }
    }
    true
}""",
    ),
    ("is_prime", "fn @fn(@n: @ut) -> bool {\n    @n > 1 && (2..@n).all(|@x| @n % @x != 0)\n}"),
    ("is_perfect", "fn @fn(@n: @ut) -> bool {\n    (1..@n).filter(|@x| @n % @x == 0).sum::<@ut>() == @n\n}"),
    ("is_square is_perfect_square", "fn @fn(@n: @ut) -> bool {\n    (0..=@n).any(|@x| @x * @x == @n)\n}"),
    (
        "is_leap_year is_leap",
        "fn @fn(year: u32) -> bool {\n    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)\n}",
    ),
    ("divides is_divisor", "fn @fn(@a: @t, @b: @t) -> bool {\n    @b % @a == 0\n}"),
    ("is_between in_range", "fn @fn(@n: @t, @lo: @t, @hi: @t) -> bool {\n    @n >= @lo && @n <= @hi\n}"),
    ("is_power_of_two", "fn @fn(@n: @ut) -> bool {\n    @n != 0 && @n & (@n - 1) == 0\n}"),
)
