//! category: closures
//! tags: stored closures, boxed closures, lifetimes, ordered maps
//! level: advanced

use std::collections::BTreeMap;

// >>> prompt
/// The answer defines `struct Agenda<'c>`, which stores closures and calls them at given times. Times are just
/// numbers, which `run` lets pass. The closures may borrow what lives for `'c`.
///
/// - `Agenda::new() -> Agenda<'c>`: nothing is to be called.
/// - `at(&mut self, time: u64, call)` stores a closure that is called once, at that time. It may give away what
///   it has captured.
/// - `every(&mut self, first: u64, period: u64, call)` stores a closure that is called at the time `first`, and
///   again `period` after each call that returned `true`. It may change what it has captured. A period of 0
///   counts as 1; a time that is beyond `u64::MAX` never comes.
/// - `run(&mut self, until: u64)` calls whatever is to be called at that time or before, earlier times first.
///   At the same time, the closure that was stored first is called first; one that is to be called again is as
///   if it were stored anew when its call returns.
/// - `waiting(&self) -> usize`: how many closures are still to be called.
///
/// Both kinds of closures are given the time that they are called for, a `u64`; those of `at` return nothing,
/// those of `every` a `bool`. `run` goes by these times alone, whatever was run before: what was stored for a time
/// that has passed is called by the next `run` that is not given less than that time. A closure that will not be
/// called again is dropped before the next one is called. There can be a hundred thousand closures.
impl<'c> Agenda<'c> {
    // <<< prompt
    fn new() -> Self {
        Agenda {
            entries: BTreeMap::new(),
            stored: 0,
        }
    }

    fn at(&mut self, time: u64, call: impl FnOnce(u64) + 'c) {
        self.store(time, Entry::Once(Box::new(call)));
    }

    fn every(&mut self, first: u64, period: u64, call: impl FnMut(u64) -> bool + 'c) {
        self.store(first, Entry::Every(period.max(1), Box::new(call)));
    }

    fn run(&mut self, until: u64) {
        while let Some(next) = self.entries.first_entry() {
            let time = next.key().0;
            if time > until {
                break;
            }
            match next.remove() {
                Entry::Once(call) => call(time),
                Entry::Every(period, mut call) => {
                    let again = call(time);
                    if let Some(time) = time.checked_add(period).filter(|_| again) {
                        self.store(time, Entry::Every(period, call));
                    }
                }
            }
        }
    }

    fn waiting(&self) -> usize {
        self.entries.len()
    }

    fn store(&mut self, time: u64, entry: Entry<'c>) {
        self.entries.insert((time, self.stored), entry);
        self.stored += 1;
    }
}

struct Agenda<'c> {
    /// By their time and by a number that says which was stored first.
    entries: BTreeMap<(u64, u64), Entry<'c>>,
    stored: u64,
}

enum Entry<'c> {
    Once(Box<dyn FnOnce(u64) + 'c>),
    Every(u64, Box<dyn FnMut(u64) -> bool + 'c>),
}

// >>> probes
/// What happens, a line for each call (`name@time`), each drop (`-name`), and each count of what is waiting (`#3`).
///
/// Steps: `at a 5` stores a closure named `a`; `every a 5 2 3` one with the period 2 that returns `true` three
/// times; `run 7`; `#`.
fn probe_steps(steps: Vec<String>) -> Vec<String> {
    struct Named<'l> {
        name: ::std::string::String,
        log: &'l ::std::cell::RefCell<::std::vec::Vec<::std::string::String>>,
    }
    impl Named<'_> {
        fn called(&self, time: u64) {
            let line = ::std::format!("{}@{time}", self.name);
            self.log.borrow_mut().push(line);
        }
    }
    impl ::std::ops::Drop for Named<'_> {
        fn drop(&mut self) {
            let line = ::std::format!("-{}", self.name);
            self.log.borrow_mut().push(line);
        }
    }
    fn give_away(named: Named<'_>) {
        drop(named);
    }

    let log = ::std::cell::RefCell::new(::std::vec::Vec::new());
    {
        let mut agenda = Agenda::new();
        for step in &steps {
            let words: ::std::vec::Vec<&str> = step.split_whitespace().collect();
            let number = |at: usize| words[at].parse::<u64>().unwrap();
            let named = || Named {
                name: words[1].to_string(),
                log: &log,
            };
            match words[0] {
                "at" => {
                    let named = named();
                    agenda.at(number(2), move |time| {
                        named.called(time);
                        give_away(named);
                    });
                }
                "every" => {
                    let named = named();
                    let mut left = number(4);
                    agenda.every(number(2), number(3), move |time| {
                        named.called(time);
                        let again = left > 0;
                        left = left.saturating_sub(1);
                        again
                    });
                }
                "run" => agenda.run(number(1)),
                _ => {
                    let count = ::std::format!("#{}", agenda.waiting());
                    log.borrow_mut().push(count);
                }
            }
        }
        log.borrow_mut().push("end".to_string());
    }
    log.into_inner()
}

