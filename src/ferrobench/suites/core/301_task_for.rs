//! category: lifetimes
//! tags: mutable borrows, reborrowing, closures, deques
//! level: intermediate
//! variant-of: find_or_push

use std::collections::VecDeque;

// >>> prompt
/// A mutable borrow of the frontmost task in the queue that `fits`. What the caller does to it is done to
/// the task in the queue.
///
/// When no task fits, one is got from `create`, added behind all others, and borrowed instead; otherwise
/// `create` is not called. Each task is shown to `fits` once at most, from the front to the back; once a
/// task fits, the ones behind it are not shown, and neither is a task that was added. No task changes its
/// place.
fn task_for<Task>(
    queue: &mut VecDeque<Task>,
    fits: impl FnMut(&Task) -> bool,
    create: impl FnOnce() -> Task,
) -> &mut Task {
    // <<< prompt
    let place = queue.iter().position(fits).unwrap_or_else(|| {
        queue.push_back(create());
        queue.len() - 1
    });
    &mut queue[place]
}

// >>> probes
/// Puts each name on the list of its first character, and gives the lists.
fn probe_lists(names: Vec<String>) -> Vec<Vec<String>> {
    let mut lists: ::std::collections::VecDeque<Vec<String>> = ::std::collections::VecDeque::new();
    for name in names {
        let initial = name.chars().next();
        let list = task_for(
            &mut lists,
            |list| list[0].chars().next() == initial,
            || ::std::vec![name.clone()],
        );
        if *list != [name.clone()] {
            list.push(name);
        }
    }
    lists.into()
}

/// What is seen of one call that looks for a multiple of `divisor`.
///
/// First the tasks that were shown, then how often `create` was called, then the queue afterwards, in which
/// the borrowed task was negated. Tasks are without traits, and the queue's memory begins in its middle.
fn probe_shown(tasks: Vec<i64>, divisor: i64) -> (Vec<i64>, usize, Vec<i64>) {
    struct Job(i64);

    let mut queue: ::std::collections::VecDeque<Job> = tasks.into_iter().map(Job).collect();
    for _ in 0..queue.len() / 2 {
        let job = queue.pop_back().unwrap();
        queue.push_front(job);
    }
    let (mut shown, mut created) = (Vec::new(), 0);
    let job = task_for(
        &mut queue,
        |job| {
            shown.push(job.0);
            job.0 % divisor == 0
        },
        || {
            created += 1;
            Job(1000)
        },
    );
    job.0 = -job.0;
    (shown, created, queue.into_iter().map(|job| job.0).collect())
}

/// Looks with a closure that says yes to one call alone, the one of this number.
fn probe_call(tasks: Vec<String>, yes: usize) -> String {
    let mut queue = ::std::collections::VecDeque::from(tasks);
    let mut calls = 0;
    let task = task_for(
        &mut queue,
        |_| {
            calls += 1;
            calls == yes
        },
        || "created".to_string(),
    );
    ::std::mem::take(task)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(names: &str) -> Vec<String> {
        let names = names.split(' ').map(str::to_string).collect();
        let lists = probe_lists(names);
        lists.iter().map(|list| list.join("+")).collect()
    }

    // The probe takes half of the tasks, rounded down, from the back of the queue and puts them in front.
    fn queued(front: &[i64], back: &[i64]) -> Vec<i64> {
        assert_eq!(front.len(), (front.len() + back.len()) / 2);
        [back, front].concat()
    }

    #[test]
    fn names_by_their_first_character() {
        assert_eq!(lists("ann bob al cid bea"), ["ann+al", "bob+bea", "cid"]);
        assert_eq!(lists("özil ole östen"), ["özil+östen", "ole"]);
    }

    #[test]
    fn the_frontmost_that_fits() {
        assert_eq!(
            probe_shown(queued(&[4, 9], &[6, 12]), 3),
            (vec![4, 9], 0, vec![4, -9, 6, 12])
        );
        assert_eq!(
            probe_shown(queued(&[5, 10], &[15, 20]), 5),
            (vec![5], 0, vec![-5, 10, 15, 20])
        );
        assert_eq!(
            probe_shown(queued(&[7], &[7, 7]), 7),
            (vec![7], 0, vec![-7, 7, 7])
        );
    }

    #[test]
    fn the_one_at_the_back() {
        assert_eq!(
            probe_shown(queued(&[1, 2], &[3, 5, 8]), 4),
            (vec![1, 2, 3, 5, 8], 0, vec![1, 2, 3, 5, -8])
        );
        assert_eq!(probe_shown(vec![8], 4), (vec![8], 0, vec![-8]));
    }

    #[test]
    fn where_none_fits_one_is_added_at_the_back() {
        assert_eq!(
            probe_shown(queued(&[1], &[2, 3]), 7),
            (vec![1, 2, 3], 1, vec![1, 2, 3, -1000])
        );
        assert_eq!(probe_shown(vec![1], 7), (vec![1], 1, vec![1, -1000]));
    }

    #[test]
    fn what_was_added_is_not_shown() {
        assert_eq!(probe_shown(vec![], 10), (vec![], 1, vec![-1000]));
        assert_eq!(probe_shown(vec![], 7), (vec![], 1, vec![-1000]));
        assert_eq!(probe_shown(vec![33], 10), (vec![33], 1, vec![33, -1000]));
    }

    #[test]
    fn an_answer_counts_however_later_ones_would_be() {
        let tasks = ["one", "two", "three"].map(str::to_string).to_vec();
        assert_eq!(probe_call(tasks.clone(), 1), "one");
        assert_eq!(probe_call(tasks.clone(), 2), "two");
        assert_eq!(probe_call(tasks.clone(), 3), "three");
        assert_eq!(probe_call(tasks, 4), "created");
    }
}
