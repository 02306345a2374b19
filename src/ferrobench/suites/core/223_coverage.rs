//! category: collections
//! tags: BTreeMap ranges, ordered maps, integer boundaries
//! level: advanced

use std::collections::BTreeMap;

// >>> prompt
/// A set of numbers, kept as stretches without holes.
struct Coverage {
    /// The first number of each stretch, with its last number. Between two stretches there is always at least
    /// one number that is in neither.
    stretches: BTreeMap<u64, u64>,
}

/// Wherever a `first` and a `last` are given, both are included; where `first` is greater than `last`, no
/// numbers are meant. All numbers from 0 to `u64::MAX` can be covered.
///
/// - `new() -> Coverage`: covers nothing.
/// - `add(&mut self, first: u64, last: u64)`: covers these numbers.
/// - `remove(&mut self, first: u64, last: u64)`: stops covering these numbers.
/// - `gaps(&self, first: u64, last: u64) -> Vec<(u64, u64)>`: those of these numbers that are not covered, as
///   stretches without holes, each with its first and its last number, in ascending order. As between
///   stretches, there is a number between two gaps that belongs to neither.
///
/// No call looks at stretches that have nothing to do with its numbers, other than the nearest on each side:
/// 50,000 stretches, added and asked for one by one, are no problem.
impl Coverage {
    // <<< prompt
    fn new() -> Coverage {
        Coverage {
            stretches: BTreeMap::new(),
        }
    }

    fn add(&mut self, first: u64, last: u64) {
        if first > last {
            return;
        }
        let (mut first, mut last) = (first, last);
        while let Some((start, end)) = self.last_from(last.saturating_add(1)) {
            if end < first.saturating_sub(1) {
                break;
            }
            self.stretches.remove(&start);
            first = first.min(start);
            last = last.max(end);
        }
        self.stretches.insert(first, last);
    }

    fn remove(&mut self, first: u64, last: u64) {
        if first > last {
            return;
        }
        while let Some((start, end)) = self.last_from(last) {
            if end < first {
                break;
            }
            self.stretches.remove(&start);
            if start < first {
                self.stretches.insert(start, first - 1);
            }
            if end > last {
                self.stretches.insert(last + 1, end);
            }
        }
    }

    fn gaps(&self, first: u64, last: u64) -> Vec<(u64, u64)> {
        let mut gaps = Vec::new();
        if first > last {
            return gaps;
        }
        let from = self.last_from(first).map_or(first, |(start, _)| start);
        let mut next = first;
        for (&start, &end) in self.stretches.range(from..=last) {
            if start > next {
                gaps.push((next, start - 1));
            }
            if end >= last {
                return gaps;
            }
            next = next.max(end + 1);
        }
        gaps.push((next, last));
        gaps
    }

    /// The last stretch that begins at `number` or before it.
    fn last_from(&self, number: u64) -> Option<(u64, u64)> {
        let (&start, &end) = self.stretches.range(..=number).next_back()?;
        Some((start, end))
    }
}

// >>> probes
fn probe_coverage(steps: &[(bool, u64, u64)]) -> Coverage {
    let mut coverage = Coverage::new();
    for &(add, first, last) in steps {
        if add {
            coverage.add(first, last);
        } else {
            coverage.remove(first, last);
        }
    }
    coverage
}

/// Adds numbers (`true`) or removes them (`false`), then gives all stretches.
fn probe_stretches(steps: Vec<(bool, u64, u64)>) -> Vec<(u64, u64)> {
    probe_coverage(&steps).stretches.into_iter().collect()
}

/// Adds numbers or removes them, then asks for the gaps.
fn probe_gaps(steps: Vec<(bool, u64, u64)>, first: u64, last: u64) -> Vec<(u64, u64)> {
    probe_coverage(&steps).gaps(first, last)
}

