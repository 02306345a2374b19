/// All divisors of a number in ascending order.
fn divisors(number: u32) -> Vec<u32> {
    (1..=number).filter(|candidate| number % candidate == 0).collect()
}

fn is_perfect(number: u32) -> bool {
    let sum: u32 = divisors(number).iter().filter(|&&divisor| divisor != number).sum();
    number > 1 && sum == number
}

fn factorize(mut number: u64) -> Vec<u64> {
    let mut factors = Vec::new();
    let mut factor = 2;
    while factor * factor <= number {
        while number % factor == 0 {
            factors.push(factor);
            number /= factor;
        }
        factor += 1;
    }
    if number > 1 {
        factors.push(number);
    }
    factors
}
