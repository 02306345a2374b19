//! category: modules and visibility
//! tags: nested modules, re-exports, super paths
//! level: basic

// >>> prompt
/// Lengths in metres and in feet.
///
/// - `length::metres` and `length::feet` are public modules. Each has a public constant
///   `MILLIMETRES: u64`, which is 1000 for a metre and 305 for a foot, and a public function
///   `parse(text: &str) -> Option<u64>`: the whole number before the unit, which is `m` or `ft`, as
///   `number` reads it.
/// - `length::parse_metres` and `length::parse_feet` are these two functions under other names.
/// - `length::to_millimetres(text: &str) -> Option<u64>` reads a text of either unit. It gives
///   `None` if the text is neither, or if the result does not fit.
mod length {
    /// The digits before `unit`, and nothing else, as a number. Not public: it is for this module
    /// and those in it.
    fn number(text: &str, unit: &str) -> Option<u64> {
        let digits = text.strip_suffix(unit)?;
        let only_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        if only_digits {
            digits.parse().ok()
        } else {
            None
        }
    }

    // <<< prompt
    pub mod metres {
        pub const MILLIMETRES: u64 = 1000;

        pub fn parse(text: &str) -> Option<u64> {
            super::number(text, "m")
        }
    }

    pub mod feet {
        pub const MILLIMETRES: u64 = 305;

        pub fn parse(text: &str) -> Option<u64> {
            super::number(text, "ft")
        }
    }

    pub use feet::parse as parse_feet;
    pub use metres::parse as parse_metres;

    pub fn to_millimetres(text: &str) -> Option<u64> {
        match parse_metres(text) {
            Some(count) => count.checked_mul(metres::MILLIMETRES),
            None => parse_feet(text)?.checked_mul(feet::MILLIMETRES),
        }
    }
}

// >>> probes
fn probe_constants() -> (u64, u64) {
    const METRE: u64 = length::metres::MILLIMETRES;
    const FOOT: u64 = length::feet::MILLIMETRES;
    (METRE, FOOT)
}

/// Metres by both names, and feet by both names.
fn probe_parse(text: String) -> Vec<Option<u64>> {
    use length::{feet, metres, parse_feet, parse_metres};
    ::std::vec![
        metres::parse(&text),
        parse_metres(&text),
        feet::parse(&text),
        parse_feet(&text),
    ]
}

fn probe_millimetres(text: String) -> Option<u64> {
    length::to_millimetres(&text)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Vec<Option<u64>> {
        probe_parse(text.to_string())
    }

    fn millimetres(text: &str) -> Option<u64> {
        probe_millimetres(text.to_string())
    }

    #[test]
    fn the_constants() {
        assert_eq!(probe_constants(), (1000, 305));
    }

    #[test]
    fn metres_by_both_names() {
        assert_eq!(parsed("12m"), [Some(12), Some(12), None, None]);
        assert_eq!(parsed("0m"), [Some(0), Some(0), None, None]);
    }

    #[test]
    fn feet_by_both_names() {
        assert_eq!(parsed("12ft"), [None, None, Some(12), Some(12)]);
        assert_eq!(parsed("007ft"), [None, None, Some(7), Some(7)]);
    }

    #[test]
    fn neither() {
        for text in [
            "", "m", "ft", "5", "5 m", "-5m", "+5m", "5mm", "5f", "5M", "٥m", "5ftm",
        ] {
            assert_eq!(parsed(text), [None; 4], "{text}");
            assert_eq!(millimetres(text), None, "{text}");
        }
    }

    #[test]
    fn both_in_millimetres() {
        assert_eq!(millimetres("12m"), Some(12_000));
        assert_eq!(millimetres("12ft"), Some(3_660));
        assert_eq!(millimetres("0m"), Some(0));
        assert_eq!(millimetres("0ft"), Some(0));
    }

    #[test]
    fn the_greatest_that_fit() {
        assert_eq!(
            millimetres("18446744073709551m"),
            Some(18_446_744_073_709_551_000)
        );
        assert_eq!(millimetres("18446744073709552m"), None);
        assert_eq!(
            millimetres("60481128110523120ft"),
            Some(18_446_744_073_709_551_600)
        );
        assert_eq!(millimetres("60481128110523121ft"), None);
        assert_eq!(millimetres("18446744073709551616m"), None);
    }

    #[test]
    fn the_greatest_that_is_a_number() {
        assert_eq!(
            parsed("18446744073709551615m"),
            [Some(u64::MAX), Some(u64::MAX), None, None]
        );
    }
}
