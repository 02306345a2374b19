//! category: async
//! tags: hand-written Future, wakers, Drop, Arc and Mutex
//! level: advanced

// >>> prompt
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// What the two ends of a promise share.
struct Line<T> {
    state: State<T>,
    /// The waker of the latest poll that gave `Pending`, until it is woken.
    waker: Option<Waker>,
}

enum State<T> {
    Open,
    Kept(T),
    Broken,
}

/// The end of the one who promises a value.
struct Promise<T> {
    line: Arc<Mutex<Line<T>>>,
}

/// The end of the one who awaits it.
struct Reply<T> {
    line: Arc<Mutex<Line<T>>>,
}

fn promise<T>() -> (Promise<T>, Reply<T>) {
    let state = State::Open;
    let line = Arc::new(Mutex::new(Line { state, waker: None }));
    let other_end = Arc::clone(&line);
    (Promise { line }, Reply { line: other_end })
}

/// The behaviour of both ends, for values of any type:
///
/// - `fn keep(self, value: T)` of `Promise<T>` hands the value over. A promise that is dropped
///   without that is broken.
/// - `Reply<T>` is a future with the output `Option<T>`: the value of the promise, or `None` if it
///   is broken. It is pending until one of the two has happened.
/// - When a promise is kept or broken, the waker of the latest poll that gave `Pending`, if there
///   was one, is woken exactly once. Wakers of earlier polls are not woken, unless they are the
///   same.
/// - No waker is woken while the mutex is locked, for it may poll the reply at once.
impl<T> Promise<T> {
    // <<< prompt
    fn keep(self, value: T) {
        self.settle(State::Kept(value));
    }

    /// Only the first call counts: a promise that has been kept is dropped too.
    fn settle(&self, state: State<T>) {
        let mut line = self.line.lock().unwrap();
        if !matches!(line.state, State::Open) {
            return;
        }
        line.state = state;
        let waker = line.waker.take();
        drop(line);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        self.settle(State::Broken);
    }
}

impl<T> Future for Reply<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut line = self.line.lock().unwrap();
        match std::mem::replace(&mut line.state, State::Broken) {
            State::Open => {
                line.state = State::Open;
                line.waker = Some(context.waker().clone());
                Poll::Pending
            }
            State::Kept(value) => Poll::Ready(Some(value)),
            State::Broken => Poll::Ready(None),
        }
    }
}

// >>> probes
/// A value that can do nothing but be moved, and that tells when it is dropped.
struct ProbePlain {
    text: String,
    dropped: ::std::sync::Arc<::std::sync::atomic::AtomicUsize>,
}

impl ::std::ops::Drop for ProbePlain {
    fn drop(&mut self) {
        self.dropped
            .fetch_add(1, ::std::sync::atomic::Ordering::SeqCst);
    }
}

/// Counts how often it is woken, and how often the line was free at that moment.
struct ProbeWatch {
    line: Arc<Mutex<Line<ProbePlain>>>,
    woken: ::std::sync::atomic::AtomicUsize,
    free: ::std::sync::atomic::AtomicUsize,
}

impl ::std::task::Wake for ProbeWatch {
    fn wake(self: Arc<Self>) {
        use ::std::sync::atomic::Ordering::SeqCst;
        self.woken.fetch_add(1, SeqCst);
        if self.line.try_lock().is_ok() {
            self.free.fetch_add(1, SeqCst);
        }
    }
}

/// Polls a reply once with each of the wakers 0 to 2 that `polls` names, then keeps the promise
/// with `value`, or breaks it.
///
/// Gives how many of these polls were pending, how often each waker had been woken before the end,
/// and after it, how often the line was free when one was woken, what the next poll gives, and how
/// often the value has been dropped when all is over.
#[allow(clippy::type_complexity)]
fn probe_story(
    polls: Vec<usize>,
    value: Option<String>,
) -> (
    usize,
    Vec<usize>,
    Vec<usize>,
    usize,
    Option<Option<String>>,
    usize,
) {
    use ::std::sync::atomic::Ordering::SeqCst;
    let dropped: Arc<::std::sync::atomic::AtomicUsize> = ::std::default::Default::default();
    let (promise, mut reply) = promise::<ProbePlain>();
    let watches = [(); 3].map(|()| {
        Arc::new(ProbeWatch {
            line: reply.line.clone(),
            woken: ::std::default::Default::default(),
            free: ::std::default::Default::default(),
        })
    });
    let mut pending = 0;
    for watch in polls {
        let waker = Waker::from(watches[watch].clone());
        let poll = Pin::new(&mut reply).poll(&mut Context::from_waker(&waker));
        pending += usize::from(poll.is_pending());
    }
    let woken = || {
        watches
            .iter()
            .map(|watch| watch.woken.load(SeqCst))
            .collect::<::std::vec::Vec<usize>>()
    };
    let before = woken();
    match value {
        ::std::option::Option::Some(text) => promise.keep(ProbePlain {
            text,
            dropped: dropped.clone(),
        }),
        ::std::option::Option::None => ::std::mem::drop(promise),
    }
    let after = woken();
    let free = watches.iter().map(|watch| watch.free.load(SeqCst)).sum();
    let outcome = match Pin::new(&mut reply).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => {
            ::std::option::Option::Some(value.map(|value| ::std::clone::Clone::clone(&value.text)))
        }
        Poll::Pending => ::std::option::Option::None,
    };
    ::std::mem::drop((reply, watches));
    (pending, before, after, free, outcome, dropped.load(SeqCst))
}

