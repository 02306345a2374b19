//! category: basic functions
//! tags: strings, ownership, unicode

// >>> prompt
fn reverse_string(s: String) -> String {
    // <<< prompt
    s.chars().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reversed(s: &str) -> String {
        reverse_string(s.to_string())
    }

    #[test]
    fn nothing_and_one_character_stay() {
        assert_eq!(reversed(""), "");
        assert_eq!(reversed("a"), "a");
        assert_eq!(reversed("é"), "é");
    }

    #[test]
    fn words() {
        assert_eq!(reversed("ab"), "ba");
        assert_eq!(reversed("hello"), "olleh");
        assert_eq!(reversed("racecar"), "racecar");
        assert_eq!(reversed("aab"), "baa");
        assert_eq!(reversed("Rust 2021"), "1202 tsuR");
    }

    #[test]
    fn spaces_and_punctuation_are_characters_like_any_other() {
        assert_eq!(reversed("hello world"), "dlrow olleh");
        assert_eq!(reversed(" a"), "a ");
        assert_eq!(reversed("a\n"), "\na");
        assert_eq!(reversed("a\t b,"), ",b \ta");
        assert_eq!(reversed("one two  three"), "eerht  owt eno");
    }

    // Without combining marks, so that characters and graphemes are the same thing.
    #[test]
    fn characters_of_several_bytes_stay_whole() {
        assert_eq!(reversed("añb"), "bña");
        assert_eq!(reversed("héllo"), "olléh");
        assert_eq!(reversed("日本語"), "語本日");
        assert_eq!(reversed("a🦀b"), "b🦀a");
        assert_eq!(reversed("привет"), "тевирп");
    }

    #[test]
    fn twice_gives_the_text_back() {
        for s in ["", "x", "to and fro", "ß🦀 ", "0123456789", "(a[b]c)"] {
            assert_eq!(reverse_string(reversed(s)), s);
        }
    }

    #[test]
    fn every_length_up_to_two_hundred() {
        let mut forward = String::new();
        let mut backward = String::new();
        for i in 0..200u32 {
            let next = char::from_u32('A' as u32 + i % 60).unwrap_or('?');
            forward.push(next);
            backward.insert(0, next);
            assert_eq!(reversed(&forward), backward);
        }
    }
}
