/// Merge two sorted vectors into one.
pub fn merge(left: Vec<i32>, right: Vec<i32>) -> Vec<i32> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if left[i] <= right[j] {
            merged.push(left[i]);
            i += 1;
        } else {
            merged.push(right[j]);
            j += 1;
        }
    }
    merged.extend_from_slice(&left[i..]);
    merged.extend_from_slice(&right[j..]);
    merged
}

pub fn merge_sort(numbers: Vec<i32>) -> Vec<i32> {
    if numbers.len() <= 1 {
        return numbers;
    }
    let middle = numbers.len() / 2;
    let right = merge_sort(numbers[middle..].to_vec());
    let left = merge_sort(numbers[..middle].to_vec());
    merge(left, right)
}
