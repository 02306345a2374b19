//! category: iterators
//! tags: slices, arithmetic

// >>> prompt
fn sum_squares(nums: &[i32]) -> i32 {
    // <<< prompt
    nums.iter().map(|n| n * n).sum()
}

// What happens where the sum leaves i32 is open.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_sums_to_zero() {
        assert_eq!(sum_squares(&[]), 0);
        assert_eq!(sum_squares(&[0]), 0);
        assert_eq!(sum_squares(&[0, 0, 0]), 0);
    }

    #[test]
    fn one_number() {
        assert_eq!(sum_squares(&[1]), 1);
        assert_eq!(sum_squares(&[5]), 25);
        assert_eq!(sum_squares(&[46340]), 2_147_395_600);
    }

    #[test]
    fn several_numbers() {
        assert_eq!(sum_squares(&[1, 2, 3]), 14);
        assert_eq!(sum_squares(&[3, 4]), 25);
        assert_eq!(sum_squares(&[10, 20, 30, 40]), 3000);
        assert_eq!(sum_squares(&[2, 2, 2]), 12);
    }

    #[test]
    fn squares_of_negative_numbers_are_positive() {
        assert_eq!(sum_squares(&[-1]), 1);
        assert_eq!(sum_squares(&[-3, 4]), 25);
        assert_eq!(sum_squares(&[-2, 2]), 8);
        assert_eq!(sum_squares(&[-46340]), 2_147_395_600);
    }

    #[test]
    fn agrees_with_the_closed_formula() {
        let mut nums = Vec::new();
        for n in 1..=300 {
            nums.push(if n % 3 == 0 { -n } else { n });
            assert_eq!(sum_squares(&nums), n * (n + 1) * (2 * n + 1) / 6);
        }
    }
}
