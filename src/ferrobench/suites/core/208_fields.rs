//! category: parsing
//! tags: cow, string slices, escapes, lifetimes, error positions
//! level: intermediate

use std::borrow::Cow;

// >>> prompt
/// What is wrong with a line, and where: the number of bytes that come before it.
#[derive(Debug, PartialEq)]
enum FieldError {
    /// A key should begin here, and does not.
    NoKey(usize),
    /// A key ends here, at the line's end too, without a `=` behind it.
    NoEquals(usize),
    /// This character cannot stand here: `"` or `=` in a value without quotation marks, or anything but a
    /// blank behind the closing quotation mark.
    Unexpected(usize),
    /// This backslash is followed by a character that it cannot escape.
    BadEscape(usize),
    /// This quotation mark is never closed.
    Unclosed(usize),
}

/// Reads a line of fields such as `level=warn user="Ann \"A\" Lee" note= n=3`, in their order.
///
/// A field is a key, `=` and a value, without blanks between them. Fields are separated by one or more blanks
/// (spaces); blanks before the first and behind the last are passed over. A line of nothing but blanks has no
/// fields. The same key may be there several times.
///
/// - A key is one or more characters other than blanks, `=` and `"`.
/// - A value without quotation marks is any number of such characters, also none.
/// - A value in quotation marks is all that is between them. Inside, `\"`, `\\` and `\n` stand for a
///   quotation mark, a backslash and a line break; blanks, `=` and all else but `"` and `\` stand for
///   themselves.
///
/// Keys, and values without a backslash, are borrowed from the line; only values with one are built anew.
///
/// Reads from left to right, and returns the first error that is met; a quotation mark turns out to be
/// unclosed only at the line's end.
fn fields(line: &str) -> Result<Vec<(&str, Cow<'_, str>)>, FieldError> {
    // <<< prompt
    let mut fields = Vec::new();
    let mut rest = line.trim_start_matches(' ');
    while !rest.is_empty() {
        let at = line.len() - rest.len();
        let end = rest.find([' ', '=', '"']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        if key.is_empty() {
            return Err(FieldError::NoKey(at));
        }
        let after = after
            .strip_prefix('=')
            .ok_or(FieldError::NoEquals(at + end))?;
        let (value, after) = if let Some(inner) = after.strip_prefix('"') {
            quoted(inner, line.len() - inner.len())?
        } else {
            let end = after.find([' ', '=', '"']).unwrap_or(after.len());
            (Cow::Borrowed(&after[..end]), &after[end..])
        };
        fields.push((key, value));
        rest = after.trim_start_matches(' ');
        if !after.is_empty() && !after.starts_with(' ') {
            return Err(FieldError::Unexpected(line.len() - after.len()));
        }
    }
    Ok(fields)
}

/// Reads up to the closing quotation mark. `text` begins behind the opening one, at `start` of the line.
fn quoted(text: &str, start: usize) -> Result<(Cow<'_, str>, &str), FieldError> {
    let mut value = Cow::Borrowed("");
    let mut rest = text;
    loop {
        let at = rest
            .find(['"', '\\'])
            .ok_or(FieldError::Unclosed(start - 1))?;
        value += &rest[..at];
        if rest[at..].starts_with('"') {
            return Ok((value, &rest[at + 1..]));
        }
        let mut after = rest[at + 1..].chars();
        let escaped = match after.next().ok_or(FieldError::Unclosed(start - 1))? {
            'n' => '\n',
            c @ ('"' | '\\') => c,
            _ => {
                let before = text.len() - rest.len() + at;
                return Err(FieldError::BadEscape(start + before));
            }
        };
        value.to_mut().push(escaped);
        rest = after.as_str();
    }
}

// >>> probes
/// The fields, or the name and the place of the error.
fn probe_fields(line: String) -> ::std::result::Result<Vec<(String, String)>, (String, usize)> {
    match fields(&line) {
        Ok(found) => Ok(found
            .into_iter()
            .map(|(key, value)| (key.to_string(), value.into_owned()))
            .collect()),
        Err(error) => {
            let (name, at) = match error {
                FieldError::NoKey(at) => ("no key", at),
                FieldError::NoEquals(at) => ("no equals", at),
                FieldError::Unexpected(at) => ("unexpected", at),
                FieldError::BadEscape(at) => ("bad escape", at),
                FieldError::Unclosed(at) => ("unclosed", at),
            };
            Err((name.to_string(), at))
        }
    }
}

/// For each field, where its key begins in the line, and where its value does if it is borrowed. An empty
/// value is one of the line's if it is borrowed at all.
fn probe_borrowed(line: String) -> Vec<(Option<usize>, bool)> {
    let place = |text: &str| {
        let before = (text.as_ptr() as usize).checked_sub(line.as_ptr() as usize)?;
        (before + text.len() <= line.len()).then_some(before)
    };
    let Ok(found) = fields(&line) else {
        return ::std::vec![];
    };
    found
        .iter()
        .map(|(key, value)| {
            let borrowed = match value {
                ::std::borrow::Cow::Borrowed(text) => text.is_empty() || place(text).is_some(),
                ::std::borrow::Cow::Owned(_) => false,
            };
            (place(key), borrowed)
        })
        .collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn are(line: &str, expected: &[(&str, &str)]) {
        let expected = expected
            .iter()
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect();
        assert_eq!(probe_fields(line.to_string()), Ok(expected), "{line}");
    }

    fn fails(line: &str, name: &str, at: usize) {
        assert_eq!(
            probe_fields(line.to_string()),
            Err((name.to_string(), at)),
            "{line}"
        );
    }

    #[test]
    fn the_example() {
        are(
            r#"level=warn user="Ann \"A\" Lee" note= n=3"#,
            &[
                ("level", "warn"),
                ("user", "Ann \"A\" Lee"),
                ("note", ""),
                ("n", "3"),
            ],
        );
    }

    #[test]
    fn nothing_but_blanks() {
        are("", &[]);
        are("   ", &[]);
    }

    #[test]
    fn blanks_around_fields() {
        are("  a=1   b=2 ", &[("a", "1"), ("b", "2")]);
    }

    #[test]
    fn other_white_space_is_no_blank() {
        are("a\t=\u{a0}1\n", &[("a\t", "\u{a0}1\n")]);
        are("\ta=1", &[("\ta", "1")]);
    }

    #[test]
    fn the_order_and_the_same_key_twice() {
        are("b=1 a=2 b=1", &[("b", "1"), ("a", "2"), ("b", "1")]);
    }

    #[test]
    fn empty_values() {
        are("a=", &[("a", "")]);
        are("a=\"\" b=", &[("a", ""), ("b", "")]);
    }

    #[test]
    fn a_backslash_outside_stands_for_itself() {
        are(
            r"path=C:\new k\ey=1",
            &[("path", r"C:\new"), (r"k\ey", "1")],
        );
    }

    #[test]
    fn all_escapes() {
        are(
            r#"a="\"" b="\\" c="\n""#,
            &[("a", "\""), ("b", "\\"), ("c", "\n")],
        );
        are(r#"a="\\n\"\\""#, &[("a", "\\n\"\\")]);
        are(r#"a="x\ny\nz""#, &[("a", "x\ny\nz")]);
    }

    #[test]
    fn quoted_values_hold_anything_else() {
        are("a=\"  x = 'ü' \n\"", &[("a", "  x = 'ü' \n")]);
    }

    #[test]
    fn beyond_ascii() {
        are(r#"größe="\"ø" 名=é"#, &[("größe", "\"ø"), ("名", "é")]);
    }

    #[test]
    fn no_key() {
        fails("=1", "no key", 0);
        fails("a=1  =2", "no key", 5);
        fails("\"a\"=1", "no key", 0);
        fails("é=é =", "no key", 6);
    }

    #[test]
    fn no_equals() {
        fails("a", "no equals", 1);
        fails("a=1 größe", "no equals", 11);
        fails("a =1", "no equals", 1);
        fails("a\"b\"", "no equals", 1);
        fails(" ab  c=1", "no equals", 3);
    }

    #[test]
    fn unexpected_in_a_bare_value() {
        fails("a=b=c", "unexpected", 3);
        fails("a==", "unexpected", 2);
        fails("a=é\"x\"", "unexpected", 4);
    }

    #[test]
    fn unexpected_behind_a_quoted_value() {
        fails("a=\"b\"c", "unexpected", 5);
        fails("a=\"\"\"\"", "unexpected", 4);
        fails("a=\"ü\"=", "unexpected", 6);
        fails("x=1 a=\"\\n\"é=1", "unexpected", 10);
    }

    #[test]
    fn bad_escapes() {
        fails(r#"a="\t""#, "bad escape", 3);
        fails(r#"a="ü\nx\ü""#, "bad escape", 8);
        fails(r#"a="\\\ ""#, "bad escape", 5);
        fails(r#"a=1 b="\N""#, "bad escape", 7);
    }

    #[test]
    fn unclosed() {
        fails("a=\"", "unclosed", 2);
        fails("é=1 b=\"x y=2", "unclosed", 7);
        fails(r#"a="x\""#, "unclosed", 2);
        fails(r#"a="x\\\""#, "unclosed", 2);
    }

    #[test]
    fn a_backslash_at_the_end_escapes_nothing() {
        fails("a=\"x\\", "unclosed", 2);
        fails("ab=\"\\", "unclosed", 3);
    }

    #[test]
    fn the_first_error_counts() {
        fails(r#"a="\q"#, "bad escape", 3);
        fails(r#"a b="\q""#, "no equals", 1);
        fails(r#"a="x"y b="\q"#, "unexpected", 5);
    }

    #[test]
    fn what_needs_no_building_is_borrowed() {
        assert_eq!(
            probe_borrowed(r#"a=x bb="y z" c= d="" e="1\n2" f=\n"#.to_string()),
            [
                (Some(0), true),
                (Some(4), true),
                (Some(13), true),
                (Some(16), true),
                (Some(21), false),
                (Some(30), true)
            ]
        );
    }
}
