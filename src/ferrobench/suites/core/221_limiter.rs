//! category: collections
//! tags: entry API, VecDeque, retain, hash maps
//! level: intermediate

use std::collections::{HashMap, VecDeque};

// >>> prompt
/// Lets every client do something at most `limit` times within `span` milliseconds.
struct Limiter {
    limit: usize,
    span: u64,
    /// For each client the times at which it was admitted, the earliest first: never more than `limit`.
    /// There is no entry for a client that was never admitted.
    admitted: HashMap<String, VecDeque<u64>>,
}

/// Times are in milliseconds and may be any `u64`. From call to call, on whichever method, `now` stays the
/// same or grows. At the time `now`, an admission at the time `then` still counts if less than `span`
/// milliseconds have passed from `then` to `now`.
///
/// - `admit(&mut self, client: &str, now: u64) -> bool`: admits the client, and returns `true`, if fewer than
///   `limit` of its admissions count. Otherwise nothing changes, and it returns `false`: what was refused
///   never counts.
/// - `wait(&self, client: &str, now: u64) -> Option<u64>`: in how many milliseconds from `now` the client can
///   be admitted, 0 if it can at once; `None` if it never can.
/// - `forget(&mut self, now: u64) -> usize`: removes the entries of all clients of which no admission counts
///   any more, and returns how many entries it has removed.
impl Limiter {
    /// Nobody was admitted yet.
    fn new(limit: usize, span: u64) -> Limiter {
        // <<< prompt
        Limiter {
            limit,
            span,
            admitted: HashMap::new(),
        }
    }

    fn admit(&mut self, client: &str, now: u64) -> bool {
        if self.wait(client, now) != Some(0) {
            return false;
        }
        let times = self.admitted.entry(client.to_string()).or_default();
        if times.len() == self.limit {
            times.pop_front();
        }
        times.push_back(now);
        true
    }

    fn wait(&self, client: &str, now: u64) -> Option<u64> {
        if self.limit == 0 {
            return None;
        }
        match self.admitted.get(client) {
            Some(times) if times.len() == self.limit => {
                Some(self.span.saturating_sub(now - times[0]))
            }
            _ => Some(0),
        }
    }

    fn forget(&mut self, now: u64) -> usize {
        let before = self.admitted.len();
        self.admitted
            .retain(|_, times| times.back().is_some_and(|then| now - then < self.span));
        before - self.admitted.len()
    }
}

// >>> probes
/// Makes the attempts one after another. After each: whether the client was admitted, and what is stored of
/// that client then.
#[allow(clippy::type_complexity)]
fn probe_admissions(
    limit: usize,
    span: u64,
    attempts: Vec<(String, u64)>,
) -> Vec<(bool, Option<Vec<u64>>)> {
    let mut limiter = Limiter::new(limit, span);
    attempts
        .into_iter()
        .map(|(client, now)| {
            let admitted = limiter.admit(&client, now);
            let times = limiter.admitted.get(&client);
            (admitted, times.map(|times| times.iter().copied().collect()))
        })
        .collect()
}

/// Makes the attempts, then asks for how long each of `asked` has to wait at the given times.
fn probe_waits(
    limit: usize,
    span: u64,
    attempts: Vec<(String, u64)>,
    asked: Vec<(String, u64)>,
) -> Vec<Option<u64>> {
    let mut limiter = Limiter::new(limit, span);
    for (client, now) in attempts {
        limiter.admit(&client, now);
    }
    asked
        .into_iter()
        .map(|(client, now)| limiter.wait(&client, now))
        .collect()
}

