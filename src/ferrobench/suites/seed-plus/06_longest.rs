//! category: lifetimes
//! tags: lifetime parameters, string slices
//! level: basic

// >>> prompt
fn longest<'a>(x: &'a str, y: &'a str) -> &'a str {
    // <<< prompt
    if x.len() >= y.len() {
        x
    } else {
        y
    }
}

// Whether bytes or characters are counted is open, so one text here is longer than the other by both. Which of
// two equally long texts it is, is open too.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_left_one_is_longer() {
        assert_eq!(longest("abcd", "xyz"), "abcd");
        assert_eq!(longest("banana", "fig"), "banana");
    }

    #[test]
    fn the_right_one_is_longer() {
        assert_eq!(longest("xyz", "abcd"), "abcd");
        assert_eq!(longest("z", "aa"), "aa");
    }

    #[test]
    fn nothing_is_shorter_than_anything() {
        assert_eq!(longest("", "a"), "a");
        assert_eq!(longest("a", ""), "a");
        assert_eq!(longest(" ", ""), " ");
        assert_eq!(longest("", ""), "");
    }

    #[test]
    fn the_order_of_the_alphabet_does_not_matter() {
        assert_eq!(longest("aaaa", "zz"), "aaaa");
        assert_eq!(longest("zzzz", "aa"), "zzzz");
        assert_eq!(longest("aa", "zzzz"), "zzzz");
        assert_eq!(longest("zz", "aaaa"), "aaaa");
    }

    #[test]
    fn blanks_count() {
        assert_eq!(longest("abc", "  d  "), "  d  ");
        assert_eq!(longest("a\n\n\n", "bcd"), "a\n\n\n");
    }

    #[test]
    fn of_two_equal_lengths_it_is_one_of_them() {
        assert_eq!(longest("same", "same"), "same");
        let found = longest("left", "just");
        assert!(found == "left" || found == "just", "{:?}", found);
    }

    #[test]
    fn beyond_ascii() {
        assert_eq!(longest("日本", "日本語"), "日本語");
        assert_eq!(longest("🦀🦀🦀", "é"), "🦀🦀🦀");
    }

    #[test]
    fn by_one_character_at_every_length() {
        for length in 0..100 {
            let shorter = "y".repeat(length);
            let longer = "x".repeat(length + 1);
            assert_eq!(longest(&shorter, &longer), longer);
            assert_eq!(longest(&longer, &shorter), longer);
        }
    }
}
