//! category: collections
//! tags: slices, sets

// >>> prompt
fn find_duplicates(arr: &[i32]) -> Vec<i32> {
    // <<< prompt
    let mut seen = std::collections::HashSet::new();
    let mut reported = std::collections::HashSet::new();
    arr.iter()
        .copied()
        .filter(|&value| !seen.insert(value) && reported.insert(value))
        .collect()
}

// The order of the result is open, so it is sorted before it is compared. A value that occurs twice is one
// duplicate. Whether one that occurs three times may be listed twice is open, so there repetitions are dropped.
#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(arr: &[i32]) -> Vec<i32> {
        let mut found = find_duplicates(arr);
        found.sort();
        found
    }

    fn distinct(arr: &[i32]) -> Vec<i32> {
        let mut found = sorted(arr);
        found.dedup();
        found
    }

    #[test]
    fn nothing_repeated_gives_nothing() {
        assert_eq!(sorted(&[]), []);
        assert_eq!(sorted(&[5]), []);
        assert_eq!(sorted(&[1, 2, 3]), []);
        assert_eq!(sorted(&[3, 1, 2, -1, -2, -3]), []);
    }

    #[test]
    fn pairs_are_found_once_each() {
        assert_eq!(sorted(&[7, 7]), [7]);
        assert_eq!(sorted(&[1, 2, 2, 3]), [2]);
        assert_eq!(sorted(&[1, 2, 3, 1, 2, 3]), [1, 2, 3]);
        assert_eq!(sorted(&[4, 3, 2, 7, 8, 2, 3, 1]), [2, 3]);
    }

    #[test]
    fn pairs_need_not_be_neighbours() {
        assert_eq!(sorted(&[1, 2, 1]), [1]);
        assert_eq!(sorted(&[9, 1, 2, 3, 4, 5, 6, 7, 8, 9]), [9]);
        assert_eq!(sorted(&[5, 1, 5, 2]), [5]);
    }

    #[test]
    fn negative_numbers_zero_and_the_extremes() {
        assert_eq!(sorted(&[-1, 1]), []);
        assert_eq!(sorted(&[0, 0]), [0]);
        assert_eq!(sorted(&[-3, 2, -3]), [-3]);
        assert_eq!(
            sorted(&[i32::MIN, i32::MAX, i32::MIN, i32::MAX, 0]),
            [i32::MIN, i32::MAX]
        );
    }

    #[test]
    fn more_than_two_of_a_kind() {
        assert_eq!(distinct(&[1, 1, 1]), [1]);
        assert_eq!(distinct(&[4, 4, 4, 4, 4]), [4]);
        assert_eq!(distinct(&[2, 1, 2, 1, 2, 3]), [1, 2]);
    }

    #[test]
    fn agrees_with_counting() {
        let mut state = 12345u32;
        for length in 0..60 {
            let mut arr: Vec<i32> = Vec::new();
            for _ in 0..length {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                arr.push((state >> 16) as i32 % 40 - 20);
            }
            let mut expected: Vec<i32> = (-20..20)
                .filter(|value| arr.iter().filter(|other| *other == value).count() > 1)
                .collect();
            expected.sort();
            assert_eq!(distinct(&arr), expected, "{:?}", arr);
        }
    }
}
