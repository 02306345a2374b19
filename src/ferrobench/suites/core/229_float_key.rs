//! category: numeric edge cases
//! tags: NaN, ordering, hashing, trait implementations
//! level: intermediate

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

// >>> prompt
/// A measured value that can be a key of any map and an element of any set: the answer implements
/// `PartialEq`, `Eq`, `PartialOrd`, `Ord` and `Hash` for it, all of which agree with each other.
///
/// Keys are ordered as the numbers are. `-0.0` and `0.0` are one and the same key. Every NaN, whatever its
/// sign and its other bits, is the same key too; it comes after all others, infinity included.
///
/// What is fed to the hasher is always the same for equal keys, and never the same for keys that are not
/// equal.
#[derive(Debug, Clone, Copy)]
struct FloatKey(f64);

impl Ord for FloatKey {
    // <<< prompt
    fn cmp(&self, other: &FloatKey) -> Ordering {
        self.0
            .partial_cmp(&other.0)
            .unwrap_or_else(|| self.0.is_nan().cmp(&other.0.is_nan()))
    }
}

impl PartialOrd for FloatKey {
    fn partial_cmp(&self, other: &FloatKey) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for FloatKey {
    fn eq(&self, other: &FloatKey) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for FloatKey {}

impl Hash for FloatKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let bits = if self.0.is_nan() {
            f64::NAN.to_bits()
        } else if self.0 == 0.0 {
            0
        } else {
            self.0.to_bits()
        };
        bits.hash(state);
    }
}

// >>> probes
/// What `cmp`, `partial_cmp` and `==` say of the two values.
fn probe_compare(
    one: f64,
    other: f64,
) -> (
    ::std::cmp::Ordering,
    ::std::option::Option<::std::cmp::Ordering>,
    bool,
) {
    let (one, other) = (FloatKey(one), FloatKey(other));
    (
        ::std::cmp::Ord::cmp(&one, &other),
        ::std::cmp::PartialOrd::partial_cmp(&one, &other),
        ::std::cmp::PartialEq::eq(&one, &other),
    )
}

/// What is fed to the hasher for a value.
fn probe_fed(value: f64) -> Vec<u8> {
    struct Recorder(Vec<u8>);

    impl ::std::hash::Hasher for Recorder {
        fn write(&mut self, bytes: &[u8]) {
            self.0.extend_from_slice(bytes);
        }

        fn finish(&self) -> u64 {
            0
        }
    }

    let mut recorder = Recorder(Vec::new());
    ::std::hash::Hash::hash(&FloatKey(value), &mut recorder);
    recorder.0
}

/// The bits of the values, sorted by their keys; equal keys keep their order.
fn probe_sorted(values: Vec<f64>) -> Vec<u64> {
    let mut keys: Vec<FloatKey> = values.into_iter().map(FloatKey).collect();
    keys.sort();
    keys.into_iter().map(|key| key.0.to_bits()).collect()
}

/// How many keys a set of the values has, a hash set and a tree.
fn probe_sets(values: Vec<f64>) -> (usize, usize) {
    let hashed: ::std::collections::HashSet<FloatKey> =
        values.iter().copied().map(FloatKey).collect();
    let sorted: ::std::collections::BTreeSet<FloatKey> =
        values.iter().copied().map(FloatKey).collect();
    (hashed.len(), sorted.len())
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    /// Values in ascending order, no two of them the same key.
    const RISING: [f64; 13] = [
        f64::NEG_INFINITY,
        f64::MIN,
        -2.5,
        -1.0,
        -f64::MIN_POSITIVE,
        -5e-324,
        0.0,
        5e-324,
        f64::MIN_POSITIVE,
        1.0,
        1.000_000_000_000_000_2,
        f64::MAX,
        f64::INFINITY,
    ];

    fn nans() -> Vec<f64> {
        [
            0x7ff8_0000_0000_0000,
            0xfff8_0000_0000_0000,
            0x7ff8_0000_0000_0001,
            0xffff_ffff_ffff_ffff,
            0x7fff_0000_0000_0000,
        ]
        .map(f64::from_bits)
        .to_vec()
    }

    fn all_say(one: f64, other: f64, ordering: Ordering) {
        assert_eq!(
            probe_compare(one, other),
            (ordering, Some(ordering), ordering.is_eq()),
            "{one} and {other}"
        );
    }

    #[test]
    fn numbers_are_ordered_as_numbers() {
        for (i, &one) in RISING.iter().enumerate() {
            for (j, &other) in RISING.iter().enumerate() {
                all_say(one, other, i.cmp(&j));
            }
        }
    }

    #[test]
    fn both_zeros_are_one_key() {
        all_say(0.0, -0.0, Ordering::Equal);
        all_say(-0.0, 0.0, Ordering::Equal);
        all_say(-0.0, -0.0, Ordering::Equal);
        all_say(-0.0, 5e-324, Ordering::Less);
        all_say(-0.0, -5e-324, Ordering::Greater);
    }

    #[test]
    fn all_nans_are_one_key() {
        for one in nans() {
            for other in nans() {
                all_say(one, other, Ordering::Equal);
            }
        }
    }

    #[test]
    fn nan_comes_after_all_numbers() {
        for nan in nans() {
            for number in RISING {
                all_say(nan, number, Ordering::Greater);
                all_say(number, nan, Ordering::Less);
            }
        }
    }

    #[test]
    fn equal_keys_feed_the_hasher_the_same() {
        assert_eq!(probe_fed(0.0), probe_fed(-0.0));
        assert_eq!(probe_fed(-2.5), probe_fed(-2.5));
        let fed: Vec<Vec<u8>> = nans().into_iter().map(probe_fed).collect();
        assert!(fed.iter().all(|bytes| *bytes == fed[0]));
    }

    #[test]
    fn other_keys_feed_the_hasher_something_else() {
        let mut values = RISING.to_vec();
        values.extend([f64::NAN, 2.5, 1.5, 1.25, -1.5, 1e300, 3e300]);
        let mut fed: Vec<Vec<u8>> = values.iter().copied().map(probe_fed).collect();
        fed.sort();
        fed.dedup();
        assert_eq!(fed.len(), values.len());
    }

    #[test]
    fn keys_are_sorted() {
        let bits = |values: &[f64]| {
            values
                .iter()
                .map(|value| value.to_bits())
                .collect::<Vec<_>>()
        };
        let negative_nan = -f64::NAN.abs();
        assert_eq!(
            probe_sorted(vec![
                0.0,
                negative_nan,
                1.0,
                -0.0,
                f64::INFINITY,
                f64::NAN,
                -1.0
            ]),
            bits(&[-1.0, 0.0, -0.0, 1.0, f64::INFINITY, negative_nan, f64::NAN])
        );
    }

    #[test]
    fn sets_have_each_key_once() {
        let mut values = nans();
        values.extend([0.0, -0.0, 1.5, 1.5, f64::INFINITY, f64::NEG_INFINITY]);
        assert_eq!(probe_sets(values), (5, 5));
        assert_eq!(probe_sets(vec![]), (0, 0));
    }
}
