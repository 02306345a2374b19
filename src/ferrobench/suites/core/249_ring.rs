//! category: unsafe
//! tags: MaybeUninit, const generics, Drop, ring buffers
//! level: advanced

// >>> prompt
use std::mem::MaybeUninit;

/// A queue with room for `N` values that lie in the ring itself, without a heap.
///
/// - `fn new() -> Ring<T, N>` is empty.
/// - `fn push(&mut self, value: T) -> Option<T>` puts a value in as the newest. If the ring is
///   full, the oldest leaves it to make room, and is given back. With `N` = 0 there is no room at
///   all: the value itself is given back.
/// - `fn pop(&mut self) -> Option<T>` takes the oldest out.
/// - `fn get(&self, index: usize) -> Option<&T>` lends a value; index 0 is the oldest.
/// - A ring that is dropped drops the values that are in it, from the oldest to the newest, each
///   once.
///
/// It works for values of any type.
struct Ring<T, const N: usize> {
    /// The values are in the slots `oldest`, `oldest + 1` and so on, with slot 0 after the last
    /// one. Other slots are not initialized.
    slots: [MaybeUninit<T>; N],
    /// A slot's index, below `N` unless `N` is 0.
    oldest: usize,
    /// How many values there are.
    count: usize,
}

impl<T, const N: usize> Ring<T, N> {
    // <<< prompt
    fn new() -> Ring<T, N> {
        Ring {
            slots: [const { MaybeUninit::uninit() }; N],
            oldest: 0,
            count: 0,
        }
    }

    fn push(&mut self, value: T) -> Option<T> {
        if N == 0 {
            return Some(value);
        }
        let pushed_out = if self.count == N { self.pop() } else { None };
        self.slots[(self.oldest + self.count) % N].write(value);
        self.count += 1;
        pushed_out
    }

    fn pop(&mut self) -> Option<T> {
        self.count = self.count.checked_sub(1)?;
        let slot = self.oldest;
        self.oldest = (slot + 1) % N;
        // SAFETY: the slot held a value, and it is no longer counted.
        Some(unsafe { self.slots[slot].assume_init_read() })
    }

    fn get(&self, index: usize) -> Option<&T> {
        if index >= self.count {
            return None;
        }
        // SAFETY: the slots of all that are counted hold values.
        Some(unsafe { self.slots[(self.oldest + index) % N].assume_init_ref() })
    }
}

impl<T, const N: usize> Drop for Ring<T, N> {
    fn drop(&mut self) {
        while self.pop().is_some() {}
    }
}

// >>> probes
type ProbeDrops = ::std::rc::Rc<::std::cell::RefCell<::std::vec::Vec<u32>>>;

/// Notes its number when it is dropped.
struct ProbeNumbered(u32, ProbeDrops);

