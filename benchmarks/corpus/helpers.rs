fn clamp_to(value: i32, low: i32, high: i32) -> i32 {
    if value < low {
        low
    } else if value > high {
        high
    } else {
        value
    }
}

fn scaled(amount: i64) -> i64 {
    amount * 3 + 7
}

pub fn is_even(number: i32) -> bool {
    number % 2 == 0
}

fn greeting(name: &str) -> String {
    format!("Hello, {}!", name)
}

const MAXIMUM: usize = 64;

static VERSION: &str = "alpha";

type Pairs = Vec<(String, i32)>;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Level {
    Low,
    Middle,
    High,
}

#[derive(Debug, Clone)]
struct Settings {
    title: String,
    retries: u32,
    verbose: bool,
}

pub fn sum_up(numbers: &[i32]) -> i32 {
    let mut total = 0;
    for number in numbers {
        total += number;
    }
    total
}

fn average_of(numbers: &[f64]) -> f64 {
    if numbers.is_empty() {
        return 0.0;
    }
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

fn first_letter(text: &str) -> Option<char> {
    text.chars().next()
}

pub fn power(base: u64, exponent: u32) -> u64 {
    let mut result = 1;
    for _ in 0..exponent {
        result *= base;
    }
    result
}

fn swap_pair<A, B>(pair: (A, B)) -> (B, A) {
    (pair.1, pair.0)
}

fn evens_only(numbers: Vec<i32>) -> Vec<i32> {
    numbers.into_iter().filter(|number| number % 2 == 0).collect()
}

pub fn parse_or_zero(text: &str) -> i32 {
    text.trim().parse().unwrap_or(0)
}

fn sign(number: i32) -> &'static str {
    match number {
        0 => "zero",
        n if n > 0 => "positive",
        _ => "negative",
    }
}

fn ensure_positive(number: i64) -> Result<i64, String> {
    if number < 0 {
        return Err(format!("{number} is negative"));
    }
    Ok(number + 5)
}

trait Describe {
    fn describe_briefly(&self) -> String;
}

fn countdown(start: u32) -> Vec<u32> {
    let mut steps = Vec::new();
    let mut current = start;
    while current > 0 {
        steps.push(current);
        current -= 1;
    }
    steps
}

fn repeat_word(word: &str, times: usize) -> String {
    let mut text = String::new();
    for _ in 0..times {
        text.push_str(word);
    }
    text
}

fn difference(left: i32, right: i32) -> i32 {
    (left - right).abs()
}

#[allow(dead_code)]
fn unused_total(values: &[u32]) -> u32 {
    let unused = 12;
    values.iter().map(|value| value * 2).sum()
}
