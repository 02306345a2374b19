//! category: error handling
//! tags: parsing, option

// >>> prompt
fn parse_int(s: &str) -> Option<i32> {
    // <<< prompt
    s.parse().ok()
}

// Blanks around the number, a plus sign, and prefixes such as 0x are open.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(parse_int("0"), Some(0));
        assert_eq!(parse_int("7"), Some(7));
        assert_eq!(parse_int("42"), Some(42));
        assert_eq!(parse_int("1234567890"), Some(1_234_567_890));
    }

    #[test]
    fn negative_numbers() {
        assert_eq!(parse_int("-7"), Some(-7));
        assert_eq!(parse_int("-1"), Some(-1));
        assert_eq!(parse_int("-100200"), Some(-100_200));
    }

    #[test]
    fn the_extremes() {
        assert_eq!(parse_int("2147483647"), Some(i32::MAX));
        assert_eq!(parse_int("-2147483648"), Some(i32::MIN));
    }

    #[test]
    fn what_does_not_fit_is_none() {
        assert_eq!(parse_int("2147483648"), None);
        assert_eq!(parse_int("-2147483649"), None);
        assert_eq!(parse_int("4294967296"), None);
        assert_eq!(parse_int("9223372036854775808"), None);
        assert_eq!(parse_int("99999999999999999999999999"), None);
    }

    #[test]
    fn what_is_no_number_is_none() {
        for s in ["", "abc", "-", "--5", "five", "é", "🦀", "!"] {
            assert_eq!(parse_int(s), None, "{:?}", s);
        }
    }

    #[test]
    fn what_is_only_partly_a_number_is_none() {
        for s in ["12a", "a12", "1 2", "4.5", "5-", "1-2", "1,000", "7é"] {
            assert_eq!(parse_int(s), None, "{:?}", s);
        }
    }

    #[test]
    fn leading_zeros_change_nothing() {
        assert_eq!(parse_int("007"), Some(7));
        assert_eq!(parse_int("-010"), Some(-10));
    }

    #[test]
    fn every_number_written_out_comes_back() {
        for n in -300..300 {
            assert_eq!(parse_int(&n.to_string()), Some(n));
        }
        for shift in 0..31 {
            let n = 1i32 << shift;
            assert_eq!(parse_int(&n.to_string()), Some(n));
            assert_eq!(parse_int(&(-n).to_string()), Some(-n));
        }
    }
}
