//! category: unsafe
//! tags: raw pointers, iterators, PhantomData, Send
//! level: intermediate

// >>> prompt
use std::marker::PhantomData;

/// Lends every `step`-th element of a slice mutably, from the first one on. All that it lends can
/// be held together.
///
/// - `fn new(slice: &'a mut [T], step: usize) -> EveryNth<'a, T>` panics if `step` is 0.
/// - It is an `Iterator` over `&'a mut T`, and an `ExactSizeIterator`: at any time `len()` says how
///   many are to come.
/// - It can be sent to another thread exactly if a `&mut T` can.
///
/// `step` 2 lends the elements 0, 2, 4 and so on. Any other `step` will do too, also one greater
/// than the slice's length.
struct EveryNth<'a, T> {
    /// Points to the next element to lend, as long as one is to come.
    next: *mut T,
    /// How many are to come.
    left: usize,
    step: usize,
    slice: PhantomData<&'a mut [T]>,
}

impl<'a, T> EveryNth<'a, T> {
    // <<< prompt
    fn new(slice: &'a mut [T], step: usize) -> EveryNth<'a, T> {
        EveryNth {
            next: slice.as_mut_ptr(),
            // Panics if the step is 0.
            left: slice.len().div_ceil(step),
            step,
            slice: PhantomData,
        }
    }
}

impl<'a, T> Iterator for EveryNth<'a, T> {
    type Item = &'a mut T;

    fn next(&mut self) -> Option<&'a mut T> {
        self.left = self.left.checked_sub(1)?;
        let current = self.next;
        // This may leave the slice, but then nothing is to come.
        self.next = current.wrapping_add(self.step);
        // SAFETY: the slice is borrowed for 'a, and no element is lent twice.
        Some(unsafe { &mut *current })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<T> ExactSizeIterator for EveryNth<'_, T> {}

// SAFETY: it is nothing but a `&mut [T]` that is lent piece by piece.
unsafe impl<T: Send> Send for EveryNth<'_, T> {}

// >>> probes
/// The indices of what is lent.
fn probe_indices(length: usize, step: usize) -> Vec<usize> {
    let mut values: ::std::vec::Vec<usize> = (0..length).collect();
    EveryNth::new(&mut values, step)
        .map(|value| *value)
        .collect()
}

/// Appends to every `step`-th text, with all of them held at once; the slice is what lies behind
/// the first `skip`.
fn probe_append(mut words: Vec<String>, skip: usize, step: usize) -> Vec<String> {
    let mut lent: ::std::vec::Vec<&mut String> = EveryNth::new(&mut words[skip..], step).collect();
    for (number, word) in lent.iter_mut().enumerate() {
        word.push_str(&::std::format!("+{number}"));
    }
    words
}

/// Takes the first and the third from an iterator that is gone then, and swaps them.
fn probe_swap(mut words: Vec<String>, step: usize) -> Vec<String> {
    let mut iterator = EveryNth::new(&mut words, step);
    let first = iterator.next().unwrap();
    let third = iterator.nth(1).unwrap();
    ::std::mem::drop(iterator);
    ::std::mem::swap(first, third);
    words
}

/// `len()` before each call of `next`, until one more after the first `None`, and whether that gave
/// `None` too.
fn probe_lengths(length: usize, step: usize) -> (Vec<usize>, bool) {
    let mut values = ::std::vec![0_u16; length];
    let mut iterator = EveryNth::new(&mut values, step);
    let mut lengths = ::std::vec![iterator.len()];
    while iterator.next().is_some() {
        lengths.push(iterator.len());
    }
    let over = iterator.next().is_none();
    lengths.push(iterator.len());
    (lengths, over)
}

/// How many units are lent of an array of them; `len()` before that.
fn probe_units(step: usize) -> (usize, usize) {
    let mut units = [(); 1_000];
    let iterator = EveryNth::new(&mut units, step);
    (iterator.len(), iterator.count())
}

fn probe_no_step() -> bool {
    ::std::panic::catch_unwind(|| EveryNth::new(&mut [1, 2, 3], 0).count()).is_err()
}

fn probe_other_thread(mut values: Vec<i32>, step: usize) -> Vec<i32> {
    let iterator = EveryNth::new(&mut values, step);
    ::std::thread::scope(|scope| {
        scope.spawn(move || iterator.for_each(|value| *value = -*value));
    });
    values
}

struct ProbeSendable<T>(PhantomData<T>);

trait ProbeOtherwise {
    const YES: bool = false;
}

impl<T> ProbeOtherwise for ProbeSendable<T> {}

impl<T: Send> ProbeSendable<T> {
    const YES: bool = true;
}

/// Whether it can be sent: over numbers, over cells, over counted references and over what is not
/// `Send` though `Sync`.
fn probe_send() -> (bool, bool, bool, bool) {
    (
        <ProbeSendable<EveryNth<'static, u8>>>::YES,
        <ProbeSendable<EveryNth<'static, ::std::cell::Cell<u8>>>>::YES,
        <ProbeSendable<EveryNth<'static, ::std::rc::Rc<u8>>>>::YES,
        <ProbeSendable<EveryNth<'static, ::std::sync::MutexGuard<'static, u8>>>>::YES,
    )
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(String::from).collect()
    }

    #[test]
    fn begins_with_the_first() {
        assert_eq!(probe_indices(5, 2), [0, 2, 4]);
        assert_eq!(probe_indices(6, 2), [0, 2, 4]);
        assert_eq!(probe_indices(7, 3), [0, 3, 6]);
        assert_eq!(probe_indices(3, 1), [0, 1, 2]);
    }

    #[test]
    fn a_step_beyond_the_end() {
        assert_eq!(probe_indices(3, 3), [0]);
        assert_eq!(probe_indices(3, 4), [0]);
        assert_eq!(probe_indices(3, usize::MAX), [0]);
    }

    #[test]
    fn an_empty_slice_lends_nothing() {
        assert!(probe_indices(0, 1).is_empty());
        assert!(probe_indices(0, usize::MAX).is_empty());
    }

    #[test]
    fn all_can_be_held_together() {
        assert_eq!(
            probe_append(words("a b c d e"), 0, 2),
            words("a+0 b c+1 d e+2")
        );
        assert_eq!(probe_append(words("ä ö"), 0, 1), words("ä+0 ö+1"));
    }

    #[test]
    fn a_slice_that_is_a_part() {
        assert_eq!(
            probe_append(words("a b c d e"), 1, 3),
            words("a b+0 c d e+1")
        );
        assert_eq!(probe_append(words("a b"), 2, 3), words("a b"));
    }

    #[test]
    fn what_is_lent_outlives_the_iterator() {
        assert_eq!(probe_swap(words("a b c d e f"), 2), words("e b c d a f"));
    }

    #[test]
    fn the_length_is_exact() {
        assert_eq!(probe_lengths(5, 2), (vec![3, 2, 1, 0, 0], true));
        assert_eq!(probe_lengths(4, 2), (vec![2, 1, 0, 0], true));
        assert_eq!(probe_lengths(0, 3), (vec![0, 0], true));
    }

    #[test]
    fn units_take_no_room() {
        assert_eq!(probe_units(1), (1_000, 1_000));
        assert_eq!(probe_units(7), (143, 143));
    }

    #[test]
    fn no_step_panics() {
        assert!(probe_no_step());
    }

    #[test]
    fn works_on_another_thread() {
        assert_eq!(probe_other_thread(vec![1, 2, 3, 4], 3), [-1, 2, 3, -4]);
    }

    #[test]
    fn is_sent_like_a_borrow() {
        assert_eq!(probe_send(), (true, true, false, false));
    }
}
