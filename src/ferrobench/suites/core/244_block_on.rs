//! category: async
//! tags: futures, Wake trait, pinning, thread parking
//! level: intermediate

// >>> prompt
use std::future::Future;

/// Runs `future` to its end on the caller's thread, and gives its output.
///
/// The first poll is made at once. After a poll that gave `Pending`, the next one is made when the
/// waker or a clone of it has been woken since that poll began: by whichever thread, and even
/// before the poll was over. Several wake-ups before the next poll count as one. Without a wake-up
/// there is no poll: the thread sleeps, and goes on to sleep if something else unparks it.
///
/// Any future will do, also one that calls `block_on` itself while it is polled.
fn block_on<F: Future>(future: F) -> F::Output {
    // <<< prompt
    use std::sync::{Arc, Condvar, Mutex};
    use std::task::{Context, Poll, Wake, Waker};

    #[derive(Default)]
    struct Alarm {
        rung: Mutex<bool>,
        changed: Condvar,
    }

    impl Wake for Alarm {
        fn wake(self: Arc<Self>) {
            *self.rung.lock().unwrap() = true;
            self.changed.notify_one();
        }
    }

    let alarm = Arc::new(Alarm::default());
    let waker = Waker::from(Arc::clone(&alarm));
    let mut context = Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        let mut rung = alarm.rung.lock().unwrap();
        while !*rung {
            rung = alarm.changed.wait(rung).unwrap();
        }
        *rung = false;
    }
}

// >>> probes
/// Does something on a thread of its own; none if it does not end. Once that has happened, there is
/// less patience.
fn probe_in_time<R: Send + 'static>(
    action: impl FnOnce() -> R + Send + 'static,
) -> ::std::option::Option<R> {
    use ::std::sync::atomic::{AtomicU64, Ordering};
    static PATIENCE: AtomicU64 = AtomicU64::new(3_000);
    let (sender, receiver) = ::std::sync::mpsc::channel();
    ::std::thread::spawn(move || sender.send(action()));
    let patience = ::std::time::Duration::from_millis(PATIENCE.load(Ordering::Relaxed));
    let outcome = receiver.recv_timeout(patience).ok();
    if outcome.is_none() {
        PATIENCE.store(300, Ordering::Relaxed);
    }
    outcome
}

/// Runs a future that is pending until `step`, which gets the number of the poll from 1, says that
/// it is ready.
///
/// Gives the number of polls.
fn probe_polls(
    mut step: impl FnMut(usize, &::std::task::Waker) -> bool + Send + 'static,
) -> ::std::option::Option<usize> {
    probe_in_time(move || {
        let mut polls = 0;
        block_on(::std::future::poll_fn(|context| {
            polls += 1;
            if step(polls, context.waker()) {
                ::std::task::Poll::Ready(())
            } else {
                ::std::task::Poll::Pending
            }
        }));
        polls
    })
}

fn probe_ready(text: String) -> Option<String> {
    probe_in_time(|| block_on(::std::future::ready(text)))
}

/// An async block that holds a borrow of its own across several awaits.
fn probe_block(words: Vec<String>) -> Option<(String, usize)> {
    probe_in_time(move || {
        let mut pauses = 0;
        let text = block_on(async {
            let mut text = ::std::string::String::new();
            let end = &mut text;
            for word in &words {
                let mut paused = false;
                ::std::future::poll_fn(|context| {
                    if ::std::mem::replace(&mut paused, true) {
                        return ::std::task::Poll::Ready(());
                    }
                    pauses += 1;
                    context.waker().wake_by_ref();
                    ::std::task::Poll::Pending
                })
                .await;
                end.push_str(word);
            }
            text
        });
        (text, pauses)
    })
}

/// Pending `times` times, each time after it has woken itself.
fn probe_wakes_itself(times: usize) -> Option<usize> {
    probe_polls(move |number, waker| {
        waker.wake_by_ref();
        number > times
    })
}

/// Wakes itself `wakes` times in the first poll, and is woken by another thread after the second.
fn probe_wakes_at_once(wakes: usize) -> Option<usize> {
    let (set, ready) = ::std::sync::mpsc::channel::<()>();
    let (polled, third) = ::std::sync::mpsc::channel::<()>();
    let mut third = ::std::option::Option::Some(third);
    probe_polls(move |number, waker| {
        if number == 1 {
            for _ in 0..wakes {
                waker.clone().wake();
                waker.wake_by_ref();
            }
        } else if let ::std::option::Option::Some(third) = third.take() {
            let (waker, set) = (waker.clone(), set.clone());
            ::std::thread::spawn(move || {
                let _ = third.recv_timeout(::std::time::Duration::from_millis(60));
                set.send(()).unwrap();
                waker.wake();
            });
        } else {
            let _ = polled.send(());
        }
        ready.try_recv().is_ok()
    })
}

