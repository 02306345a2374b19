//! category: iterators
//! tags: iterator adapters, double-ended iterator, laziness, size hint, trait bounds
//! level: advanced

use std::iter::Fuse;

// >>> prompt
/// Merges what two ascending iterators give into one ascending iterator.
///
/// The answer also defines its type `struct Merged<L, R>`, of the two iterators' types. Items need have an order
/// and nothing else: they are moved, not cloned. Of equal items, those of `left` come before those of `right`, and
/// those of one side stay in their order.
///
/// `Merged` is a `DoubleEndedIterator` where both iterators are: then items can be taken from either end at any
/// time, each once. The back gives the one that the front, if it alone were asked from now on, would give last.
///
/// It is lazy: `merge` asks for no item. From then on, of the items of each iterator that were asked for but not
/// given yet, there is at most one from its front and one from its back. An iterator that has said `None` is not
/// asked again, and `Merged` ends once and for all.
///
/// Its `size_hint` is right at any time, and exact where those of both iterators are. If it is beyond a `usize`,
/// the lower bound is `usize::MAX`, and there is no upper one.
fn merge<T: Ord, L, R>(left: L, right: R) -> Merged<L::IntoIter, R::IntoIter>
where
    L: IntoIterator<Item = T>,
    R: IntoIterator<Item = T>,
{
    // <<< prompt
    Merged {
        left: Ends::new(left.into_iter()),
        right: Ends::new(right.into_iter()),
    }
}

struct Merged<L: Iterator, R: Iterator> {
    left: Ends<L>,
    right: Ends<R>,
}

