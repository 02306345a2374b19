//! category: numeric edge cases
//! tags: TryFrom, floats, exact conversions, mixed comparison, trait implementations
//! level: advanced

use std::cmp::Ordering;

// >>> prompt
/// A whole number that meets floats, as in data in which every number may be written either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Whole(i64);

/// Why a float is no `Whole`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NotWhole {
    /// It is a NaN or infinite.
    NotFinite,
    /// It has a part behind the point.
    Fraction,
    /// It is a whole number, but none of an `i64`.
    OutOfRange,
}

/// Nothing is ever rounded. The answer implements four traits, beginning with this one:
///
/// - `TryFrom<f64> for Whole`, with the error `NotWhole`: gives exactly the number that the float is. `-0.0`
///   is 0.
/// - `TryFrom<Whole> for f64`, with the error `Whole`: gives the float that is exactly this number. Where there
///   is none, the number is given back as the error.
/// - `PartialEq<f64> for Whole` and `PartialOrd<f64> for Whole` compare what the two numbers are worth:
///   `Whole(1 << 53) == 9007199254740992.0`, but `Whole((1 << 53) + 1)` is greater than this float. Infinities
///   are beyond all numbers. A NaN is equal to none, and has no order with any.
impl TryFrom<f64> for Whole {
    // <<< prompt
    type Error = NotWhole;

    fn try_from(float: f64) -> Result<Whole, NotWhole> {
        if !float.is_finite() {
            Err(NotWhole::NotFinite)
        } else if float.fract() != 0.0 {
            Err(NotWhole::Fraction)
        } else {
            i64::try_from(float as i128)
                .map(Whole)
                .map_err(|_| NotWhole::OutOfRange)
        }
    }
}

impl TryFrom<Whole> for f64 {
    type Error = Whole;

    fn try_from(whole: Whole) -> Result<f64, Whole> {
        let float = whole.0 as f64;
        if whole == float {
            Ok(float)
        } else {
            Err(whole)
        }
    }
}

impl PartialEq<f64> for Whole {
    fn eq(&self, float: &f64) -> bool {
        self.partial_cmp(float) == Some(Ordering::Equal)
    }
}

impl PartialOrd<f64> for Whole {
    fn partial_cmp(&self, float: &f64) -> Option<Ordering> {
        if float.is_nan() {
            return None;
        }
        let whole_part = i128::from(self.0).cmp(&(*float as i128));
        Some(whole_part.then_with(|| 0.0_f64.total_cmp(&float.fract())))
    }
}

// >>> probes
/// The number, or the name of the error.
fn probe_from_float(float: f64) -> ::std::result::Result<i64, String> {
    let whole = <Whole as ::std::convert::TryFrom<f64>>::try_from(float);
    whole.map(|whole| whole.0).map_err(|error| {
        let name = match error {
            NotWhole::NotFinite => "not finite",
            NotWhole::Fraction => "fraction",
            NotWhole::OutOfRange => "out of range",
        };
        name.to_string()
    })
}

fn probe_to_float(whole: i64) -> ::std::result::Result<f64, i64> {
    <f64 as ::std::convert::TryFrom<Whole>>::try_from(Whole(whole)).map_err(|whole| whole.0)
}

