//! category: unsafe
//! tags: raw pointers, unsafe functions
//! level: basic

// >>> prompt
unsafe fn read_at(ptr: *const i32, index: usize) -> i32 {
    // <<< prompt
    unsafe { *ptr.add(index) }
}

// >>> probes
fn probe_read_at(values: Vec<i32>, index: usize) -> i32 {
    // Other values around them, so that a sample that goes wrong reads what is there.
    let mut padded: Vec<i32> = vec![-77_777; 16];
    padded.extend_from_slice(&values);
    padded.extend_from_slice(&[-77_777; 64]);
    unsafe { read_at(padded[16..].as_ptr(), index) }
}

/// Starts within the values.
fn probe_read_from(values: Vec<i32>, start: usize, index: usize) -> i32 {
    unsafe { read_at(values[start..].as_ptr(), index) }
}

fn probe_read_all(values: Vec<i32>) -> Vec<i32> {
    (0..values.len())
        .map(|index| unsafe { read_at(values.as_ptr(), index) })
        .collect()
}

/// Reads, and gives back what the values are afterwards.
fn probe_after_reading(values: Vec<i32>, index: usize) -> Vec<i32> {
    unsafe { read_at(values.as_ptr(), index) };
    values
}
// <<< probes

// What becomes of a null pointer is open.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value() {
        assert_eq!(probe_read_at(vec![42], 0), 42);
        assert_eq!(probe_read_at(vec![5, 6, 7], 0), 5);
    }

    #[test]
    fn the_second_value() {
        assert_eq!(probe_read_at(vec![5, 6, 7], 1), 6);
    }

    #[test]
    fn the_last_value() {
        assert_eq!(probe_read_at(vec![5, 6, 7], 2), 7);
        assert_eq!(probe_read_at((0..100).collect(), 99), 99);
    }

    #[test]
    fn negative_numbers_zero_and_the_extremes() {
        let values = vec![0, -1, i32::MIN, i32::MAX];
        assert_eq!(probe_read_at(values.clone(), 0), 0);
        assert_eq!(probe_read_at(values.clone(), 1), -1);
        assert_eq!(probe_read_at(values.clone(), 2), i32::MIN);
        assert_eq!(probe_read_at(values, 3), i32::MAX);
    }

    #[test]
    fn all_four_bytes_count() {
        let values = vec![0x0102_0304, 0x7ABB_CCDD, -0x0102_0304];
        assert_eq!(probe_read_at(values.clone(), 1), 0x7ABB_CCDD);
        assert_eq!(probe_read_at(values, 2), -0x0102_0304);
    }

    #[test]
    fn the_index_counts_from_the_pointer() {
        let values: Vec<i32> = (0..20).map(|n| n * 10).collect();
        assert_eq!(probe_read_from(values.clone(), 5, 0), 50);
        assert_eq!(probe_read_from(values.clone(), 5, 3), 80);
        assert_eq!(probe_read_from(values, 19, 0), 190);
    }

    #[test]
    fn one_after_the_other() {
        let values: Vec<i32> = (0..1000).map(|n| n * n - 500).collect();
        assert_eq!(probe_read_all(values.clone()), values);
    }

    #[test]
    fn reading_changes_nothing() {
        assert_eq!(probe_after_reading(vec![3, 1, 2], 1), [3, 1, 2]);
    }
}
