//! category: parsing
//! tags: string slices, option, checked arithmetic, duration
//! level: basic

use std::time::Duration;

// >>> prompt
/// Reads a duration such as `1h20m` or `2s500ms`.
///
/// It is one or more parts without anything between, before or after them. A part is a number, one or more of
/// the digits 0 to 9, and a unit right behind it: `h`, `m`, `s` or `ms`. Each unit is there at most once, and
/// the parts stand in this order of their units. Parts may be left out. A number may be greater than what
/// makes the next higher unit, and may begin with zeros.
///
/// Returns `None` for any other text, for a number beyond `u64`, and if the whole is beyond what a `Duration`
/// can hold.
fn parse_pause(text: &str) -> Option<Duration> {
    // <<< prompt
    let mut units = ["h", "m", "s", "ms"].iter();
    let mut pause = Duration::ZERO;
    let mut rest = text;
    loop {
        let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let number: u64 = number.parse().ok()?;
        let unit_end = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        let part = match *units.find(|&&known| known == unit)? {
            "h" => Duration::from_secs(number.checked_mul(3600)?),
            "m" => Duration::from_secs(number.checked_mul(60)?),
            "s" => Duration::from_secs(number),
            _ => Duration::from_millis(number),
        };
        pause = pause.checked_add(part)?;
        if after.is_empty() {
            return Some(pause);
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(text: &str, seconds: u64, millis: u32) {
        let expected = Duration::new(seconds, millis * 1_000_000);
        assert_eq!(parse_pause(text), Some(expected), "{text}");
    }

    fn none(texts: &[&str]) {
        for text in texts {
            assert_eq!(parse_pause(text), None, "{text}");
        }
    }

    #[test]
    fn the_examples() {
        is("1h20m", 4800, 0);
        is("2s500ms", 2, 500);
    }

    #[test]
    fn one_part() {
        is("3h", 10_800, 0);
        is("3m", 180, 0);
        is("3s", 3, 0);
        is("3ms", 0, 3);
    }

    #[test]
    fn all_parts() {
        is("1h2m3s4ms", 3723, 4);
        is("10h59m59s999ms", 39_599, 999);
    }

    #[test]
    fn parts_may_be_left_out() {
        is("1h1ms", 3600, 1);
        is("1m1ms", 60, 1);
        is("1h1s", 3601, 0);
    }

    #[test]
    fn numbers_may_be_great_or_begin_with_zeros() {
        is("90m", 5400, 0);
        is("1m90s", 150, 0);
        is("1500ms", 1, 500);
        is("007s", 7, 0);
        is("0s", 0, 0);
        is("0h0m0s0ms", 0, 0);
        is("0000000000000000000000000000001ms", 0, 1);
    }

    #[test]
    fn nothing_is_no_duration() {
        none(&["", " "]);
    }

    #[test]
    fn each_number_has_a_unit_and_each_unit_a_number() {
        none(&["5", "1h5", "h", "ms", "1hm", "1h2m3", "m5", "1hm3s"]);
    }

    #[test]
    fn unknown_units() {
        none(&[
            "1d", "1H", "1min", "1sec", "1mss", "1µs", "1us", "1hms", "1é",
        ]);
    }

    #[test]
    fn the_order_is_fixed() {
        none(&["1m1h", "1s1m", "1ms1s", "1ms1m", "1h1s1m"]);
    }

    #[test]
    fn no_unit_twice() {
        none(&["1h1h", "1m1m", "1s1s", "1ms1ms", "1h1m1m"]);
    }

    #[test]
    fn nothing_stands_between() {
        none(&["1h 2m", " 1h", "1h ", "1 h", "1h,2m", "1h\n", "1h2m "]);
    }

    #[test]
    fn nothing_but_digits() {
        none(&["+1h", "-1h", "1.5h", "1_000ms", "١s", "1h+2m", "0x1s"]);
    }

    #[test]
    fn the_greatest_numbers() {
        is("18446744073709551615s999ms", u64::MAX, 999);
        is("18446744073709551615ms", 18_446_744_073_709_551, 615);
        is("5124095576030431h15s", 18_446_744_073_709_551_615, 0);
        is("307445734561825860m15s", 18_446_744_073_709_551_615, 0);
    }

    #[test]
    fn too_great_a_number() {
        none(&[
            "18446744073709551616s",
            "18446744073709551616ms",
            "99999999999999999999999h",
        ]);
    }

    #[test]
    fn too_long_a_whole() {
        none(&[
            "5124095576030432h",
            "307445734561825861m",
            "18446744073709551615s1000ms",
            "5124095576030431h16s",
            "18446744073709551615h",
        ]);
    }
}
