//! category: ownership
//! tags: mem::replace, moves, pattern matching, enums
//! level: intermediate

use std::mem;

// >>> prompt
/// What is known of a file that arrives in parts.
enum Transfer {
    Announced { name: String },
    Running { name: String, parts: Vec<String> },
    Complete { name: String, parts: Vec<String> },
    Aborted { name: String, reason: String },
}

enum Signal {
    Start,
    Part(String),
    Finish,
    Abort(String),
}

impl Transfer {
    /// Goes on to the state that follows after `signal`:
    ///
    /// - from `Announced`, `Start` leads to `Running` without parts;
    /// - in `Running`, `Part` adds its text behind the other parts;
    /// - from `Running` with at least one part, `Finish` leads to `Complete`;
    /// - from `Announced` and `Running`, `Abort` leads to `Aborted` with its text as the reason, and the
    ///   parts are given up.
    ///
    /// Whatever else comes is refused: the transfer stays as it is, and the signal is returned as the error.
    ///
    /// Names, parts, reasons and signals are moved, and none of their texts is copied.
    fn apply(&mut self, signal: Signal) -> Result<(), Signal> {
        // <<< prompt
        let gone = Transfer::Announced {
            name: String::new(),
        };
        *self = match (mem::replace(self, gone), signal) {
            (Transfer::Announced { name }, Signal::Start) => Transfer::Running {
                name,
                parts: Vec::new(),
            },
            (Transfer::Running { name, mut parts }, Signal::Part(part)) => {
                parts.push(part);
                Transfer::Running { name, parts }
            }
            (Transfer::Running { name, parts }, Signal::Finish) if !parts.is_empty() => {
                Transfer::Complete { name, parts }
            }
            (
                Transfer::Announced { name } | Transfer::Running { name, .. },
                Signal::Abort(reason),
            ) => Transfer::Aborted { name, reason },
            (unchanged, signal) => {
                *self = unchanged;
                return Err(signal);
            }
        };
        Ok(())
    }
}

// >>> probes
fn probe_signal((kind, text): (char, String)) -> Signal {
    match kind {
        's' => Signal::Start,
        'p' => Signal::Part(text),
        'f' => Signal::Finish,
        _ => Signal::Abort(text),
    }
}

fn probe_signal_back(signal: Signal) -> (char, String) {
    match signal {
        Signal::Start => ('s', String::new()),
        Signal::Part(text) => ('p', text),
        Signal::Finish => ('f', String::new()),
        Signal::Abort(text) => ('a', text),
    }
}

/// The state's name, and the texts in it.
fn probe_state(transfer: Transfer) -> (String, Vec<String>) {
    let (state, name, mut texts) = match transfer {
        Transfer::Announced { name } => ("announced", name, ::std::vec::Vec::new()),
        Transfer::Running { name, parts } => ("running", name, parts),
        Transfer::Complete { name, parts } => ("complete", name, parts),
        Transfer::Aborted { name, reason } => ("aborted", name, ::std::vec![reason]),
    };
    texts.insert(0, name);
    (state.to_string(), texts)
}

/// What is left in the end, and for each signal the error, if there was one.
fn probe_transfer(
    name: String,
    signals: Vec<(char, String)>,
) -> (String, Vec<String>, Vec<Option<(char, String)>>) {
    let mut transfer = Transfer::Announced { name };
    let errors = signals
        .into_iter()
        .map(|signal| transfer.apply(probe_signal(signal)).err())
        .map(|error| error.map(probe_signal_back))
        .collect();
    let (state, texts) = probe_state(transfer);
    (state, texts, errors)
}

