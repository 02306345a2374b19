//! category: async
//! tags: futures, pinning, impl Trait, polling
//! level: advanced

// >>> prompt
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Joins two futures to one that runs both of them side by side and gives both outputs.
///
/// - Calling `join` polls nothing.
/// - Each poll of the joined future polls first `a`, then `b`, each of them once, with the context
///   that it was given.
/// - A future that has given its output is never polled again. It is dropped at once, before
///   anything else is polled, while the other one goes on.
/// - The joined future is ready in the poll in which the last of the two gives its output.
///
/// Neither the futures nor their outputs need be `Unpin`.
fn join<A: Future, B: Future>(a: A, b: B) -> impl Future<Output = (A::Output, B::Output)> {
    // <<< prompt
    let mut a = (Some(Box::pin(a)), None);
    let mut b = (Some(Box::pin(b)), None);
    std::future::poll_fn(move |context| {
        advance(&mut a, context);
        advance(&mut b, context);
        if a.0.is_some() || b.0.is_some() {
            return Poll::Pending;
        }
        a.1.take()
            .zip(b.1.take())
            .map_or(Poll::Pending, Poll::Ready)
    })
}

/// Polls the future of a side, if it is still there; once it is ready its output takes its place.
fn advance<F: Future>(
    (running, output): &mut (Option<Pin<Box<F>>>, Option<F::Output>),
    context: &mut Context<'_>,
) {
    if let Some(future) = running {
        if let Poll::Ready(ready) = future.as_mut().poll(context) {
            *output = Some(ready);
            *running = None;
        }
    }
}

// >>> probes
type ProbeLog = ::std::rc::Rc<::std::cell::RefCell<::std::vec::Vec<String>>>;

/// Pending until its poll number `ready`. It notes polls, and when it is dropped; it is not
/// `Unpin`.
struct ProbeNoted {
    name: &'static str,
    ready: usize,
    polls: usize,
    log: ProbeLog,
    _pinned: ::std::marker::PhantomPinned,
}

impl ProbeNoted {
    fn note(&self, what: &str) {
        let entry = ::std::format!("{} {what}", self.name);
        self.log.borrow_mut().push(entry);
    }
}

impl Future for ProbeNoted {
    type Output = (String, ::std::marker::PhantomPinned);

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.note("polled");
        // Nothing is moved out of what is pinned.
        let this = unsafe { self.get_unchecked_mut() };
        this.polls += 1;
        context.waker().wake_by_ref();
        if this.polls == this.ready {
            let output = ::std::format!("{}{}", this.name, this.polls);
            return Poll::Ready((output, ::std::marker::PhantomPinned));
        }
        Poll::Pending
    }
}

impl ::std::ops::Drop for ProbeNoted {
    fn drop(&mut self) {
        self.note("dropped");
    }
}

fn probe_noted(name: &'static str, ready: usize, log: &ProbeLog) -> ProbeNoted {
    ProbeNoted {
        name,
        ready,
        polls: 0,
        log: log.clone(),
        _pinned: ::std::marker::PhantomPinned,
    }
}

struct ProbeCount(::std::sync::atomic::AtomicUsize);

impl ::std::task::Wake for ProbeCount {
    fn wake(self: ::std::sync::Arc<Self>) {
        self.0.fetch_add(1, ::std::sync::atomic::Ordering::SeqCst);
    }
}

/// Polls a join of two futures that are ready in their polls number `a` and `b`, at most `most`
/// times.
///
/// Gives what was noted, with a "-" after each poll of the joined future, and the outputs.
fn probe_log(a: usize, b: usize, most: usize) -> (Vec<String>, Option<(String, String)>) {
    let log: ProbeLog = ::std::default::Default::default();
    let mut joined =
        ::std::boxed::Box::pin(join(probe_noted("a", a, &log), probe_noted("b", b, &log)));
    let mut context = Context::from_waker(::std::task::Waker::noop());
    let mut outputs = ::std::option::Option::None;
    for _ in 0..most {
        let poll = joined.as_mut().poll(&mut context);
        log.borrow_mut().push("-".into());
        if let Poll::Ready((a, b)) = poll {
            outputs = ::std::option::Option::Some((a.0, b.0));
            break;
        }
    }
    let entries = log.borrow().clone();
    (entries, outputs)
}

