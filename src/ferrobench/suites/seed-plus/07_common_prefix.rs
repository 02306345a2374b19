//! category: lifetimes
//! tags: lifetime parameters, string slices, iterators, unicode
//! level: basic

// >>> prompt
fn common_prefix<'a>(a: &'a str, b: &str) -> &'a str {
    // <<< prompt
    let length: usize = a
        .chars()
        .zip(b.chars())
        .take_while(|(x, y)| x == y)
        .map(|(x, _)| x.len_utf8())
        .sum();
    &a[..length]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_begin_with() {
        assert_eq!(common_prefix("flower", "flight"), "fl");
        assert_eq!(common_prefix("interview", "internet"), "inter");
    }

    #[test]
    fn nothing_in_common() {
        assert_eq!(common_prefix("abc", "xyz"), "");
        assert_eq!(common_prefix("a", "b"), "");
    }

    #[test]
    fn an_empty_text() {
        assert_eq!(common_prefix("", ""), "");
        assert_eq!(common_prefix("abc", ""), "");
        assert_eq!(common_prefix("", "abc"), "");
    }

    #[test]
    fn one_begins_with_the_other() {
        assert_eq!(common_prefix("car", "carpet"), "car");
        assert_eq!(common_prefix("carpet", "car"), "car");
        assert_eq!(common_prefix("same", "same"), "same");
    }

    #[test]
    fn what_is_alike_later_does_not_count() {
        assert_eq!(common_prefix("abxcd", "abycd"), "ab");
        assert_eq!(common_prefix("xabc", "yabc"), "");
        assert_eq!(common_prefix("abc", "bc"), "");
    }

    #[test]
    fn blanks_count() {
        assert_eq!(common_prefix("the cat", "the dog"), "the ");
        assert_eq!(common_prefix("  x", "  y"), "  ");
        assert_eq!(common_prefix(" a", "a"), "");
    }

    #[test]
    fn characters_of_several_bytes() {
        assert_eq!(common_prefix("über", "übel"), "übe");
        assert_eq!(common_prefix("日本語", "日本人"), "日本");
        assert_eq!(common_prefix("🦀🦀a", "🦀🦀b"), "🦀🦀");
    }

    // The two of each pair begin with the same bytes.
    #[test]
    fn different_characters_have_nothing_in_common() {
        assert_eq!(common_prefix("é", "è"), "");
        assert_eq!(common_prefix("naß", "naü"), "na");
        assert_eq!(common_prefix("🦀", "🦁"), "");
        assert_eq!(common_prefix("x日", "x旦"), "x");
    }

    #[test]
    fn every_length() {
        for length in 0..60 {
            let shared: String = "añ日🦀".chars().cycle().take(length).collect();
            let one = format!("{}left", shared);
            let other = format!("{}right", shared);
            assert_eq!(common_prefix(&one, &other), shared);
        }
    }
}