/// Makes the attempts, then forgets: how many entries were removed, and whose are left.
fn probe_forgotten(
    limit: usize,
    span: u64,
    attempts: Vec<(String, u64)>,
    now: u64,
) -> (usize, ::std::collections::BTreeSet<String>) {
    let mut limiter = Limiter::new(limit, span);
    for (client, now) in attempts {
        limiter.admit(&client, now);
    }
    let forgotten = limiter.forget(now);
    (forgotten, limiter.admitted.into_keys().collect())
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn of(client: &str, times: &[u64]) -> Vec<(String, u64)> {
        times.iter().map(|&now| (client.to_string(), now)).collect()
    }

    fn pairs(attempts: &[(&str, u64)]) -> Vec<(String, u64)> {
        attempts
            .iter()
            .map(|&(client, now)| (client.to_string(), now))
            .collect()
    }

    fn admitted(limit: usize, span: u64, attempts: Vec<(String, u64)>) -> Vec<bool> {
        probe_admissions(limit, span, attempts)
            .into_iter()
            .map(|(admitted, _)| admitted)
            .collect()
    }

    #[test]
    fn the_limit_is_reached_within_the_span() {
        assert_eq!(
            admitted(2, 100, of("a", &[5, 6, 7, 104, 105, 106, 107])),
            [true, true, false, false, true, true, false]
        );
    }

    #[test]
    fn an_admission_counts_for_less_than_the_span() {
        assert_eq!(admitted(1, 10, of("a", &[3, 12, 13])), [true, false, true]);
        assert_eq!(admitted(1, 1, of("a", &[3, 3, 4])), [true, false, true]);
    }

    #[test]
    fn what_was_refused_does_not_count() {
        assert_eq!(
            admitted(1, 10, of("a", &[0, 4, 8, 9, 10, 19, 20])),
            [true, false, false, false, true, false, true]
        );
    }

    #[test]
    fn clients_have_nothing_to_do_with_each_other() {
        assert_eq!(
            admitted(
                1,
                10,
                pairs(&[("é", 0), ("e", 0), ("é", 1), ("", 1), ("e", 2)])
            ),
            [true, true, false, true, false]
        );
    }

    #[test]
    fn a_limit_of_zero_admits_nobody_and_stores_nothing() {
        assert_eq!(
            probe_admissions(0, 0, of("a", &[0, 9])),
            [(false, None), (false, None)]
        );
        assert_eq!(probe_waits(0, 5, of("a", &[0]), of("a", &[99])), [None]);
    }

    #[test]
    fn a_span_of_zero_admits_everybody() {
        assert_eq!(admitted(1, 0, of("a", &[7, 7, 7])), [true, true, true]);
        assert_eq!(probe_waits(1, 0, of("a", &[7]), of("a", &[7])), [Some(0)]);
    }

    #[test]
    fn never_more_times_than_the_limit_are_stored() {
        let stored = probe_admissions(2, 10, of("a", &[0, 1, 2, 10, 30, 31, 32, 50]));
        for (_, times) in &stored {
            let times = times.as_ref().expect("an entry");
            assert!(!times.is_empty() && times.len() <= 2);
        }
        assert_eq!(stored[1], (true, Some(vec![0, 1])));
        assert_eq!(stored[2], (false, Some(vec![0, 1])));
        assert_eq!(stored[3], (true, Some(vec![1, 10])));
        assert_eq!(stored[5], (true, Some(vec![30, 31])));
        assert_eq!(
            probe_admissions(1, 0, of("a", &[7, 7]))[1],
            (true, Some(vec![7]))
        );
    }

    #[test]
    fn the_wait_ends_when_the_earliest_admission_no_longer_counts() {
        assert_eq!(
            probe_waits(
                2,
                100,
                of("a", &[10, 30]),
                of("a", &[30, 50, 109, 110, 500])
            ),
            [Some(80), Some(60), Some(1), Some(0), Some(0)]
        );
    }

    #[test]
    fn nobody_waits_below_the_limit() {
        assert_eq!(
            probe_waits(2, 100, of("a", &[10]), pairs(&[("a", 10), ("b", 10)])),
            [Some(0), Some(0)]
        );
    }

    #[test]
    fn the_greatest_times_and_spans() {
        let end = u64::MAX;
        assert_eq!(
            admitted(1, 10, of("a", &[end - 5, end - 1, end])),
            [true, false, false]
        );
        assert_eq!(
            probe_waits(1, 10, of("a", &[end - 5]), of("a", &[end])),
            [Some(5)]
        );
        assert_eq!(
            probe_waits(1, end, of("a", &[1]), of("a", &[1, 2, end])),
            [Some(end), Some(end - 1), Some(1)]
        );
        assert_eq!(admitted(1, end, of("a", &[0, end])), [true, true]);
    }

    #[test]
    fn clients_are_forgotten_when_none_of_their_admissions_counts() {
        let attempts = pairs(&[("a", 0), ("b", 1), ("a", 2), ("c", 9)]);
        let left = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        assert_eq!(
            probe_forgotten(2, 10, attempts.clone(), 10),
            (0, left(&["a", "b", "c"]))
        );
        assert_eq!(
            probe_forgotten(2, 10, attempts.clone(), 11),
            (1, left(&["a", "c"]))
        );
        assert_eq!(
            probe_forgotten(2, 10, attempts.clone(), 12),
            (2, left(&["c"]))
        );
        assert_eq!(probe_forgotten(2, 10, attempts, 19), (3, left(&[])));
    }

    #[test]
    fn nobody_to_forget() {
        assert_eq!(probe_forgotten(3, 10, vec![], 99), (0, Default::default()));
        assert_eq!(
            probe_forgotten(0, 10, of("a", &[1]), 99),
            (0, Default::default())
        );
    }
}
