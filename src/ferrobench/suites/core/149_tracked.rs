//! category: smart pointers
//! tags: Deref, DerefMut, associated functions, generics
//! level: basic

use std::mem;

// >>> prompt
use std::ops::{Deref, DerefMut};

/// A smart pointer to a value of its own that counts how often it was borrowed for writing.
///
/// It implements `Deref` and `DerefMut`, whose target is the value. Each call of `deref_mut` counts as
/// one write, and reading does not count.
///
/// Four associated functions belong to it. None of them is a method, so that they hide no method of `T`:
///
/// - `fn new(value: T) -> Self` has no writes yet.
/// - `fn writes(this: &Self) -> u32` is the number of writes since the last `reset`, or since `new`. It
///   stays at `u32::MAX` once it is there.
/// - `fn reset(this: &mut Self) -> u32` returns the same number, and counts from 0 again.
/// - `fn into_inner(this: Self) -> T` gives the value back.
struct Tracked<T> {
    value: T,
    writes: u32,
}

impl<T> Tracked<T> {
    // <<< prompt
    fn new(value: T) -> Self {
        Tracked { value, writes: 0 }
    }

    fn writes(this: &Self) -> u32 {
        this.writes
    }

    fn reset(this: &mut Self) -> u32 {
        mem::take(&mut this.writes)
    }

    fn into_inner(this: Self) -> T {
        this.value
    }
}

impl<T> Deref for Tracked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Tracked<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.writes = self.writes.saturating_add(1);
        &mut self.value
    }
}

// >>> probes
/// Pushes each of `more`, and counts after each. The vector in the end, too.
fn probe_push(values: Vec<i64>, more: Vec<i64>) -> (Vec<u32>, Vec<i64>) {
    let mut tracked = Tracked::new(values);
    let mut counts = ::std::vec![Tracked::writes(&tracked)];
    for value in more {
        tracked.push(value);
        counts.push(Tracked::writes(&tracked));
    }
    (counts, Tracked::into_inner(tracked))
}

/// What reading shows, and the writes after that.
fn probe_read(text: String) -> (usize, String, bool, u32) {
    let tracked = Tracked::new(text);
    let length = tracked.len();
    let copy = (*tracked).clone();
    let empty = str::is_empty(&tracked);
    (length, copy, empty, Tracked::writes(&tracked))
}

/// The results of `reset` after so many writes each, and the count after each of them.
fn probe_reset(rounds: Vec<u32>) -> Vec<(u32, u32)> {
    let mut tracked = Tracked::new(0_u64);
    rounds
        .into_iter()
        .map(|writes| {
            for _ in 0..writes {
                *tracked += 1;
            }
            (Tracked::reset(&mut tracked), Tracked::writes(&tracked))
        })
        .collect()
}

fn probe_count_on(writes: u32) -> (u32, u32) {
    let mut tracked = Tracked { value: 'a', writes };
    *tracked = 'b';
    let count = Tracked::writes(&tracked);
    (count, Tracked::reset(&mut tracked))
}

struct ProbeFile(Vec<String>);

impl ProbeFile {
    fn writes(&self) -> u32 {
        900
    }

    fn reset(&mut self) -> u32 {
        self.0.push("reset".to_string());
        800
    }
}

/// Calls methods of the value that are named like the functions of the pointer.
fn probe_hidden() -> (u32, u32, u32, Vec<String>) {
    let mut tracked = Tracked::new(ProbeFile(Vec::new()));
    let writes = tracked.writes();
    let reset = tracked.reset();
    let count = Tracked::writes(&tracked);
    (writes, reset, count, Tracked::into_inner(tracked).0)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_write_counts_one() {
        assert_eq!(
            probe_push(vec![1], vec![2, 3, 4]),
            (vec![0, 1, 2, 3], vec![1, 2, 3, 4])
        );
    }

    #[test]
    fn without_writes_the_value_comes_back_as_it_was() {
        assert_eq!(probe_push(vec![7, 8], vec![]), (vec![0], vec![7, 8]));
    }

    #[test]
    fn reading_does_not_count() {
        assert_eq!(probe_read("é".to_string()), (2, "é".to_string(), false, 0));
        assert_eq!(probe_read(String::new()), (0, String::new(), true, 0));
    }

    #[test]
    fn a_reset_counts_from_nothing_again() {
        assert_eq!(
            probe_reset(vec![0, 3, 1, 0, 2]),
            [(0, 0), (3, 0), (1, 0), (0, 0), (2, 0)]
        );
    }

    #[test]
    fn the_count_stays_at_the_greatest_number() {
        assert_eq!(probe_count_on(u32::MAX - 1), (u32::MAX, u32::MAX));
        assert_eq!(probe_count_on(u32::MAX), (u32::MAX, u32::MAX));
    }

    #[test]
    fn methods_of_the_value_are_not_hidden() {
        let (writes, reset, count, steps) = probe_hidden();
        assert_eq!((writes, reset), (900, 800));
        assert_eq!(count, 1);
        assert_eq!(steps, ["reset"]);
    }
}
