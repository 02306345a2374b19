//! category: concurrency
//! tags: Mutex, Condvar, generics, interior mutability
//! level: advanced

// >>> prompt
use std::sync::{Condvar, Mutex};

/// Passes values from threads that have them to threads that want them, by one slot that holds one
/// value at most.
///
/// - `fn new() -> Handoff<T>`: the slot is empty, and open.
/// - `fn put(&self, value: T) -> Result<(), T>` waits while the slot is full and open. If it is
///   then closed, the value is given back as an error; otherwise it is in the slot now.
/// - `fn take(&self) -> Option<T>` waits while the slot is empty and open. It gives the value that
///   is in the slot, which may be closed by then, and `None` only if the slot is closed and empty.
/// - `fn close(&self)` closes the slot for good and ends all waiting. A value that is in the slot
///   stays there.
///
/// Any number of threads may wait, on both sides. None of them waits for longer than it has to, and
/// waiting is no busy loop. Who comes first among several that wait is left open.
struct Handoff<T> {
    slot: Mutex<Slot<T>>,
    changed: Condvar,
}

struct Slot<T> {
    value: Option<T>,
    closed: bool,
}

impl<T> Handoff<T> {
    // <<< prompt
    fn new() -> Handoff<T> {
        Handoff {
            slot: Mutex::new(Slot {
                value: None,
                closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    fn put(&self, value: T) -> Result<(), T> {
        let slot = self.slot.lock().unwrap();
        let mut slot = self
            .changed
            .wait_while(slot, |slot| slot.value.is_some() && !slot.closed)
            .unwrap();
        if slot.closed {
            return Err(value);
        }
        slot.value = Some(value);
        self.changed.notify_all();
        Ok(())
    }

    fn take(&self) -> Option<T> {
        let slot = self.slot.lock().unwrap();
        let mut slot = self
            .changed
            .wait_while(slot, |slot| slot.value.is_none() && !slot.closed)
            .unwrap();
        self.changed.notify_all();
        slot.value.take()
    }

    fn close(&self) {
        self.slot.lock().unwrap().closed = true;
        self.changed.notify_all();
    }
}

// >>> probes
type ProbeShared = ::std::sync::Arc<Handoff<String>>;

/// Begins to do something on a thread; what is given says what came of it.
fn probe_begin<R: Send + 'static>(
    action: impl FnOnce() -> R + Send + 'static,
) -> ::std::sync::mpsc::Receiver<R> {
    let (sender, receiver) = ::std::sync::mpsc::channel();
    ::std::thread::spawn(move || sender.send(action()));
    receiver
}

/// What came of it. Patience is far longer than what any of this takes; once it has run out, there
/// is less of it.
fn probe_ended<R>(receiver: &::std::sync::mpsc::Receiver<R>) -> Option<R> {
    use std::sync::atomic::{AtomicU64, Ordering};
    static PATIENCE: AtomicU64 = AtomicU64::new(3_000);
    let patience = ::std::time::Duration::from_millis(PATIENCE.load(Ordering::Relaxed));
    let outcome = receiver.recv_timeout(patience).ok();
    if outcome.is_none() {
        PATIENCE.store(50, Ordering::Relaxed);
    }
    outcome
}

/// Gives a thread the time to begin to wait, and says whether it does.
fn probe_waits<R>(receiver: &::std::sync::mpsc::Receiver<R>, millis: u64) -> bool {
    receiver
        .recv_timeout(::std::time::Duration::from_millis(millis))
        .is_err()
}

fn probe_shared() -> ProbeShared {
    ::std::sync::Arc::new(Handoff::new())
}

fn probe_begin_put(
    handoff: &ProbeShared,
    value: &str,
) -> ::std::sync::mpsc::Receiver<::std::result::Result<(), String>> {
    let (handoff, value) = (handoff.clone(), ::std::string::String::from(value));
    probe_begin(move || handoff.put(value))
}

fn probe_begin_take(
    handoff: &ProbeShared,
) -> ::std::sync::mpsc::Receiver<::std::option::Option<String>> {
    let handoff = handoff.clone();
    probe_begin(move || handoff.take())
}

/// Puts texts, takes at "take" and closes at "close", on one thread. None if that does not end.
///
/// Of each step: what was taken, or what was given back.
fn probe_alone(steps: Vec<String>) -> Option<Vec<Option<String>>> {
    probe_ended(&probe_begin(move || {
        let handoff = Handoff::new();
        steps
            .into_iter()
            .map(|step| match step.as_str() {
                "take" => handoff.take(),
                "close" => {
                    handoff.close();
                    ::std::option::Option::None
                }
                _ => handoff.put(step).err(),
            })
            .collect()
    }))
}

/// One thread puts the numbers below `count`, another takes until there is nothing more.
fn probe_relay(count: u32) -> Option<Vec<u32>> {
    let handoff = ::std::sync::Arc::new(Handoff::new());
    let source = handoff.clone();
    probe_begin(move || {
        for number in 0..count {
            source.put(number).unwrap();
        }
        source.close();
    });
    probe_ended(&probe_begin(move || {
        ::std::iter::from_fn(|| handoff.take()).collect()
    }))
}

/// Three threads put, three take, all of it through one slot; sorted.
fn probe_crowd(each: u32) -> Option<Vec<u32>> {
    let handoff: ::std::sync::Arc<Handoff<u32>> = ::std::sync::Arc::new(Handoff::new());
    let (taken, all) = ::std::sync::mpsc::channel();
    for _ in 0..3 {
        let (taken, handoff) = (taken.clone(), handoff.clone());
        probe_begin(move || {
            while let ::std::option::Option::Some(number) = handoff.take() {
                taken.send(number).unwrap();
            }
        });
    }
    ::std::mem::drop(taken);
    let sources: ::std::vec::Vec<_> = (0..3)
        .map(|source| {
            let handoff = handoff.clone();
            probe_begin(move || {
                for number in 0..each {
                    handoff.put(source * each + number).unwrap();
                }
            })
        })
        .collect();
    for source in sources {
        probe_ended(&source)?;
    }
    handoff.close();
    let mut numbers: ::std::vec::Vec<u32> = probe_ended(&probe_begin(move || {
        all.iter().collect::<::std::vec::Vec<u32>>()
    }))?;
    numbers.sort_unstable();
    ::std::option::Option::Some(numbers)
}

/// Of a put with the slot full: whether it waits, what is taken then, whether it ends, and what is
/// taken after that.
#[allow(clippy::type_complexity)]
fn probe_put_waits() -> (bool, Option<Option<String>>, bool, Option<Option<String>>) {
    let handoff = probe_shared();
    let first = probe_begin_put(&handoff, "first");
    probe_ended(&first);
    let second = probe_begin_put(&handoff, "second");
    let waiting = probe_waits(&second, 100);
    let taken = probe_ended(&probe_begin_take(&handoff));
    let over = probe_ended(&second) == ::std::option::Option::Some(::std::result::Result::Ok(()));
    (
        waiting,
        taken,
        over,
        probe_ended(&probe_begin_take(&handoff)),
    )
}

/// Of a take with the slot empty: whether it waits, and what it gives after a put.
fn probe_take_waits() -> (bool, Option<Option<String>>) {
    let handoff = probe_shared();
    let take = probe_begin_take(&handoff);
    let waiting = probe_waits(&take, 100);
    probe_ended(&probe_begin_put(&handoff, "value"));
    (waiting, probe_ended(&take))
}

/// What those that wait to take get when the slot is closed.
fn probe_close_while_taking(takers: usize) -> Vec<Option<Option<String>>> {
    let handoff = probe_shared();
    let takes: ::std::vec::Vec<_> = (0..takers).map(|_| probe_begin_take(&handoff)).collect();
    for take in &takes {
        probe_waits(take, 50);
    }
    handoff.close();
    takes.iter().map(probe_ended).collect()
}

/// What those that wait to put get when the slot is closed, and then two takes.
#[allow(clippy::type_complexity)]
fn probe_close_while_putting(
    values: Vec<String>,
) -> (Vec<Option<Result<(), String>>>, Vec<Option<Option<String>>>) {
    let handoff = probe_shared();
    probe_ended(&probe_begin_put(&handoff, "inside"));
    let puts: ::std::vec::Vec<_> = values
        .iter()
        .map(|value| probe_begin_put(&handoff, value))
        .collect();
    for put in &puts {
        probe_waits(put, 50);
    }
    handoff.close();
    let given_back = puts.iter().map(probe_ended).collect();
    let takes = (0..2)
        .map(|_| probe_ended(&probe_begin_take(&handoff)))
        .collect();
    (given_back, takes)
}

/// Two wait to take while one thread puts two values right after each other; how often all went
/// well.
fn probe_both_sides_wait(rounds: usize) -> usize {
    (0..rounds)
        .take_while(|_| {
            let handoff = probe_shared();
            let takes = [probe_begin_take(&handoff), probe_begin_take(&handoff)];
            for take in &takes {
                probe_waits(take, 4);
            }
            let source = handoff.clone();
            let puts = probe_begin(move || {
                source.put(::std::string::String::new()).is_ok()
                    && source.put(::std::string::String::new()).is_ok()
            });
            probe_ended(&puts).is_some() && takes.iter().all(|take| probe_ended(take).is_some())
        })
        .count()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(steps: &[&str]) -> Vec<Option<String>> {
        probe_alone(steps.iter().map(|step| step.to_string()).collect()).expect("an end")
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_string())
    }

    #[test]
    fn what_is_put_is_taken() {
        assert_eq!(
            alone(&["a", "take", "", "take"]),
            [None, some("a"), None, some("")]
        );
    }

    #[test]
    fn a_closed_slot_takes_nothing_in() {
        assert_eq!(alone(&["close", "a", "b"]), [None, some("a"), some("b")]);
        assert_eq!(alone(&["close", "close", "take"]), [None, None, None]);
    }

    #[test]
    fn what_is_in_a_closed_slot_can_be_taken_once() {
        assert_eq!(
            alone(&["a", "close", "take", "take"]),
            [None, None, some("a"), None]
        );
        assert_eq!(
            alone(&["a", "close", "b", "take", "c", "take"]),
            [None, None, some("b"), some("a"), some("c"), None]
        );
    }

    #[test]
    fn all_in_order_between_two() {
        assert_eq!(probe_relay(0), Some(vec![]));
        assert_eq!(probe_relay(300), Some((0..300).collect()));
    }

    #[test]
    fn each_value_once_among_many() {
        assert_eq!(probe_crowd(100), Some((0..300).collect()));
    }

    #[test]
    fn a_put_waits_for_room() {
        assert_eq!(
            probe_put_waits(),
            (true, Some(some("first")), true, Some(some("second")))
        );
    }

    #[test]
    fn a_take_waits_for_a_value() {
        assert_eq!(probe_take_waits(), (true, Some(some("value"))));
    }

    #[test]
    fn a_close_ends_every_take() {
        assert_eq!(probe_close_while_taking(1), [Some(None)]);
        assert_eq!(
            probe_close_while_taking(3),
            [Some(None), Some(None), Some(None)]
        );
    }

    #[test]
    fn a_close_ends_every_put_and_leaves_the_value() {
        let (given_back, taken) = probe_close_while_putting(vec!["x".into(), "y".into()]);
        assert_eq!(given_back, [Some(Err("x".into())), Some(Err("y".into()))]);
        assert_eq!(taken, [Some(some("inside")), Some(None)]);
    }

    #[test]
    fn both_sides_may_wait() {
        assert_eq!(probe_both_sides_wait(20), 20);
    }
}
