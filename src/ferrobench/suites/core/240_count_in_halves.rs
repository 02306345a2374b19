//! category: concurrency
//! tags: scoped threads, closures, borrowing
//! level: basic

// >>> prompt
/// Counts the `values` for which `wanted` is true, on two new threads that run at the same time.
///
/// One thread looks at the first `values.len() / 2` elements, the other at all the rest. `wanted`
/// is called once for each element, and never on the caller's own thread. If `wanted` panics, this
/// function panics too.
fn count_in_halves<T: Sync>(values: &[T], wanted: impl Fn(&T) -> bool + Sync) -> usize {
    // <<< prompt
    let (first, rest) = values.split_at(values.len() / 2);
    let count = |half: &[T]| half.iter().filter(|value| wanted(value)).count();
    std::thread::scope(|scope| {
        let first = scope.spawn(|| count(first));
        let rest = scope.spawn(|| count(rest));
        first.join().unwrap() + rest.join().unwrap()
    })
}

// >>> probes
fn probe_count(values: Vec<i64>, least: i64) -> usize {
    count_in_halves(&values, |value| *value >= least)
}

fn probe_text(words: Vec<String>) -> usize {
    let borrowed: ::std::vec::Vec<&str> = words.iter().map(|word| word.as_str()).collect();
    count_in_halves(&borrowed, |word| word.contains('ß'))
}

/// Says for each call the element, and the thread: 0 is the caller's, the others count from 1 by
/// their first element.
fn probe_calls(size: usize) -> Vec<(usize, usize)> {
    let values: ::std::vec::Vec<usize> = (0..size).collect();
    let calls = ::std::sync::Mutex::new(::std::vec::Vec::new());
    count_in_halves(&values, |value| {
        calls
            .lock()
            .unwrap()
            .push((*value, ::std::thread::current().id()));
        true
    });
    let mut calls = calls.into_inner().unwrap();
    calls.sort_by_key(|call| call.0);
    let mut threads = ::std::vec![::std::thread::current().id()];
    calls
        .into_iter()
        .map(|(value, thread)| {
            let number = threads.iter().position(|known| *known == thread);
            (
                value,
                number.unwrap_or_else(|| {
                    threads.push(thread);
                    threads.len() - 1
                }),
            )
        })
        .collect()
}

/// Whether the two threads meet. They wait for each other, and give up after some seconds.
fn probe_meet() -> bool {
    let arrived = ::std::sync::Mutex::new(0);
    let changed = ::std::sync::Condvar::new();
    let met = count_in_halves(&[(), ()], |()| {
        let mut inside = arrived.lock().unwrap();
        *inside += 1;
        changed.notify_all();
        let patience = ::std::time::Duration::from_secs(3);
        let (inside, _) = changed
            .wait_timeout_while(inside, patience, |inside| *inside < 2)
            .unwrap();
        *inside == 2
    });
    met == 2
}

fn probe_panics(size: usize, bad: usize) -> bool {
    let values: ::std::vec::Vec<usize> = (0..size).collect();
    ::std::panic::catch_unwind(|| count_in_halves(&values, |value| *value != bad || panic!("bad")))
        .is_err()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_in_both_halves() {
        assert_eq!(probe_count(vec![5, 1, 5, 0, 5, 5], 5), 4);
        assert_eq!(probe_count(vec![5, 5, 1, 1], 5), 2);
        assert_eq!(probe_count(vec![1, 1, 5, 5, 5], 5), 3);
    }

    #[test]
    fn nothing_holds_nothing() {
        assert_eq!(probe_count(vec![], 0), 0);
    }

    #[test]
    fn one_value() {
        assert_eq!(probe_count(vec![7], 7), 1);
        assert_eq!(probe_count(vec![7], 8), 0);
    }

    #[test]
    fn elements_may_borrow() {
        let words = ["Maß", "Fuß", "Fuss"].map(String::from).to_vec();
        assert_eq!(probe_text(words), 2);
    }

    #[test]
    fn an_even_number_of_elements_is_shared_evenly() {
        assert_eq!(probe_calls(4), [(0, 1), (1, 1), (2, 2), (3, 2)]);
    }

    #[test]
    fn the_second_thread_has_the_odd_element() {
        assert_eq!(probe_calls(5), [(0, 1), (1, 1), (2, 2), (3, 2), (4, 2)]);
        assert_eq!(probe_calls(1), [(0, 1)]);
    }

    #[test]
    fn the_threads_run_at_the_same_time() {
        assert!(probe_meet());
    }

    #[test]
    fn a_panic_in_either_half_comes_through() {
        assert!(probe_panics(4, 0));
        assert!(probe_panics(4, 3));
        assert!(!probe_panics(4, 4));
    }
}
