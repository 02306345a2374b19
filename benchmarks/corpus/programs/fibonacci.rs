/// Compute the n-th Fibonacci number.
fn fibonacci(n: u32) -> u64 {
    if n == 0 {
        return 0;
    }
    let mut previous: u64 = 0;
    let mut current: u64 = 1;
    for _ in 1..n {
        let next_value = previous + current;
        previous = current;
        current = next_value;
    }
    current
}

fn main() {
    let limit = 12;
    for i in 0..limit {
        println!("fib({}) = {}", i, fibonacci(i));
    }
}
