//! category: generics
//! tags: closures, vectors, ownership
//! level: basic

// >>> prompt
fn partition_by<T, F: Fn(&T) -> bool>(items: Vec<T>, predicate: F) -> (Vec<T>, Vec<T>) {
    // <<< prompt
    items.into_iter().partition(predicate)
}

// >>> probes
fn probe_below(items: Vec<i64>, limit: i64) -> (Vec<i64>, Vec<i64>) {
    partition_by(items, |&item| item < limit)
}

fn probe_containing(items: Vec<String>, part: &str) -> (Vec<String>, Vec<String>) {
    partition_by(items, |item| item.contains(part))
}

/// With a type that can be neither cloned nor compared.
fn probe_even(items: Vec<u32>) -> (Vec<u32>, Vec<u32>) {
    struct Token(u32);

    let tokens: Vec<Token> = items.into_iter().map(Token).collect();
    let (yes, no) = partition_by(tokens, |token| token.0 % 2 == 0);
    let number = |token: Token| token.0;
    (
        yes.into_iter().map(number).collect(),
        no.into_iter().map(number).collect(),
    )
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn containing(items: &[&str], part: &str) -> (Vec<String>, Vec<String>) {
        probe_containing(items.iter().map(|item| item.to_string()).collect(), part)
    }

    #[test]
    fn nothing_gives_two_empty_parts() {
        assert_eq!(probe_below(vec![], 3), (vec![], vec![]));
        assert_eq!(probe_even(vec![]), (vec![], vec![]));
    }

    #[test]
    fn one_item_is_in_the_part_where_it_belongs() {
        assert_eq!(probe_below(vec![2], 3), (vec![2], vec![]));
        assert_eq!(probe_below(vec![3], 3), (vec![], vec![3]));
    }

    #[test]
    fn what_satisfies_the_predicate_comes_first() {
        assert_eq!(probe_below(vec![1, 9, 2, 8], 5), (vec![1, 2], vec![9, 8]));
        assert_eq!(probe_below(vec![9, 1], 5), (vec![1], vec![9]));
    }

    #[test]
    fn all_or_none_satisfy_it() {
        assert_eq!(probe_below(vec![3, 1, 2], 5), (vec![3, 1, 2], vec![]));
        assert_eq!(probe_below(vec![3, 1, 2], 0), (vec![], vec![3, 1, 2]));
    }

    #[test]
    fn both_parts_keep_the_order_and_what_is_equal() {
        assert_eq!(
            probe_below(vec![7, 2, 7, 1, 2, 9, 0], 5),
            (vec![2, 1, 2, 0], vec![7, 7, 9])
        );
    }

    #[test]
    fn every_item_is_looked_at() {
        assert_eq!(
            probe_below(vec![1, 9, 1, 9, 1], 5),
            (vec![1, 1, 1], vec![9, 9])
        );
        assert_eq!(
            probe_below(vec![i64::MIN, i64::MAX], 0),
            (vec![i64::MIN], vec![i64::MAX])
        );
    }

    #[test]
    fn texts() {
        let (with, without) = containing(&["grün", "blau", "über", ""], "ü");
        assert_eq!(with, ["grün", "über"]);
        assert_eq!(without, ["blau", ""]);
    }

    #[test]
    fn items_that_cannot_be_cloned() {
        assert_eq!(probe_even(vec![1, 2, 3, 4, 6]), (vec![2, 4, 6], vec![1, 3]));
    }
}
