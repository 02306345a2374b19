//! category: closures
//! tags: closure bounds, moves, enums, pattern matching
//! level: intermediate

// >>> prompt
/// How far it is with something that was asked for.
#[derive(Debug, PartialEq)]
enum Reply<T> {
    Waiting,
    Done(T),
    /// With the reason.
    Refused(String),
}

/// Every parameter below but `self` is a closure. Each closure is called once where it is said to be called,
/// and not at all otherwise. Closures may give away what they have captured: no more is asked of them than
/// is needed for a single call. Nothing is asked of the types of the values. What is not said to change, or to
/// become something else, stays as it is.
///
/// - `map(self, change) -> Reply<U>`: the value of `Done` becomes `change(value)`.
/// - `check(self, good, reason) -> Reply<T>`: if it is `Done` and `good(&value)` is false, it becomes
///   `Refused(reason(value))`.
/// - `or_ask(self, again) -> Reply<T>`: `Refused` becomes the reply that `again(reason)` returns.
/// - `both(self, other) -> Reply<(T, U)>`: if it is `Done`, asks `other()`, and becomes `Done` with the pair of
///   the values if that is `Done` too, else what that is.
/// - `settle(self, waiting, done, refused) -> R`: what `waiting()`, `done(value)` or `refused(reason)` returns,
///   whichever fits.
/// - `update(&mut self, change) -> bool`: calls `change(&mut value)`, so that the value changes in its place, and
///   returns `true`, if it is `Done`; else `false`.
impl<T> Reply<T> {
    // <<< prompt
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Reply<U> {
        match self {
            Reply::Waiting => Reply::Waiting,
            Reply::Done(value) => Reply::Done(change(value)),
            Reply::Refused(reason) => Reply::Refused(reason),
        }
    }

    fn check(self, good: impl FnOnce(&T) -> bool, reason: impl FnOnce(T) -> String) -> Reply<T> {
        match self {
            Reply::Done(value) if !good(&value) => Reply::Refused(reason(value)),
            other => other,
        }
    }

    fn or_ask(self, again: impl FnOnce(String) -> Reply<T>) -> Reply<T> {
        match self {
            Reply::Refused(reason) => again(reason),
            other => other,
        }
    }

    fn both<U>(self, other: impl FnOnce() -> Reply<U>) -> Reply<(T, U)> {
        match self {
            Reply::Waiting => Reply::Waiting,
            Reply::Done(value) => other().map(|second| (value, second)),
            Reply::Refused(reason) => Reply::Refused(reason),
        }
    }

    fn settle<R>(
        self,
        waiting: impl FnOnce() -> R,
        done: impl FnOnce(T) -> R,
        refused: impl FnOnce(String) -> R,
    ) -> R {
        match self {
            Reply::Waiting => waiting(),
            Reply::Done(value) => done(value),
            Reply::Refused(reason) => refused(reason),
        }
    }

    fn update(&mut self, change: impl FnOnce(&mut T)) -> bool {
        match self {
            Reply::Done(value) => {
                change(value);
                true
            }
            _ => false,
        }
    }
}

// >>> probes
/// A value without any traits.
struct ProbeBare(i32);

/// Waiting for `?`, done for a number, else refused for the text as reason.
fn probe_reply(text: &str) -> Reply<ProbeBare> {
    if text == "?" {
        return Reply::Waiting;
    }
    match text.parse() {
        ::std::result::Result::Ok(number) => Reply::Done(ProbeBare(number)),
        ::std::result::Result::Err(_) => Reply::Refused(text.to_string()),
    }
}

fn probe_shown<T>(reply: Reply<T>, show: impl Fn(&T) -> String) -> String {
    match reply {
        Reply::Waiting => "waiting".to_string(),
        Reply::Done(value) => ::std::format!("done {}", show(&value)),
        Reply::Refused(reason) => ::std::format!("refused {reason}"),
    }
}

/// Something that can be given away once.
fn probe_token() -> (::std::vec::Vec<u8>, ::std::rc::Rc<::std::cell::Cell<u32>>) {
    (
        ::std::vec::Vec::new(),
        ::std::rc::Rc::new(::std::cell::Cell::new(0)),
    )
}

fn probe_spend(token: ::std::vec::Vec<u8>, calls: &::std::cell::Cell<u32>) {
    drop(token);
    calls.set(calls.get() + 1);
}

/// Maps to text, with a `!` behind it; and how often the closure was called. So do the others below.
fn probe_map(text: String) -> (String, u32) {
    let (token, calls) = probe_token();
    let mapped = probe_reply(&text).map(|value| {
        probe_spend(token, &calls);
        ::std::format!("{}!", value.0)
    });
    (probe_shown(mapped, |text| text.to_string()), calls.get())
}

/// Good is what is more than 9.
fn probe_check(text: String) -> (String, u32, u32) {
    let (token, calls) = probe_token();
    let (reason_token, reason_calls) = probe_token();
    let checked = probe_reply(&text).check(
        |value: &ProbeBare| {
            probe_spend(token, &calls);
            value.0 > 9
        },
        |value: ProbeBare| {
            probe_spend(reason_token, &reason_calls);
            ::std::format!("{} is too little", value.0)
        },
    );
    let shown = probe_shown(checked, |value| value.0.to_string());
    (shown, calls.get(), reason_calls.get())
}

