//! category: slices
//! tags: rotation in place, generics, mutable borrows
//! level: basic

// >>> prompt
/// Moves the item at place `from` to place `to`, in place. The items between the two places shift by
/// one to make room, and all others stay where they are. Returns `true`.
///
/// Where `from` or `to` is no place of `items`, nothing is changed, and it returns `false`.
///
/// `['a', 'b', 'c', 'd', 'e']` from 1 to 3 becomes `['a', 'c', 'd', 'b', 'e']`.
fn move_item<T>(items: &mut [T], from: usize, to: usize) -> bool {
    // <<< prompt
    if from.max(to) >= items.len() {
        return false;
    }
    if from < to {
        items[from..=to].rotate_left(1);
    } else {
        items[to..=from].rotate_right(1);
    }
    true
}

// >>> probes
fn probe_move(mut items: Vec<String>, from: usize, to: usize) -> (bool, Vec<String>) {
    let moved = move_item(&mut items, from, to);
    (moved, items)
}

/// The same with items of a type that has no traits at all.
fn probe_move_plain(items: Vec<i32>, from: usize, to: usize) -> (bool, Vec<i32>) {
    struct Plain(i32);
    let mut items: Vec<_> = items.into_iter().map(Plain).collect();
    let moved = move_item(&mut items, from, to);
    (moved, items.into_iter().map(|item| item.0).collect())
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    /// Each character of `items` is an item.
    fn after(items: &str, from: usize, to: usize) -> (bool, String) {
        let items = items.chars().map(String::from).collect();
        let (moved, items) = probe_move(items, from, to);
        (moved, items.concat())
    }

    fn moved(items: &str) -> (bool, String) {
        (true, items.to_string())
    }

    fn refused(items: &str) -> (bool, String) {
        (false, items.to_string())
    }

    #[test]
    fn the_example() {
        assert_eq!(after("abcde", 1, 3), moved("acdbe"));
    }

    #[test]
    fn back_to_an_earlier_place() {
        assert_eq!(after("abcde", 3, 1), moved("adbce"));
    }

    #[test]
    fn to_the_next_place_is_a_swap() {
        assert_eq!(after("abcde", 2, 3), moved("abdce"));
        assert_eq!(after("abcde", 3, 2), moved("abdce"));
    }

    #[test]
    fn from_end_to_end() {
        assert_eq!(after("abcde", 0, 4), moved("bcdea"));
        assert_eq!(after("abcde", 4, 0), moved("eabcd"));
    }

    #[test]
    fn to_where_it_is() {
        assert_eq!(after("abc", 0, 0), moved("abc"));
        assert_eq!(after("abc", 2, 2), moved("abc"));
        assert_eq!(after("a", 0, 0), moved("a"));
    }

    #[test]
    fn no_place_to_take_from() {
        assert_eq!(after("abc", 3, 0), refused("abc"));
        assert_eq!(after("abc", usize::MAX, 1), refused("abc"));
    }

    #[test]
    fn no_place_to_go_to() {
        assert_eq!(after("abc", 0, 3), refused("abc"));
        assert_eq!(after("abc", 1, usize::MAX), refused("abc"));
        assert_eq!(after("abc", 4, 4), refused("abc"));
    }

    #[test]
    fn nothing_has_no_places() {
        assert_eq!(after("", 0, 0), refused(""));
    }

    #[test]
    fn items_of_any_type() {
        assert_eq!(probe_move_plain(vec![1, 2, 3], 2, 0), (true, vec![3, 1, 2]));
        assert_eq!(probe_move_plain(vec![1, 2, 3], 0, 2), (true, vec![2, 3, 1]));
    }
}
