//! category: generics
//! tags: generic structs, borrow, trait bounds, from iterator, extend
//! level: intermediate

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

// >>> prompt
/// How often each key was added.
struct Tally<K> {
    counts: HashMap<K, usize>,
}

/// For every key that can be hashed, and no more is asked of it than is said here:
///
/// - `Tally::new() -> Tally<K>`: nothing was added yet.
/// - `add(&mut self, key: K)`
/// - `count(&self, key: &Q) -> usize`: how often the key was added, for any borrowed form `Q` of the key,
///   just as `HashMap::get` has it: a `Tally<String>` can be asked for a `&str`.
/// - `ranked(&self) -> Vec<(&K, usize)>`, where keys have an order: every key that was added, with its
///   count. The highest count comes first; of equal counts, the lesser key.
///
/// A `Tally<K>` can be collected from an iterator of keys, and extended by one.
impl<K: Hash + Eq> Tally<K> {
    // <<< prompt
    fn new() -> Tally<K> {
        Tally {
            counts: HashMap::new(),
        }
    }

    fn add(&mut self, key: K) {
        *self.counts.entry(key).or_insert(0) += 1;
    }

    fn count<Q>(&self, key: &Q) -> usize
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.counts.get(key).copied().unwrap_or(0)
    }

    fn ranked(&self) -> Vec<(&K, usize)>
    where
        K: Ord,
    {
        let mut ranked: Vec<_> = self.counts.iter().map(|(key, &n)| (key, n)).collect();
        ranked.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        ranked
    }
}

impl<K: Hash + Eq> Extend<K> for Tally<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, keys: I) {
        for key in keys {
            self.add(key);
        }
    }
}

impl<K: Hash + Eq> FromIterator<K> for Tally<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Tally<K> {
        let mut tally = Tally::new();
        tally.extend(keys);
        tally
    }
}

// >>> probes
/// Adds the words one by one, and counts each of `asked`.
fn probe_counts(added: Vec<String>, asked: Vec<String>) -> Vec<usize> {
    let mut tally: Tally<String> = Tally::new();
    for word in added {
        tally.add(word);
    }
    asked
        .iter()
        .map(|word| tally.count(word.as_str()))
        .collect()
}

fn probe_ranked(added: Vec<String>) -> Vec<(String, usize)> {
    let mut tally = Tally::new();
    for word in added {
        tally.add(word);
    }
    tally
        .ranked()
        .into_iter()
        .map(|(word, count)| (word.clone(), count))
        .collect()
}

fn probe_collected(collected: Vec<i32>, more: Vec<i32>) -> Vec<(i32, usize)> {
    let mut tally: Tally<i32> = collected.into_iter().collect();
    tally.extend(more);
    tally
        .ranked()
        .into_iter()
        .map(|(key, count)| (*key, count))
        .collect()
}

/// Of keys that have no order and cannot be cloned; and of slices, where the keys are vectors.
fn probe_of_other_keys(added: Vec<u8>, asked: u8) -> (usize, usize, usize) {
    #[derive(PartialEq, Eq, Hash)]
    struct Unordered(u8);

    let mut unordered: Tally<Unordered> = added.iter().map(|&key| Unordered(key)).collect();
    let once = unordered.count(&Unordered(asked));
    unordered.extend(::std::option::Option::Some(Unordered(asked)));
    unordered.add(Unordered(asked));
    let slices: Tally<Vec<u8>> = added.chunks(2).map(|pair| pair.to_vec()).collect();
    (
        once,
        unordered.count(&Unordered(asked)),
        slices.count(&[asked, asked][..]),
    )
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_string).collect()
    }

    fn ranks(pairs: &[(&str, usize)]) -> Vec<(String, usize)> {
        pairs
            .iter()
            .map(|&(word, n)| (word.to_string(), n))
            .collect()
    }

    #[test]
    fn what_was_never_added_counts_nothing() {
        assert_eq!(probe_counts(vec![], words("a")), [0]);
        assert_eq!(probe_counts(words("a b a"), words("c A")), [0, 0]);
    }

    #[test]
    fn every_addition_counts() {
        assert_eq!(
            probe_counts(words("a b a c a b"), words("a b c")),
            [3, 2, 1]
        );
    }

    #[test]
    fn words_beyond_ascii_and_the_empty_one() {
        let added = vec!["né".to_string(), String::new(), "né".to_string()];
        assert_eq!(
            probe_counts(
                added,
                vec!["né".to_string(), "ne".to_string(), String::new()]
            ),
            [2, 0, 1]
        );
    }

    #[test]
    fn nothing_is_ranked_where_nothing_was_added() {
        assert!(probe_ranked(vec![]).is_empty());
    }

    #[test]
    fn the_highest_count_is_first() {
        assert_eq!(
            probe_ranked(words("a b c c b c")),
            ranks(&[("c", 3), ("b", 2), ("a", 1)])
        );
    }

    #[test]
    fn of_equal_counts_the_lesser_key_is_first() {
        assert_eq!(
            probe_ranked(words("d b a c b d z z z")),
            ranks(&[("z", 3), ("b", 2), ("d", 2), ("a", 1), ("c", 1)])
        );
    }

    #[test]
    fn a_hundred_keys_of_equal_counts_are_in_order() {
        let ranked = probe_collected((0..100).rev().collect(), (0..100).collect());
        assert_eq!(ranked, (0..100).map(|key| (key, 2)).collect::<Vec<_>>());
    }

    #[test]
    fn collected_from_an_iterator() {
        assert_eq!(probe_collected(vec![4, -4, 4], vec![]), [(4, 2), (-4, 1)]);
        assert!(probe_collected(vec![], vec![]).is_empty());
    }

    #[test]
    fn extended_beyond_what_it_held() {
        assert_eq!(
            probe_collected(vec![1, 2], vec![2, 3, 3, 3, 2]),
            [(2, 3), (3, 3), (1, 1)]
        );
        assert_eq!(probe_collected(vec![], vec![7]), [(7, 1)]);
    }

    #[test]
    fn keys_without_order_and_slices_of_vectors() {
        assert_eq!(probe_of_other_keys(vec![1, 1, 1, 1, 2], 1), (4, 6, 2));
        assert_eq!(probe_of_other_keys(vec![], 9), (0, 2, 0));
    }
}
