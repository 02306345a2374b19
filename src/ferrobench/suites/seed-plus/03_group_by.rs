//! category: generics
//! tags: closures, hash maps, trait bounds, ownership
//! level: basic

use std::collections::HashMap;
use std::hash::Hash;

// >>> prompt
fn group_by<T, K: Eq + Hash>(items: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, Vec<T>> {
    // <<< prompt
    let mut groups: HashMap<K, Vec<T>> = HashMap::new();
    for item in items {
        groups.entry(key(&item)).or_default().push(item);
    }
    groups
}

// >>> probes
fn probe_by_remainder(items: Vec<i64>, divisor: i64) -> ::std::collections::HashMap<i64, Vec<i64>> {
    group_by(items, |item| item.rem_euclid(divisor))
}

fn probe_by_initial(items: Vec<String>) -> ::std::collections::HashMap<Option<char>, Vec<String>> {
    group_by(items, |item| item.chars().next())
}

/// With a type that can be neither cloned nor compared, grouped by itself halved.
fn probe_by_half(items: Vec<u32>) -> ::std::collections::HashMap<u32, Vec<u32>> {
    struct Token(u32);

    let tokens: Vec<Token> = items.into_iter().map(Token).collect();
    group_by(tokens, |token| token.0 / 2)
        .into_iter()
        .map(|(half, tokens)| (half, tokens.into_iter().map(|token| token.0).collect()))
        .collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn by_initial(items: &[&str]) -> HashMap<Option<char>, Vec<String>> {
        probe_by_initial(items.iter().map(|item| item.to_string()).collect())
    }

    #[test]
    fn nothing_has_no_groups() {
        assert!(probe_by_remainder(vec![], 3).is_empty());
        assert!(by_initial(&[]).is_empty());
    }

    #[test]
    fn one_item_is_one_group() {
        assert_eq!(
            probe_by_remainder(vec![7], 3),
            HashMap::from([(1, vec![7])])
        );
    }

    #[test]
    fn items_with_the_same_key_are_together() {
        assert_eq!(
            probe_by_remainder(vec![1, 2, 3, 4, 5, 6, 7], 3),
            HashMap::from([(0, vec![3, 6]), (1, vec![1, 4, 7]), (2, vec![2, 5])])
        );
    }

    #[test]
    fn they_need_not_be_neighbours() {
        assert_eq!(
            probe_by_remainder(vec![2, 1, 4, 3], 2),
            HashMap::from([(0, vec![2, 4]), (1, vec![1, 3])])
        );
    }

    #[test]
    fn all_in_one_group_or_each_in_its_own() {
        assert_eq!(
            probe_by_remainder(vec![5, 3, 8], 1),
            HashMap::from([(0, vec![5, 3, 8])])
        );
        assert_eq!(
            probe_by_remainder(vec![5, 3, 8], 100),
            HashMap::from([(3, vec![3]), (5, vec![5]), (8, vec![8])])
        );
    }

    #[test]
    fn groups_keep_the_order_and_what_is_equal() {
        assert_eq!(
            probe_by_remainder(vec![9, 4, 9, 1, 4, 0], 2),
            HashMap::from([(0, vec![4, 4, 0]), (1, vec![9, 9, 1])])
        );
    }

    #[test]
    fn texts_by_their_first_character() {
        let groups = by_initial(&["übel", "apple", "", "über", "avocado", "fig"]);
        assert_eq!(groups.len(), 4);
        assert_eq!(groups[&Some('ü')], ["übel", "über"]);
        assert_eq!(groups[&Some('a')], ["apple", "avocado"]);
        assert_eq!(groups[&Some('f')], ["fig"]);
        assert_eq!(groups[&None], [""]);
    }

    #[test]
    fn items_that_cannot_be_cloned() {
        assert_eq!(
            probe_by_half(vec![5, 2, 4, 3]),
            HashMap::from([(1, vec![2, 3]), (2, vec![5, 4])])
        );
    }
}
