//! category: collections
//! tags: BinaryHeap, ordering, trait implementations, generics
//! level: intermediate

use std::cmp::Ordering;
use std::collections::BinaryHeap;

// >>> prompt
/// A task that is due at a time. Of two entries, the one whose turn comes first is the greater one.
struct Entry<T> {
    due: u32,
    /// Entries are numbered in the order in which their tasks were added.
    number: u64,
    task: T,
}

/// Tasks in the order of their turns: what is due earlier comes first; of tasks that are due at the same
/// time, the one that was added first.
struct Agenda<T> {
    entries: BinaryHeap<Entry<T>>,
    added: u64,
}

/// Besides the four traits that a heap needs of its entries, the answer implements these methods of
/// `Agenda<T>`. Tasks may be of any type, also of one that can be neither compared nor cloned.
///
/// - `new() -> Agenda<T>`: without tasks.
/// - `add(&mut self, due: u32, task: T)`
/// - `next_due(&self) -> Option<u32>`: when the task whose turn comes first is due.
/// - `take_due(&mut self, now: u32) -> Vec<T>`: takes out all tasks that are due at `now` or earlier, and
///   returns them in the order of their turns.
/// - `postpone(&mut self, by: u32)`: all tasks in the agenda are due later by so much, but not later than
///   `u32::MAX`. Tasks that come to be due at the same time by this take their turns as all such tasks do.
///
/// With 100,000 tasks, each call of `add` and each task that is taken out cost little: no more than a heap
/// needs.
impl<T> Ord for Entry<T> {
    // <<< prompt
    fn cmp(&self, other: &Self) -> Ordering {
        (other.due, other.number).cmp(&(self.due, self.number))
    }
}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T> Eq for Entry<T> {}

impl<T> Agenda<T> {
    fn new() -> Agenda<T> {
        Agenda {
            entries: BinaryHeap::new(),
            added: 0,
        }
    }

    fn add(&mut self, due: u32, task: T) {
        self.entries.push(Entry {
            due,
            number: self.added,
            task,
        });
        self.added += 1;
    }

    fn next_due(&self) -> Option<u32> {
        self.entries.peek().map(|entry| entry.due)
    }

    fn take_due(&mut self, now: u32) -> Vec<T> {
        let mut due = Vec::new();
        while self.next_due().is_some_and(|next| next <= now) {
            due.extend(self.entries.pop().map(|entry| entry.task));
        }
        due
    }

    fn postpone(&mut self, by: u32) {
        let entries = std::mem::take(&mut self.entries);
        self.entries = entries
            .into_iter()
            .map(|entry| Entry {
                due: entry.due.saturating_add(by),
                ..entry
            })
            .collect();
    }
}

// >>> probes
/// Does one thing after another: `("add", due, task)`, `("take", now, _)` or `("postpone", by, _)`. After
/// each: the tasks that were taken, and when the next one is due. Tasks can be neither compared nor cloned.
fn probe_agenda(steps: Vec<(String, u32, String)>) -> Vec<(Vec<String>, Option<u32>)> {
    struct Task(String);

    let mut agenda = Agenda::new();
    let mut seen = Vec::new();
    for (step, time, name) in steps {
        let mut taken = Vec::new();
        match &*step {
            "add" => agenda.add(time, Task(name)),
            "take" => taken = agenda.take_due(time),
            _ => agenda.postpone(time),
        }
        let names = taken.into_iter().map(|task| task.0).collect();
        seen.push((names, agenda.next_due()));
    }
    seen
}

/// How an entry compares with another, each given as when it is due and its number.
fn probe_compare(one: (u32, u64), other: (u32, u64)) -> (::std::cmp::Ordering, bool) {
    let entry = |(due, number)| Entry {
        due,
        number,
        task: (),
    };
    let (one, other) = (entry(one), entry(other));
    (::std::cmp::Ord::cmp(&one, &other), one == other)
}

