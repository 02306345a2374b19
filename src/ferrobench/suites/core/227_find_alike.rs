//! category: strings and Unicode
//! tags: case mapping, char boundaries, string slices, iterators
//! level: advanced

// >>> prompt
/// Searches a text for `wanted`, whatever the case of the letters is.
///
/// Two strings are alike if they become the same `char`s when each of their `char`s by itself is replaced by
/// what `char::to_lowercase` makes of it. That may be several: `İ` becomes `i` and U+0307, so `İ` is alike to
/// `i\u{307}` and to `I\u{307}`, but not to `i`.
///
/// Of all parts of the text that are alike to `wanted` it takes the one that begins first, and returns what
/// is before it, the part, and what is after it: three parts of `text`, which make the whole text. Returns
/// `None` if no part is alike to `wanted`. An empty `wanted` is found at the very beginning.
///
/// In `"Größer"`, `"ÖS"` is not found, and `"RÖ"` gives `("G", "rö", "ßer")`.
fn find_alike<'t>(text: &'t str, wanted: &str) -> Option<(&'t str, &'t str, &'t str)> {
    // <<< prompt
    let wanted: Vec<char> = wanted.chars().flat_map(char::to_lowercase).collect();
    let starts = text.char_indices().map(|(at, _)| at);
    for start in starts.chain([text.len()]) {
        let (before, rest) = text.split_at(start);
        let mut missing = wanted.as_slice();
        let mut chars = rest.chars();
        while !missing.is_empty() {
            let Some(c) = chars.next() else { break };
            let lower: Vec<char> = c.to_lowercase().collect();
            let Some(after) = missing.strip_prefix(lower.as_slice()) else {
                break;
            };
            missing = after;
        }
        if missing.is_empty() {
            let after = chars.as_str();
            return Some((before, &rest[..rest.len() - after.len()], after));
        }
    }
    None
}

// >>> probes
/// Where in the text the three parts begin in memory, and how long they are. `wanted` is gone by then.
fn probe_places(text: String, wanted: String) -> Option<Vec<(usize, usize)>> {
    let found = {
        let wanted = wanted;
        find_alike(&text, &wanted)
    };
    found.map(|(before, part, after)| {
        [before, part, after]
            .iter()
            .map(|part| (part.as_ptr() as usize - text.as_ptr() as usize, part.len()))
            .collect()
    })
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples() {
        assert_eq!(find_alike("Größer", "ÖS"), None);
        assert_eq!(find_alike("Größer", "RÖ"), Some(("G", "rö", "ßer")));
    }

    #[test]
    fn the_case_does_not_matter() {
        assert_eq!(
            find_alike("one TWO three", "two"),
            Some(("one ", "TWO", " three"))
        );
        assert_eq!(
            find_alike("one two three", "TwO"),
            Some(("one ", "two", " three"))
        );
        assert_eq!(find_alike("ΑΒΓ жж", "βγ Ж"), Some(("Α", "ΒΓ ж", "ж")));
    }

    #[test]
    fn at_the_beginning_and_at_the_end() {
        assert_eq!(find_alike("Äbc", "ä"), Some(("", "Ä", "bc")));
        assert_eq!(find_alike("abÇ", "bç"), Some(("a", "bÇ", "")));
        assert_eq!(find_alike("ÄB", "äb"), Some(("", "ÄB", "")));
    }

    #[test]
    fn the_first_of_several() {
        assert_eq!(find_alike("xAyaz", "a"), Some(("x", "A", "yaz")));
        assert_eq!(find_alike("aAaAb", "aab"), Some(("aA", "aAb", "")));
    }

    #[test]
    fn what_is_not_there() {
        assert_eq!(find_alike("abc", "d"), None);
        assert_eq!(find_alike("abc", "bcd"), None);
        assert_eq!(find_alike("", "a"), None);
        assert_eq!(find_alike("ab", "abab"), None);
        assert_eq!(find_alike("e\u{301}", "é"), None);
    }

    #[test]
    fn nothing_is_found_at_the_beginning() {
        assert_eq!(find_alike("", ""), Some(("", "", "")));
        assert_eq!(find_alike("Ä", ""), Some(("", "", "Ä")));
    }

    #[test]
    fn letters_that_become_shorter_or_longer() {
        assert_eq!(
            find_alike("5\u{212a} ok", "k"),
            Some(("5", "\u{212a}", " ok"))
        );
        assert_eq!(
            find_alike("ok 5\u{212a}", "5k"),
            Some(("ok ", "5\u{212a}", ""))
        );
        assert_eq!(
            find_alike("\u{212a}\u{212a}ab", "AB"),
            Some(("\u{212a}\u{212a}", "ab", ""))
        );
        assert_eq!(find_alike("ȺȾx!", "X"), Some(("ȺȾ", "x", "!")));
        assert_eq!(find_alike("zȺ", "\u{2c65}"), Some(("z", "Ⱥ", "")));
        assert_eq!(find_alike("MAẞE", "ß"), Some(("MA", "ẞ", "E")));
    }

    #[test]
    fn a_letter_that_becomes_two() {
        assert_eq!(find_alike("xİy", "i\u{307}"), Some(("x", "İ", "y")));
        assert_eq!(find_alike("xİy", "I\u{307}Y"), Some(("x", "İy", "")));
        assert_eq!(find_alike("xi\u{307}y", "İ"), Some(("x", "i\u{307}", "y")));
        assert_eq!(find_alike("xİİy", "İy"), Some(("xİ", "İy", "")));
    }

    #[test]
    fn no_part_of_a_letter_is_found() {
        assert_eq!(find_alike("İ", "i"), None);
        assert_eq!(find_alike("İ", "\u{307}"), None);
        assert_eq!(find_alike("İi", "i"), Some(("İ", "i", "")));
        assert_eq!(find_alike("aİ", "ai"), None);
        assert_eq!(find_alike("İb", "\u{307}b"), None);
        assert_eq!(find_alike("I", "İ"), None);
    }

    #[test]
    fn every_char_is_taken_by_itself() {
        assert_eq!(find_alike("ΟΔΟΣ", "οδος"), None);
        assert_eq!(find_alike("ΟΔΟΣ", "οδοσ"), Some(("", "ΟΔΟΣ", "")));
        assert_eq!(find_alike("οδοσ.", "ΟΔΟΣ"), Some(("", "οδοσ", ".")));
        assert_eq!(find_alike("straße", "SS"), None);
        assert_eq!(find_alike("STRASSE", "ß"), None);
    }

    #[test]
    fn the_parts_are_parts_of_the_text() {
        assert_eq!(probe_places("Größer".to_string(), "ÖSS".to_string()), None);
        assert_eq!(
            probe_places("Größer".to_string(), "RÖ".to_string()),
            Some(vec![(0, 1), (1, 3), (4, 4)])
        );
        assert_eq!(
            probe_places("\u{212a}i\u{307}".to_string(), "İ".to_string()),
            Some(vec![(0, 3), (3, 3), (6, 0)])
        );
    }
}