impl<T: Ord, L, R> Iterator for Merged<L, R>
where
    L: Iterator<Item = T>,
    R: Iterator<Item = T>,
{
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match (self.left.peek(), self.right.peek()) {
            (Some(left), Some(right)) if left <= right => self.left.front.take(),
            (Some(_), None) => self.left.front.take(),
            _ => self.right.front.take(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let (left, right) = (self.left.size_hint(), self.right.size_hint());
        let most = left.1.zip(right.1).and_then(|(l, r)| l.checked_add(r));
        (left.0.saturating_add(right.0), most)
    }
}

impl<T: Ord, L, R> DoubleEndedIterator for Merged<L, R>
where
    L: DoubleEndedIterator<Item = T>,
    R: DoubleEndedIterator<Item = T>,
{
    fn next_back(&mut self) -> Option<T> {
        match (self.left.peek_back(), self.right.peek_back()) {
            (Some(left), Some(right)) if left > right => self.left.back.take(),
            (Some(_), None) => self.left.back.take(),
            _ => self.right.back.take(),
        }
    }
}

/// An iterator, and what was taken from either end of it to be looked at.
struct Ends<I: Iterator> {
    front: Option<I::Item>,
    between: Fuse<I>,
    back: Option<I::Item>,
}

impl<I: Iterator> Ends<I> {
    fn new(items: I) -> Self {
        Ends {
            front: None,
            between: items.fuse(),
            back: None,
        }
    }

    fn peek(&mut self) -> Option<&I::Item> {
        if self.front.is_none() {
            self.front = self.between.next().or_else(|| self.back.take());
        }
        self.front.as_ref()
    }

    fn peek_back(&mut self) -> Option<&I::Item>
    where
        I: DoubleEndedIterator,
    {
        if self.back.is_none() {
            self.back = self.between.next_back().or_else(|| self.front.take());
        }
        self.back.as_ref()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let held = usize::from(self.front.is_some()) + usize::from(self.back.is_some());
        let (least, most) = self.between.size_hint();
        let most = most.and_then(|most| most.checked_add(held));
        (least.saturating_add(held), most)
    }
}

// >>> probes
/// All from the front; the items cannot be cloned.
fn probe_merged(left: Vec<String>, right: Vec<String>) -> Vec<String> {
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    struct Uncloned(::std::string::String);

    let left: ::std::vec::Vec<Uncloned> = left.into_iter().map(Uncloned).collect();
    merge(left, right.into_iter().map(Uncloned))
        .map(|item| item.0)
        .collect()
}

/// What each of `ends` gives, `<` the front and `>` the back, and the lower and upper size hints before all
/// and after each. Only the first number of an item counts for its order.
#[allow(clippy::type_complexity)]
fn probe_ends(
    left: Vec<(u8, char)>,
    right: Vec<(u8, char)>,
    ends: String,
) -> (Vec<Option<(u8, char)>>, Vec<(usize, Option<usize>)>) {
    struct Item(u8, char);
    impl ::std::cmp::PartialEq for Item {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    impl ::std::cmp::Eq for Item {}
    impl ::std::cmp::PartialOrd for Item {
        fn partial_cmp(&self, other: &Self) -> ::std::option::Option<::std::cmp::Ordering> {
            ::std::option::Option::Some(::std::cmp::Ord::cmp(self, other))
        }
    }
    impl ::std::cmp::Ord for Item {
        fn cmp(&self, other: &Self) -> ::std::cmp::Ordering {
            ::std::cmp::Ord::cmp(&self.0, &other.0)
        }
    }

    let item = |(key, name): (u8, char)| Item(key, name);
    let mut merged = merge(left.into_iter().map(item), right.into_iter().map(item));
    let mut given = ::std::vec::Vec::new();
    let mut sizes = ::std::vec![merged.size_hint()];
    for end in ends.chars() {
        let next = if end == '<' {
            merged.next()
        } else {
            merged.next_back()
        };
        given.push(next.map(|item| (item.0, item.1)));
        sizes.push(merged.size_hint());
    }
    (given, sizes)
}

/// For each of `ends`, after `merge` and after each call: how many items of each side are given out by the
/// iterators, by `next` and by `next_back`, and how often they said `None`. The items are numbers.
fn probe_asked(left: Vec<i32>, right: Vec<i32>, ends: String) -> Vec<([u32; 3], [u32; 3])> {
    struct Watched<'w> {
        items: ::std::collections::VecDeque<i32>,
        asked: &'w ::std::cell::Cell<[u32; 3]>,
    }
    impl Watched<'_> {
        fn noted(
            &self,
            end: usize,
            item: ::std::option::Option<i32>,
        ) -> ::std::option::Option<i32> {
            let mut asked = self.asked.get();
            asked[if item.is_some() { end } else { 2 }] += 1;
            self.asked.set(asked);
            item
        }
    }
    impl ::std::iter::Iterator for Watched<'_> {
        type Item = i32;
        fn next(&mut self) -> ::std::option::Option<i32> {
            let item = self.items.pop_front();
            self.noted(0, item)
        }
    }
    impl ::std::iter::DoubleEndedIterator for Watched<'_> {
        fn next_back(&mut self) -> ::std::option::Option<i32> {
            let item = self.items.pop_back();
            self.noted(1, item)
        }
    }

    let asked = [[0; 3]; 2].map(::std::cell::Cell::new);
    let mut merged = merge(
        Watched {
            items: left.into(),
            asked: &asked[0],
        },
        Watched {
            items: right.into(),
            asked: &asked[1],
        },
    );
    let mut seen = ::std::vec![(asked[0].get(), asked[1].get())];
    for end in ends.chars() {
        if end == '<' {
            merged.next();
        } else {
            merged.next_back();
        }
        seen.push((asked[0].get(), asked[1].get()));
    }
    seen
}

/// Two iterators without a back, that go on after they have said `None`: the first `count` results.
fn probe_unfused(count: usize) -> Vec<Option<u32>> {
    let unfused = |from: u32| {
        let mut at = from;
        ::std::iter::from_fn(move || {
            at += 2;
            (at != from + 6).then_some(at)
        })
    };
    let mut merged = merge(unfused(0), unfused(1));
    (0..count).map(|_| merged.next()).collect()
}

