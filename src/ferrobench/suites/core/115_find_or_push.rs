//! category: lifetimes
//! tags: mutable borrows, reborrowing, closures, vectors
//! level: intermediate

// >>> prompt
/// Lends out the first of `items` for which `wanted` is true, so that the caller can change it where it is.
/// If there is none, pushes what `make` returns and lends out that.
///
/// The items are asked from the front, each at most once, and none behind the one that is found. `make` is
/// called only if none is found. The items keep their order.
fn find_or_push<T>(
    items: &mut Vec<T>,
    wanted: impl FnMut(&T) -> bool,
    make: impl FnOnce() -> T,
) -> &mut T {
    // <<< prompt
    let at = items.iter().position(wanted).unwrap_or_else(|| {
        items.push(make());
        items.len() - 1
    });
    &mut items[at]
}

// >>> probes
/// Adds 1 to the count of each word in turn, and gives all words with their counts.
fn probe_counts(words: Vec<String>) -> Vec<(String, u32)> {
    let mut counts: Vec<(String, u32)> = Vec::new();
    for word in words {
        let entry = find_or_push(&mut counts, |(name, _)| *name == word, || (word.clone(), 0));
        entry.1 += 1;
    }
    counts
}

/// Which items were asked, how often `make` was called, what was lent out, and the items at the end, where
/// 100 was added to the one lent out. The items cannot be cloned.
fn probe_calls(items: Vec<i32>, least: i32) -> (Vec<i32>, u32, i32, Vec<i32>) {
    struct Item(i32);

    let mut items: Vec<Item> = items.into_iter().map(Item).collect();
    let (mut asked, mut made) = (Vec::new(), 0);
    let lent = find_or_push(
        &mut items,
        |item| {
            asked.push(item.0);
            item.0 >= least
        },
        || {
            made += 1;
            Item(-1)
        },
    );
    let was = lent.0;
    lent.0 += 100;
    let items = items.into_iter().map(|item| item.0).collect();
    (asked, made, was, items)
}

/// Finds one number through a predicate that is true for every call from the `nth` on.
fn probe_nth(items: Vec<i32>, nth: usize) -> i32 {
    let (mut items, mut calls) = (items, 0);
    *find_or_push(
        &mut items,
        |_| {
            calls += 1;
            calls > nth
        },
        || -7,
    )
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(text: &str) -> Vec<(String, u32)> {
        probe_counts(text.split_whitespace().map(str::to_string).collect())
    }

    #[test]
    fn counting_words() {
        let expected = [("to", 2), ("be", 2), ("or", 1), ("not", 1)];
        assert_eq!(
            counts("to be or not to be"),
            expected.map(|(word, n)| (word.to_string(), n))
        );
        assert_eq!(counts("é é é"), [("é".to_string(), 3)]);
    }

    #[test]
    fn the_first_that_is_wanted_is_lent_out() {
        assert_eq!(
            probe_calls(vec![1, 5, 3, 8], 3),
            (vec![1, 5], 0, 5, vec![1, 105, 3, 8])
        );
        assert_eq!(
            probe_calls(vec![4, 4, 4], 4),
            (vec![4], 0, 4, vec![104, 4, 4])
        );
    }

    #[test]
    fn the_last_one_can_be_wanted() {
        assert_eq!(
            probe_calls(vec![1, 2, 3], 3),
            (vec![1, 2, 3], 0, 3, vec![1, 2, 103])
        );
    }

    #[test]
    fn where_none_is_wanted_one_is_pushed() {
        assert_eq!(
            probe_calls(vec![1, 2, 3], 4),
            (vec![1, 2, 3], 1, -1, vec![1, 2, 3, 99])
        );
    }

    #[test]
    fn what_is_pushed_is_not_asked_about() {
        assert_eq!(probe_calls(vec![], -5), (vec![], 1, -1, vec![99]));
        assert_eq!(probe_calls(vec![], 5), (vec![], 1, -1, vec![99]));
    }

    #[test]
    fn the_item_for_which_it_was_true_is_lent_out_whatever_later_calls_would_say() {
        assert_eq!(probe_nth(vec![10, 20, 30], 0), 10);
        assert_eq!(probe_nth(vec![10, 20, 30], 1), 20);
        assert_eq!(probe_nth(vec![10, 20, 30], 2), 30);
        assert_eq!(probe_nth(vec![10, 20, 30], 3), -7);
    }
}
