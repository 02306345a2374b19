use std::collections::HashSet;

/// Remove duplicates and keep the order of first appearance.
fn unique(numbers: Vec<i32>) -> Vec<i32> {
    let mut seen = HashSet::new();
    let mut result = Vec::new();
    for number in numbers {
        if seen.insert(number) {
            result.push(number);
        }
    }
    result
}

fn has_duplicates(numbers: &[i32]) -> bool {
    let distinct: HashSet<&i32> = numbers.iter().collect();
    distinct.len() < numbers.len()
}