/// Adds so many tasks, all due at different times and in no order, and takes them out one at a time.
fn probe_many(count: u32) -> Vec<u32> {
    let mut agenda = Agenda::new();
    for number in 0..count {
        let due = number.wrapping_mul(7919) % count;
        agenda.add(due, due);
    }
    (0..count).flat_map(|now| agenda.take_due(now)).collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn step(what: &str, time: u32, task: &str) -> (String, u32, String) {
        (what.to_string(), time, task.to_string())
    }

    fn add(due: u32, task: &str) -> (String, u32, String) {
        step("add", due, task)
    }

    fn take(now: u32) -> (String, u32, String) {
        step("take", now, "")
    }

    fn postpone(by: u32) -> (String, u32, String) {
        step("postpone", by, "")
    }

    /// What was taken out in the last step, and when the next task is due then.
    fn last(steps: &[(String, u32, String)]) -> (Vec<String>, Option<u32>) {
        probe_agenda(steps.to_vec()).pop().expect("a step")
    }

    fn tasks(names: &[&str], next: Option<u32>) -> (Vec<String>, Option<u32>) {
        (names.iter().map(ToString::to_string).collect(), next)
    }

    #[test]
    fn an_empty_agenda() {
        assert_eq!(last(&[take(u32::MAX)]), tasks(&[], None));
        assert_eq!(last(&[postpone(5)]), tasks(&[], None));
    }

    #[test]
    fn what_is_due_earlier_comes_first() {
        assert_eq!(
            last(&[add(30, "c"), add(10, "a"), add(20, "b"), take(30)]),
            tasks(&["a", "b", "c"], None)
        );
    }

    #[test]
    fn tasks_due_at_the_same_time_come_as_they_were_added() {
        let steps = [
            add(5, "z"),
            add(5, "ä"),
            add(4, "first"),
            add(5, "m"),
            add(5, "a"),
            add(5, "z"),
            take(5),
        ];
        assert_eq!(
            last(&steps),
            tasks(&["first", "z", "ä", "m", "a", "z"], None)
        );
    }

    #[test]
    fn only_what_is_due_is_taken() {
        let steps = [add(3, "c"), add(2, "b"), add(1, "a")];
        let seen = |now| last(&[&steps[..], &[take(now)]].concat());
        assert_eq!(seen(0), tasks(&[], Some(1)));
        assert_eq!(seen(2), tasks(&["a", "b"], Some(3)));
        assert_eq!(seen(3), tasks(&["a", "b", "c"], None));
    }

    #[test]
    fn what_was_taken_is_gone() {
        assert_eq!(
            probe_agenda(vec![add(1, "a"), take(1), take(1), add(0, "b"), take(1)]),
            [
                tasks(&[], Some(1)),
                tasks(&["a"], None),
                tasks(&[], None),
                tasks(&[], Some(0)),
                tasks(&["b"], None)
            ]
        );
    }

    #[test]
    fn the_earliest_and_the_latest_time() {
        assert_eq!(
            last(&[add(u32::MAX, "z"), add(0, "a"), take(0)]),
            tasks(&["a"], Some(u32::MAX))
        );
        assert_eq!(
            last(&[add(u32::MAX, "z"), add(0, "a"), take(u32::MAX)]),
            tasks(&["a", "z"], None)
        );
    }

    #[test]
    fn postponed_tasks_are_due_later() {
        let steps = [add(7, "b"), add(3, "a"), postpone(10), add(12, "new")];
        let seen = |now| last(&[&steps[..], &[take(now)]].concat());
        assert_eq!(seen(11), tasks(&[], Some(12)));
        assert_eq!(seen(13), tasks(&["new", "a"], Some(17)));
        assert_eq!(seen(17), tasks(&["new", "a", "b"], None));
    }

    #[test]
    fn postponed_tasks_keep_their_turns() {
        assert_eq!(
            last(&[add(2, "a"), add(1, "b"), postpone(1), add(2, "c"), take(3)]),
            tasks(&["b", "c", "a"], None)
        );
        assert_eq!(
            last(&[add(2, "a"), postpone(2), add(4, "b"), take(4)]),
            tasks(&["a", "b"], None)
        );
    }

    #[test]
    fn tasks_postponed_to_the_end_of_time_come_as_they_were_added() {
        let end = u32::MAX;
        let steps = [
            add(end - 1, "a"),
            add(end - 4, "b"),
            add(end - 2, "c"),
            add(end, "d"),
            add(end - 3, "e"),
            postpone(3),
        ];
        let seen = |now| last(&[&steps[..], &[take(now)]].concat());
        assert_eq!(seen(end - 1), tasks(&["b"], Some(end)));
        assert_eq!(seen(end), tasks(&["b", "a", "c", "d", "e"], None));
    }

    #[test]
    fn postponing_by_nothing_and_by_all() {
        assert_eq!(
            last(&[add(9, "b"), add(8, "a"), postpone(0), take(8)]),
            tasks(&["a"], Some(9))
        );
        assert_eq!(
            last(&[add(9, "b"), add(8, "a"), postpone(u32::MAX), take(u32::MAX)]),
            tasks(&["b", "a"], None)
        );
    }

    #[test]
    fn the_entry_whose_turn_comes_first_is_the_greater() {
        assert_eq!(probe_compare((1, 5), (2, 4)), (Ordering::Greater, false));
        assert_eq!(probe_compare((2, 4), (1, 5)), (Ordering::Less, false));
        assert_eq!(probe_compare((3, 0), (3, 1)), (Ordering::Greater, false));
        assert_eq!(probe_compare((3, 1), (3, 0)), (Ordering::Less, false));
        assert_eq!(probe_compare((3, 1), (3, 1)), (Ordering::Equal, true));
    }

    #[test]
    fn many_tasks() {
        assert!(probe_many(100_000).into_iter().eq(0..100_000));
    }
}
