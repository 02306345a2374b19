//! category: basic functions
//! tags: arithmetic, recursion

// >>> prompt
fn factorial(n: u64) -> u64 {
    // <<< prompt
    (1..=n).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_and_one_are_one() {
        assert_eq!(factorial(0), 1);
        assert_eq!(factorial(1), 1);
    }

    #[test]
    fn small_numbers() {
        assert_eq!(factorial(2), 2);
        assert_eq!(factorial(3), 6);
        assert_eq!(factorial(4), 24);
        assert_eq!(factorial(5), 120);
        assert_eq!(factorial(6), 720);
        assert_eq!(factorial(10), 3_628_800);
    }

    // What happens from 21 on, where u64 overflows, the prompt leaves open.
    #[test]
    fn beyond_32_bits_up_to_the_last_that_fits() {
        assert_eq!(factorial(12), 479_001_600);
        assert_eq!(factorial(13), 6_227_020_800);
        assert_eq!(factorial(15), 1_307_674_368_000);
        assert_eq!(factorial(19), 121_645_100_408_832_000);
        assert_eq!(factorial(20), 2_432_902_008_176_640_000);
    }

    #[test]
    fn each_is_its_number_times_the_one_before() {
        let mut expected = 1;
        for n in 1..=20 {
            expected *= n;
            assert_eq!(factorial(n), expected, "factorial({})", n);
        }
    }
}
