//! category: iterators
//! tags: iterator adapters, extension traits, laziness, peekable, size hint
//! level: intermediate

use std::iter::{Fuse, Peekable};

// >>> prompt
/// Where an item stands among all items of an iterator.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    /// It is the first one, and the last one too.
    Only,
    First,
    Middle,
    Last,
}

/// A method for all iterators. The answer also defines `struct Places<I>`, the iterator that it returns.
///
/// `Places` gives pairs `(Place, I::Item)`: every item of `I` in its order, moved and not cloned, with its place.
///
/// It is lazy: `with_places` asks the iterator for nothing, and each `next` asks for no item beyond the one
/// after the item that it gives. `I` may not be fused: after it has said `None` once, it is not asked again, and
/// `Places` says `None` from then on.
///
/// The `size_hint` of `Places` is as exact as that of `I`: where `I` knows how many items are left, so does
/// `Places`, at any time. If `I` is an `ExactSizeIterator`, `Places` is one.
trait WithPlaces: Iterator + Sized {
    fn with_places(self) -> Places<Self> {
        // <<< prompt
        Places {
            items: self.fuse().peekable(),
            begun: false,
        }
    }
}

impl<I: Iterator> WithPlaces for I {}

struct Places<I: Iterator> {
    items: Peekable<Fuse<I>>,
    begun: bool,
}

impl<I: Iterator> Iterator for Places<I> {
    type Item = (Place, I::Item);

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.items.next()?;
        let place = match (self.begun, self.items.peek().is_some()) {
            (false, false) => Place::Only,
            (false, true) => Place::First,
            (true, true) => Place::Middle,
            (true, false) => Place::Last,
        };
        self.begun = true;
        Some((place, item))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.size_hint()
    }
}

impl<I: ExactSizeIterator> ExactSizeIterator for Places<I> {}

// >>> probes
fn probe_place(place: Place) -> char {
    match place {
        Place::Only => 'o',
        Place::First => 'f',
        Place::Middle => 'm',
        Place::Last => 'l',
    }
}

/// The items, which are boxed and have no traits of their own, with their places.
fn probe_places(items: Vec<String>) -> Vec<(char, String)> {
    struct Bare(::std::string::String);

    items
        .into_iter()
        .map(Bare)
        .with_places()
        .map(|(place, item)| (probe_place(place), item.0))
        .collect()
}

/// Asks for an item `times` times. Says what came, how often the iterator was asked until then, and at the very
/// beginning how often `with_places` asked. `count` items, then `None` once, then items again without end.
fn probe_asked(count: u32, times: usize) -> Vec<(Option<(char, u32)>, u32)> {
    let asked = ::std::cell::Cell::new(0);
    let unfused = ::std::iter::from_fn(|| {
        asked.set(asked.get() + 1);
        (asked.get() != count + 1).then(|| asked.get())
    });
    let mut places = unfused.with_places();
    let mut seen = ::std::vec![(::std::option::Option::None, asked.get())];
    for _ in 0..times {
        let item = places
            .next()
            .map(|(place, item)| (probe_place(place), item));
        seen.push((item, asked.get()));
    }
    seen
}

/// The size hints before and after each `next` until the first `None`, for an iterator that knows how many
/// items are left.
fn probe_sizes(count: u32) -> Vec<(usize, Option<usize>)> {
    let mut places = (0..count).with_places();
    let mut sizes = ::std::vec![places.size_hint()];
    while places.next().is_some() {
        sizes.push(places.size_hint());
    }
    sizes.push(places.size_hint());
    sizes
}

/// `len`, before and after each of the first `times` calls of `next`.
fn probe_lens(count: usize, times: usize) -> Vec<usize> {
    let items = ::std::vec!['a'; count];
    let mut places = items.iter().with_places();
    let mut lens = ::std::vec![::std::iter::ExactSizeIterator::len(&places)];
    for _ in 0..times {
        places.next();
        lens.push(::std::iter::ExactSizeIterator::len(&places));
    }
    lens
}

/// Size hints at first and after one `next`: of an iterator without end, and of one that only knows that
/// there are four at most.
fn probe_loose_sizes() -> [(usize, Option<usize>); 4] {
    let mut endless = ::std::iter::repeat(1).with_places();
    let mut some = (1..=4).filter(|number| number % 2 == 0).with_places();
    let before = (endless.size_hint(), some.size_hint());
    endless.next();
    some.next();
    [before.0, endless.size_hint(), before.1, some.size_hint()]
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn places(items: &[&str]) -> Vec<(char, String)> {
        probe_places(items.iter().map(|item| item.to_string()).collect())
    }

    fn pairs(pairs: &[(char, &str)]) -> Vec<(char, String)> {
        let owned = |&(place, item): &(char, &str)| (place, item.to_string());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn nothing_has_no_places() {
        assert_eq!(places(&[]), []);
    }

    #[test]
    fn the_only_item() {
        assert_eq!(places(&["a"]), pairs(&[('o', "a")]));
    }

    #[test]
    fn two_items() {
        assert_eq!(places(&["a", "b"]), pairs(&[('f', "a"), ('l', "b")]));
    }

    #[test]
    fn items_between() {
        assert_eq!(
            places(&["a", "a", "ü", "a"]),
            pairs(&[('f', "a"), ('m', "a"), ('m', "ü"), ('l', "a")])
        );
    }

    #[test]
    fn nothing_is_asked_for_in_advance() {
        assert_eq!(probe_asked(9, 0), [(None, 0)]);
    }

    #[test]
    fn one_item_is_asked_for_beyond() {
        assert_eq!(
            probe_asked(9, 3),
            [
                (None, 0),
                (Some(('f', 1)), 2),
                (Some(('m', 2)), 3),
                (Some(('m', 3)), 4)
            ]
        );
    }

    #[test]
    fn none_is_the_end() {
        assert_eq!(
            probe_asked(2, 5),
            [
                (None, 0),
                (Some(('f', 1)), 2),
                (Some(('l', 2)), 3),
                (None, 3),
                (None, 3),
                (None, 3)
            ]
        );
        assert_eq!(
            probe_asked(1, 3),
            [(None, 0), (Some(('o', 1)), 2), (None, 2), (None, 2)]
        );
        assert_eq!(probe_asked(0, 2), [(None, 0), (None, 1), (None, 1)]);
    }

    #[test]
    fn sizes_are_exact_at_any_time() {
        assert_eq!(
            probe_sizes(3),
            [3, 2, 1, 0, 0].map(|size| (size, Some(size)))
        );
        assert_eq!(probe_sizes(1), [1, 0, 0].map(|size| (size, Some(size))));
        assert_eq!(probe_sizes(0), [(0, Some(0)), (0, Some(0))]);
    }

    #[test]
    fn exact_sizes_have_a_length() {
        assert_eq!(probe_lens(3, 4), [3, 2, 1, 0, 0]);
        assert_eq!(probe_lens(0, 1), [0, 0]);
    }

    #[test]
    fn sizes_that_are_not_known() {
        let [endless, endless_after, some, some_after] = probe_loose_sizes();
        assert_eq!((endless.1, endless_after.1), (None, None));
        assert_eq!((endless.0, endless_after.0), (usize::MAX, usize::MAX));
        assert_eq!(some, (0, Some(4)));
        assert!(some_after.0 <= 1);
        assert_eq!(some_after.1, Some(1));
    }
}