/// The first items of two endless iterators, and the size hints at first and then.
#[allow(clippy::type_complexity)]
fn probe_endless(count: usize) -> (Vec<u64>, [(usize, Option<usize>); 2]) {
    let mut merged = merge((0..).step_by(3), ::std::iter::repeat(4u64));
    let before = merged.size_hint();
    let first = merged.by_ref().take(count).collect();
    (first, [before, merged.size_hint()])
}

/// The size hints of two iterators over `u64`s from 0, at first and after one item from the front.
fn probe_sizes(left: u64, right: u64) -> [(usize, Option<usize>); 2] {
    let mut merged = merge(0..left, 0..right);
    let before = merged.size_hint();
    merged.next();
    [before, merged.size_hint()]
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(left: &str, right: &str) -> String {
        let words = |text: &str| text.split_whitespace().map(str::to_string).collect();
        probe_merged(words(left), words(right)).join(" ")
    }

    /// Items with equal keys are told apart by their names: `a`, `b`, `c` on the left, `x`, `y`, `z` on the right.
    fn ends(left: &[u8], right: &[u8], ends: &str) -> String {
        let named = |keys: &[u8], names: &str| keys.iter().copied().zip(names.chars()).collect();
        let (given, sizes) = probe_ends(named(left, "abcdef"), named(right, "uvwxyz"), ends.into());
        let mut size = left.len() + right.len();
        assert_eq!(sizes[0], (size, Some(size)));
        for (item, &hint) in given.iter().zip(&sizes[1..]) {
            size -= usize::from(item.is_some());
            assert_eq!(hint, (size, Some(size)));
        }
        let shown = |item: &Option<(u8, char)>| match item {
            Some((key, name)) => format!("{key}{name}"),
            None => "-".to_string(),
        };
        given.iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    /// That never more than one item from each end of each side is asked for in advance.
    fn held(left: &[i32], right: &[i32], ends: &str) {
        let total = left.len() + right.len();
        let seen = probe_asked(left.to_vec(), right.to_vec(), ends.into());
        assert_eq!(seen[0], ([0; 3], [0; 3]));
        for (given, (left, right)) in seen.into_iter().enumerate() {
            let asked = [left, right].map(|[front, back, _]| front + back);
            let ahead = (asked[0] + asked[1]) as usize - given.min(total);
            let has_back = left[1] + right[1] > 0;
            assert!(ahead <= if has_back { 4 } else { 2 }, "{ahead} of {given}");
            assert!(left[2] <= 1 && right[2] <= 1, "asked after `None`");
        }
    }

    #[test]
    fn nothing_and_something() {
        assert_eq!(texts("", ""), "");
        assert_eq!(texts("a b", ""), "a b");
        assert_eq!(texts("", "a b"), "a b");
    }

    #[test]
    fn items_alternate() {
        assert_eq!(texts("a c e", "b d f"), "a b c d e f");
        assert_eq!(texts("d e f", "a b c"), "a b c d e f");
        assert_eq!(texts("a b b d", "b c é"), "a b b b c d é");
    }

    #[test]
    fn equal_items_of_the_left_come_first() {
        assert_eq!(
            ends(&[1, 1, 2], &[1, 2, 2], "<<<<<<<"),
            "1a 1b 1u 2c 2v 2w -"
        );
    }

    #[test]
    fn from_the_back() {
        assert_eq!(
            ends(&[1, 1, 2], &[1, 2, 2], ">>>>>>>"),
            "2w 2v 2c 1u 1b 1a -"
        );
        assert_eq!(ends(&[1, 4], &[2, 3], ">>>>>"), "4b 3v 2u 1a -");
        assert_eq!(ends(&[], &[2, 3], ">>>"), "3v 2u -");
        assert_eq!(ends(&[2, 3], &[], ">>>"), "3b 2a -");
    }

    #[test]
    fn from_both_ends() {
        assert_eq!(
            ends(&[1, 3, 5], &[2, 4, 6], "<><><><>"),
            "1a 6w 2u 5c 3b 4v - -"
        );
        assert_eq!(
            ends(&[1, 3, 5], &[2, 4, 6], "><><><><"),
            "6w 1a 5c 2u 4v 3b - -"
        );
        assert_eq!(
            ends(&[1, 2, 3], &[1, 2, 3], ">><<>><"),
            "3w 3c 1a 1u 2v 2b -"
        );
    }

    #[test]
    fn the_ends_meet_in_what_was_looked_at() {
        assert_eq!(ends(&[1], &[2], "<>>"), "1a 2u -");
        assert_eq!(ends(&[1], &[2], "><<"), "2u 1a -");
        assert_eq!(ends(&[5], &[1, 2, 3], "<<>>>"), "1u 2v 5a 3w -");
        assert_eq!(ends(&[1], &[2, 3, 4], ">><<<"), "4w 3v 1a 2u -");
        assert_eq!(ends(&[1, 9], &[4], "<><>"), "1a 9b 4u -");
        assert_eq!(ends(&[4], &[1, 9], "><><"), "9v 1u 4a -");
    }

    #[test]
    fn the_ends_meet_within_equal_items() {
        assert_eq!(ends(&[7, 7], &[7, 7], "<><>>"), "7a 7v 7b 7u -");
        assert_eq!(ends(&[7, 7], &[7, 7], "><><<"), "7v 7a 7u 7b -");
        assert_eq!(ends(&[7], &[7], "><>"), "7u 7a -");
    }

    #[test]
    fn all_ways_through_the_same_items() {
        let all = ends(&[1, 2, 2, 5, 8], &[0, 2, 3, 5], "<<<<<<<<<");
        let all: Vec<&str> = all.split(' ').collect();
        for way in 0..1u32 << all.len() {
            let (mut front, mut back) = (0, all.len());
            let mut path = String::new();
            let mut expected = Vec::new();
            for step in 0..all.len() {
                if way >> step & 1 == 0 {
                    path.push('<');
                    expected.push(all[front]);
                    front += 1;
                } else {
                    path.push('>');
                    back -= 1;
                    expected.push(all[back]);
                }
            }
            assert_eq!(
                ends(&[1, 2, 2, 5, 8], &[0, 2, 3, 5], &path),
                expected.join(" ")
            );
        }
    }

    #[test]
    fn no_more_is_asked_for_than_is_needed() {
        held(&[1, 2, 3, 4, 5], &[1, 4, 9], "<<<<<<<<<<");
        held(&[1, 2, 3], &[4, 5, 6], "<<<<<<<<");
        held(&[1, 2, 3, 4, 5, 6], &[1, 4, 9, 10], ">>>>>>>>>>>>");
        held(&[1, 2, 3, 4, 5, 6], &[1, 4, 9, 10], "<><><><><><><");
        held(&[], &[1, 4], "><<<>");
    }

    #[test]
    fn none_is_the_end() {
        assert_eq!(
            probe_unfused(7),
            [Some(2), Some(3), Some(4), Some(5), None, None, None]
        );
    }

    #[test]
    fn endless_iterators() {
        let (first, [before, after]) = probe_endless(5);
        assert_eq!(first, [0, 3, 4, 4, 4]);
        assert_eq!(before, (usize::MAX, None));
        assert_eq!(after, (usize::MAX, None));
    }

    #[test]
    fn sizes_at_the_limit() {
        let max = u64::MAX;
        assert_eq!(
            probe_sizes(max - 1, 1),
            [
                (usize::MAX, Some(usize::MAX)),
                (usize::MAX - 1, Some(usize::MAX - 1))
            ]
        );
        assert_eq!(probe_sizes(max, 1)[0], (usize::MAX, None));
        assert_eq!(probe_sizes(max, 1)[1], (usize::MAX, Some(usize::MAX)));
        assert_eq!(probe_sizes(max, max), [(usize::MAX, None); 2]);
        assert_eq!(probe_sizes(0, 5), [(5, Some(5)), (4, Some(4))]);
    }
}
