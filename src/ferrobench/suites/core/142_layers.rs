//! category: ownership
//! tags: Drop, drop order, generics, mem::replace
//! level: intermediate

use std::mem;

// >>> prompt
/// Layers that were laid one upon the other, the newest at the end of `stack`, and that must be
/// dropped from the newest to the oldest.
///
/// - `fn new() -> Self` has no layers.
/// - `fn lay(&mut self, layer: T)` lays one on top.
/// - `fn replace_top(&mut self, layer: T) -> Option<T>` puts `layer` in the place of the newest, which
///   it returns. Where there are no layers, it lays the first and returns `None`.
/// - `fn cut(&mut self, depth: usize)` drops layers, newest first, until at most `depth` are left.
/// - `fn into_vec(self) -> Vec<T>` gives back all layers, oldest first, and drops none of them.
///
/// Dropping `Layers` drops the layers that it has, newest first.
struct Layers<T> {
    stack: Vec<T>,
}

impl<T> Layers<T> {
    // <<< prompt
    fn new() -> Self {
        Layers { stack: Vec::new() }
    }

    fn lay(&mut self, layer: T) {
        self.stack.push(layer);
    }

    fn replace_top(&mut self, layer: T) -> Option<T> {
        if let Some(top) = self.stack.last_mut() {
            return Some(mem::replace(top, layer));
        }
        self.lay(layer);
        None
    }

    fn cut(&mut self, depth: usize) {
        while self.stack.len() > depth {
            self.stack.pop();
        }
    }

    fn into_vec(mut self) -> Vec<T> {
        mem::take(&mut self.stack)
    }
}

impl<T> Drop for Layers<T> {
    fn drop(&mut self) {
        self.cut(0);
    }
}

// >>> probes
/// A layer that writes its name into a list when it is dropped.
struct ProbeLayer(
    ::std::rc::Rc<::std::cell::RefCell<Vec<String>>>,
    &'static str,
);

impl Drop for ProbeLayer {
    fn drop(&mut self) {
        self.0.borrow_mut().push(self.1.to_string());
    }
}

/// Lays a, b, c and d, lets `change` work on them, and then drops what is left behind a mark.
fn probe_drops(change: impl FnOnce(&mut Layers<ProbeLayer>)) -> Vec<String> {
    let dropped = ::std::rc::Rc::default();
    let mut layers = Layers::new();
    for name in ["a", "b", "c", "d"] {
        layers.lay(ProbeLayer(::std::rc::Rc::clone(&dropped), name));
    }
    change(&mut layers);
    dropped.borrow_mut().push("|".to_string());
    ::std::mem::drop(layers);
    dropped.take()
}

fn probe_drop() -> Vec<String> {
    probe_drops(|_| ())
}

fn probe_cut(depth: usize) -> Vec<String> {
    probe_drops(|layers| layers.cut(depth))
}

fn probe_lay_after_cut(depth: usize) -> Vec<String> {
    probe_drops(|layers| {
        layers.cut(depth);
        let dropped = ::std::rc::Rc::clone(&layers.stack[0].0);
        layers.lay(ProbeLayer(dropped, "new"));
    })
}

/// What was dropped until the replaced layer had been returned, the replaced layer, and all that was dropped.
fn probe_replace_top() -> (Vec<String>, Option<String>, Vec<String>) {
    let mut before = Vec::new();
    let mut returned = None;
    let all = probe_drops(|layers| {
        let dropped = ::std::rc::Rc::clone(&layers.stack[0].0);
        let old = layers.replace_top(ProbeLayer(::std::rc::Rc::clone(&dropped), "new"));
        before.clone_from(&dropped.borrow());
        returned = old.as_ref().map(|layer| layer.1.to_string());
    });
    (before, returned, all)
}

fn probe_replace_nothing() -> (Option<i32>, Option<i32>, Vec<i32>) {
    let mut layers = Layers::new();
    let first = layers.replace_top(1);
    let second = layers.replace_top(2);
    (first, second, layers.into_vec())
}

/// The names of the layers that come back, and what had been dropped by then.
fn probe_into_vec() -> (Vec<String>, Vec<String>) {
    let dropped = ::std::rc::Rc::default();
    let mut layers = Layers::new();
    for name in ["a", "b", "c"] {
        layers.lay(ProbeLayer(::std::rc::Rc::clone(&dropped), name));
    }
    let given = layers.into_vec();
    let by_then = dropped.borrow().clone();
    let names = given.iter().map(|layer| layer.1.to_string()).collect();
    (names, by_then)
}

fn probe_nothing() -> Vec<i32> {
    let mut layers = Layers::new();
    layers.cut(0);
    layers.cut(7);
    layers.into_vec()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropping_goes_from_newest_to_oldest() {
        assert_eq!(probe_drop(), ["|", "d", "c", "b", "a"]);
    }

    #[test]
    fn a_cut_drops_the_newest_first() {
        assert_eq!(probe_cut(1), ["d", "c", "b", "|", "a"]);
        assert_eq!(probe_cut(3), ["d", "|", "c", "b", "a"]);
    }

    #[test]
    fn a_cut_to_nothing_drops_all() {
        assert_eq!(probe_cut(0), ["d", "c", "b", "a", "|"]);
    }

    #[test]
    fn a_cut_above_the_top_drops_none() {
        assert_eq!(probe_cut(4), ["|", "d", "c", "b", "a"]);
        assert_eq!(probe_cut(usize::MAX), ["|", "d", "c", "b", "a"]);
    }

    #[test]
    fn layers_can_be_laid_after_a_cut() {
        assert_eq!(probe_lay_after_cut(2), ["d", "c", "|", "new", "b", "a"]);
    }

    #[test]
    fn the_replaced_layer_is_returned_and_not_dropped() {
        let (before, returned, all) = probe_replace_top();
        assert!(before.is_empty());
        assert_eq!(returned.as_deref(), Some("d"));
        assert_eq!(all, ["d", "|", "new", "c", "b", "a"]);
    }

    #[test]
    fn replacing_nothing_lays_the_first() {
        assert_eq!(probe_replace_nothing(), (None, Some(1), vec![2]));
    }

    #[test]
    fn all_layers_come_back_oldest_first() {
        let (names, dropped) = probe_into_vec();
        assert_eq!(names, ["a", "b", "c"]);
        assert!(dropped.is_empty());
    }

    #[test]
    fn no_layers_give_nothing_back() {
        assert!(probe_nothing().is_empty());
    }
}
