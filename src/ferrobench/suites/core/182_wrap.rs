//! category: iterators
//! tags: iterators over borrowed data, laziness, string slices, returned iterators
//! level: intermediate

use std::iter;

// >>> prompt
/// The lines of `text`, broken so that they are at most `width` `char`s long where that is possible.
///
/// Words are separated by spaces (`' '`, one or more) and by nothing else. A line is the part of `text` from the
/// start of its first word to the end of its last word, with the spaces between them as they are. Each line has
/// as many words as fit into `width`; a word that is longer than that is a line of its own, unbroken. Spaces
/// between two lines, before the first and after the last word belong to no line. A text without words has
/// no lines.
///
/// The lines are parts of `text`, and each is looked for only when it is asked for: the first one comes just as fast
/// where the text has many megabytes.
///
/// `wrap("to be  or not", 6)` gives `to be`, `or not`.
fn wrap(text: &str, width: usize) -> impl Iterator<Item = &str> {
    // <<< prompt
    let mut rest = text;
    iter::from_fn(move || {
        rest = rest.trim_start_matches(' ');
        let mut line_end = 0;
        let mut piece_start = 0;
        let mut chars = 0;
        for piece in rest.split(' ') {
            chars += piece.chars().count();
            if line_end > 0 && chars > width {
                break;
            }
            if !piece.is_empty() {
                line_end = piece_start + piece.len();
            }
            piece_start += piece.len() + 1;
            chars += 1;
        }
        let (line, after) = rest.split_at(line_end);
        rest = after;
        (!line.is_empty()).then_some(line)
    })
}

// >>> probes
fn probe_lines(text: String, width: usize) -> Vec<String> {
    wrap(&text, width).map(|line| line.to_string()).collect()
}

/// Where each line begins in the text, or `None` if it is no part of it.
fn probe_offsets(text: String, width: usize) -> Vec<Option<usize>> {
    let bounds = text.as_bytes().as_ptr_range();
    wrap(&text, width)
        .map(|line| {
            let line = line.as_bytes().as_ptr_range();
            (bounds.start <= line.start && line.end <= bounds.end)
                .then(|| line.start as usize - bounds.start as usize)
        })
        .collect()
}

/// Keeps the lines when the iterator is gone.
fn probe_kept(text: String, width: usize, count: usize) -> Vec<String> {
    let lines: ::std::vec::Vec<&str> = {
        let mut lines = wrap(&text, width);
        let first = lines.by_ref().take(count).collect();
        drop(lines);
        first
    };
    lines.into_iter().map(|line| line.to_string()).collect()
}

/// The first line of a text of `words` words, asked for anew `times` times.
fn probe_first(words: usize, times: usize) -> Vec<Option<String>> {
    let text = "word ".repeat(words);
    let mut last = ::std::option::Option::None;
    for _ in 0..times {
        last = wrap(&text, 12).next();
    }
    ::std::vec![last.map(|line| line.to_string())]
}

/// How many lines there are in a text of `words` words, and how many `char`s in all of them.
fn probe_long(words: usize, width: usize) -> (usize, usize) {
    let text = "word ".repeat(words);
    wrap(&text, width).fold((0, 0), |(lines, chars), line| {
        (lines + 1, chars + line.chars().count())
    })
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: usize) -> Vec<String> {
        probe_lines(text.to_string(), width)
    }

    #[test]
    fn the_example() {
        assert_eq!(lines("to be  or not", 6), ["to be", "or not"]);
    }

    #[test]
    fn no_words() {
        assert!(lines("", 10).is_empty());
        assert!(lines("   ", 10).is_empty());
        assert!(lines(" ", 0).is_empty());
    }

    #[test]
    fn all_fits_into_one_line() {
        assert_eq!(lines("a", 1), ["a"]);
        assert_eq!(lines("a bc d", 6), ["a bc d"]);
        assert_eq!(lines("a bc d", usize::MAX), ["a bc d"]);
    }

    #[test]
    fn as_many_words_as_fit() {
        assert_eq!(lines("a bc d", 5), ["a bc", "d"]);
        assert_eq!(lines("a bc d", 4), ["a bc", "d"]);
        assert_eq!(lines("a bc d", 3), ["a", "bc", "d"]);
        assert_eq!(lines("aaa b ccc", 5), ["aaa b", "ccc"]);
    }

    #[test]
    fn spaces_at_the_edges_belong_to_no_line() {
        assert_eq!(lines("  a b  ", 3), ["a b"]);
        assert_eq!(lines("   a   b   ", 2), ["a", "b"]);
        assert_eq!(lines("ab ", 2), ["ab"]);
    }

    #[test]
    fn spaces_within_a_line_stay() {
        assert_eq!(lines("a   b c", 5), ["a   b", "c"]);
        assert_eq!(lines("a   b c", 4), ["a", "b c"]);
        assert_eq!(lines("a   b", 4), ["a", "b"]);
    }

    #[test]
    fn long_words_are_not_broken() {
        assert_eq!(lines("abcdef", 3), ["abcdef"]);
        assert_eq!(lines("a abcdef b c", 3), ["a", "abcdef", "b c"]);
        assert_eq!(lines("abcdef ghijkl", 3), ["abcdef", "ghijkl"]);
    }

    #[test]
    fn no_width_at_all() {
        assert_eq!(lines("a bc", 0), ["a", "bc"]);
        assert_eq!(lines("a bc", 1), ["a", "bc"]);
    }

    #[test]
    fn chars_are_counted_and_not_bytes() {
        assert_eq!(lines("żó łć ab", 5), ["żó łć", "ab"]);
        assert_eq!(lines("日本 語 日", 4), ["日本 語", "日"]);
        assert_eq!(lines("éé é", 3), ["éé", "é"]);
    }

    #[test]
    fn only_spaces_separate() {
        assert_eq!(lines("a\tb c", 3), ["a\tb", "c"]);
        assert_eq!(lines("a\nb\u{a0}c d", 4), ["a\nb\u{a0}c", "d"]);
        assert_eq!(lines("\na\t b", 3), ["\na\t", "b"]);
    }

    #[test]
    fn lines_are_parts_of_the_text() {
        assert_eq!(
            probe_offsets(" ab cd  ef".into(), 2),
            [Some(1), Some(4), Some(8)]
        );
    }

    #[test]
    fn lines_live_as_long_as_the_text() {
        assert_eq!(probe_kept("ab cd ef".into(), 2, 2), ["ab", "cd"]);
        assert_eq!(probe_kept("ab cd ef".into(), 5, 9), ["ab cd", "ef"]);
    }

    #[test]
    fn the_first_line_of_a_long_text_comes_at_once() {
        assert_eq!(
            probe_first(400_000, 20_000),
            [Some("word word".to_string())]
        );
    }

    #[test]
    fn a_long_text_to_its_end() {
        assert_eq!(probe_long(20_000, 9), (10_000, 90_000));
        assert_eq!(probe_long(20_000, 4), (20_000, 80_000));
        assert_eq!(probe_long(20_000, usize::MAX), (1, 99_999));
    }
}