/// Keeps a promise whose reply is gone; how often the value has been dropped then.
fn probe_nobody_awaits() -> usize {
    let dropped: Arc<::std::sync::atomic::AtomicUsize> = ::std::default::Default::default();
    let (promise, reply) = promise();
    ::std::mem::drop(reply);
    promise.keep(ProbePlain {
        text: ::std::string::String::new(),
        dropped: dropped.clone(),
    });
    dropped.load(::std::sync::atomic::Ordering::SeqCst)
}

/// Polls the reply whenever it is woken, at once and where it is woken.
struct ProbeEager {
    reply: Mutex<Reply<u64>>,
    got: Mutex<::std::vec::Vec<Option<u64>>>,
}

impl ProbeEager {
    fn poll(self: Arc<Self>) {
        let waker = Waker::from(self.clone());
        let mut reply = self.reply.lock().unwrap();
        if let Poll::Ready(value) = Pin::new(&mut *reply).poll(&mut Context::from_waker(&waker)) {
            self.got.lock().unwrap().push(value);
        }
    }
}

impl ::std::task::Wake for ProbeEager {
    fn wake(self: Arc<Self>) {
        self.poll();
    }
}

/// Keeps a promise on another thread, or breaks it; what a waker got that polls the reply while it
/// is woken.
fn probe_eager(value: Option<u64>) -> Option<Vec<Option<u64>>> {
    let (promise, reply) = promise();
    let eager = Arc::new(ProbeEager {
        reply: Mutex::new(reply),
        got: ::std::default::Default::default(),
    });
    eager.clone().poll();
    let (over, end) = ::std::sync::mpsc::channel();
    ::std::thread::spawn(move || {
        match value {
            ::std::option::Option::Some(value) => promise.keep(value),
            ::std::option::Option::None => ::std::mem::drop(promise),
        }
        over.send(())
    });
    end.recv_timeout(::std::time::Duration::from_secs(3)).ok()?;
    let got = eager.got.lock().unwrap().clone();
    ::std::option::Option::Some(got)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Option<String> {
        Some(value.to_string())
    }

    #[test]
    fn kept_before_it_is_awaited() {
        let story = probe_story(vec![], text("ja"));
        assert_eq!(story, (0, vec![0; 3], vec![0; 3], 0, Some(text("ja")), 1));
    }

    #[test]
    fn broken_before_it_is_awaited() {
        let story = probe_story(vec![], None);
        assert_eq!(story, (0, vec![0; 3], vec![0; 3], 0, Some(None), 0));
    }

    #[test]
    fn a_kept_promise_wakes_once() {
        let story = probe_story(vec![0], text("x"));
        assert_eq!(story, (1, vec![0; 3], vec![1, 0, 0], 1, Some(text("x")), 1));
    }

    #[test]
    fn a_broken_promise_wakes_once() {
        let story = probe_story(vec![0], None);
        assert_eq!(story, (1, vec![0; 3], vec![1, 0, 0], 1, Some(None), 0));
    }

    #[test]
    fn only_the_latest_waker_is_woken() {
        let story = probe_story(vec![0, 1, 0, 2], text(""));
        assert_eq!(story, (4, vec![0; 3], vec![0, 0, 1], 1, Some(text("")), 1));
        let story = probe_story(vec![2, 1], None);
        assert_eq!(story, (2, vec![0; 3], vec![0, 1, 0], 1, Some(None), 0));
    }

    #[test]
    fn the_same_waker_again_is_woken_once() {
        let story = probe_story(vec![1, 1, 1], text("x"));
        assert_eq!(story, (3, vec![0; 3], vec![0, 1, 0], 1, Some(text("x")), 1));
    }

    #[test]
    fn a_value_that_nobody_awaits_is_dropped() {
        assert_eq!(probe_nobody_awaits(), 1);
    }

    #[test]
    fn a_waker_may_poll_at_once() {
        assert_eq!(probe_eager(Some(7)), Some(vec![Some(7)]));
        assert_eq!(probe_eager(None), Some(vec![None]));
    }
}