/// What was noted in the end, where the joined future is dropped after `polls` polls.
fn probe_dropped(polls: usize) -> Vec<String> {
    let log: ProbeLog = ::std::default::Default::default();
    let mut joined =
        ::std::boxed::Box::pin(join(probe_noted("a", 1, &log), probe_noted("b", 9, &log)));
    let mut context = Context::from_waker(::std::task::Waker::noop());
    for _ in 0..polls {
        let _ = joined.as_mut().poll(&mut context);
    }
    log.borrow_mut().push("-".into());
    ::std::mem::drop(joined);
    let entries = log.borrow().clone();
    entries
}

/// How often a waker was woken in a poll of two futures that both wake it, and in a second one with
/// another waker.
fn probe_wakes() -> (usize, usize) {
    let log: ProbeLog = ::std::default::Default::default();
    let mut joined =
        ::std::boxed::Box::pin(join(probe_noted("a", 5, &log), probe_noted("b", 1, &log)));
    let counts = [(); 2].map(|()| {
        let count = ::std::sync::Arc::new(ProbeCount(::std::sync::atomic::AtomicUsize::new(0)));
        let waker = ::std::task::Waker::from(count.clone());
        let _ = joined.as_mut().poll(&mut Context::from_waker(&waker));
        count.0.load(::std::sync::atomic::Ordering::SeqCst)
    });
    (counts[0], counts[1])
}

/// Joins async blocks that borrow, and joins of joins, of several types.
fn probe_blocks(text: String, number: u32) -> Option<((usize, String), (u32, Option<char>))> {
    let first = join(async { text.len() }, async { text.to_uppercase() });
    let second = join(::std::future::ready(number), async { text.chars().next() });
    let mut both = ::std::pin::pin!(join(first, second));
    match both
        .as_mut()
        .poll(&mut Context::from_waker(::std::task::Waker::noop()))
    {
        Poll::Ready(outputs) => ::std::option::Option::Some(outputs),
        Poll::Pending => ::std::option::Option::None,
    }
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs(a: &str, b: &str) -> Option<(String, String)> {
        Some((a.to_string(), b.to_string()))
    }

    #[test]
    fn nothing_is_polled_by_the_call() {
        assert_eq!(probe_log(1, 1, 0), (vec![], None));
    }

    #[test]
    fn both_ready_at_once() {
        let (log, result) = probe_log(1, 1, 9);
        assert_eq!(log, ["a polled", "a dropped", "b polled", "b dropped", "-"]);
        assert_eq!(result, outputs("a1", "b1"));
    }

    #[test]
    fn both_are_polled_side_by_side() {
        let (log, result) = probe_log(2, 2, 9);
        let expected = [
            "a polled",
            "b polled",
            "-",
            "a polled",
            "a dropped",
            "b polled",
            "b dropped",
            "-",
        ];
        assert_eq!(log, expected);
        assert_eq!(result, outputs("a2", "b2"));
    }

    #[test]
    fn the_first_ends_first() {
        let (log, result) = probe_log(1, 3, 9);
        let expected = [
            "a polled",
            "a dropped",
            "b polled",
            "-",
            "b polled",
            "-",
            "b polled",
            "b dropped",
            "-",
        ];
        assert_eq!(log, expected);
        assert_eq!(result, outputs("a1", "b3"));
    }

    #[test]
    fn the_second_ends_first() {
        let (log, result) = probe_log(3, 1, 9);
        let expected = [
            "a polled",
            "b polled",
            "b dropped",
            "-",
            "a polled",
            "-",
            "a polled",
            "a dropped",
            "-",
        ];
        assert_eq!(log, expected);
        assert_eq!(result, outputs("a3", "b1"));
    }

    #[test]
    fn one_that_never_ends() {
        let (log, result) = probe_log(2, 0, 4);
        assert_eq!(result, None);
        assert_eq!(log.iter().filter(|entry| *entry == "a polled").count(), 2);
        assert_eq!(log.iter().filter(|entry| *entry == "b polled").count(), 4);
    }

    #[test]
    fn what_still_runs_is_dropped_with_it() {
        let mut unpolled = probe_dropped(0);
        unpolled.sort();
        assert_eq!(unpolled, ["-", "a dropped", "b dropped"]);
        let expected = ["a polled", "a dropped", "b polled", "-", "b dropped"];
        assert_eq!(probe_dropped(1), expected);
    }

    #[test]
    fn the_waker_is_passed_on() {
        assert_eq!(probe_wakes(), (2, 1));
    }

    #[test]
    fn futures_of_several_types() {
        assert_eq!(
            probe_blocks("über".to_string(), 7),
            Some(((5, "ÜBER".to_string()), (7, Some('ü'))))
        );
    }
}