impl ::std::ops::Drop for ProbeNumbered {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

/// Takes a value apart, without a note.
fn probe_number(mut value: ProbeNumbered) -> u32 {
    let number = value.0;
    value.1 = ::std::default::Default::default();
    number
}

fn probe_story<const N: usize>(steps: &[(char, u32)]) -> (Vec<Option<u32>>, Vec<u32>, Vec<u32>) {
    let drops = ProbeDrops::default();
    let mut ring: Ring<ProbeNumbered, N> = Ring::new();
    let outcomes = steps
        .iter()
        .map(|(step, value)| match step {
            '+' => ring
                .push(ProbeNumbered(*value, drops.clone()))
                .map(probe_number),
            '-' => ring.pop().map(probe_number),
            _ => ring.get(*value as usize).map(|value| value.0),
        })
        .collect();
    let early = drops.take();
    ::std::mem::drop(ring);
    (outcomes, early, drops.take())
}

/// Steps on a ring with room for `room`: '+' pushes, '-' pops, '?' gets what is at an index.
///
/// What each of them gave, what had been dropped before the ring was, and what was dropped with it.
fn probe_steps(room: usize, steps: Vec<(char, u32)>) -> (Vec<Option<u32>>, Vec<u32>, Vec<u32>) {
    match room {
        0 => probe_story::<0>(&steps),
        1 => probe_story::<1>(&steps),
        2 => probe_story::<2>(&steps),
        3 => probe_story::<3>(&steps),
        _ => probe_story::<1000>(&steps),
    }
}

/// What is left of words that went through a ring with room for four, and what came out on the way.
fn probe_words(words: Vec<String>) -> (Vec<String>, Vec<String>) {
    let mut ring: Ring<String, 4> = Ring::new();
    let out = words
        .into_iter()
        .filter_map(|word| ring.push(word))
        .collect();
    let mut left = ::std::vec::Vec::new();
    while let ::std::option::Option::Some(word) = ring.pop() {
        left.push(word);
    }
    (out, left)
}

/// A ring of units: how many of `pushes` come out again at once, and how many are popped after
/// that.
fn probe_units(pushes: usize) -> (usize, usize) {
    let mut ring: Ring<(), 5> = Ring::new();
    let out = (0..pushes).filter(|_| ring.push(()).is_some()).count();
    (out, ::std::iter::from_fn(|| ring.pop()).count())
}

/// Moves a ring with the given words to a box, and reads it there.
fn probe_moved(words: Vec<String>) -> Vec<Option<String>> {
    let mut ring: Ring<String, 3> = Ring::new();
    for word in words {
        ring.push(word);
    }
    let boxed = ::std::boxed::Box::new(ring);
    (0..4).map(|index| boxed.get(index).cloned()).collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn given(room: usize, steps: &[(char, u32)]) -> Vec<Option<u32>> {
        probe_steps(room, steps.to_vec()).0
    }

    /// What is dropped before the end and with it, after some pushes and pops.
    fn dropped(room: usize, pushes: u32, pops: usize) -> (Vec<u32>, Vec<u32>) {
        let mut steps: Vec<(char, u32)> = (0..pushes).map(|value| ('+', value)).collect();
        steps.resize(steps.len() + pops, ('-', 0));
        let (_, early, late) = probe_steps(room, steps);
        (early, late)
    }

    #[test]
    fn first_in_first_out() {
        assert_eq!(
            given(3, &[('+', 7), ('+', 8), ('-', 0), ('-', 0), ('-', 0)]),
            [None, None, Some(7), Some(8), None]
        );
    }

    #[test]
    fn an_empty_ring_has_nothing() {
        assert_eq!(given(3, &[('-', 0), ('?', 0)]), [None, None]);
        assert_eq!(dropped(3, 0, 2), (vec![], vec![]));
    }

    #[test]
    fn a_full_ring_gives_its_oldest() {
        assert_eq!(
            given(
                2,
                &[
                    ('+', 1),
                    ('+', 2),
                    ('+', 3),
                    ('+', 4),
                    ('-', 0),
                    ('-', 0),
                    ('-', 0)
                ]
            ),
            [None, None, Some(1), Some(2), Some(3), Some(4), None]
        );
    }

    #[test]
    fn goes_round_many_times() {
        let mut steps = vec![('+', 0)];
        for value in 1..20 {
            steps.extend([('+', value), ('-', 0)]);
        }
        let mut expected = vec![None];
        for value in 0..19 {
            expected.extend([None, Some(value)]);
        }
        assert_eq!(given(3, &steps), expected);
    }

    #[test]
    fn index_0_is_the_oldest() {
        let steps = [('+', 5), ('+', 6), ('?', 0), ('?', 1), ('?', 2)];
        assert_eq!(given(3, &steps), [None, None, Some(5), Some(6), None]);
        let steps = [
            ('+', 5),
            ('+', 6),
            ('+', 7),
            ('+', 8),
            ('-', 0),
            ('?', 0),
            ('?', 1),
            ('?', 2),
            ('?', u32::MAX),
        ];
        assert_eq!(
            given(3, &steps),
            [
                None,
                None,
                None,
                Some(5),
                Some(6),
                Some(7),
                Some(8),
                None,
                None
            ]
        );
    }

    #[test]
    fn room_for_one() {
        assert_eq!(
            given(
                1,
                &[
                    ('+', 1),
                    ('+', 2),
                    ('?', 0),
                    ('-', 0),
                    ('-', 0),
                    ('+', 3),
                    ('-', 0)
                ]
            ),
            [None, Some(1), Some(2), Some(2), None, None, Some(3)]
        );
    }

    #[test]
    fn no_room_at_all() {
        assert_eq!(
            given(0, &[('+', 1), ('?', 0), ('-', 0), ('+', 2)]),
            [Some(1), None, None, Some(2)]
        );
        assert_eq!(dropped(0, 3, 1), (vec![], vec![]));
    }

    #[test]
    fn drops_what_is_in_it_oldest_first() {
        assert_eq!(dropped(3, 2, 0), (vec![], vec![0, 1]));
        assert_eq!(dropped(3, 3, 0), (vec![], vec![0, 1, 2]));
        assert_eq!(dropped(3, 2, 1), (vec![], vec![1]));
        assert_eq!(dropped(3, 3, 3), (vec![], vec![]));
        assert_eq!(dropped(1000, 10, 4), (vec![], vec![4, 5, 6, 7, 8, 9]));
    }

    #[test]
    fn drops_in_order_across_the_end() {
        assert_eq!(dropped(3, 4, 0), (vec![], vec![1, 2, 3]));
        assert_eq!(dropped(3, 5, 1), (vec![], vec![3, 4]));
        assert_eq!(dropped(2, 9, 0), (vec![], vec![7, 8]));
    }

    #[test]
    fn texts_go_through_whole() {
        let words = |text: &str| text.split(' ').map(String::from).collect::<Vec<_>>();
        assert_eq!(
            probe_words(words("äh eins zwei drei vier fünf")),
            (words("äh eins"), words("zwei drei vier fünf"))
        );
    }

    #[test]
    fn units_are_counted() {
        assert_eq!(probe_units(3), (0, 3));
        assert_eq!(probe_units(12), (7, 5));
    }

    #[test]
    fn can_be_moved() {
        let words = ["a", "b", "c", "d"].map(String::from);
        let expected = [Some("b"), Some("c"), Some("d"), None];
        assert_eq!(
            probe_moved(words.to_vec()),
            expected.map(|word| word.map(String::from))
        );
    }
}
