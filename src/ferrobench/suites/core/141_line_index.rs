//! category: ownership
//! tags: entry API, moves, strings
//! level: intermediate

use std::collections::BTreeMap;

// >>> prompt
/// Tells on which lines each text stands: maps it to the numbers of its lines, in ascending order.
/// The first of `lines` has the number 1.
///
/// White space at the end of a line does not belong to its text; white space at its start does. Lines
/// of which nothing is left are counted, but have no entry.
///
/// No text is copied: each key is the very string of the first line with that text, shortened in place.
///
/// `["b", "a ", "", "b"]` gives `{"a": [2], "b": [1, 4]}`.
fn line_index(lines: Vec<String>) -> BTreeMap<String, Vec<usize>> {
    // <<< prompt
    let mut index = BTreeMap::<String, Vec<usize>>::new();
    for (number, mut line) in (1..).zip(lines) {
        line.truncate(line.trim_end().len());
        if !line.is_empty() {
            index.entry(line).or_default().push(number);
        }
    }
    index
}

// >>> probes
/// Where the lines lie in memory, and where the keys do, each with the number of its first line.
fn probe_places(lines: Vec<String>) -> (Vec<usize>, Vec<(usize, usize)>) {
    let before = lines.iter().map(|line| line.as_ptr() as usize).collect();
    let index = line_index(lines);
    let keys = index
        .iter()
        .map(|(key, numbers)| (key.as_ptr() as usize, numbers[0]))
        .collect();
    (before, keys)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn index(lines: &[&str]) -> Vec<(String, Vec<usize>)> {
        let lines = lines.iter().map(ToString::to_string).collect();
        line_index(lines).into_iter().collect()
    }

    fn entry(text: &str, numbers: &[usize]) -> (String, Vec<usize>) {
        (text.to_string(), numbers.to_vec())
    }

    #[test]
    fn the_example() {
        assert_eq!(
            index(&["b", "a ", "", "b"]),
            [entry("a", &[2]), entry("b", &[1, 4])]
        );
    }

    #[test]
    fn no_lines_no_entries() {
        assert!(index(&[]).is_empty());
    }

    #[test]
    fn blank_lines_have_no_entry() {
        assert!(index(&["", " ", "\t\r\n", "\u{3000}"]).is_empty());
    }

    #[test]
    fn blank_lines_are_counted() {
        assert_eq!(index(&["", "  ", "x"]), [entry("x", &[3])]);
    }

    #[test]
    fn one_line_is_number_one() {
        assert_eq!(index(&["x"]), [entry("x", &[1])]);
    }

    #[test]
    fn numbers_ascend() {
        assert_eq!(
            index(&["x", "y", "x", "x", "y"]),
            [entry("x", &[1, 3, 4]), entry("y", &[2, 5])]
        );
    }

    #[test]
    fn white_space_at_the_end_does_not_count() {
        assert_eq!(
            index(&["x\r\n", "x", "x \t", "x\u{a0}"]),
            [entry("x", &[1, 2, 3, 4])]
        );
    }

    #[test]
    fn white_space_elsewhere_counts() {
        assert_eq!(
            index(&["x", " x", "x  y", "x y", " x "]),
            [
                entry(" x", &[2, 5]),
                entry("x", &[1]),
                entry("x  y", &[3]),
                entry("x y", &[4]),
            ]
        );
    }

    #[test]
    fn characters_of_several_bytes() {
        assert_eq!(
            index(&["naïve é\u{2003}", "日本\n", "naïve é"]),
            [entry("naïve é", &[1, 3]), entry("日本", &[2])]
        );
    }

    #[test]
    fn keys_are_the_strings_of_their_first_lines() {
        let lines = ["a", "b  ", "", "a", " b\n", "b", "a "];
        let (before, keys) = probe_places(lines.map(String::from).to_vec());
        assert_eq!(before.len(), lines.len());
        assert_eq!(keys.len(), 3);
        for (place, number) in keys {
            assert_eq!(place, before[number - 1]);
        }
    }
}