/// What is refused is asked for again: what the reason has behind its last blank says the reply.
fn probe_or_ask(text: String) -> (String, u32) {
    let (token, calls) = probe_token();
    let reply = probe_reply(&text).or_ask(|reason: ::std::string::String| {
        probe_spend(token, &calls);
        probe_reply(reason.rsplit(' ').next().unwrap())
    });
    (probe_shown(reply, |value| value.0.to_string()), calls.get())
}

fn probe_both(text: String, other: String) -> (String, u32) {
    let (token, calls) = probe_token();
    let reply = probe_reply(&text).both(|| {
        probe_spend(token, &calls);
        probe_reply(&other).map(|value| (value, "second"))
    });
    let shown = probe_shown(reply, |(one, (other, second))| {
        ::std::format!("{} {} {second}", one.0, other.0)
    });
    (shown, calls.get())
}

fn probe_settle(text: String) -> (String, u32, u32, u32) {
    let tokens = [probe_token(), probe_token(), probe_token()];
    let [(a, waiting), (b, done), (c, refused)] = tokens;
    let settled = probe_reply(&text).settle(
        || {
            probe_spend(a, &waiting);
            "waited".to_string()
        },
        |value| {
            probe_spend(b, &done);
            (value.0 / 2).to_string()
        },
        |reason| {
            probe_spend(c, &refused);
            reason
        },
    );
    (settled, waiting.get(), done.get(), refused.get())
}

/// Takes the value out of its place and puts another one there, with 1 more.
fn probe_update(text: String) -> (bool, String, u32) {
    let (token, calls) = probe_token();
    let mut reply = probe_reply(&text);
    let changed = reply.update(|value: &mut ProbeBare| {
        probe_spend(token, &calls);
        let before = ::std::mem::replace(value, ProbeBare(0));
        value.0 = before.0 + 1;
    });
    let shown = probe_shown(reply, |value| value.0.to_string());
    (changed, shown, calls.get())
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        text.to_string()
    }

    #[test]
    fn map_changes_what_is_done() {
        assert_eq!(probe_map("5".into()), (shown("done 5!"), 1));
    }

    #[test]
    fn map_leaves_all_else() {
        assert_eq!(probe_map("?".into()), (shown("waiting"), 0));
        assert_eq!(probe_map("no".into()), (shown("refused no"), 0));
    }

    #[test]
    fn check_keeps_what_is_good() {
        assert_eq!(probe_check("10".into()), (shown("done 10"), 1, 0));
    }

    #[test]
    fn check_refuses_what_is_not_good() {
        assert_eq!(
            probe_check("9".into()),
            (shown("refused 9 is too little"), 1, 1)
        );
    }

    #[test]
    fn check_leaves_all_else() {
        assert_eq!(probe_check("?".into()), (shown("waiting"), 0, 0));
        assert_eq!(probe_check("no".into()), (shown("refused no"), 0, 0));
    }

    #[test]
    fn what_was_refused_is_asked_for_again() {
        assert_eq!(probe_or_ask("no: 7".into()), (shown("done 7"), 1));
        assert_eq!(probe_or_ask("no: ?".into()), (shown("waiting"), 1));
        assert_eq!(
            probe_or_ask("no: never".into()),
            (shown("refused never"), 1)
        );
    }

    #[test]
    fn what_was_not_refused_is_not_asked_for_again() {
        assert_eq!(probe_or_ask("7".into()), (shown("done 7"), 0));
        assert_eq!(probe_or_ask("?".into()), (shown("waiting"), 0));
    }

    #[test]
    fn both_are_done() {
        assert_eq!(
            probe_both("1".into(), "2".into()),
            (shown("done 1 2 second"), 1)
        );
    }

    #[test]
    fn only_the_first_is_done() {
        assert_eq!(probe_both("1".into(), "?".into()), (shown("waiting"), 1));
        assert_eq!(
            probe_both("1".into(), "no".into()),
            (shown("refused no"), 1)
        );
    }

    #[test]
    fn the_other_is_not_asked_for_where_the_first_is_not_done() {
        for other in ["2", "?", "never"] {
            assert_eq!(probe_both("?".into(), other.into()), (shown("waiting"), 0));
            assert_eq!(
                probe_both("no".into(), other.into()),
                (shown("refused no"), 0)
            );
        }
    }

    #[test]
    fn settle_calls_what_fits() {
        assert_eq!(probe_settle("?".into()), (shown("waited"), 1, 0, 0));
        assert_eq!(probe_settle("8".into()), (shown("4"), 0, 1, 0));
        assert_eq!(probe_settle("no".into()), (shown("no"), 0, 0, 1));
    }

    #[test]
    fn update_changes_the_value_in_its_place() {
        assert_eq!(probe_update("8".into()), (true, shown("done 9"), 1));
    }

    #[test]
    fn update_leaves_all_else() {
        assert_eq!(probe_update("?".into()), (false, shown("waiting"), 0));
        assert_eq!(probe_update("no".into()), (false, shown("refused no"), 0));
    }
}