/// Where the name and the texts of the signals lie in memory before, and where those lie afterwards that
/// are in the transfer, and those that came back.
fn probe_places(
    name: String,
    signals: Vec<(char, String)>,
) -> (Vec<usize>, Vec<usize>, Vec<usize>) {
    let place = |text: &String| text.as_ptr() as usize;
    let before = ::std::iter::once(&name)
        .chain(signals.iter().map(|(_, text)| text))
        .map(place)
        .collect();
    let mut transfer = Transfer::Announced { name };
    let mut errors = Vec::new();
    for signal in signals {
        errors.extend(
            transfer
                .apply(probe_signal(signal))
                .err()
                .map(probe_signal_back),
        );
    }
    let (_, texts) = probe_state(transfer);
    let errors = errors.iter().map(|(_, text)| place(text)).collect();
    (before, texts.iter().map(place).collect(), errors)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn signal((kind, text): &(char, &str)) -> (char, String) {
        (*kind, text.to_string())
    }

    /// The state, its texts, and which signals (counted from 0) came back. Those that do come back unchanged.
    fn after(signals: &[(char, &str)]) -> (String, Vec<String>, Vec<usize>) {
        let sent: Vec<_> = signals.iter().map(signal).collect();
        let (state, texts, errors) = probe_transfer("file".to_string(), sent.clone());
        assert_eq!(errors.len(), sent.len());
        let mut refused = Vec::new();
        for (at, error) in errors.into_iter().enumerate() {
            if let Some(error) = error {
                assert_eq!(error, sent[at]);
                refused.push(at);
            }
        }
        (state, texts, refused)
    }

    fn expected(
        state: &str,
        texts: &[&str],
        refused: &[usize],
    ) -> (String, Vec<String>, Vec<usize>) {
        (
            state.to_string(),
            texts.iter().map(ToString::to_string).collect(),
            refused.to_vec(),
        )
    }

    #[test]
    fn it_starts_without_parts() {
        assert_eq!(after(&[('s', "")]), expected("running", &["file"], &[]));
    }

    #[test]
    fn parts_are_kept_in_order() {
        assert_eq!(
            after(&[('s', ""), ('p', "é"), ('p', ""), ('p', "b")]),
            expected("running", &["file", "é", "", "b"], &[])
        );
    }

    #[test]
    fn it_finishes_with_its_parts() {
        assert_eq!(
            after(&[('s', ""), ('p', "a"), ('f', "")]),
            expected("complete", &["file", "a"], &[])
        );
        assert_eq!(
            after(&[('s', ""), ('p', "b"), ('p', "a"), ('f', "")]),
            expected("complete", &["file", "b", "a"], &[])
        );
    }

    #[test]
    fn it_does_not_finish_without_parts() {
        assert_eq!(
            after(&[('s', ""), ('f', ""), ('p', "a")]),
            expected("running", &["file", "a"], &[1])
        );
    }

    #[test]
    fn it_can_be_aborted_before_it_starts() {
        assert_eq!(
            after(&[('a', "late")]),
            expected("aborted", &["file", "late"], &[])
        );
    }

    #[test]
    fn it_can_be_aborted_while_it_runs() {
        assert_eq!(
            after(&[('s', ""), ('p', "a"), ('a', "late")]),
            expected("aborted", &["file", "late"], &[])
        );
    }

    #[test]
    fn what_was_announced_only_starts_or_is_aborted() {
        assert_eq!(
            after(&[('p', "a"), ('f', "")]),
            expected("announced", &["file"], &[0, 1])
        );
    }

    #[test]
    fn what_runs_does_not_start_again() {
        assert_eq!(
            after(&[('s', ""), ('p', "a"), ('s', ""), ('p', "b")]),
            expected("running", &["file", "a", "b"], &[2])
        );
    }

    #[test]
    fn what_is_complete_stays_so() {
        let signals = [('s', ""), ('p', "a"), ('f', "")];
        let more = [('s', ""), ('p', "b"), ('f', ""), ('a', "late")];
        assert_eq!(
            after(&[&signals[..], &more[..]].concat()),
            expected("complete", &["file", "a"], &[3, 4, 5, 6])
        );
    }

    #[test]
    fn what_is_aborted_stays_so() {
        assert_eq!(
            after(&[('a', "late"), ('s', ""), ('p', "b"), ('f', ""), ('a', "x")]),
            expected("aborted", &["file", "late"], &[1, 2, 3, 4])
        );
    }

    #[test]
    fn no_text_is_copied() {
        let places = |signals: &[(char, &str)]| {
            probe_places("file".to_string(), signals.iter().map(signal).collect())
        };
        let (before, inside, refused) =
            places(&[('p', "x"), ('s', ""), ('p', "a"), ('p', "b"), ('f', "")]);
        assert_eq!(inside, [before[0], before[3], before[4]]);
        assert_eq!(refused, [before[1]]);

        let (before, inside, refused) = places(&[('s', ""), ('p', "a"), ('a', "r"), ('a', "q")]);
        assert_eq!(inside, [before[0], before[3]]);
        assert_eq!(refused, [before[4]]);
    }
}
