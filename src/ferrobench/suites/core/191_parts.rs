//! category: operator overloading
//! tags: operators on references, index, index mut, partial order, scalar multiplication
//! level: intermediate

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::{Add, AddAssign, Index, IndexMut, Mul};

// >>> prompt
/// How many pieces of each part, by the part's name. Of a part that is not there, there are 0 pieces; a part
/// that is there with 0 pieces makes no difference anywhere below.
#[derive(Debug, Clone, Default)]
struct Parts {
    pieces: BTreeMap<String, u64>,
}

/// The operators of `Parts`; no count gets too great for a `u64`:
///
/// - `a + b` and `&a + &b` are the parts of both together.
/// - `a += &b` adds the parts of `b`.
/// - `3 * &a`, with any `u64` on the left, is so many times the parts.
/// - `a["bolt"]` is the number of pieces of this part. It can be assigned to, also where there were none.
/// - `a == b` if there are as many pieces of every part in both.
/// - `a <= b` if of no part there are more pieces in `a` than in `b`; so `a < b` if `a <= b`, but not `a == b`. `>=` and
///   `>` are the same the other way round. Where each has more of something than the other, none of them
///   holds, and `partial_cmp` is `None`.
impl Add<&Parts> for &Parts {
    type Output = Parts;

    // <<< prompt
    fn add(self, other: &Parts) -> Parts {
        let mut sum = self.clone();
        sum += other;
        sum
    }
}

impl Add for Parts {
    type Output = Parts;

    fn add(mut self, other: Parts) -> Parts {
        self += &other;
        self
    }
}

impl AddAssign<&Parts> for Parts {
    fn add_assign(&mut self, other: &Parts) {
        for (name, count) in &other.pieces {
            self[name] += count;
        }
    }
}

impl Mul<&Parts> for u64 {
    type Output = Parts;

    fn mul(self, parts: &Parts) -> Parts {
        let mut product = parts.clone();
        for count in product.pieces.values_mut() {
            *count *= self;
        }
        product
    }
}

impl Index<&str> for Parts {
    type Output = u64;

    fn index(&self, name: &str) -> &u64 {
        self.pieces.get(name).unwrap_or(&0)
    }
}

impl IndexMut<&str> for Parts {
    fn index_mut(&mut self, name: &str) -> &mut u64 {
        self.pieces.entry(name.to_owned()).or_default()
    }
}

impl PartialEq for Parts {
    fn eq(&self, other: &Parts) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Parts {
    fn partial_cmp(&self, other: &Parts) -> Option<Ordering> {
        let within = |one: &Parts, other: &Parts| {
            let mut counts = one.pieces.iter();
            counts.all(|(name, &count)| count <= other[name])
        };
        match (within(self, other), within(other, self)) {
            (true, true) => Some(Ordering::Equal),
            (true, false) => Some(Ordering::Less),
            (false, true) => Some(Ordering::Greater),
            (false, false) => None,
        }
    }
}

// >>> probes
fn probe_parts(pieces: Vec<(String, u64)>) -> Parts {
    Parts {
        pieces: pieces.into_iter().collect(),
    }
}

/// What there is one piece of at least, by name.
fn probe_list(parts: &Parts) -> Vec<(String, u64)> {
    parts
        .pieces
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(name, count)| (name.to_string(), *count))
        .collect()
}

/// By references, and then both values as they are after that.
#[allow(clippy::type_complexity)]
fn probe_add_borrowed(
    one: Vec<(String, u64)>,
    other: Vec<(String, u64)>,
) -> [Vec<(String, u64)>; 3] {
    let (one, other) = (probe_parts(one), probe_parts(other));
    let sum = &one + &other;
    [probe_list(&sum), probe_list(&one), probe_list(&other)]
}

/// By value, thrice the same in a row.
fn probe_add_owned(one: Vec<(String, u64)>, other: Vec<(String, u64)>) -> Vec<(String, u64)> {
    let (one, other) = (probe_parts(one), probe_parts(other));
    probe_list(&(one + other.clone() + other))
}

fn probe_add_assign(one: Vec<(String, u64)>, other: Vec<(String, u64)>) -> Vec<(String, u64)> {
    let (mut one, other) = (probe_parts(one), probe_parts(other));
    one += &other;
    one += &other;
    probe_list(&one)
}

/// The product, and the factor as it is after that.
fn probe_times(times: u64, parts: Vec<(String, u64)>) -> [Vec<(String, u64)>; 2] {
    let parts = probe_parts(parts);
    let product = times * &parts;
    [probe_list(&product), probe_list(&parts)]
}

fn probe_index(parts: Vec<(String, u64)>, name: String) -> u64 {
    probe_parts(parts)[name.as_str()]
}

/// Adds `more` by way of the index, puts `set` elsewhere, and gives all parts.
fn probe_index_mut(
    parts: Vec<(String, u64)>,
    more: (String, u64),
    set: (String, u64),
) -> Vec<(String, u64)> {
    let mut parts = probe_parts(parts);
    parts[more.0.as_str()] += more.1;
    parts[set.0.as_str()] = set.1;
    probe_list(&parts)
}

/// `==`, `<`, `<=`, `>`, `>=` as far as they hold, and `partial_cmp` as a number.
fn probe_compared(one: Vec<(String, u64)>, other: Vec<(String, u64)>) -> (String, Option<i8>) {
    let (one, other) = (probe_parts(one), probe_parts(other));
    let holds = [
        (one == other, "=="),
        (one < other, "<"),
        (one <= other, "<="),
        (one > other, ">"),
        (one >= other, ">="),
    ];
    let names: ::std::vec::Vec<&str> = holds
        .into_iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, name)| name)
        .collect();
    let order = ::std::cmp::PartialOrd::partial_cmp(&one, &other);
    (names.join(" "), order.map(|order| order as i8))
}

