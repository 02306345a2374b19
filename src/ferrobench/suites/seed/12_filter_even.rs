//! category: iterators
//! tags: vectors, predicates

// >>> prompt
fn filter_even(nums: Vec<i32>) -> Vec<i32> {
    // <<< prompt
    nums.into_iter().filter(|n| n % 2 == 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_keep() {
        assert_eq!(filter_even(vec![]), []);
        assert_eq!(filter_even(vec![1]), []);
        assert_eq!(filter_even(vec![1, 3, 5, -7]), []);
    }

    #[test]
    fn even_numbers_stay_in_order() {
        assert_eq!(filter_even(vec![1, 2, 3, 4, 5, 6]), [2, 4, 6]);
        assert_eq!(filter_even(vec![6, 1, 4, 3, 2]), [6, 4, 2]);
        assert_eq!(filter_even(vec![10, 8, 12]), [10, 8, 12]);
    }

    #[test]
    fn zero_is_even() {
        assert_eq!(filter_even(vec![0]), [0]);
        assert_eq!(filter_even(vec![1, 0, 3]), [0]);
    }

    #[test]
    fn negative_numbers() {
        assert_eq!(filter_even(vec![-1, -2, -3, -4]), [-2, -4]);
        assert_eq!(filter_even(vec![-2, 1, 2]), [-2, 2]);
    }

    #[test]
    fn duplicates_are_kept() {
        assert_eq!(filter_even(vec![2, 2, 3, 2]), [2, 2, 2]);
    }

    #[test]
    fn the_extremes() {
        assert_eq!(filter_even(vec![i32::MIN, i32::MAX]), [i32::MIN]);
        assert_eq!(
            filter_even(vec![i32::MAX - 1, i32::MIN + 1]),
            [i32::MAX - 1]
        );
    }

    #[test]
    fn every_window_of_a_stretch_around_zero() {
        for start in -20..20 {
            for end in start..20 {
                let mut expected = Vec::new();
                for half in -10..10 {
                    if (start..end).contains(&(2 * half)) {
                        expected.push(2 * half);
                    }
                }
                assert_eq!(filter_even((start..end).collect()), expected);
            }
        }
    }
}
