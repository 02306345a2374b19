//! category: strings
//! tags: slices, iterators
//! level: basic

// The lines above and the file's number and name say what the prompt is called and where it stands.
// What stands between here and the prompt is its prelude: in scope for the sample, never seen by the model.

// >>> prompt
/// Returns the words of `text` that occur more than once, each once, in the order in which they occur first.
///
/// Words are what stands between white space; they are the same only if all their characters are.
///
/// `"a b c b a"` gives `["a", "b"]`.
fn repeated_words(text: &str) -> Vec<String> {
    // <<< prompt
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut found = Vec::new();
    for (place, word) in words.iter().enumerate() {
        let is_first = !words[..place].contains(word);
        if is_first && words[place + 1..].contains(word) {
            found.push((*word).to_string());
        }
    }
    found
}

// Demand what the text above fixes, and nothing that a sensible reader could do otherwise.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example() {
        assert_eq!(repeated_words("a b c b a"), ["a", "b"]);
    }

    #[test]
    fn nothing_repeats_in_nothing() {
        assert!(repeated_words("").is_empty());
        assert!(repeated_words(" \n\t ").is_empty());
    }

    #[test]
    fn a_word_that_comes_three_times_is_told_once() {
        assert_eq!(repeated_words("so so so"), ["so"]);
    }

    #[test]
    fn any_white_space_separates() {
        assert_eq!(repeated_words("one\ntwo\t one\u{a0}end"), ["one"]);
    }

    #[test]
    fn upper_and_lower_case_differ() {
        assert!(repeated_words("Rust rust").is_empty());
    }

    #[test]
    fn characters_of_several_bytes() {
        assert_eq!(repeated_words("é ü é 日本 日本語 日本"), ["é", "日本"]);
    }

    #[test]
    fn the_last_word_counts() {
        assert_eq!(repeated_words("x y z z"), ["z"]);
    }
}