/// Woken by another thread, which is over before the poll is.
fn probe_woken_during_the_poll() -> Option<usize> {
    probe_polls(|number, waker| {
        let waker = waker.clone();
        ::std::thread::spawn(move || waker.wake()).join().unwrap();
        number == 3
    })
}

/// Woken by another thread some time later; if `stray`, the thread is unparked in the meantime.
fn probe_woken_later(stray: bool) -> Option<usize> {
    let (polled, polls_seen) = ::std::sync::mpsc::channel::<()>();
    let mut polls_seen = ::std::option::Option::Some(polls_seen);
    let (set, ready) = ::std::sync::mpsc::channel::<()>();
    probe_polls(move |_, waker| {
        let _ = polled.send(());
        if let ::std::option::Option::Some(polls_seen) = polls_seen.take() {
            let (waker, sleeper, set) = (waker.clone(), ::std::thread::current(), set.clone());
            ::std::thread::spawn(move || {
                let pause = ::std::time::Duration::from_millis(60);
                polls_seen.recv().unwrap();
                let _ = polls_seen.recv_timeout(pause);
                if stray {
                    sleeper.unpark();
                    let _ = polls_seen.recv_timeout(pause);
                }
                set.send(()).unwrap();
                waker.wake();
            });
        }
        ready.try_recv().is_ok()
    })
}

/// Unparks its own thread in the poll, and is woken by another one after that.
fn probe_unparks_itself() -> Option<usize> {
    let (set, ready) = ::std::sync::mpsc::channel::<()>();
    let mut set = ::std::option::Option::Some(set);
    let mut polled_again = ::std::option::Option::None;
    probe_polls(move |_, waker| {
        if let ::std::option::Option::Some(set) = set.take() {
            ::std::thread::current().unpark();
            let waker = waker.clone();
            let (again, polled) = ::std::sync::mpsc::channel::<()>();
            polled_again = ::std::option::Option::Some(again);
            ::std::thread::spawn(move || {
                let _ = polled.recv_timeout(::std::time::Duration::from_millis(60));
                set.send(()).unwrap();
                waker.wake();
            });
        } else if let ::std::option::Option::Some(again) = &polled_again {
            let _ = again.send(());
        }
        ready.try_recv().is_ok()
    })
}

/// Wakes itself, and then runs a future of its own to the end, which another thread wakes.
fn probe_nested() -> Option<usize> {
    probe_polls(|number, waker| {
        waker.wake_by_ref();
        let mut polled = false;
        block_on(::std::future::poll_fn(|context| {
            if ::std::mem::replace(&mut polled, true) {
                return ::std::task::Poll::Ready(());
            }
            let waker = context.waker().clone();
            ::std::thread::spawn(move || waker.wake());
            ::std::task::Poll::Pending
        }));
        number == 4
    })
}

/// Whether the future is polled on the thread that calls.
fn probe_same_thread() -> Option<bool> {
    probe_in_time(|| {
        let polled = block_on(async { ::std::thread::current().id() });
        polled == ::std::thread::current().id()
    })
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_future_that_is_ready() {
        assert_eq!(
            probe_ready("größer".to_string()),
            Some("größer".to_string())
        );
    }

    #[test]
    fn an_async_block_with_pauses() {
        let words = ["a", "b", "c"].map(String::from).to_vec();
        assert_eq!(probe_block(words), Some(("abc".to_string(), 3)));
        assert_eq!(probe_block(vec![]), Some((String::new(), 0)));
    }

    #[test]
    fn a_poll_for_each_time_it_wakes_itself() {
        assert_eq!(probe_wakes_itself(0), Some(1));
        assert_eq!(probe_wakes_itself(1), Some(2));
        assert_eq!(probe_wakes_itself(1_000), Some(1_001));
    }

    #[test]
    fn several_wake_ups_count_as_one() {
        assert_eq!(probe_wakes_at_once(1), Some(3));
        assert_eq!(probe_wakes_at_once(5), Some(3));
    }

    #[test]
    fn a_wake_up_during_the_poll_is_not_lost() {
        assert_eq!(probe_woken_during_the_poll(), Some(3));
    }

    #[test]
    fn sleeps_until_it_is_woken() {
        assert_eq!(probe_woken_later(false), Some(2));
    }

    #[test]
    fn a_stray_unpark_is_no_wake_up() {
        assert_eq!(probe_woken_later(true), Some(2));
        assert_eq!(probe_unparks_itself(), Some(2));
    }

    #[test]
    fn can_be_nested() {
        assert_eq!(probe_nested(), Some(4));
    }

    #[test]
    fn polls_where_it_is_called() {
        assert_eq!(probe_same_thread(), Some(true));
    }
}
