//! category: const generics
//! tags: const generics, associated constants, from str, display, checked arithmetic
//! level: advanced

use std::fmt;
use std::str::FromStr;

// >>> prompt
/// A number with `D` decimal places, `D` being at most 18: `units` counts them, so `Fixed::<2> { units: -5 }`
/// is -0.05.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fixed<const D: u32> {
    units: i64,
}

#[derive(Debug, PartialEq)]
struct NotFixed;

/// The answer also implements two traits for `Fixed<D>`:
///
/// - `Display` writes the number with all its `D` places, and at least one digit before the point: `-0.05`.
///   Where `D` is 0 there is no point.
/// - `FromStr`, with `NotFixed` as its error, reads: perhaps a `-`; one or more of the digits 0 to 9; perhaps
///   a point, followed by at least one and at most `D` such digits. All else is an error, as is what is
///   beyond the range of `units`. `0.5` is 0.50 for two places.
///
/// All `units` from `i64::MIN` to `i64::MAX` can be written and read back.
impl<const D: u32> Fixed<D> {
    /// The number 1.
    const ONE: Fixed<D> = Fixed {
        units: 10i64.pow(D),
    };

    /// The same number with `E` places. `None` if a place that would be lost is not zero, or if the number is
    /// beyond the range that `E` places leave.
    fn rescale<const E: u32>(self) -> Option<Fixed<E>> {
        // <<< prompt
        let scaled = i128::from(self.units) * i128::from(Fixed::<E>::ONE.units);
        let one = i128::from(Self::ONE.units);
        if scaled % one != 0 {
            return None;
        }
        let units = i64::try_from(scaled / one).ok()?;
        Some(Fixed { units })
    }
}

impl<const D: u32> fmt::Display for Fixed<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = Self::ONE.units.unsigned_abs();
        let units = self.units.unsigned_abs();
        if self.units < 0 {
            f.write_str("-")?;
        }
        write!(f, "{}", units / one)?;
        if D > 0 {
            write!(f, ".{:0width$}", units % one, width = D as usize)?;
        }
        Ok(())
    }
}

impl<const D: u32> FromStr for Fixed<D> {
    type Err = NotFixed;

    fn from_str(text: &str) -> Result<Self, NotFixed> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text),
        };
        let (whole, places) = match digits.split_once('.') {
            Some((_, "")) => return Err(NotFixed),
            Some(parts) => parts,
            None => (digits, ""),
        };
        if whole.is_empty() {
            return Err(NotFixed);
        }
        let missing = (D as usize).checked_sub(places.len()).ok_or(NotFixed)?;
        let digits = whole.chars().chain(places.chars());
        let mut units = 0i64;
        for digit in digits.chain(std::iter::repeat_n('0', missing)) {
            let digit = digit.to_digit(10).ok_or(NotFixed)?;
            units = units
                .checked_mul(10)
                .and_then(|units| units.checked_add(sign * i64::from(digit)))
                .ok_or(NotFixed)?;
        }
        Ok(Fixed { units })
    }
}

// >>> probes
fn probe_shown(places: u32, units: i64) -> String {
    match places {
        0 => Fixed::<0> { units }.to_string(),
        1 => Fixed::<1> { units }.to_string(),
        2 => Fixed::<2> { units }.to_string(),
        18 => Fixed::<18> { units }.to_string(),
        _ => ::std::panic!("no such probe"),
    }
}

fn probe_read(places: u32, text: String) -> Option<i64> {
    match places {
        0 => text.parse::<Fixed<0>>().map(|read| read.units),
        1 => text.parse::<Fixed<1>>().map(|read| read.units),
        2 => text.parse::<Fixed<2>>().map(|read| read.units),
        18 => text.parse::<Fixed<18>>().map(|read| read.units),
        _ => ::std::panic!("no such probe"),
    }
    .map_err(|NotFixed| ())
    .ok()
}

