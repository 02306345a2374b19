/// Rotate the items to the left by the given number of places.
pub fn rotate_left<T: Clone>(items: &[T], places: usize) -> Vec<T> {
    if items.is_empty() {
        return Vec::new();
    }
    let shift = places % items.len();
    let mut rotated = Vec::with_capacity(items.len());
    rotated.extend_from_slice(&items[shift..]);
    rotated.extend_from_slice(&items[..shift]);
    rotated
}

pub fn reversed<T: Clone>(items: &[T]) -> Vec<T> {
    items.iter().rev().cloned().collect()
}