/// Stores `count` closures of each kind at times that go down, runs half and then all of them, and adds up
/// the times that the first kind was given. `every` is called twice.
fn probe_many(count: u64) -> (u64, u64, usize, usize) {
    let sum = ::std::cell::Cell::new(0u64);
    let mut calls = 0;
    let half;
    let rest;
    {
        let repeated = ::std::cell::Cell::new(0u64);
        let mut agenda = Agenda::new();
        for time in (0..count).rev() {
            let sum = &sum;
            agenda.at(time, move |time| sum.set(sum.get() + time));
            let repeated = &repeated;
            agenda.every(time, count, move |_| {
                repeated.set(repeated.get() + 1);
                true
            });
        }
        agenda.run(count / 2);
        half = agenda.waiting();
        agenda.run(count * 2 - 1);
        rest = agenda.waiting();
        calls += repeated.get();
        drop(agenda);
    }
    (sum.get(), calls, half, rest)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> String {
        let steps = text.split(", ").map(str::to_string).collect();
        probe_steps(steps).join(" ")
    }

    #[test]
    fn nothing_is_to_be_called() {
        assert_eq!(steps("#, run 5, #"), "#0 #0 end");
    }

    #[test]
    fn nothing_is_called_before_its_time() {
        assert_eq!(steps("at a 5, run 4, #, run 5, #"), "#1 a@5 -a #0 end");
        assert_eq!(steps("at a 5, run 9, run 9"), "a@5 -a end");
    }

    #[test]
    fn earlier_times_come_first() {
        assert_eq!(
            steps("at a 3, at b 1, at c 2, run 3"),
            "b@1 -b c@2 -c a@3 -a end"
        );
    }

    #[test]
    fn at_the_same_time_the_one_stored_first() {
        assert_eq!(
            steps("at z 1, at y 1, every x 1 5 0, at w 1, run 1"),
            "z@1 -z y@1 -y x@1 -x w@1 -w end"
        );
    }

    #[test]
    fn calls_repeat_while_they_return_true() {
        assert_eq!(
            steps("every a 2 3 2, #, run 20, #"),
            "#1 a@2 a@5 a@8 -a #0 end"
        );
        assert_eq!(
            steps("every a 2 3 9, run 4, #, run 5, run 10"),
            "a@2 #1 a@5 a@8 end -a"
        );
    }

    #[test]
    fn a_repeated_call_is_stored_anew() {
        assert_eq!(
            steps("every a 0 2 1, at b 2, every c 1 1 1, run 2"),
            "a@0 c@1 b@2 -b a@2 -a c@2 -c end"
        );
    }

    #[test]
    fn repeated_calls_mix_with_others() {
        assert_eq!(
            steps("every a 1 2 2, every b 2 2 5, at c 3, run 5"),
            "a@1 b@2 c@3 -c a@3 b@4 a@5 -a end -b"
        );
    }

    #[test]
    fn what_is_stored_between_runs_comes_after_what_is_there() {
        assert_eq!(
            steps("every a 1 2 1, run 2, at b 3, run 3"),
            "a@1 a@3 -a b@3 -b end"
        );
    }

    #[test]
    fn a_period_of_zero_is_one() {
        assert_eq!(
            steps("every a 3 0 2, at b 3, run 4, run 5"),
            "a@3 b@3 -b a@4 a@5 -a end"
        );
    }

    #[test]
    fn times_that_have_passed_come_with_the_next_run() {
        assert_eq!(
            steps("run 10, at a 4, every b 3 1 1, #, run 0, #, run 4"),
            "#2 #2 b@3 a@4 -a b@4 -b end"
        );
    }

    #[test]
    fn time_may_go_back() {
        assert_eq!(steps("at a 9, run 9, at b 3, run 3"), "a@9 -a b@3 -b end");
    }

    #[test]
    fn the_end_of_time() {
        assert_eq!(
            steps("at a 18446744073709551615, every b 18446744073709551614 1 9, run 18446744073709551615, #"),
            "b@18446744073709551614 a@18446744073709551615 -a b@18446744073709551615 -b #0 end"
        );
        assert_eq!(
            steps("every a 7 18446744073709551615 9, run 7, #"),
            "a@7 -a #0 end"
        );
    }

    #[test]
    fn what_was_never_called_is_dropped_in_the_end() {
        assert_eq!(steps("at a 5, #, run 3"), "#1 end -a");
    }

    #[test]
    fn many_closures() {
        let count = 25_000;
        assert_eq!(
            probe_many(count),
            (count * (count - 1) / 2, 2 * count, 37_499, 25_000)
        );
    }
}
