//! category: generics
//! tags: generic structs, trait bounds, ordering, clone
//! level: basic

// >>> prompt
/// All values from `first` to `last`, both included; `first` is never greater than `last`.
#[derive(Debug, Clone, PartialEq)]
struct Span<T> {
    first: T,
    last: T,
}

/// Spans of anything that has an order, such as numbers or `String`s:
///
/// - `Span::between(one: T, other: T) -> Span<T>`: the span with these ends, given in either order.
/// - `contains(&self, value: &T) -> bool`: whether the value lies in the span, its ends included.
/// - `overlap(&self, other: &Span<T>) -> Option<Span<T>>`: the span of what lies in both, which may be
///   a single value; `None` if nothing does.
/// - `widen(&mut self, value: T)`: makes the span just large enough to contain `value` too.
impl<T: Ord + Clone> Span<T> {
    // <<< prompt
    fn between(one: T, other: T) -> Span<T> {
        if one <= other {
            Span {
                first: one,
                last: other,
            }
        } else {
            Span {
                first: other,
                last: one,
            }
        }
    }

    fn contains(&self, value: &T) -> bool {
        self.first <= *value && *value <= self.last
    }

    fn overlap(&self, other: &Span<T>) -> Option<Span<T>> {
        let first = (&self.first).max(&other.first);
        let last = (&self.last).min(&other.last);
        (first <= last).then(|| Span {
            first: first.clone(),
            last: last.clone(),
        })
    }

    fn widen(&mut self, value: T) {
        if value < self.first {
            self.first = value;
        } else if value > self.last {
            self.last = value;
        }
    }
}

// >>> probes
fn probe_between(one: i64, other: i64) -> (i64, i64) {
    let span = Span::between(one, other);
    (span.first, span.last)
}

fn probe_contains(ends: (i64, i64), value: i64) -> bool {
    Span::between(ends.0, ends.1).contains(&value)
}

fn probe_overlap(one: (i64, i64), other: (i64, i64)) -> Option<(i64, i64)> {
    Span::between(one.0, one.1)
        .overlap(&Span::between(other.0, other.1))
        .map(|span| (span.first, span.last))
}

fn probe_widen(ends: (i64, i64), values: Vec<i64>) -> (i64, i64) {
    let mut span = Span::between(ends.0, ends.1);
    for value in values {
        span.widen(value);
    }
    (span.first, span.last)
}

/// With the ends that `between`, `overlap` with another span, and `widen` give, of the same two texts.
fn probe_texts(ends: (String, String), other: (String, String)) -> Vec<Option<(String, String)>> {
    let mut span = Span::between(ends.0, ends.1);
    let other = Span::between(other.0, other.1);
    let start = (span.first.clone(), span.last.clone());
    let both = span.overlap(&other).map(|both| (both.first, both.last));
    span.widen(other.last);
    ::std::vec![
        ::std::option::Option::Some(start),
        both,
        ::std::option::Option::Some((span.first, span.last)),
    ]
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(first: &str, last: &str) -> (String, String) {
        (first.to_string(), last.to_string())
    }

    #[test]
    fn the_ends_may_come_in_either_order() {
        assert_eq!(probe_between(2, 9), (2, 9));
        assert_eq!(probe_between(9, 2), (2, 9));
        assert_eq!(probe_between(4, 4), (4, 4));
        assert_eq!(probe_between(i64::MAX, i64::MIN), (i64::MIN, i64::MAX));
    }

    #[test]
    fn both_ends_are_contained() {
        assert!(probe_contains((2, 9), 2));
        assert!(probe_contains((2, 9), 5));
        assert!(probe_contains((2, 9), 9));
        assert!(probe_contains((3, 3), 3));
    }

    #[test]
    fn what_lies_outside_is_not_contained() {
        assert!(!probe_contains((2, 9), 1));
        assert!(!probe_contains((2, 9), 10));
        assert!(!probe_contains((3, 3), i64::MIN));
        assert!(!probe_contains((3, 3), i64::MAX));
    }

    #[test]
    fn spans_overlap_in_part() {
        assert_eq!(probe_overlap((1, 6), (4, 9)), Some((4, 6)));
        assert_eq!(probe_overlap((4, 9), (1, 6)), Some((4, 6)));
    }

    #[test]
    fn one_span_within_the_other() {
        assert_eq!(probe_overlap((1, 9), (3, 5)), Some((3, 5)));
        assert_eq!(probe_overlap((3, 5), (1, 9)), Some((3, 5)));
        assert_eq!(probe_overlap((3, 5), (3, 5)), Some((3, 5)));
    }

    #[test]
    fn spans_that_share_an_end_overlap_in_it() {
        assert_eq!(probe_overlap((1, 4), (4, 9)), Some((4, 4)));
        assert_eq!(probe_overlap((4, 9), (1, 4)), Some((4, 4)));
    }

    #[test]
    fn spans_apart_do_not_overlap() {
        assert_eq!(probe_overlap((1, 4), (5, 9)), None);
        assert_eq!(probe_overlap((5, 9), (1, 4)), None);
    }

    #[test]
    fn a_span_widens_to_both_sides() {
        assert_eq!(probe_widen((4, 6), vec![2]), (2, 6));
        assert_eq!(probe_widen((4, 6), vec![9]), (4, 9));
        assert_eq!(probe_widen((4, 6), vec![9, 1, 7]), (1, 9));
    }

    #[test]
    fn what_it_contains_does_not_widen_a_span() {
        assert_eq!(probe_widen((4, 6), vec![4, 5, 6]), (4, 6));
    }

    #[test]
    fn spans_of_texts() {
        assert_eq!(
            probe_texts(pair("pear", "apple"), pair("fig", "quince")),
            [
                Some(pair("apple", "pear")),
                Some(pair("fig", "pear")),
                Some(pair("apple", "quince"))
            ]
        );
        assert_eq!(
            probe_texts(pair("a", "b"), pair("c", "ä")),
            [Some(pair("a", "b")), None, Some(pair("a", "ä"))]
        );
    }
}
