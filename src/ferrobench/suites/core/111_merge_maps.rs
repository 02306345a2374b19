//! category: generics
//! tags: generic functions, closures, moves, collections
//! level: intermediate

use std::collections::BTreeMap;

// >>> prompt
/// Puts two maps together.
///
/// A key that only one of them holds keeps its value. For a key of both, `settle` is called with the key,
/// the value in `left` and the value in `right`; the key gets the value that it returns, or is left out
/// where it returns `None`. `settle` is called once for each such key, in ascending order of the keys,
/// and for no other.
///
/// Neither keys nor values need be copied or cloned.
fn merge_maps<K: Ord, V>(
    left: BTreeMap<K, V>,
    right: BTreeMap<K, V>,
    mut settle: impl FnMut(&K, V, V) -> Option<V>,
) -> BTreeMap<K, V> {
    // <<< prompt
    let mut merged = left;
    for (key, theirs) in right {
        let value = match merged.remove(&key) {
            Some(ours) => settle(&key, ours, theirs),
            None => Some(theirs),
        };
        if let Some(value) = value {
            merged.insert(key, value);
        }
    }
    merged
}

// >>> probes
/// `settle` writes both values one after the other, or drops the key where they are the same.
fn probe_texts(
    left: ::std::collections::BTreeMap<String, String>,
    right: ::std::collections::BTreeMap<String, String>,
) -> ::std::collections::BTreeMap<String, String> {
    merge_maps(left, right, |_, ours, theirs| {
        (ours != theirs).then(|| ::std::format!("{ours}{theirs}"))
    })
}

/// The calls of `settle`, and the keys and values of the result. Neither kind can be cloned.
#[allow(clippy::type_complexity)]
fn probe_calls(
    left: Vec<(u8, i32)>,
    right: Vec<(u8, i32)>,
) -> (Vec<(u8, i32, i32)>, Vec<(u8, i32)>) {
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    struct Key(u8);
    struct Value(i32);

    let map = |pairs: Vec<(u8, i32)>| {
        pairs
            .into_iter()
            .map(|(key, value)| (Key(key), Value(value)))
            .collect::<::std::collections::BTreeMap<Key, Value>>()
    };
    let mut calls = Vec::new();
    let merged = merge_maps(map(left), map(right), |key, ours, theirs| {
        calls.push((key.0, ours.0, theirs.0));
        (ours.0 >= theirs.0).then_some(ours)
    });
    let merged = merged
        .into_iter()
        .map(|(key, value)| (key.0, value.0))
        .collect();
    (calls, merged)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect()
    }

    #[test]
    fn two_empty_maps() {
        assert_eq!(probe_texts(map(&[]), map(&[])), map(&[]));
    }

    #[test]
    fn one_empty_map_leaves_the_other_as_it_is() {
        let some = [("a", "1"), ("b", "2")];
        assert_eq!(probe_texts(map(&some), map(&[])), map(&some));
        assert_eq!(probe_texts(map(&[]), map(&some)), map(&some));
    }

    #[test]
    fn keys_of_one_map_keep_their_values() {
        assert_eq!(
            probe_texts(map(&[("a", "1"), ("d", "4")]), map(&[("b", "2")])),
            map(&[("a", "1"), ("b", "2"), ("d", "4")])
        );
    }

    #[test]
    fn keys_of_both_are_settled_with_the_left_value_first() {
        assert_eq!(
            probe_texts(
                map(&[("a", "1"), ("b", "2")]),
                map(&[("b", "x"), ("c", "y")])
            ),
            map(&[("a", "1"), ("b", "2x"), ("c", "y")])
        );
    }

    #[test]
    fn a_key_is_left_out_where_none_is_returned() {
        assert_eq!(
            probe_texts(
                map(&[("a", "1"), ("b", "2"), ("c", "3")]),
                map(&[("b", "2")])
            ),
            map(&[("a", "1"), ("c", "3")])
        );
        assert_eq!(
            probe_texts(map(&[("é", "1")]), map(&[("é", "1")])),
            map(&[])
        );
    }

    #[test]
    fn settle_is_called_for_keys_of_both_in_order() {
        let left = vec![(9, 1), (5, 2), (7, 3), (1, 4)];
        let right = vec![(7, 5), (8, 6), (1, 7), (9, 1)];
        assert_eq!(
            probe_calls(left, right),
            (
                vec![(1, 4, 7), (7, 3, 5), (9, 1, 1)],
                vec![(5, 2), (8, 6), (9, 1)]
            )
        );
    }

    #[test]
    fn settle_is_not_called_where_no_key_is_shared() {
        assert_eq!(
            probe_calls(vec![(1, 1)], vec![(2, 2)]),
            (vec![], vec![(1, 1), (2, 2)])
        );
    }

    #[test]
    fn all_keys_shared() {
        assert_eq!(
            probe_calls(vec![(0, 0), (255, 8)], vec![(255, 7), (0, 1)]),
            (vec![(0, 0, 1), (255, 8, 7)], vec![(255, 8)])
        );
    }
}
