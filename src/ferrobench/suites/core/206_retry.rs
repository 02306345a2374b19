//! category: error handling
//! tags: generic errors, from conversions, question mark, extension traits, error sources
//! level: advanced

use std::error::Error;
use std::fmt;

// >>> prompt
/// How one attempt failed: `Again` if another one might go well, `Never` if none will.
#[derive(Debug)]
enum Failed<E> {
    Again(E),
    Never(E),
}

/// The errors of all attempts, in their order. No attempt at all leaves no errors.
#[derive(Debug)]
struct GaveUp<E> {
    errors: Vec<E>,
}

/// With this, `?` makes an error an `Again`. The answer also defines, for every type `E`:
///
/// - `trait OrNever<T, E>` with a method `or_never(self) -> Result<T, Failed<E>>`, which every
///   `Result<T, E>` has: an error becomes a `Never`.
/// - `retry`, called as `retry(limit, attempt)`, with `limit: u32`, and with `attempt` a closure that takes
///   the number of the attempt, 1 for the first, as a `u32`, returns a `Result<T, Failed<E>>`, and may change
///   what it has captured. It is called until it succeeds or returns a `Never`, at most `limit` times.
///   `retry` returns its value as `Ok`, else a `GaveUp<E>` as `Err`.
/// - `Display` of `GaveUp<E>`, where `E` has it: `gave up after 3 attempts: ` and the text of the last error;
///   `gave up after 1 attempt: `; `gave up before the first attempt`, which ends there.
/// - `Error` for `GaveUp<E>`, where `E` is an `Error` that borrows nothing: the last error is the source, if
///   there is one.
///
/// Errors need not be cloned, nor have any other trait that is not named here.
impl<E> From<E> for Failed<E> {
    // <<< prompt
    fn from(error: E) -> Self {
        Failed::Again(error)
    }
}

trait OrNever<T, E> {
    fn or_never(self) -> Result<T, Failed<E>>;
}

impl<T, E> OrNever<T, E> for Result<T, E> {
    fn or_never(self) -> Result<T, Failed<E>> {
        self.map_err(Failed::Never)
    }
}

fn retry<T, E>(
    limit: u32,
    mut attempt: impl FnMut(u32) -> Result<T, Failed<E>>,
) -> Result<T, GaveUp<E>> {
    let mut errors = Vec::new();
    for number in 1..=limit {
        match attempt(number) {
            Ok(value) => return Ok(value),
            Err(Failed::Again(error)) => errors.push(error),
            Err(Failed::Never(error)) => {
                errors.push(error);
                break;
            }
        }
    }
    Err(GaveUp { errors })
}

impl<E: fmt::Display> fmt::Display for GaveUp<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.errors[..] {
            [] => write!(f, "gave up before the first attempt"),
            [only] => write!(f, "gave up after 1 attempt: {only}"),
            [.., last] => write!(f, "gave up after {} attempts: {last}", self.errors.len()),
        }
    }
}

impl<E: Error + 'static> Error for GaveUp<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let last = self.errors.last()?;
        Some(last)
    }
}

// >>> probes
/// Attempts as they are planned: `ok`, `again` or `never` and a text. What is returned: the numbers that the
/// attempts were called with, and the value or the errors. The errors have no traits at all.
fn probe_retry(
    limit: u32,
    plan: Vec<(String, String)>,
) -> (Vec<u32>, ::std::result::Result<String, Vec<String>>) {
    struct Bare(String);

    fn step(plan: &(String, String)) -> ::std::result::Result<String, Bare> {
        if plan.0 == "ok" {
            Ok(plan.1.clone())
        } else {
            Err(Bare(plan.1.clone()))
        }
    }

    let mut numbers = ::std::vec![];
    let mut plan = plan.iter();
    let result = retry(limit, |number| {
        numbers.push(number);
        let next = plan.next().expect("one attempt too many");
        let value = if next.0 == "never" {
            step(next).or_never()?
        } else {
            step(next)?
        };
        ::std::result::Result::<String, Failed<Bare>>::Ok(value)
    });
    let result = match result {
        Ok(value) => Ok(value),
        Err(gave_up) => Err(gave_up.errors.into_iter().map(|bare| bare.0).collect()),
    };
    (numbers, result)
}

