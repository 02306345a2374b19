//! category: simulation
//! tags: state machines, iterators, BTreeSet ranges, enums
//! level: intermediate

use std::collections::BTreeSet;

// >>> prompt
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heading {
    Up,
    Down,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The lift has ridden one floor up or down, to this floor.
    Ride(i32),
    /// The lift has opened its doors at this floor.
    Open(i32),
}

struct Lift {
    floor: i32,
    heading: Option<Heading>,
    /// The floors at which the lift is wanted.
    calls: BTreeSet<i32>,
}

/// What the lift does, step by step. For each step the first of these rules that applies is followed:
///
/// 1. Without calls there is no step, and the lift has no heading any more. If there are calls later, steps
///    go on.
/// 2. If there is a call for the lift's floor, it opens there, and this call is done. The heading stays.
/// 3. If the lift has a heading, and there is a call farther in that direction, it rides one floor in it.
/// 4. If the lift has a heading, it takes the opposite one, and rides one floor in it.
/// 5. The lift takes the heading of the nearest call, or `Up` if two calls are equally near, and rides one
///    floor in it.
///
/// Calls may be for any floors from `i32::MIN` to `i32::MAX`, and may be added between two steps.
impl Iterator for Lift {
    // <<< prompt
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        if self.calls.remove(&self.floor) {
            return Some(Step::Open(self.floor));
        }
        let above = self.calls.range(self.floor..).next();
        let below = self.calls.range(..self.floor).next_back();
        let heading = match (above, below) {
            (None, None) => {
                self.heading = None;
                return None;
            }
            (Some(_), None) => Heading::Up,
            (None, Some(_)) => Heading::Down,
            (Some(above), Some(below)) => self.heading.unwrap_or_else(|| {
                if above.abs_diff(self.floor) <= below.abs_diff(self.floor) {
                    Heading::Up
                } else {
                    Heading::Down
                }
            }),
        };
        self.heading = Some(heading);
        match heading {
            Heading::Up => self.floor += 1,
            Heading::Down => self.floor -= 1,
        }
        Some(Step::Ride(self.floor))
    }
}