/// What `partial_cmp` and `==` say, and whether `<` does.
fn probe_compare(whole: i64, float: f64) -> (Option<::std::cmp::Ordering>, bool, bool) {
    let whole = Whole(whole);
    let ordering = ::std::cmp::PartialOrd::<f64>::partial_cmp(&whole, &float);
    (ordering, whole == float, whole < float)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    /// 2 to the power of 53, up to which all whole numbers are floats.
    const EXACT: i64 = 1 << 53;
    /// 2 to the power of 63, which is one more than `i64::MAX`.
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;

    fn no(error: &str) -> Result<i64, String> {
        Err(error.to_string())
    }

    fn compares(whole: i64, float: f64, ordering: Ordering) {
        assert_eq!(
            probe_compare(whole, float),
            (Some(ordering), ordering.is_eq(), ordering.is_lt()),
            "{whole} and {float}"
        );
    }

    #[test]
    fn floats_that_are_whole_numbers() {
        assert_eq!(probe_from_float(0.0), Ok(0));
        assert_eq!(probe_from_float(-0.0), Ok(0));
        assert_eq!(probe_from_float(-3.0), Ok(-3));
        assert_eq!(probe_from_float(1e15), Ok(1_000_000_000_000_000));
        assert_eq!(probe_from_float(EXACT as f64 + 2.0), Ok(EXACT + 2));
    }

    #[test]
    fn floats_with_a_fraction() {
        assert_eq!(probe_from_float(0.5), no("fraction"));
        assert_eq!(probe_from_float(-0.1), no("fraction"));
        assert_eq!(probe_from_float(2.000_000_000_000_001), no("fraction"));
        assert_eq!(probe_from_float(5e-324), no("fraction"));
        assert_eq!(probe_from_float(4_503_599_627_370_495.5), no("fraction"));
    }

    #[test]
    fn floats_that_are_not_finite() {
        assert_eq!(probe_from_float(f64::NAN), no("not finite"));
        assert_eq!(probe_from_float(-f64::NAN), no("not finite"));
        assert_eq!(probe_from_float(f64::INFINITY), no("not finite"));
        assert_eq!(probe_from_float(f64::NEG_INFINITY), no("not finite"));
    }

    #[test]
    fn floats_at_the_ends_of_the_range() {
        assert_eq!(probe_from_float(-BEYOND), Ok(i64::MIN));
        assert_eq!(probe_from_float(BEYOND - 1024.0), Ok(i64::MAX - 1023));
        assert_eq!(probe_from_float(BEYOND), no("out of range"));
        assert_eq!(probe_from_float(-BEYOND - 2048.0), no("out of range"));
        assert_eq!(probe_from_float(f64::MAX), no("out of range"));
        assert_eq!(probe_from_float(f64::MIN), no("out of range"));
    }

    #[test]
    fn whole_numbers_that_are_floats() {
        let is = |whole: i64, float: f64| {
            let bits = probe_to_float(whole).map(f64::to_bits);
            assert_eq!(bits, Ok(float.to_bits()), "{whole}");
        };
        is(0, 0.0);
        is(-7, -7.0);
        is(EXACT, EXACT as f64);
        is(EXACT + 2, EXACT as f64 + 2.0);
        is(1 << 62, BEYOND / 2.0);
        is(i64::MIN, -BEYOND);
        is(i64::MAX - 1023, BEYOND - 1024.0);
    }

    #[test]
    fn whole_numbers_that_are_no_floats() {
        assert_eq!(probe_to_float(EXACT + 1), Err(EXACT + 1));
        assert_eq!(probe_to_float(-EXACT - 1), Err(-EXACT - 1));
        assert_eq!(probe_to_float((1 << 62) + 1), Err((1 << 62) + 1));
        assert_eq!(probe_to_float(i64::MIN + 1), Err(i64::MIN + 1));
        assert_eq!(probe_to_float(i64::MAX - 1022), Err(i64::MAX - 1022));
    }

    #[test]
    fn the_greatest_number_is_no_float() {
        assert_eq!(probe_to_float(i64::MAX), Err(i64::MAX));
        assert_eq!(probe_to_float(i64::MAX - 511), Err(i64::MAX - 511));
    }

    #[test]
    fn small_numbers_compare() {
        compares(2, 2.0, Ordering::Equal);
        compares(2, 2.5, Ordering::Less);
        compares(3, 2.5, Ordering::Greater);
        compares(0, -0.0, Ordering::Equal);
        compares(0, 0.0, Ordering::Equal);
        compares(0, 5e-324, Ordering::Less);
        compares(0, -5e-324, Ordering::Greater);
    }

    #[test]
    fn fractions_below_zero_compare() {
        compares(-2, -2.5, Ordering::Greater);
        compares(-3, -2.5, Ordering::Less);
        compares(-2, -2.0, Ordering::Equal);
        compares(0, -0.5, Ordering::Greater);
        compares(-1, -0.5, Ordering::Less);
    }

    #[test]
    fn great_numbers_compare_without_rounding() {
        compares(EXACT, EXACT as f64, Ordering::Equal);
        compares(EXACT + 1, EXACT as f64, Ordering::Greater);
        compares(EXACT + 1, EXACT as f64 + 2.0, Ordering::Less);
        compares(-EXACT - 1, -(EXACT as f64), Ordering::Less);
        compares((1 << 62) - 1, BEYOND / 2.0, Ordering::Less);
        compares((1 << 62) + 1, BEYOND / 2.0, Ordering::Greater);
    }

    #[test]
    fn the_ends_of_the_range_compare() {
        compares(i64::MAX, BEYOND, Ordering::Less);
        compares(i64::MAX, BEYOND - 1024.0, Ordering::Greater);
        compares(i64::MIN, -BEYOND, Ordering::Equal);
        compares(i64::MIN + 1, -BEYOND, Ordering::Greater);
        compares(i64::MIN, -BEYOND - 2048.0, Ordering::Greater);
        compares(i64::MAX, f64::MAX, Ordering::Less);
        compares(i64::MIN, f64::MIN, Ordering::Greater);
    }

    #[test]
    fn infinities_are_beyond_all_numbers() {
        for whole in [i64::MIN, -1, 0, 1, i64::MAX] {
            compares(whole, f64::INFINITY, Ordering::Less);
            compares(whole, f64::NEG_INFINITY, Ordering::Greater);
        }
    }

    #[test]
    fn nan_has_no_order() {
        for whole in [i64::MIN, 0, i64::MAX] {
            assert_eq!(probe_compare(whole, f64::NAN), (None, false, false));
            assert_eq!(probe_compare(whole, -f64::NAN), (None, false, false));
        }
    }
}
