//! category: strings and Unicode
//! tags: UTF-16, byte offsets, char boundaries, strings
//! level: basic

// >>> prompt
/// Applies an edit that an editor sends: what stands from `from` to `to` in the text, without `to`, is
/// replaced by `with`. Returns `true`.
///
/// The editor counts in UTF-16 code units: a `char` beyond U+FFFF counts as two, every other one as one. `to`
/// may be the end of the text, and `from` may be the same as `to`, where nothing is replaced and `with` is put
/// in.
///
/// If `from` or `to` lies beyond the end of the text or between the two units of one `char`, or if `from` is
/// greater than `to`, then nothing is changed, and it returns `false`.
fn apply_edit(text: &mut String, from: usize, to: usize, with: &str) -> bool {
    // <<< prompt
    let byte_at = |unit: usize| {
        let mut passed = 0;
        for (at, c) in text.char_indices() {
            if passed >= unit {
                return (passed == unit).then_some(at);
            }
            passed += c.len_utf16();
        }
        (passed == unit).then_some(text.len())
    };
    let (Some(start), Some(end)) = (byte_at(from), byte_at(to)) else {
        return false;
    };
    if start > end {
        return false;
    }
    text.replace_range(start..end, with);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, from: usize, to: usize, with: &str) -> Option<String> {
        let mut edited = text.to_string();
        let done = apply_edit(&mut edited, from, to, with);
        assert!(
            done || edited == text,
            "changed to {edited:?} without success"
        );
        done.then_some(edited)
    }

    fn becomes(text: &str) -> Option<String> {
        Some(text.to_string())
    }

    #[test]
    fn a_part_is_replaced() {
        assert_eq!(
            edited("let x = 1;", 4, 5, "count"),
            becomes("let count = 1;")
        );
        assert_eq!(edited("abcdef", 1, 5, "-"), becomes("a-f"));
    }

    #[test]
    fn a_part_is_removed() {
        assert_eq!(edited("abcdef", 0, 2, ""), becomes("cdef"));
        assert_eq!(edited("abcdef", 4, 6, ""), becomes("abcd"));
        assert_eq!(edited("abcdef", 0, 6, ""), becomes(""));
    }

    #[test]
    fn text_is_put_in() {
        assert_eq!(edited("abc", 0, 0, ">"), becomes(">abc"));
        assert_eq!(edited("abc", 2, 2, "ß"), becomes("abßc"));
        assert_eq!(edited("abc", 3, 3, "<"), becomes("abc<"));
        assert_eq!(edited("", 0, 0, "new"), becomes("new"));
    }

    #[test]
    fn nothing_by_nothing() {
        assert_eq!(edited("", 0, 0, ""), becomes(""));
        assert_eq!(edited("é", 1, 1, ""), becomes("é"));
    }

    #[test]
    fn chars_of_several_bytes_count_as_one() {
        assert_eq!(edited("größer", 2, 4, "oss"), becomes("grosser"));
        assert_eq!(edited("日本語", 1, 2, "x"), becomes("日x語"));
        assert_eq!(edited("日本語", 3, 3, "!"), becomes("日本語!"));
        assert_eq!(edited("a\u{ffff}b", 2, 3, ""), becomes("a\u{ffff}"));
    }

    #[test]
    fn chars_beyond_the_first_plane_count_as_two() {
        assert_eq!(edited("a🦀b", 3, 4, "c"), becomes("a🦀c"));
        assert_eq!(edited("a🦀b", 1, 3, "é"), becomes("aéb"));
        assert_eq!(edited("🦀🦀🦀", 2, 4, "𝄞"), becomes("🦀𝄞🦀"));
        assert_eq!(edited("🦀", 2, 2, "!"), becomes("🦀!"));
        assert_eq!(edited("a\u{10000}b", 3, 4, ""), becomes("a\u{10000}"));
    }

    #[test]
    fn a_combining_mark_is_a_char_of_its_own() {
        assert_eq!(edited("e\u{301}x", 1, 2, ""), becomes("ex"));
    }

    #[test]
    fn between_the_two_units_of_a_char() {
        assert_eq!(edited("a🦀b", 2, 4, ""), None);
        assert_eq!(edited("a🦀b", 1, 2, ""), None);
        assert_eq!(edited("a🦀b", 2, 2, "x"), None);
        assert_eq!(edited("🦀", 1, 1, "x"), None);
        assert_eq!(edited("🦀🦀", 0, 3, "x"), None);
    }

    #[test]
    fn beyond_the_end() {
        assert_eq!(edited("abc", 4, 4, "x"), None);
        assert_eq!(edited("abc", 0, 4, "x"), None);
        assert_eq!(edited("", 0, 1, "x"), None);
        assert_eq!(edited("größer", 7, 8, "x"), None);
        assert_eq!(edited("a🦀", 3, 4, "x"), None);
        assert_eq!(edited("abc", usize::MAX, usize::MAX, "x"), None);
    }

    #[test]
    fn from_behind_to() {
        assert_eq!(edited("abc", 2, 1, "x"), None);
        assert_eq!(edited("äöü", 3, 0, "x"), None);
    }
}