// >>> probes
/// Takes so many steps from a floor, with a heading of `'u'`, `'d'` or none; each call is added before the
/// step with its number, counted from 0. What was done in each step, `'r'` to ride and `'o'` to open, and the
/// heading after it.
#[allow(clippy::type_complexity)]
fn probe_lift(
    floor: i32,
    heading: char,
    calls: Vec<(usize, i32)>,
    steps: usize,
) -> Vec<(Option<(char, i32)>, char)> {
    let heading = match heading {
        'u' => ::std::option::Option::Some(Heading::Up),
        'd' => ::std::option::Option::Some(Heading::Down),
        _ => ::std::option::Option::None,
    };
    let mut lift = Lift {
        floor,
        heading,
        calls: ::std::collections::BTreeSet::new(),
    };
    (0..steps)
        .map(|number| {
            let now = calls.iter().filter(|call| call.0 == number);
            lift.calls.extend(now.map(|call| call.1));
            let step = ::std::iter::Iterator::next(&mut lift).map(|step| match step {
                Step::Ride(floor) => ('r', floor),
                Step::Open(floor) => ('o', floor),
            });
            let heading = match lift.heading {
                ::std::option::Option::Some(Heading::Up) => 'u',
                ::std::option::Option::Some(Heading::Down) => 'd',
                ::std::option::Option::None => '-',
            };
            (step, heading)
        })
        .collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    const TOP: i32 = i32::MAX;
    const BOTTOM: i32 = i32::MIN;

    fn ride(floor: i32, heading: char) -> (Option<(char, i32)>, char) {
        (Some(('r', floor)), heading)
    }

    fn open(floor: i32, heading: char) -> (Option<(char, i32)>, char) {
        (Some(('o', floor)), heading)
    }

    fn rest() -> (Option<(char, i32)>, char) {
        (None, '-')
    }

    /// The floors at which the lift opens within so many steps, with all calls made at the beginning.
    fn stops(floor: i32, heading: char, calls: &[i32], steps: usize) -> Vec<i32> {
        let calls = calls.iter().map(|&call| (0, call)).collect();
        probe_lift(floor, heading, calls, steps)
            .into_iter()
            .filter_map(|(step, _)| step)
            .filter(|step| step.0 == 'o')
            .map(|step| step.1)
            .collect()
    }

    #[test]
    fn without_calls_the_lift_rests() {
        assert_eq!(probe_lift(3, '-', vec![], 2), [rest(), rest()]);
        assert_eq!(probe_lift(3, 'u', vec![], 2), [rest(), rest()]);
    }

    #[test]
    fn it_rides_to_a_call_and_opens() {
        assert_eq!(
            probe_lift(0, '-', vec![(0, 2)], 4),
            [ride(1, 'u'), ride(2, 'u'), open(2, 'u'), rest()]
        );
        assert_eq!(
            probe_lift(0, '-', vec![(0, -2)], 4),
            [ride(-1, 'd'), ride(-2, 'd'), open(-2, 'd'), rest()]
        );
    }

    #[test]
    fn a_call_for_its_own_floor_comes_first() {
        assert_eq!(
            probe_lift(5, '-', vec![(0, 5), (0, 6)], 4),
            [open(5, '-'), ride(6, 'u'), open(6, 'u'), rest()]
        );
        assert_eq!(probe_lift(5, 'd', vec![(0, 5)], 2), [open(5, 'd'), rest()]);
    }

    #[test]
    fn it_opens_on_the_way() {
        assert_eq!(
            probe_lift(0, '-', vec![(0, 1), (0, 2)], 5),
            [
                ride(1, 'u'),
                open(1, 'u'),
                ride(2, 'u'),
                open(2, 'u'),
                rest()
            ]
        );
    }

    #[test]
    fn without_a_heading_the_nearest_call_is_first() {
        assert_eq!(stops(10, '-', &[12, 7], 20), [12, 7]);
        assert_eq!(stops(10, '-', &[13, 8], 20), [8, 13]);
    }

    #[test]
    fn of_equally_near_calls_the_upper_one_is_first() {
        assert_eq!(stops(0, '-', &[-2, 2], 20), [2, -2]);
        assert_eq!(stops(0, '-', &[-1, 1], 20), [1, -1]);
    }

    #[test]
    fn it_keeps_its_heading_while_there_are_calls_farther_on() {
        assert_eq!(stops(10, 'u', &[9, 20], 40), [20, 9]);
        assert_eq!(stops(10, 'd', &[11, 0], 40), [0, 11]);
        assert_eq!(stops(10, 'u', &[8, 12, 15, 9], 40), [12, 15, 9, 8]);
    }

    #[test]
    fn it_turns_round_when_there_are_none() {
        assert_eq!(
            probe_lift(4, 'u', vec![(0, 3)], 3),
            [ride(3, 'd'), open(3, 'd'), rest()]
        );
        assert_eq!(
            probe_lift(4, 'd', vec![(0, 5)], 3),
            [ride(5, 'u'), open(5, 'u'), rest()]
        );
    }

    #[test]
    fn the_heading_stays_while_it_opens() {
        assert_eq!(
            probe_lift(4, 'u', vec![(0, 4), (0, 3), (0, 9)], 3),
            [open(4, 'u'), ride(5, 'u'), ride(6, 'u')]
        );
        assert_eq!(
            probe_lift(4, 'd', vec![(0, 4), (1, 5)], 3),
            [open(4, 'd'), ride(5, 'u'), open(5, 'u')]
        );
    }

    #[test]
    fn calls_come_on_the_way() {
        assert_eq!(
            probe_lift(0, '-', vec![(0, 3), (1, 0), (1, 2)], 9),
            [
                ride(1, 'u'),
                ride(2, 'u'),
                open(2, 'u'),
                ride(3, 'u'),
                open(3, 'u'),
                ride(2, 'd'),
                ride(1, 'd'),
                ride(0, 'd'),
                open(0, 'd')
            ]
        );
    }

    #[test]
    fn after_a_rest_the_heading_is_forgotten() {
        assert_eq!(
            probe_lift(0, 'u', vec![(1, 3), (1, -2)], 3),
            [rest(), ride(-1, 'd'), ride(-2, 'd')]
        );
    }

    #[test]
    fn it_goes_on_after_a_rest() {
        assert_eq!(
            probe_lift(0, '-', vec![(0, 0), (2, 1)], 4),
            [open(0, '-'), rest(), ride(1, 'u'), open(1, 'u')]
        );
    }

    #[test]
    fn the_highest_and_the_lowest_floor() {
        assert_eq!(
            probe_lift(TOP - 1, '-', vec![(0, TOP), (0, BOTTOM)], 3),
            [ride(TOP, 'u'), open(TOP, 'u'), ride(TOP - 1, 'd')]
        );
        assert_eq!(
            probe_lift(BOTTOM + 1, '-', vec![(0, TOP), (0, BOTTOM)], 3),
            [ride(BOTTOM, 'd'), open(BOTTOM, 'd'), ride(BOTTOM + 1, 'u')]
        );
        assert_eq!(
            probe_lift(TOP, 'u', vec![(0, BOTTOM)], 1),
            [ride(TOP - 1, 'd')]
        );
    }

    #[test]
    fn the_distance_of_far_calls() {
        assert_eq!(
            probe_lift(0, '-', vec![(0, TOP), (0, BOTTOM)], 1),
            [ride(1, 'u')]
        );
        assert_eq!(
            probe_lift(-1, '-', vec![(0, TOP), (0, BOTTOM)], 1),
            [ride(-2, 'd')]
        );
        assert_eq!(
            probe_lift(10, '-', vec![(0, TOP), (0, BOTTOM)], 1),
            [ride(11, 'u')]
        );
    }
}
