//! category: ownership
//! tags: mem::take, moves, methods
//! level: basic

use std::mem;

// >>> prompt
/// Gathers messages and hands them over in batches.
///
/// `post` takes a message in, and `fn flush(&mut self) -> Vec<String>` hands over all that wait,
/// oldest first, however few they are, perhaps none. After either, the outbox can be used on.
///
/// Messages are moved into the outbox and out of it, and never copied.
struct Outbox {
    batch_size: usize,
    waiting: Vec<String>,
}

impl Outbox {
    /// An empty outbox. A `batch_size` of 0 means the same as 1.
    fn new(batch_size: usize) -> Self {
        Outbox {
            batch_size: batch_size.max(1),
            waiting: Vec::new(),
        }
    }

    /// Takes `message` in. If `batch_size` messages wait then, it hands over all of them, oldest
    /// first, and none waits any more. Until then it returns `None`.
    fn post(&mut self, message: String) -> Option<Vec<String>> {
        // <<< prompt
        self.waiting.push(message);
        (self.waiting.len() == self.batch_size).then(|| self.flush())
    }

    fn flush(&mut self) -> Vec<String> {
        mem::take(&mut self.waiting)
    }
}

// >>> probes
/// `Some` posts a message, `None` flushes.
fn probe_outbox(batch_size: usize, steps: Vec<Option<String>>) -> Vec<Option<Vec<String>>> {
    let mut outbox = Outbox::new(batch_size);
    steps
        .into_iter()
        .map(|step| match step {
            Some(message) => outbox.post(message),
            None => Some(outbox.flush()),
        })
        .collect()
}

/// Where the messages lie in memory before they are posted, and where those lie that are handed over.
fn probe_places(batch_size: usize, messages: Vec<String>) -> (Vec<usize>, Vec<usize>) {
    let place = |message: &String| message.as_ptr() as usize;
    let before = messages.iter().map(place).collect();
    let mut outbox = Outbox::new(batch_size);
    let mut handed_over = Vec::new();
    for message in messages {
        handed_over.extend(outbox.post(message).unwrap_or_default());
    }
    handed_over.extend(outbox.flush());
    (before, handed_over.iter().map(place).collect())
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn post(message: &str) -> Option<String> {
        Some(message.to_string())
    }

    fn batch(messages: &[&str]) -> Option<Vec<String>> {
        Some(messages.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_full_batch_is_handed_over_in_order() {
        assert_eq!(
            probe_outbox(3, vec![post("a"), post("b"), post("c")]),
            [None, None, batch(&["a", "b", "c"])]
        );
    }

    #[test]
    fn the_next_batch_begins_with_nothing() {
        assert_eq!(
            probe_outbox(2, vec![post("a"), post("b"), post("c"), post("d")]),
            [None, batch(&["a", "b"]), None, batch(&["c", "d"])]
        );
    }

    #[test]
    fn batches_of_one_never_wait() {
        assert_eq!(
            probe_outbox(1, vec![post("a"), post("b"), None]),
            [batch(&["a"]), batch(&["b"]), batch(&[])]
        );
    }

    #[test]
    fn batches_of_none_are_batches_of_one() {
        assert_eq!(
            probe_outbox(0, vec![post("a"), post("a")]),
            [batch(&["a"]), batch(&["a"])]
        );
    }

    #[test]
    fn a_flush_hands_over_what_waits() {
        assert_eq!(
            probe_outbox(3, vec![post("é"), post(""), None, None]),
            [None, None, batch(&["é", ""]), batch(&[])]
        );
    }

    #[test]
    fn a_flush_starts_a_new_batch() {
        assert_eq!(
            probe_outbox(2, vec![post("a"), None, post("b"), post("c")]),
            [None, batch(&["a"]), None, batch(&["b", "c"])]
        );
    }

    #[test]
    fn an_empty_outbox_flushes_nothing() {
        assert_eq!(probe_outbox(5, vec![None]), [batch(&[])]);
    }

    #[test]
    fn no_message_is_copied() {
        let messages = ["one", "two", "three", "four", "five"];
        let (before, after) = probe_places(2, messages.map(String::from).to_vec());
        assert_eq!(before.len(), 5);
        assert_eq!(before, after);
    }
}
