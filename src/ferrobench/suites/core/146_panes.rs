//! category: smart pointers
//! tags: Box, recursive types, mem::replace, moves
//! level: advanced

use std::mem;

// >>> prompt
/// The panes of a screen: a pane shows one window, whose title it holds, or is split into a left and a
/// right pane.
///
/// Two methods change the panes, and neither copies a title:
///
/// - `fn open(&mut self, beside: &str, title: String) -> Result<(), String>` looks for the first window,
///   from left to right, that has the title `beside`. Its place is taken by a split, with that window on
///   the left and a new window, with `title`, on the right. Where there is no such window, nothing
///   changes, and `title` is returned as the error.
/// - `fn close(self, title: &str) -> Option<Self>` takes away every window with that title. Where one
///   side of a split is gone, the other one takes the whole place of the split. It returns what is left,
///   `None` where that is nothing.
enum Pane {
    Window(String),
    Split(Box<Pane>, Box<Pane>),
}

impl Pane {
    // <<< prompt
    fn open(&mut self, beside: &str, title: String) -> Result<(), String> {
        match self {
            Pane::Split(left, right) => left
                .open(beside, title)
                .or_else(|title| right.open(beside, title)),
            Pane::Window(present) if present == beside => {
                let left = Pane::Window(mem::take(present));
                let right = Pane::Window(title);
                *self = Pane::Split(Box::new(left), Box::new(right));
                Ok(())
            }
            Pane::Window(_) => Err(title),
        }
    }

    fn close(self, title: &str) -> Option<Self> {
        match self {
            Pane::Split(left, right) => match (left.close(title), right.close(title)) {
                (Some(left), Some(right)) => Some(Pane::Split(Box::new(left), Box::new(right))),
                (left, right) => left.or(right),
            },
            Pane::Window(present) => (present != title).then_some(Pane::Window(present)),
        }
    }
}

// >>> probes
/// A pane from its words: a title is a window, and `/` is a split, behind which its two sides follow.
fn probe_read(words: &mut dyn Iterator<Item = String>) -> Pane {
    match words.next() {
        Some(word) if word == "/" => {
            let left = probe_read(words);
            Pane::Split(
                ::std::boxed::Box::new(left),
                ::std::boxed::Box::new(probe_read(words)),
            )
        }
        word => Pane::Window(word.unwrap_or_default()),
    }
}

fn probe_titles(pane: Pane, words: &mut Vec<String>) {
    match pane {
        Pane::Window(title) => words.push(title),
        Pane::Split(left, right) => {
            words.push("/".to_string());
            probe_titles(*left, words);
            probe_titles(*right, words);
        }
    }
}

fn probe_write(pane: Pane) -> String {
    let mut words = Vec::new();
    probe_titles(pane, &mut words);
    words.join(" ")
}

fn probe_open(pane: &str, beside: &str, title: &str) -> (Result<(), String>, String) {
    let mut pane = probe_read(&mut pane.split(' ').map(String::from));
    let result = pane.open(beside, title.to_string());
    (result, probe_write(pane))
}

fn probe_close(pane: &str, title: &str) -> Option<String> {
    let pane = probe_read(&mut pane.split(' ').map(String::from));
    pane.close(title).map(probe_write)
}

/// Where the titles lie in memory, with their texts: of the words and of the one to open beside `b` before,
/// and of all windows and of the one refused after it was opened and `a` was closed.
fn probe_places(pane: &str) -> (Vec<(String, usize)>, Vec<(String, usize)>) {
    let place = |title: &String| (title.clone(), title.as_ptr() as usize);
    let mut words: Vec<_> = pane.split(' ').map(String::from).collect();
    words.extend(["new".to_string(), "refused".to_string()]);
    let before = words
        .iter()
        .filter(|word| *word != "/")
        .map(place)
        .collect();
    let refused = words.pop().unwrap_or_default();
    let new = words.pop().unwrap_or_default();

    let mut pane = probe_read(&mut words.into_iter());
    let opened = pane.open("b", new);
    let refused = pane.open("nowhere", refused);
    let mut titles = Vec::new();
    if let Some(pane) = pane.close("a") {
        probe_titles(pane, &mut titles);
    }
    titles.extend(opened.err());
    titles.extend(refused.err());
    let after = titles
        .iter()
        .filter(|title| *title != "/")
        .map(place)
        .collect();
    (before, after)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(pane: &str) -> (Result<(), String>, String) {
        (Ok(()), pane.to_string())
    }

    #[test]
    fn a_single_window_is_split() {
        assert_eq!(probe_open("a", "a", "b"), opened("/ a b"));
    }

    #[test]
    fn the_place_of_the_window_is_split() {
        assert_eq!(probe_open("/ a b", "a", "c"), opened("/ / a c b"));
        assert_eq!(probe_open("/ a b", "b", "c"), opened("/ a / b c"));
        assert_eq!(
            probe_open("/ / a b / c d", "c", "é"),
            opened("/ / a b / / c é d")
        );
    }

    #[test]
    fn only_the_first_of_two_windows_is_split() {
        assert_eq!(
            probe_open("/ x / / y a / a a", "a", "b"),
            opened("/ x / / y / a b / a a")
        );
    }

    #[test]
    fn a_window_opens_beside_one_of_its_own_title() {
        assert_eq!(probe_open("/ a b", "b", "b"), opened("/ a / b b"));
    }

    #[test]
    fn without_such_a_window_the_title_comes_back() {
        let refused = |pane: &str| (Err("new".to_string()), pane.to_string());
        assert_eq!(probe_open("a", "A", "new"), refused("a"));
        assert_eq!(probe_open("/ / a b c", "d", "new"), refused("/ / a b c"));
        assert_eq!(probe_open("/ / a b c", "", "new"), refused("/ / a b c"));
    }

    #[test]
    fn the_last_window_leaves_nothing() {
        assert_eq!(probe_close("a", "a"), None);
        assert_eq!(probe_close("/ a / a a", "a"), None);
    }

    #[test]
    fn the_other_side_takes_the_place() {
        assert_eq!(probe_close("/ a b", "a").as_deref(), Some("b"));
        assert_eq!(probe_close("/ a b", "b").as_deref(), Some("a"));
        assert_eq!(probe_close("/ a / b c", "a").as_deref(), Some("/ b c"));
        assert_eq!(
            probe_close("/ / a b / c d", "c").as_deref(),
            Some("/ / a b d")
        );
    }

    #[test]
    fn all_windows_of_the_title_are_closed() {
        assert_eq!(
            probe_close("/ / a b / / a a / c a", "a").as_deref(),
            Some("/ b c")
        );
    }

    #[test]
    fn without_such_a_window_nothing_is_closed() {
        assert_eq!(probe_close("a", "b").as_deref(), Some("a"));
        assert_eq!(probe_close("/ / é b c", "e").as_deref(), Some("/ / é b c"));
    }

    #[test]
    fn no_title_is_copied() {
        let (before, after) = probe_places("/ / a b / a c");
        let place = |title: &str| before.iter().find(|(text, _)| text == title).cloned();
        let expected: Vec<_> = ["b", "new", "c", "refused"]
            .into_iter()
            .filter_map(place)
            .collect();
        assert_eq!(expected.len(), 4);
        assert_eq!(after, expected);
    }
}
