use std::collections::HashMap;

/// Find the positions of two numbers that add up to the target.
fn two_sum(numbers: &[i64], target: i64) -> Option<(usize, usize)> {
    let mut seen = HashMap::new();
    for (index, &number) in numbers.iter().enumerate() {
        let missing = target - number;
        if let Some(&earlier) = seen.get(&missing) {
            return Some((earlier, index));
        }
        seen.insert(number, index);
    }
    None
}
