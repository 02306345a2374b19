//! category: lifetimes
//! tags: borrowing structs, iterators, associated types, string slices
//! level: intermediate

// >>> prompt
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Words<'a> {
    // <<< prompt
    type Item = &'a str;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.trim_start();
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        Some(word)
    }
}

// >>> probes
fn probe_words(text: String, at_most: usize) -> Vec<String> {
    // A sample's words may be slices of the text or texts of their own.
    Words { rest: &text }
        .take(at_most)
        .map(|word| ::std::string::ToString::to_string(&word))
        .collect()
}

/// The words of two texts in turns.
fn probe_in_turns(one: String, other: String, at_most: usize) -> Vec<(String, String)> {
    let others = Words { rest: &other };
    Words { rest: &one }
        .zip(others)
        .take(at_most)
        .map(|(one, other)| {
            (
                ::std::string::ToString::to_string(&one),
                ::std::string::ToString::to_string(&other),
            )
        })
        .collect()
}
// <<< probes

// What punctuation is to a word is open, and so is what comes after the end.
#[cfg(test)]
mod tests {
    use super::*;

    // One more than there should be, so that a sample without an end is seen.
    fn assert_words(text: &str, expected: &[&str]) {
        let words = probe_words(text.to_string(), expected.len() + 1);
        assert_eq!(words, expected, "{:?}", text);
    }

    #[test]
    fn nothing_and_blanks_alone_have_no_words() {
        assert_words("", &[]);
        assert_words(" ", &[]);
        assert_words("    ", &[]);
    }

    #[test]
    fn one_word() {
        assert_words("hello", &["hello"]);
        assert_words("x", &["x"]);
    }

    #[test]
    fn several_words() {
        assert_words("hello world", &["hello", "world"]);
        assert_words("the quick brown fox", &["the", "quick", "brown", "fox"]);
        assert_words("a b c d e", &["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn equal_words_are_listed_again() {
        assert_words("so so so", &["so", "so", "so"]);
    }

    #[test]
    fn blanks_at_the_start_and_at_the_end() {
        assert_words(" hello", &["hello"]);
        assert_words("hello ", &["hello"]);
        assert_words("   two words   ", &["two", "words"]);
    }

    #[test]
    fn several_blanks_in_between() {
        assert_words("one  two   three", &["one", "two", "three"]);
    }

    #[test]
    fn lines_and_tabs() {
        assert_words("one\ntwo", &["one", "two"]);
        assert_words("one\ttwo \n three\n", &["one", "two", "three"]);
    }

    #[test]
    fn letters_beyond_ascii() {
        assert_words("日本 語", &["日本", "語"]);
        assert_words(" über den Fluß", &["über", "den", "Fluß"]);
        assert_words("привет мир", &["привет", "мир"]);
    }

    #[test]
    fn each_goes_through_a_text_of_its_own() {
        let pairs = probe_in_turns("a b c".to_string(), " un deux  trois".to_string(), 4);
        let expected = [("a", "un"), ("b", "deux"), ("c", "trois")];
        assert_eq!(
            pairs,
            expected.map(|(one, other)| (one.to_string(), other.to_string()))
        );
    }

    #[test]
    fn many_words() {
        let words: Vec<String> = (0..500).map(|n| "w".repeat(n % 7 + 1)).collect();
        assert_eq!(probe_words(words.join(" "), 501), words);
    }
}