#[derive(Debug)]
struct ProbeError(String);
impl ::std::fmt::Display for ProbeError {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl ::std::error::Error for ProbeError {}

/// The message of the error with these errors in it, and of its source, once it is in a box.
fn probe_message(errors: Vec<String>) -> (String, Option<String>) {
    let gave_up = GaveUp {
        errors: errors.into_iter().map(ProbeError).collect(),
    };
    let boxed: Box<dyn ::std::error::Error> = Box::new(gave_up);
    let source = boxed.source().map(|source| {
        let right = source.is::<ProbeError>();
        ::std::format!("{source} {right}")
    });
    (boxed.to_string(), source)
}

/// The message where the errors are texts, which are no `Error` and are borrowed.
fn probe_texts(errors: Vec<String>) -> String {
    let gave_up = GaveUp {
        errors: errors.iter().map(String::as_str).collect(),
    };
    gave_up.to_string()
}

/// The value may be borrowed and the closure may be consumed; the message of the error from `?` in a function.
fn probe_question_mark(limit: u32, text: String) -> String {
    fn parse(
        limit: u32,
        text: &str,
    ) -> ::std::result::Result<u8, Box<dyn ::std::error::Error + Send + Sync>> {
        let trimmed: &str = retry(limit, |_| {
            ::std::result::Result::<&str, Failed<::std::fmt::Error>>::Ok(text.trim())
        })?;
        let value = retry(limit, |_| trimmed.parse::<u8>().or_never())?;
        Ok(value)
    }
    match parse(limit, &text) {
        Ok(value) => value.to_string(),
        Err(error) => error.to_string(),
    }
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(limit: u32, plan: &[(&str, &str)]) -> (Vec<u32>, Result<String, Vec<String>>) {
        let plan = plan
            .iter()
            .map(|(kind, text)| (kind.to_string(), text.to_string()));
        probe_retry(limit, plan.collect())
    }

    fn errors(texts: &[&str]) -> Result<String, Vec<String>> {
        Err(texts.iter().map(|text| text.to_string()).collect())
    }

    fn message(texts: &[&str]) -> (String, Option<String>) {
        probe_message(texts.iter().map(|text| text.to_string()).collect())
    }

    #[test]
    fn success_at_once() {
        let seen = tried(3, &[("ok", "fine"), ("ok", "unused")]);
        assert_eq!(seen, (vec![1], Ok("fine".to_string())));
    }

    #[test]
    fn success_in_the_end() {
        let plan = [("again", "a"), ("again", "b"), ("ok", "fine")];
        assert_eq!(tried(3, &plan), (vec![1, 2, 3], Ok("fine".to_string())));
        assert_eq!(tried(9, &plan), (vec![1, 2, 3], Ok("fine".to_string())));
    }

    #[test]
    fn the_limit_is_reached() {
        let plan = [("again", "a"), ("again", "b"), ("again", "c")];
        assert_eq!(tried(3, &plan), (vec![1, 2, 3], errors(&["a", "b", "c"])));
        assert_eq!(tried(2, &plan), (vec![1, 2], errors(&["a", "b"])));
        assert_eq!(tried(1, &plan), (vec![1], errors(&["a"])));
    }

    #[test]
    fn no_attempt_at_all() {
        assert_eq!(tried(0, &[]), (vec![], errors(&[])));
    }

    #[test]
    fn never_ends_it() {
        let plan = [("again", "a"), ("never", "b"), ("ok", "unused")];
        assert_eq!(tried(5, &plan), (vec![1, 2], errors(&["a", "b"])));
        assert_eq!(tried(2, &plan), (vec![1, 2], errors(&["a", "b"])));
        assert_eq!(tried(5, &plan[1..]), (vec![1], errors(&["b"])));
    }

    #[test]
    fn the_greatest_limit() {
        let seen = tried(u32::MAX, &[("again", "a"), ("ok", "ö")]);
        assert_eq!(seen, (vec![1, 2], Ok("ö".to_string())));
    }

    #[test]
    fn the_last_error_is_the_source() {
        assert_eq!(
            message(&["a", "b", "no wire"]),
            (
                "gave up after 3 attempts: no wire".to_string(),
                Some("no wire true".to_string())
            )
        );
    }

    #[test]
    fn one_attempt() {
        assert_eq!(
            message(&["zu spät"]),
            (
                "gave up after 1 attempt: zu spät".to_string(),
                Some("zu spät true".to_string())
            )
        );
    }

    #[test]
    fn without_errors_there_is_no_source() {
        let expected = "gave up before the first attempt".to_string();
        assert_eq!(message(&[]), (expected, None));
    }

    #[test]
    fn texts_can_be_written_too() {
        assert_eq!(probe_texts(vec![]), "gave up before the first attempt");
        assert_eq!(
            probe_texts(vec!["a".to_string(), "b".to_string()]),
            "gave up after 2 attempts: b"
        );
    }

    #[test]
    fn the_error_can_be_passed_on() {
        assert_eq!(probe_question_mark(2, " 12 ".to_string()), "12");
        assert_eq!(
            probe_question_mark(2, "300".to_string()),
            "gave up after 1 attempt: number too large to fit in target type"
        );
        assert_eq!(
            probe_question_mark(0, "1".to_string()),
            "gave up before the first attempt"
        );
    }
}
