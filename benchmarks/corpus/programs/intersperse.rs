/// Insert a delimiter between every two numbers.
fn intersperse(numbers: &[i64], delimiter: i64) -> Vec<i64> {
    let mut result = Vec::new();
    for (position, number) in numbers.iter().enumerate() {
        if position > 0 {
            result.push(delimiter);
        }
        result.push(*number);
    }
    result
}

fn running_maximum(numbers: &[i64]) -> Vec<i64> {
    let mut highest = i64::MIN;
    numbers
        .iter()
        .map(|&number| {
            highest = highest.max(number);
            highest
        })
        .collect()
}
