/// Greatest common divisor of two numbers.
pub fn gcd(a: u64, b: u64) -> u64 {
    let mut x = a;
    let mut y = b;
    while y != 0 {
        let rest = x % y;
        x = y;
        y = rest;
    }
    x
}

pub fn lcm(a: u64, b: u64) -> u64 {
    if a == 0 || b == 0 {
        return 0;
    }
    a / gcd(a, b) * b
}

pub fn gcd_of_all(numbers: &[u64]) -> u64 {
    numbers.iter().fold(0, |total, &number| gcd(total, number))
}