/// The units at another number of places.
fn probe_rescaled(places: u32, units: i64, to: u32) -> Option<i64> {
    match (places, to) {
        (0, 0) => Fixed::<0> { units }.rescale::<0>().map(|it| it.units),
        (0, 18) => Fixed::<0> { units }.rescale::<18>().map(|it| it.units),
        (1, 3) => Fixed::<1> { units }.rescale::<3>().map(|it| it.units),
        (3, 1) => Fixed::<3> { units }.rescale::<1>().map(|it| it.units),
        (2, 0) => Fixed::<2> { units }.rescale::<0>().map(|it| it.units),
        (18, 0) => Fixed::<18> { units }.rescale::<0>().map(|it| it.units),
        (18, 18) => Fixed::<18> { units }.rescale::<18>().map(|it| it.units),
        _ => ::std::panic!("no such probe"),
    }
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn read(places: u32, text: &str) -> Option<i64> {
        probe_read(places, text.to_string())
    }

    #[test]
    fn all_places_are_shown() {
        assert_eq!(probe_shown(2, 1250), "12.50");
        assert_eq!(probe_shown(2, 5), "0.05");
        assert_eq!(probe_shown(2, 0), "0.00");
        assert_eq!(probe_shown(1, 100), "10.0");
        assert_eq!(probe_shown(18, 1), "0.000000000000000001");
    }

    #[test]
    fn a_number_below_zero_keeps_its_sign() {
        assert_eq!(probe_shown(2, -5), "-0.05");
        assert_eq!(probe_shown(2, -1250), "-12.50");
        assert_eq!(probe_shown(0, -3), "-3");
    }

    #[test]
    fn without_places_there_is_no_point() {
        assert_eq!(probe_shown(0, 0), "0");
        assert_eq!(probe_shown(0, 1200), "1200");
        assert_eq!(read(0, "1200"), Some(1200));
        assert_eq!(read(0, "12."), None);
        assert_eq!(read(0, "12.0"), None);
    }

    #[test]
    fn missing_places_are_zero() {
        assert_eq!(read(2, "0.5"), Some(50));
        assert_eq!(read(2, "12"), Some(1200));
        assert_eq!(read(2, "12.34"), Some(1234));
        assert_eq!(read(2, "-0.05"), Some(-5));
        assert_eq!(read(2, "-3.1"), Some(-310));
        assert_eq!(
            read(18, "1.000000000000000001"),
            Some(1_000_000_000_000_000_001)
        );
    }

    #[test]
    fn zeros_in_front_and_a_sign_before_zero() {
        assert_eq!(
            read(2, "0000000000000000000000000000000000000001.5"),
            Some(150)
        );
        assert_eq!(read(2, "-0"), Some(0));
        assert_eq!(read(2, "-0.00"), Some(0));
    }

    #[test]
    fn too_many_places() {
        assert_eq!(read(2, "1.234"), None);
        assert_eq!(read(2, "1.230"), None);
        assert_eq!(read(1, "1.00"), None);
        assert_eq!(read(18, "1.0000000000000000000"), None);
    }

    #[test]
    fn what_is_no_number() {
        for text in [
            "", "-", ".", "-.", ".5", "-.5", "5.", "-5.", "+5", "--5", "-+5", "1.-5", "1.+5",
            "1.2.3", "1..2", " 1", "1 ", "1. 5", "1,5", "1_0", "0x1", "1e2", "a", "٣", "1.٣", "½",
            "−1",
        ] {
            assert_eq!(read(2, text), None, "{text:?}");
        }
    }

    #[test]
    fn the_ends_of_the_range() {
        assert_eq!(probe_shown(2, i64::MAX), "92233720368547758.07");
        assert_eq!(probe_shown(2, i64::MIN), "-92233720368547758.08");
        assert_eq!(probe_shown(0, i64::MIN), "-9223372036854775808");
        assert_eq!(read(2, "92233720368547758.07"), Some(i64::MAX));
        assert_eq!(read(2, "-92233720368547758.08"), Some(i64::MIN));
        assert_eq!(read(18, "-9.223372036854775808"), Some(i64::MIN));
    }

    #[test]
    fn beyond_the_range() {
        assert_eq!(read(2, "92233720368547758.08"), None);
        assert_eq!(read(2, "-92233720368547758.09"), None);
        assert_eq!(read(2, "92233720368547759"), None);
        assert_eq!(read(18, "10"), None);
        assert_eq!(read(0, "340282366920938463463374607431768211457"), None);
        assert_eq!(read(0, "18446744073709551617"), None);
    }

    #[test]
    fn what_was_written_is_read_back() {
        for units in [
            0,
            1,
            -1,
            9,
            -10,
            99,
            100,
            -101,
            123_456_789,
            i64::MAX,
            i64::MIN,
        ] {
            for places in [0, 1, 2, 18] {
                assert_eq!(read(places, &probe_shown(places, units)), Some(units));
            }
        }
    }

    #[test]
    fn more_places() {
        assert_eq!(probe_rescaled(1, 15, 3), Some(1500));
        assert_eq!(probe_rescaled(1, -15, 3), Some(-1500));
        assert_eq!(probe_rescaled(0, 9, 18), Some(9_000_000_000_000_000_000));
        assert_eq!(probe_rescaled(0, 10, 18), None);
        assert_eq!(probe_rescaled(0, -10, 18), None);
        assert_eq!(probe_rescaled(0, i64::MAX, 18), None);
        assert_eq!(
            probe_rescaled(1, 92_233_720_368_547_758, 3),
            Some(9_223_372_036_854_775_800)
        );
        assert_eq!(probe_rescaled(1, 92_233_720_368_547_759, 3), None);
    }

    #[test]
    fn fewer_places() {
        assert_eq!(probe_rescaled(3, 1500, 1), Some(15));
        assert_eq!(probe_rescaled(3, -1500, 1), Some(-15));
        assert_eq!(probe_rescaled(3, 1550, 1), None);
        assert_eq!(probe_rescaled(3, -1501, 1), None);
        assert_eq!(probe_rescaled(2, 99, 0), None);
        assert_eq!(probe_rescaled(2, 0, 0), Some(0));
        assert_eq!(probe_rescaled(18, -9_000_000_000_000_000_000, 0), Some(-9));
        assert_eq!(probe_rescaled(18, i64::MIN, 0), None);
    }

    #[test]
    fn as_many_places() {
        for units in [0, 7, -7, i64::MAX, i64::MIN] {
            assert_eq!(probe_rescaled(0, units, 0), Some(units));
            assert_eq!(probe_rescaled(18, units, 18), Some(units));
        }
    }
}
