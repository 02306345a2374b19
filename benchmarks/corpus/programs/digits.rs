/// Sum of the decimal digits of a number.
fn digit_sum(number: u64) -> u64 {
    let mut rest = number;
    let mut sum = 0;
    while rest > 0 {
        sum += rest % 10;
        rest /= 10;
    }
    sum
}

fn reverse_digits(number: u64) -> u64 {
    let mut rest = number;
    let mut result = 0;
    while rest > 0 {
        result = result * 10 + rest % 10;
        rest /= 10;
    }
    result
}

fn is_armstrong(number: u64) -> bool {
    let text = number.to_string();
    let power = text.len() as u32;
    let sum: u64 = text.chars().filter_map(|c| c.to_digit(10)).map(|d| (d as u64).pow(power)).sum();
    sum == number
}
