//! category: smart pointers
//! tags: Cow, lifetimes, strings
//! level: basic

use std::borrow::Cow;

// >>> prompt
/// Returns the value of one field of a table in text form.
///
/// - A field that does not begin with `"` is its own value. It must not hold any `"`.
/// - A field that begins with `"` must end with another `"`. Its value is what stands between the two.
///   There, each `""` means one `"`, and a `"` must not stand in any other way.
///
/// Returns `None` for a field that breaks these rules. White space has no special meaning.
///
/// The value is borrowed from `field` unless a `""` in it has to be replaced.
///
/// `a b` is `a b`, `"a, b"` is `a, b`, and `"say ""a"""` is `say "a"`.
fn csv_value(field: &str) -> Option<Cow<'_, str>> {
    // <<< prompt
    let Some(opened) = field.strip_prefix('"') else {
        return (!field.contains('"')).then_some(Cow::Borrowed(field));
    };
    let inner = opened.strip_suffix('"')?;
    if !inner.contains('"') {
        return Some(Cow::Borrowed(inner));
    }
    let parts: Vec<&str> = inner.split("\"\"").collect();
    let lone = parts.iter().any(|part| part.contains('"'));
    (!lone).then(|| Cow::Owned(parts.join("\"")))
}

// >>> probes
/// The value, and where it begins in the field, in bytes, if it is borrowed from there.
fn probe_value(field: &str) -> Option<(String, Option<usize>)> {
    let value = csv_value(field)?;
    let at = match &value {
        ::std::borrow::Cow::Borrowed(text) => {
            Some((text.as_ptr() as usize).wrapping_sub(field.as_ptr() as usize))
        }
        ::std::borrow::Cow::Owned(_) => None,
    };
    Some((value.into_owned(), at))
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn borrowed(value: &str, at: usize) -> Option<(String, Option<usize>)> {
        Some((value.to_string(), Some(at)))
    }

    fn owned(value: &str) -> Option<(String, Option<usize>)> {
        Some((value.to_string(), None))
    }

    #[test]
    fn a_plain_field_is_borrowed_whole() {
        assert_eq!(probe_value("a b"), borrowed("a b", 0));
        assert_eq!(probe_value("日本, é"), borrowed("日本, é", 0));
    }

    #[test]
    fn white_space_is_kept() {
        assert_eq!(probe_value(" a\t"), borrowed(" a\t", 0));
        assert_eq!(probe_value("\" a \""), borrowed(" a ", 1));
    }

    #[test]
    fn between_quotes_it_is_borrowed_too() {
        assert_eq!(probe_value("\"a, b\""), borrowed("a, b", 1));
        assert_eq!(probe_value("\"日本\""), borrowed("日本", 1));
    }

    #[test]
    fn two_quotes_mean_one() {
        assert_eq!(probe_value("\"say \"\"a\"\"\""), owned("say \"a\""));
        assert_eq!(probe_value("\"é\"\"日\""), owned("é\"日"));
        assert_eq!(probe_value("\"\"\"\"\"\""), owned("\"\""));
    }

    #[test]
    fn an_empty_field_is_empty() {
        assert_eq!(probe_value("").map(|(value, _)| value).as_deref(), Some(""));
        assert_eq!(probe_value("").map(|(_, at)| at.is_some()), Some(true));
    }

    #[test]
    fn two_quotes_alone_are_an_empty_value() {
        assert_eq!(
            probe_value("\"\"").map(|(value, at)| (value, at.is_some())),
            Some((String::new(), true))
        );
    }

    #[test]
    fn one_quote_alone_is_none() {
        assert_eq!(probe_value("\""), None);
    }

    #[test]
    fn three_quotes_are_none_and_four_are_one() {
        assert_eq!(probe_value("\"\"\""), None);
        assert_eq!(probe_value("\"\"\"\""), owned("\""));
        assert_eq!(probe_value("\"\"\"\"\""), None);
    }

    #[test]
    fn a_quote_in_a_plain_field_is_none() {
        assert_eq!(probe_value("a\"b"), None);
        assert_eq!(probe_value("a\"\"b"), None);
        assert_eq!(probe_value("a\""), None);
        assert_eq!(probe_value(" \"a\""), None);
    }

    #[test]
    fn a_quote_that_is_not_closed_is_none() {
        assert_eq!(probe_value("\"a"), None);
        assert_eq!(probe_value("\"a\"\"b"), None);
        assert_eq!(probe_value("\"a\"\""), None);
    }

    #[test]
    fn behind_the_closing_quote_nothing_may_follow() {
        assert_eq!(probe_value("\"a\" "), None);
        assert_eq!(probe_value("\"a\"b"), None);
        assert_eq!(probe_value("\"a\"b\""), None);
        assert_eq!(probe_value("\"a\"b\"c\""), None);
        assert_eq!(probe_value("\"a\"\"\"b\""), None);
    }
}
