//! category: interior mutability
//! tags: Cell, generics, closures
//! level: intermediate

// >>> prompt
use std::cell::Cell;

/// A place for one value, which is changed through shared borrows. `T` may be any type.
///
/// - `fn new() -> Self` is empty.
/// - `fn put(&self, value: T) -> Option<T>` stores `value`, and returns what was there before.
/// - `fn take(&self) -> Option<T>` returns what is there, and leaves the slot empty.
/// - `fn inspect<R>(&self, look: impl FnOnce(&T) -> R) -> Option<R>` calls `look` with what is there, and
///   returns what `look` returned. An empty slot does not call it, and returns `None`.
///
/// `look` may use the slot. While it runs, the slot is empty to it. Afterwards, the value that it was
/// called with is put back, unless there is another value in the slot by then: then that one stays, and
/// the old one is dropped.
struct Slot<T> {
    content: Cell<Option<T>>,
}

impl<T> Slot<T> {
    // <<< prompt
    fn new() -> Self {
        Slot {
            content: Cell::new(None),
        }
    }

    fn put(&self, value: T) -> Option<T> {
        self.content.replace(Some(value))
    }

    fn take(&self) -> Option<T> {
        self.content.take()
    }

    fn inspect<R>(&self, look: impl FnOnce(&T) -> R) -> Option<R> {
        let value = self.take()?;
        let seen = look(&value);
        let newer = self.take();
        self.content.set(newer.or(Some(value)));
        Some(seen)
    }
}

// >>> probes
/// `Some` puts a value, `None` takes it. The results, and what is left.
fn probe_slot(steps: Vec<Option<String>>) -> (Vec<Option<String>>, Option<String>) {
    let slot = Slot::new();
    let results = steps
        .into_iter()
        .map(|step| match step {
            Some(value) => slot.put(value),
            None => slot.take(),
        })
        .collect();
    (results, slot.take())
}

/// The length of the text that `inspect` shows, twice, and what is left.
fn probe_inspect(text: Option<String>) -> (Option<usize>, Option<usize>, Option<String>) {
    let slot = Slot::new();
    if let Some(text) = text {
        slot.put(text);
    }
    let first = slot.inspect(|text| text.len());
    let second = slot.inspect(|text| text.len());
    (first, second, slot.take())
}

/// What the slot holds for a `take` and an `inspect` within `inspect`, and what is left.
fn probe_empty_within(text: String) -> (Option<(Option<String>, Option<usize>)>, Option<String>) {
    let slot = Slot::new();
    slot.put(text);
    let within = slot.inspect(|_| (slot.take(), slot.inspect(|text| text.len())));
    (within, slot.take())
}

/// Puts the texts while `old` is inspected. The results, what `old` still reads behind them,
/// and what is left.
fn probe_put_within(
    old: String,
    texts: Vec<String>,
) -> (Option<(Vec<Option<String>>, String)>, Option<String>) {
    let slot = Slot::new();
    slot.put(old);
    let within = slot.inspect(|old| {
        let results = texts.into_iter().map(|text| slot.put(text)).collect();
        (results, old.clone())
    });
    (within, slot.take())
}

/// Within `inspect`, puts `text` and takes it again. What is left.
fn probe_put_and_take_within(old: String, text: String) -> Option<String> {
    let slot = Slot::new();
    slot.put(old);
    slot.inspect(|_| {
        slot.put(text);
        slot.take()
    });
    slot.take()
}

/// A value that is no one's copy: it has a counter, which counts how many of them were dropped.
struct ProbeValue<'a>(&'a ::std::cell::Cell<u32>);

impl Drop for ProbeValue<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

/// How many values were dropped: after two were put, after one was inspected, after another was put
/// while one was inspected, and after the slot was dropped.
fn probe_dropped() -> [u32; 4] {
    let dropped = ::std::cell::Cell::new(0);
    let slot = Slot::new();
    let first = slot
        .put(ProbeValue(&dropped))
        .or(slot.put(ProbeValue(&dropped)));
    let after_put = dropped.get();
    ::std::mem::drop(first);
    slot.inspect(|_| ());
    let after_look = dropped.get();
    slot.inspect(|_| slot.put(ProbeValue(&dropped)).is_none());
    let after_put_within = dropped.get();
    ::std::mem::drop(slot);
    [after_put, after_look, after_put_within, dropped.get()]
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_string())
    }

    #[test]
    fn a_new_slot_is_empty() {
        assert_eq!(probe_slot(vec![]), (vec![], None));
        assert_eq!(probe_slot(vec![None]), (vec![None], None));
    }

    #[test]
    fn what_is_put_can_be_taken_once() {
        assert_eq!(
            probe_slot(vec![some("é"), None, None]),
            (vec![None, some("é"), None], None)
        );
    }

    #[test]
    fn a_put_returns_what_was_there() {
        assert_eq!(
            probe_slot(vec![some("a"), some("b"), some("c")]),
            (vec![None, some("a"), some("b")], some("c"))
        );
    }

    #[test]
    fn inspecting_keeps_the_value() {
        assert_eq!(probe_inspect(some("abc")), (Some(3), Some(3), some("abc")));
        assert_eq!(probe_inspect(some("")), (Some(0), Some(0), some("")));
    }

    #[test]
    fn there_is_nothing_to_inspect_in_an_empty_slot() {
        assert_eq!(probe_inspect(None), (None, None, None));
    }

    #[test]
    fn the_slot_is_empty_while_its_value_is_inspected() {
        assert_eq!(
            probe_empty_within("a".to_string()),
            (Some((None, None)), some("a"))
        );
    }

    #[test]
    fn what_is_put_while_the_value_is_inspected_stays() {
        assert_eq!(
            probe_put_within("old".to_string(), vec!["new".to_string()]),
            (Some((vec![None], "old".to_string())), some("new"))
        );
        assert_eq!(
            probe_put_within("old".to_string(), vec!["a".to_string(), "b".to_string()]),
            (Some((vec![None, some("a")], "old".to_string())), some("b"))
        );
    }

    #[test]
    fn what_was_taken_out_again_does_not_stay() {
        assert_eq!(
            probe_put_and_take_within("old".to_string(), "new".to_string()),
            some("old")
        );
    }

    #[test]
    fn each_value_is_dropped_once() {
        assert_eq!(probe_dropped(), [0, 1, 2, 3]);
    }
}
