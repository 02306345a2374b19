//! category: generics
//! tags: trait bounds, slices, options
//! level: basic

// >>> prompt
fn largest<T: PartialOrd>(items: &[T]) -> Option<&T> {
    // <<< prompt
    let mut items = items.iter();
    let first = items.next()?;
    Some(items.fold(first, |best, item| if item > best { item } else { best }))
}

// >>> probes
fn probe_integers(items: Vec<i64>) -> Option<i64> {
    largest(&items).copied()
}

fn probe_bytes(items: Vec<u8>) -> Option<u8> {
    largest(&items).copied()
}

/// Where the result is found first among the items.
fn probe_place_of_float(items: Vec<f64>) -> Option<usize> {
    let found = largest(&items)?;
    items.iter().position(|item| item == found)
}

fn probe_texts(items: Vec<String>) -> Option<String> {
    largest(&items).cloned()
}

/// Where the result lies among the items, for a type that can be neither cloned nor printed.
fn probe_place(items: Vec<u32>) -> Option<usize> {
    #[derive(PartialEq, PartialOrd)]
    struct Weight(u32);

    let weights: Vec<Weight> = items.into_iter().map(Weight).collect();
    let found = largest(&weights)?;
    weights
        .iter()
        .position(|weight| ::std::ptr::eq(weight, found))
}
// <<< probes

// Which of several equal items it is, and what becomes of items that cannot be compared, is open.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_no_largest() {
        assert_eq!(probe_integers(vec![]), None);
        assert_eq!(probe_texts(vec![]), None);
        assert_eq!(probe_place(vec![]), None);
    }

    #[test]
    fn one_item_is_the_largest() {
        assert_eq!(probe_integers(vec![5]), Some(5));
        assert_eq!(probe_integers(vec![0]), Some(0));
        assert_eq!(probe_place_of_float(vec![-0.5]), Some(0));
    }

    #[test]
    fn at_the_start_in_the_middle_and_at_the_end() {
        assert_eq!(probe_integers(vec![9, 2, 3]), Some(9));
        assert_eq!(probe_integers(vec![1, 9, 3]), Some(9));
        assert_eq!(probe_integers(vec![1, 2, 9]), Some(9));
        assert_eq!(probe_integers(vec![34, 50, 25, 100, 65]), Some(100));
    }

    #[test]
    fn negative_numbers_and_the_extremes() {
        assert_eq!(probe_integers(vec![-7, -2, -30]), Some(-2));
        assert_eq!(probe_integers(vec![i64::MIN]), Some(i64::MIN));
        assert_eq!(probe_integers(vec![0, i64::MAX, i64::MIN]), Some(i64::MAX));
        assert_eq!(probe_bytes(vec![0, 255, 128]), Some(255));
    }

    #[test]
    fn equal_items() {
        assert_eq!(probe_integers(vec![4, 4, 4]), Some(4));
        assert_eq!(probe_integers(vec![1, 4, 2, 4, 3]), Some(4));
    }

    #[test]
    fn floats() {
        assert_eq!(probe_place_of_float(vec![0.5, 2.25, 1.75]), Some(1));
        assert_eq!(probe_place_of_float(vec![-2.5, -0.25, -0.75]), Some(1));
        assert_eq!(
            probe_place_of_float(vec![f64::NEG_INFINITY, -1e300]),
            Some(1)
        );
        assert_eq!(probe_place_of_float(vec![1.0, f64::INFINITY, 2.0]), Some(1));
    }

    #[test]
    fn texts_by_their_order_rather_than_their_length() {
        let texts = |texts: &[&str]| probe_texts(texts.iter().map(|s| s.to_string()).collect());
        assert_eq!(texts(&["pear", "apple", "fig"]).as_deref(), Some("pear"));
        assert_eq!(texts(&["b", "aaaa", "ab"]).as_deref(), Some("b"));
        assert_eq!(texts(&["zoo", "über", "zebra"]).as_deref(), Some("über"));
    }

    #[test]
    fn borrows_one_of_the_items() {
        assert_eq!(probe_place(vec![3, 8, 5]), Some(1));
        assert_eq!(probe_place(vec![8, 3, 5]), Some(0));
        assert_eq!(probe_place(vec![0, 1, 2, 3]), Some(3));
    }
}
