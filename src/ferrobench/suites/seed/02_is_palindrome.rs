//! category: basic functions
//! tags: strings, unicode

// >>> prompt
fn is_palindrome(s: &str) -> bool {
    // <<< prompt
    s.chars().eq(s.chars().rev())
}

// Whether case, spaces and punctuation count is open. Every string here has the same answer either way.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_and_one_character_are_palindromes() {
        assert!(is_palindrome(""));
        assert!(is_palindrome("a"));
        assert!(is_palindrome("7"));
        assert!(is_palindrome("é"));
    }

    #[test]
    fn words_that_read_the_same_backwards() {
        for s in [
            "aa", "aba", "abba", "level", "racecar", "12321", "1221", "a b a",
        ] {
            assert!(is_palindrome(s), "{:?} is one", s);
        }
    }

    #[test]
    fn words_that_do_not() {
        for s in [
            "ab", "abc", "aab", "abb", "abca", "hello", "rust", "12", "1231", "abcdba",
        ] {
            assert!(!is_palindrome(s), "{:?} is none", s);
        }
    }

    #[test]
    fn compares_characters_rather_than_bytes() {
        for s in ["éé", "été", "たけやぶやけた", "топот", "🦀a🦀", "a🦀a"] {
            assert!(is_palindrome(s), "{:?} is one", s);
        }
        for s in ["abé", "abдень", "añb", "🦀ab🦀", "aé🦀b"] {
            assert!(!is_palindrome(s), "{:?} is none", s);
        }
    }

    #[test]
    fn every_short_word_over_two_letters() {
        for length in 0..=7 {
            for bits in 0..1u32 << length {
                let letters: Vec<char> = (0..length)
                    .map(|i| if bits >> i & 1 == 1 { 'b' } else { 'a' })
                    .collect();
                let expected = (0..length).all(|i| letters[i] == letters[length - 1 - i]);
                let word: String = letters.iter().collect();
                assert_eq!(is_palindrome(&word), expected, "{:?}", word);
            }
        }
    }

    #[test]
    fn long_words_that_differ_only_in_the_middle_or_at_the_ends() {
        let half = "abcdefghij".repeat(100);
        let mirrored: String = half.chars().rev().collect();
        assert!(is_palindrome(&format!("{}{}", half, mirrored)));
        assert!(is_palindrome(&format!("{}x{}", half, mirrored)));
        assert!(!is_palindrome(&format!("{}xy{}", half, mirrored)));
        assert!(!is_palindrome(&format!("x{}{}y", half, mirrored)));
    }
}
