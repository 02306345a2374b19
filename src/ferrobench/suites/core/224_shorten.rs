//! category: strings and Unicode
//! tags: char boundaries, Cow, byte lengths
//! level: basic

use std::borrow::Cow;

// >>> prompt
/// Shortens a text so that it takes at most `most` bytes.
///
/// A text that takes no more is returned as it is, borrowed. Of any other the longest beginning is taken that
/// leaves room for a `…`, which is one `char` of three bytes; no `char` is cut in two. White space at the end
/// of this beginning is cut off, and the `…` is put behind it. If there is no room even for the `…`, the
/// result is empty.
///
/// With a `most` of 8, `"one more"` stays as it is. With 7 it becomes `"one…"`, without the space.
fn shorten(text: &str, most: usize) -> Cow<'_, str> {
    // <<< prompt
    if text.len() <= most {
        return Cow::Borrowed(text);
    }
    let Some(mut end) = most.checked_sub('…'.len_utf8()) else {
        return Cow::Borrowed("");
    };
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Cow::Owned(format!("{}…", text[..end].trim_end()))
}

// >>> probes
/// Whether the text is returned borrowed, from the place where it lies.
fn probe_is_borrowed(text: String, most: usize) -> bool {
    let shortened = shorten(&text, most);
    ::std::matches!(shortened, ::std::borrow::Cow::Borrowed(_))
        && shortened.as_ptr() == text.as_ptr()
        && shortened.len() == text.len()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example() {
        assert_eq!(shorten("one more", 8), "one more");
        assert_eq!(shorten("one more", 7), "one…");
    }

    #[test]
    fn a_text_that_fits_stays_as_it_is() {
        assert_eq!(shorten("", 0), "");
        assert_eq!(shorten("a", 1), "a");
        assert_eq!(shorten("größer ", 9), "größer ");
        assert_eq!(shorten("  ", usize::MAX), "  ");
    }

    #[test]
    fn a_text_that_fits_is_borrowed() {
        assert!(probe_is_borrowed("größer".to_string(), 8));
        assert!(probe_is_borrowed("größer".to_string(), 100));
        assert!(probe_is_borrowed("ab".to_string(), 2));
        assert!(probe_is_borrowed(" ".to_string(), 1));
    }

    #[test]
    fn the_longest_beginning_is_taken() {
        assert_eq!(shorten("abcdefgh", 7), "abcd…");
        assert_eq!(shorten("abcdefgh", 6), "abc…");
        assert_eq!(shorten("abcdefgh", 4), "a…");
    }

    #[test]
    fn bytes_are_counted_and_not_chars() {
        assert_eq!(shorten("größer", 7), "grö…");
        assert_eq!(shorten("ääää", 7), "ää…");
        assert_eq!(shorten("日本語", 8), "日…");
    }

    #[test]
    fn no_char_is_cut_in_two() {
        assert_eq!(shorten("ääää", 6), "ä…");
        assert_eq!(shorten("日本語", 7), "日…");
        assert_eq!(shorten("日本語", 5), "…");
        assert_eq!(shorten("🦀🦀🦀", 10), "🦀…");
        assert_eq!(shorten("a🦀🦀", 7), "a…");
        assert_eq!(shorten("a🦀🦀", 8), "a🦀…");
    }

    #[test]
    fn room_for_nothing_else() {
        assert_eq!(shorten("abcd", 3), "…");
        assert_eq!(shorten("🦀🦀", 3), "…");
    }

    #[test]
    fn no_room_even_for_that() {
        assert_eq!(shorten("abcd", 2), "");
        assert_eq!(shorten("abcd", 1), "");
        assert_eq!(shorten("abcd", 0), "");
        assert_eq!(shorten("…", 2), "");
    }

    #[test]
    fn white_space_before_the_cut_is_left_out() {
        assert_eq!(shorten("one  two", 7), "one…");
        assert_eq!(shorten("one\u{3000}twos", 9), "one…");
        assert_eq!(shorten("one\u{3000}two", 9), "one\u{3000}two");
        assert_eq!(shorten("one\n\ttwo", 7), "one…");
        assert_eq!(shorten("      x", 6), "…");
    }

    #[test]
    fn other_white_space_stays() {
        assert_eq!(shorten("  a b c d", 8), "  a b…");
        assert_eq!(shorten(" ab cd  ", 7), " ab…");
    }
}
