//! category: collections
//! tags: vectors, algorithms

// >>> prompt
fn merge_sorted(a: Vec<i32>, b: Vec<i32>) -> Vec<i32> {
    // <<< prompt
    let mut merged = Vec::with_capacity(a.len() + b.len());
    let mut rest = b.into_iter().peekable();
    for value in a {
        while let Some(smaller) = rest.next_if(|&other| other < value) {
            merged.push(smaller);
        }
        merged.push(value);
    }
    merged.extend(rest);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_both_empty() {
        assert_eq!(merge_sorted(vec![], vec![]), []);
        assert_eq!(merge_sorted(vec![1, 2, 3], vec![]), [1, 2, 3]);
        assert_eq!(merge_sorted(vec![], vec![1, 2, 3]), [1, 2, 3]);
        assert_eq!(merge_sorted(vec![], vec![-1]), [-1]);
    }

    #[test]
    fn interleaved() {
        assert_eq!(
            merge_sorted(vec![1, 3, 5], vec![2, 4, 6]),
            [1, 2, 3, 4, 5, 6]
        );
        assert_eq!(
            merge_sorted(vec![2, 4, 6], vec![1, 3, 5]),
            [1, 2, 3, 4, 5, 6]
        );
        assert_eq!(
            merge_sorted(vec![1, 4, 5], vec![2, 3, 6]),
            [1, 2, 3, 4, 5, 6]
        );
    }

    #[test]
    fn one_wholly_before_the_other() {
        assert_eq!(merge_sorted(vec![1, 2], vec![3, 4]), [1, 2, 3, 4]);
        assert_eq!(merge_sorted(vec![3, 4], vec![1, 2]), [1, 2, 3, 4]);
        assert_eq!(merge_sorted(vec![10], vec![1, 2, 3]), [1, 2, 3, 10]);
    }

    #[test]
    fn duplicates_are_kept() {
        assert_eq!(merge_sorted(vec![1, 1], vec![1]), [1, 1, 1]);
        assert_eq!(merge_sorted(vec![1, 2, 2], vec![2, 3]), [1, 2, 2, 2, 3]);
        assert_eq!(merge_sorted(vec![5, 5], vec![5, 5]), [5, 5, 5, 5]);
    }

    #[test]
    fn negative_numbers_and_the_extremes() {
        assert_eq!(
            merge_sorted(vec![-3, -1, 2], vec![-2, 0]),
            [-3, -2, -1, 0, 2]
        );
        assert_eq!(
            merge_sorted(vec![i32::MIN, i32::MAX], vec![i32::MIN, 0, i32::MAX]),
            [i32::MIN, i32::MIN, 0, i32::MAX, i32::MAX]
        );
    }

    #[test]
    fn different_lengths() {
        assert_eq!(
            merge_sorted(vec![4], vec![1, 3, 5, 7, 9]),
            [1, 3, 4, 5, 7, 9]
        );
        assert_eq!(
            merge_sorted(vec![1, 3, 5, 7, 9], vec![4]),
            [1, 3, 4, 5, 7, 9]
        );
    }

    #[test]
    fn agrees_with_sorting_both_together() {
        let mut state = 2024u32;
        let mut draw = move |length: usize| -> Vec<i32> {
            let mut values: Vec<i32> = Vec::new();
            for _ in 0..length {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                values.push((state >> 16) as i32 % 50 - 25);
            }
            values.sort();
            values
        };
        for round in 0..80 {
            let a = draw(round % 9);
            let b = draw(round % 13);
            let mut expected = [a.clone(), b.clone()].concat();
            expected.sort();
            assert_eq!(merge_sorted(a, b), expected);
        }
    }
}