/// Whether the parts are equal to what they were: after a look at `name`, with 0 pieces of it, and with as many
/// as before.
fn probe_untouched(parts: Vec<(String, u64)>, name: String) -> [bool; 3] {
    let before = probe_parts(parts);
    let mut after = before.clone();
    let count = after[name.as_str()];
    let looked_at = after == before;
    after[name.as_str()] = 0;
    let without = after == before;
    after[name.as_str()] = count;
    [looked_at, without, after == before]
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(String, u64)> {
        text.split_whitespace()
            .map(|part| {
                let (name, count) = part.split_once(':').unwrap();
                (name.to_string(), count.parse().unwrap())
            })
            .collect()
    }

    fn compared(one: &str, other: &str) -> (String, Option<i8>) {
        let (there, order) = probe_compared(parts(one), parts(other));
        let (_, back) = probe_compared(parts(other), parts(one));
        assert_eq!(back, order.map(|order| -order));
        (there, order)
    }

    #[test]
    fn references_are_added() {
        assert_eq!(
            probe_add_borrowed(parts("bolt:2 nut:3"), parts("nut:4 rod:1")),
            [
                parts("bolt:2 nut:7 rod:1"),
                parts("bolt:2 nut:3"),
                parts("nut:4 rod:1")
            ]
        );
        assert_eq!(probe_add_borrowed(vec![], parts("a:1"))[0], parts("a:1"));
    }

    #[test]
    fn values_are_added() {
        assert_eq!(
            probe_add_owned(parts("bolt:2 nut:3"), parts("nut:4 rod:1")),
            parts("bolt:2 nut:11 rod:2")
        );
        assert_eq!(probe_add_owned(vec![], vec![]), []);
    }

    #[test]
    fn parts_are_added_in_place() {
        assert_eq!(
            probe_add_assign(parts("nut:3"), parts("nut:4 żółć:1")),
            parts("nut:11 żółć:2")
        );
    }

    #[test]
    fn so_many_times_the_parts() {
        assert_eq!(
            probe_times(3, parts("bolt:2 nut:1")),
            [parts("bolt:6 nut:3"), parts("bolt:2 nut:1")]
        );
        assert_eq!(probe_times(1, parts("a:7"))[0], parts("a:7"));
        assert_eq!(probe_times(0, parts("a:7"))[0], []);
        assert_eq!(
            probe_times(u64::MAX, parts("a:1"))[0],
            [("a".to_string(), u64::MAX)]
        );
    }

    #[test]
    fn counts_by_index() {
        assert_eq!(probe_index(parts("bolt:2 nut:9"), "nut".into()), 9);
        assert_eq!(probe_index(parts("bolt:2 nut:9"), "Nut".into()), 0);
        assert_eq!(probe_index(vec![], "".into()), 0);
    }

    #[test]
    fn counts_are_changed_by_index() {
        assert_eq!(
            probe_index_mut(parts("a:1 b:2"), ("a".into(), 4), ("b".into(), 7)),
            parts("a:5 b:7")
        );
        assert_eq!(
            probe_index_mut(parts("a:1"), ("c".into(), 4), ("d".into(), 7)),
            parts("a:1 c:4 d:7")
        );
        assert_eq!(
            probe_index_mut(parts("a:1"), ("b".into(), 0), ("a".into(), 0)),
            []
        );
    }

    #[test]
    fn equal_parts() {
        assert_eq!(compared("a:1 b:2", "b:2 a:1"), ("== <= >=".into(), Some(0)));
        assert_eq!(compared("", ""), ("== <= >=".into(), Some(0)));
    }

    #[test]
    fn no_pieces_make_no_difference() {
        assert_eq!(compared("a:0", ""), ("== <= >=".into(), Some(0)));
        assert_eq!(compared("a:1 z:0", "a:1 b:0"), ("== <= >=".into(), Some(0)));
        assert_eq!(compared("a:1 b:0", "a:2"), ("< <=".into(), Some(-1)));
        assert_eq!(compared("a:2", "a:1 b:0"), ("> >=".into(), Some(1)));
        assert_eq!(
            probe_untouched(parts("a:1"), "b".into()),
            [true, true, true]
        );
        assert_eq!(
            probe_untouched(parts("a:1"), "a".into()),
            [true, false, true]
        );
    }

    #[test]
    fn fewer_and_more() {
        assert_eq!(compared("a:1", "a:2"), ("< <=".into(), Some(-1)));
        assert_eq!(compared("", "a:1"), ("< <=".into(), Some(-1)));
        assert_eq!(compared("b:1", "a:1 b:1"), ("< <=".into(), Some(-1)));
        assert_eq!(compared("a:3 b:2", "a:3 b:1"), ("> >=".into(), Some(1)));
        assert_eq!(compared("a:1 c:1", "c:1"), ("> >=".into(), Some(1)));
    }

    #[test]
    fn what_cannot_be_compared() {
        assert_eq!(compared("a:1", "b:1"), (String::new(), None));
        assert_eq!(compared("a:1 b:2", "a:2 b:1"), (String::new(), None));
        assert_eq!(compared("a:1 b:2 c:3", "a:9 b:9"), (String::new(), None));
        assert_eq!(compared("a:9", "a:1 b:1"), (String::new(), None));
    }
}