/// Covers so many numbers, every other one; asks for the gap behind each; stops covering each. How many
/// stretches and gaps there were, and how many stretches are left.
fn probe_many(count: u64) -> (usize, usize, usize) {
    let mut coverage = Coverage::new();
    for number in 0..count {
        coverage.add(2 * number, 2 * number);
    }
    let stretches = coverage.stretches.len();
    let gaps = (0..count)
        .map(|number| coverage.gaps(2 * number, 2 * number + 1).len())
        .sum();
    for number in 0..count {
        coverage.remove(2 * number, 2 * number + 1);
    }
    (stretches, gaps, coverage.stretches.len())
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    const END: u64 = u64::MAX;

    fn added(ranges: &[(u64, u64)]) -> Vec<(bool, u64, u64)> {
        ranges
            .iter()
            .map(|&(first, last)| (true, first, last))
            .collect()
    }

    fn after_adding(ranges: &[(u64, u64)]) -> Vec<(u64, u64)> {
        probe_stretches(added(ranges))
    }

    fn after_removing(ranges: &[(u64, u64)], first: u64, last: u64) -> Vec<(u64, u64)> {
        let mut steps = added(ranges);
        steps.push((false, first, last));
        probe_stretches(steps)
    }

    fn gaps(ranges: &[(u64, u64)], first: u64, last: u64) -> Vec<(u64, u64)> {
        probe_gaps(added(ranges), first, last)
    }

    #[test]
    fn at_first_nothing_is_covered() {
        assert!(after_adding(&[]).is_empty());
        assert!(after_removing(&[], 0, END).is_empty());
        assert_eq!(gaps(&[], 0, END), [(0, END)]);
    }

    #[test]
    fn stretches_apart_stay_apart() {
        assert_eq!(
            after_adding(&[(20, 29), (5, 5), (7, 18)]),
            [(5, 5), (7, 18), (20, 29)]
        );
    }

    #[test]
    fn stretches_that_touch_become_one() {
        assert_eq!(after_adding(&[(5, 9), (10, 12)]), [(5, 12)]);
        assert_eq!(after_adding(&[(10, 12), (5, 9)]), [(5, 12)]);
        assert_eq!(after_adding(&[(5, 6), (8, 9), (7, 7)]), [(5, 9)]);
    }

    #[test]
    fn stretches_that_overlap_become_one() {
        assert_eq!(after_adding(&[(5, 10), (8, 12)]), [(5, 12)]);
        assert_eq!(after_adding(&[(8, 12), (5, 10)]), [(5, 12)]);
        assert_eq!(after_adding(&[(5, 12), (7, 9)]), [(5, 12)]);
        assert_eq!(after_adding(&[(7, 9), (5, 12)]), [(5, 12)]);
        assert_eq!(after_adding(&[(5, 12), (5, 12)]), [(5, 12)]);
        assert_eq!(after_adding(&[(5, 12), (5, 9)]), [(5, 12)]);
    }

    #[test]
    fn one_addition_may_join_many() {
        let ranges = [(1, 2), (4, 5), (7, 8), (10, 11), (13, 14), (5, 9)];
        assert_eq!(after_adding(&ranges), [(1, 2), (4, 11), (13, 14)]);
        let ranges = [(1, 2), (4, 5), (7, 8), (10, 11), (0, 12)];
        assert_eq!(after_adding(&ranges), [(0, 12)]);
    }

    #[test]
    fn additions_at_both_ends_of_all_numbers() {
        assert_eq!(after_adding(&[(END, END), (0, 0)]), [(0, 0), (END, END)]);
        assert_eq!(
            after_adding(&[(3, 4), (0, 1), (END - 3, END - 2), (END, END)]),
            [(0, 1), (3, 4), (END - 3, END - 2), (END, END)]
        );
        assert_eq!(
            after_adding(&[(1, END - 1), (0, 0), (END, END)]),
            [(0, END)]
        );
        assert_eq!(after_adding(&[(5, 6), (0, END), (7, 9)]), [(0, END)]);
    }

    #[test]
    fn no_numbers_are_no_addition_and_no_removal() {
        assert!(after_adding(&[(6, 5), (END, 0)]).is_empty());
        assert_eq!(after_adding(&[(1, 9), (6, 5), (12, 11)]), [(1, 9)]);
        assert_eq!(after_removing(&[(1, 9)], 6, 5), [(1, 9)]);
        assert_eq!(after_removing(&[(1, 9)], END, 0), [(1, 9)]);
    }

    #[test]
    fn a_removal_parts_a_stretch() {
        assert_eq!(after_removing(&[(1, 9)], 4, 6), [(1, 3), (7, 9)]);
        assert_eq!(after_removing(&[(1, 9)], 2, 8), [(1, 1), (9, 9)]);
        assert_eq!(after_removing(&[(0, END)], 7, 7), [(0, 6), (8, END)]);
    }

    #[test]
    fn a_removal_cuts_off_the_ends_of_stretches() {
        assert_eq!(after_removing(&[(1, 4), (7, 9)], 3, 8), [(1, 2), (9, 9)]);
        assert_eq!(after_removing(&[(1, 4)], 0, 3), [(4, 4)]);
        assert_eq!(after_removing(&[(1, 4)], 2, 7), [(1, 1)]);
        assert_eq!(after_removing(&[(1, 4)], 1, 1), [(2, 4)]);
        assert_eq!(after_removing(&[(1, 4)], 4, 4), [(1, 3)]);
    }

    #[test]
    fn a_removal_may_take_many() {
        let ranges = [(1, 2), (4, 5), (7, 8), (10, 11), (13, 14)];
        assert_eq!(after_removing(&ranges, 4, 11), [(1, 2), (13, 14)]);
        assert_eq!(after_removing(&ranges, 5, 12), [(1, 2), (4, 4), (13, 14)]);
        assert!(after_removing(&ranges, 0, END).is_empty());
    }

    #[test]
    fn a_removal_of_what_is_not_covered() {
        assert_eq!(after_removing(&[(1, 4), (7, 9)], 5, 6), [(1, 4), (7, 9)]);
        assert_eq!(after_removing(&[(1, 4)], 10, END), [(1, 4)]);
        assert_eq!(after_removing(&[(1, 4)], 0, 0), [(1, 4)]);
    }

    #[test]
    fn removals_at_both_ends_of_all_numbers() {
        assert_eq!(after_removing(&[(0, END)], 0, 0), [(1, END)]);
        assert_eq!(after_removing(&[(0, END)], END, END), [(0, END - 1)]);
        assert!(after_removing(&[(0, END)], 0, END).is_empty());
    }

    #[test]
    fn what_was_removed_can_be_added_again() {
        let steps = vec![(true, 1, 9), (false, 4, 6), (true, 5, 5), (true, 4, 4)];
        assert_eq!(probe_stretches(steps), [(1, 5), (7, 9)]);
    }

    #[test]
    fn gaps_between_stretches() {
        let ranges = [(3, 4), (7, 8), (12, 20)];
        assert_eq!(gaps(&ranges, 0, 25), [(0, 2), (5, 6), (9, 11), (21, 25)]);
        assert_eq!(gaps(&ranges, 3, 20), [(5, 6), (9, 11)]);
        assert_eq!(gaps(&ranges, 5, 11), [(5, 6), (9, 11)]);
        assert_eq!(gaps(&ranges, 6, 9), [(6, 6), (9, 9)]);
    }

    #[test]
    fn gaps_that_begin_or_end_within_a_stretch() {
        let ranges = [(3, 4), (7, 10)];
        assert_eq!(gaps(&ranges, 4, 8), [(5, 6)]);
        assert_eq!(gaps(&ranges, 8, 12), [(11, 12)]);
        assert_eq!(gaps(&ranges, 0, 3), [(0, 2)]);
        assert!(gaps(&ranges, 8, 9).is_empty());
        assert!(gaps(&ranges, 7, 10).is_empty());
        assert!(gaps(&ranges, 3, 3).is_empty());
    }

    #[test]
    fn gaps_without_stretches() {
        let ranges = [(3, 4), (9, 9)];
        assert_eq!(gaps(&ranges, 5, 8), [(5, 8)]);
        assert_eq!(gaps(&ranges, 6, 6), [(6, 6)]);
        assert_eq!(gaps(&ranges, 20, 30), [(20, 30)]);
        assert_eq!(gaps(&ranges, 0, 1), [(0, 1)]);
    }

    #[test]
    fn no_numbers_have_no_gaps() {
        assert!(gaps(&[(3, 4)], 9, 8).is_empty());
        assert!(gaps(&[(3, 4)], END, 0).is_empty());
    }

    #[test]
    fn gaps_at_both_ends_of_all_numbers() {
        assert_eq!(gaps(&[(1, END - 1)], 0, END), [(0, 0), (END, END)]);
        assert_eq!(gaps(&[(0, 0), (END, END)], 0, END), [(1, END - 1)]);
        assert!(gaps(&[(0, END)], 0, END).is_empty());
        assert!(gaps(&[(9, END)], END, END).is_empty());
    }

    #[test]
    fn many_stretches() {
        assert_eq!(probe_many(50_000), (50_000, 50_000, 0));
    }
}
