//! category: lifetimes
//! tags: lifetime parameters, mutable borrowing, hash maps
//! level: intermediate

use std::collections::HashMap;

// >>> prompt
fn get_or_insert<'a>(map: &'a mut HashMap<String, i32>, key: &str, default: i32) -> &'a mut i32 {
    // <<< prompt
    map.entry(key.to_string()).or_insert(default)
}

// >>> probes
/// What is returned, and the map afterwards.
fn probe_get_or_insert(
    map: &mut ::std::collections::HashMap<String, i32>,
    key: &str,
    default: i32,
) -> i32 {
    *get_or_insert(map, key, default)
}

/// Adds to what is returned.
fn probe_add(
    map: &mut ::std::collections::HashMap<String, i32>,
    key: String,
    default: i32,
    added: i32,
) {
    let value = {
        let key = key;
        get_or_insert(map, &key, default)
    };
    *value += added;
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn map(entries: &[(&str, i32)]) -> HashMap<String, i32> {
        let owned = |&(key, value): &(&str, i32)| (key.to_string(), value);
        entries.iter().map(owned).collect()
    }

    #[test]
    fn what_is_there_is_returned() {
        let mut ages = map(&[("ann", 30), ("bob", 40)]);
        assert_eq!(probe_get_or_insert(&mut ages, "ann", 7), 30);
        assert_eq!(probe_get_or_insert(&mut ages, "bob", 7), 40);
        assert_eq!(ages, map(&[("ann", 30), ("bob", 40)]));
    }

    #[test]
    fn what_is_not_there_is_inserted() {
        let mut ages = map(&[]);
        assert_eq!(probe_get_or_insert(&mut ages, "ann", 7), 7);
        assert_eq!(ages, map(&[("ann", 7)]));
    }

    #[test]
    fn the_other_entries_stay() {
        let mut ages = map(&[("ann", 30), ("bob", 40)]);
        assert_eq!(probe_get_or_insert(&mut ages, "cid", -5), -5);
        assert_eq!(ages, map(&[("ann", 30), ("bob", 40), ("cid", -5)]));
    }

    #[test]
    fn a_value_equal_to_zero_or_to_the_default_is_there_too() {
        let mut ages = map(&[("ann", 0), ("bob", 7)]);
        assert_eq!(probe_get_or_insert(&mut ages, "ann", 7), 0);
        assert_eq!(probe_get_or_insert(&mut ages, "bob", 7), 7);
        assert_eq!(ages, map(&[("ann", 0), ("bob", 7)]));
    }

    #[test]
    fn the_second_time_it_is_there() {
        let mut ages = map(&[]);
        assert_eq!(probe_get_or_insert(&mut ages, "ann", i32::MIN), i32::MIN);
        assert_eq!(probe_get_or_insert(&mut ages, "ann", i32::MAX), i32::MIN);
        assert_eq!(ages, map(&[("ann", i32::MIN)]));
    }

    #[test]
    fn keys_are_told_apart_exactly() {
        let mut ages = map(&[("ann", 1), ("", 2)]);
        assert_eq!(probe_get_or_insert(&mut ages, "Ann", 3), 3);
        assert_eq!(probe_get_or_insert(&mut ages, "ann ", 4), 4);
        assert_eq!(probe_get_or_insert(&mut ages, "", 5), 2);
        assert_eq!(probe_get_or_insert(&mut ages, "né", 6), 6);
        let expected = [("ann", 1), ("", 2), ("Ann", 3), ("ann ", 4), ("né", 6)];
        assert_eq!(ages, map(&expected));
    }

    #[test]
    fn a_value_that_is_there_is_changed_in_place() {
        let mut ages = map(&[("ann", 30), ("bob", 40)]);
        probe_add(&mut ages, "ann".to_string(), 7, 1);
        assert_eq!(ages, map(&[("ann", 31), ("bob", 40)]));
    }

    #[test]
    fn a_value_that_is_inserted_is_changed_in_place() {
        let mut ages = map(&[("bob", 40)]);
        probe_add(&mut ages, "ann".to_string(), 7, 1);
        assert_eq!(ages, map(&[("ann", 8), ("bob", 40)]));
    }

    #[test]
    fn counting() {
        let mut counts = map(&[]);
        for word in ["to", "be", "or", "not", "to", "be"] {
            probe_add(&mut counts, word.to_string(), 0, 1);
        }
        assert_eq!(counts, map(&[("to", 2), ("be", 2), ("or", 1), ("not", 1)]));
    }
}
