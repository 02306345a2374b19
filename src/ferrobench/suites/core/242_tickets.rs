//! category: concurrency
//! tags: atomics, compare and swap, NonZero
//! level: intermediate

// >>> prompt
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

/// A roll of numbered tickets that ends with number `u32::MAX`, for many threads at once.
///
/// - `fn starting_at(first: NonZeroU32) -> Tickets` makes a roll whose next ticket is `first`.
/// - `fn take(&self) -> Option<NonZeroU32>` takes the next ticket: each number once, whichever
///   threads ask, and in ascending order. When ticket `u32::MAX` has been taken, the roll is used
///   up: it gives `None` for ever.
/// - `fn left(&self) -> u32` is how many tickets are still to come.
struct Tickets {
    /// The number of the next ticket; 0 when the roll is used up.
    next: AtomicU32,
}

impl Tickets {
    // <<< prompt
    fn starting_at(first: NonZeroU32) -> Tickets {
        Tickets {
            next: AtomicU32::new(first.get()),
        }
    }

    fn take(&self) -> Option<NonZeroU32> {
        let mut next = NonZeroU32::new(self.next.load(Ordering::Relaxed))?;
        loop {
            // After the last one comes 0: used up.
            let after = next.get().wrapping_add(1);
            match self.next.compare_exchange_weak(
                next.get(),
                after,
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Some(next),
                Err(now) => next = NonZeroU32::new(now)?,
            }
        }
    }

    fn left(&self) -> u32 {
        self.next.load(Ordering::Relaxed).wrapping_neg()
    }
}

// >>> probes
/// What `count` calls in a row give, beginning at `first`; 0 stands for none.
fn probe_take(first: u32, count: usize) -> Vec<u32> {
    let roll = Tickets::starting_at(NonZeroU32::new(first).unwrap());
    (0..count)
        .map(|_| roll.take().map_or(0, NonZeroU32::get))
        .collect()
}

/// What is left before each of `count` calls, and after the last.
fn probe_left(first: u32, count: usize) -> Vec<u32> {
    let roll = Tickets::starting_at(NonZeroU32::new(first).unwrap());
    let mut left = ::std::vec![roll.left()];
    for _ in 0..count {
        roll.take();
        left.push(roll.left());
    }
    left
}

/// Four threads take `each` tickets. Of each: how many it got, their sum, and whether they
/// ascend; and what is left.
fn probe_threads(first: u32, each: usize) -> (Vec<(u64, u64, bool)>, u32) {
    let roll = Tickets::starting_at(NonZeroU32::new(first).unwrap());
    let start = ::std::sync::Barrier::new(4);
    let taken = ::std::thread::scope(|scope| {
        let takers: ::std::vec::Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    let (mut number, mut sum, mut last, mut ascend) = (0, 0, 0, true);
                    for ticket in (0..each).filter_map(|_| roll.take()) {
                        number += 1;
                        sum += u64::from(ticket.get());
                        ascend &= last < ticket.get();
                        last = ticket.get();
                    }
                    (number, sum, ascend)
                })
            })
            .collect();
        takers
            .into_iter()
            .map(|taker| taker.join().unwrap())
            .collect()
    });
    (taken, roll.left())
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend_from_the_first() {
        assert_eq!(probe_take(1, 3), [1, 2, 3]);
        assert_eq!(probe_take(70, 2), [70, 71]);
    }

    #[test]
    fn the_greatest_number_is_the_last() {
        assert_eq!(probe_take(u32::MAX - 1, 3), [u32::MAX - 1, u32::MAX, 0]);
        assert_eq!(probe_take(u32::MAX, 2), [u32::MAX, 0]);
    }

    #[test]
    fn used_up_for_ever() {
        assert_eq!(probe_take(u32::MAX, 6), [u32::MAX, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn tells_what_is_left() {
        assert_eq!(probe_left(u32::MAX - 1, 4), [2, 1, 0, 0, 0]);
        assert_eq!(probe_left(1, 1), [u32::MAX, u32::MAX - 1]);
    }

    /// The sum of the numbers from `first` to `last`.
    fn sum(first: u64, last: u64) -> u64 {
        (first + last) * (last - first + 1) / 2
    }

    // So many that each thread is interrupted some times even where all run on one core.
    #[test]
    fn no_number_goes_to_two_threads() {
        let (taken, left) = probe_threads(5, 500_000);
        for (number, _, ascend) in &taken {
            assert!(*number == 500_000 && *ascend);
        }
        assert_eq!(
            taken.iter().map(|(_, total, _)| total).sum::<u64>(),
            sum(5, 2_000_004)
        );
        assert_eq!(left, u32::MAX - 2_000_004);
    }

    #[test]
    fn threads_share_out_the_end() {
        let (taken, left) = probe_threads(u32::MAX - 9_999, 5_000);
        let end = u64::from(u32::MAX);
        assert!(taken.iter().all(|(_, _, ascend)| *ascend));
        assert_eq!(
            taken.iter().map(|(number, _, _)| number).sum::<u64>(),
            10_000
        );
        assert_eq!(
            taken.iter().map(|(_, total, _)| total).sum::<u64>(),
            sum(end - 9_999, end)
        );
        assert_eq!(left, 0);
    }
}
