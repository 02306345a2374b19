//! category: operator overloading
//! tags: add, sub, neg, add assign, display, modular arithmetic
//! level: basic

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub};

// >>> prompt
/// A direction in whole degrees, clockwise from north: 0 is north, 90 is east. Always less than 360.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bearing {
    degrees: u16,
}

/// The operators of bearings, and how they are written:
///
/// - `bearing + turn`, where `turn` is any `i32`, is the bearing so many degrees further clockwise;
///   counterclockwise if it is negative. A full turn leads back to the same bearing.
/// - `bearing += turn` does the same in place.
/// - `bearing - other`, of two bearings, is the shortest turn from `other` to `bearing`, an `i32`: more than -180,
///   at most 180.
/// - `-bearing` is the opposite direction.
/// - `Display` writes three digits and a degree sign: `007°`.
///
/// No operator ever overflows.
impl Add<i32> for Bearing {
    type Output = Bearing;

    // <<< prompt
    fn add(self, turn: i32) -> Bearing {
        let degrees = i32::from(self.degrees) + turn % 360;
        Bearing {
            degrees: degrees.rem_euclid(360) as u16,
        }
    }
}

impl AddAssign<i32> for Bearing {
    fn add_assign(&mut self, turn: i32) {
        *self = *self + turn;
    }
}

impl Sub for Bearing {
    type Output = i32;

    fn sub(self, other: Bearing) -> i32 {
        let turn = i32::from(self.degrees) - i32::from(other.degrees);
        180 - (180 - turn).rem_euclid(360)
    }
}

impl Neg for Bearing {
    type Output = Bearing;

    fn neg(self) -> Bearing {
        self + 180
    }
}

impl fmt::Display for Bearing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}°", self.degrees)
    }
}

// >>> probes
fn probe_add(degrees: u16, turn: i32) -> u16 {
    (Bearing { degrees } + turn).degrees
}

fn probe_add_assign(degrees: u16, turns: Vec<i32>) -> u16 {
    let mut bearing = Bearing { degrees };
    for turn in turns {
        bearing += turn;
    }
    bearing.degrees
}

fn probe_sub(degrees: u16, other: u16) -> i32 {
    Bearing { degrees } - Bearing { degrees: other }
}

fn probe_neg(degrees: u16) -> u16 {
    (-Bearing { degrees }).degrees
}

fn probe_shown(degrees: u16) -> String {
    ::std::format!("{}", Bearing { degrees })
}

/// The degrees that do not come back by turning from `other` by what `-` gives.
fn probe_lost(other: u16) -> Vec<u16> {
    let other = Bearing { degrees: other };
    (0..360)
        .filter(|&degrees| other + (Bearing { degrees } - other) != Bearing { degrees })
        .collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_clockwise() {
        assert_eq!(probe_add(0, 90), 90);
        assert_eq!(probe_add(90, 1), 91);
        assert_eq!(probe_add(200, 0), 200);
    }

    #[test]
    fn turns_counterclockwise() {
        assert_eq!(probe_add(90, -30), 60);
        assert_eq!(probe_add(10, -10), 0);
    }

    #[test]
    fn turns_past_north() {
        assert_eq!(probe_add(350, 10), 0);
        assert_eq!(probe_add(350, 20), 10);
        assert_eq!(probe_add(0, -1), 359);
        assert_eq!(probe_add(10, -20), 350);
    }

    #[test]
    fn turns_more_than_once() {
        assert_eq!(probe_add(5, 360), 5);
        assert_eq!(probe_add(0, -360), 0);
        assert_eq!(probe_add(1, 725), 6);
        assert_eq!(probe_add(1, -725), 356);
    }

    #[test]
    fn turns_at_the_limits() {
        assert_eq!(probe_add(359, i32::MAX), 126);
        assert_eq!(probe_add(0, i32::MAX), 127);
        assert_eq!(probe_add(0, i32::MIN), 232);
        assert_eq!(probe_add(359, i32::MIN), 231);
    }

    #[test]
    fn turns_in_place() {
        assert_eq!(probe_add_assign(7, vec![]), 7);
        assert_eq!(probe_add_assign(350, vec![20, -30]), 340);
        assert_eq!(probe_add_assign(359, vec![i32::MAX, i32::MIN]), 358);
    }

    #[test]
    fn the_turn_between_bearings() {
        assert_eq!(probe_sub(90, 30), 60);
        assert_eq!(probe_sub(30, 90), -60);
        assert_eq!(probe_sub(77, 77), 0);
    }

    #[test]
    fn the_shortest_turn_leads_past_north() {
        assert_eq!(probe_sub(10, 350), 20);
        assert_eq!(probe_sub(350, 10), -20);
        assert_eq!(probe_sub(0, 359), 1);
        assert_eq!(probe_sub(359, 0), -1);
    }

    #[test]
    fn half_a_turn_is_positive() {
        assert_eq!(probe_sub(180, 0), 180);
        assert_eq!(probe_sub(0, 180), 180);
        assert_eq!(probe_sub(90, 270), 180);
        assert_eq!(probe_sub(181, 0), -179);
        assert_eq!(probe_sub(0, 181), 179);
        assert_eq!(probe_sub(179, 0), 179);
    }

    #[test]
    fn the_turn_leads_back() {
        assert_eq!(probe_lost(0), []);
        assert_eq!(probe_lost(123), []);
        assert_eq!(probe_lost(359), []);
    }

    #[test]
    fn the_opposite() {
        assert_eq!(probe_neg(0), 180);
        assert_eq!(probe_neg(180), 0);
        assert_eq!(probe_neg(45), 225);
        assert_eq!(probe_neg(359), 179);
    }

    #[test]
    fn written_with_three_digits() {
        assert_eq!(probe_shown(0), "000°");
        assert_eq!(probe_shown(7), "007°");
        assert_eq!(probe_shown(45), "045°");
        assert_eq!(probe_shown(359), "359°");
    }
}
