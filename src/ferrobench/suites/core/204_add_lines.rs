//! category: error handling
//! tags: error trait, sources, from conversions, display, buffered reading
//! level: intermediate

use std::error::Error;
use std::fmt;
use std::io::{self, BufRead};
use std::num::ParseIntError;

// >>> prompt
/// Why the numbers of a text could not be added up. Lines are counted from 1.
#[derive(Debug)]
enum AddError {
    /// The text could not be read, or is not UTF-8.
    Read(io::Error),
    /// A line, without the white space around it, that is no number.
    NoNumber {
        line: usize,
        text: String,
        cause: ParseIntError,
    },
    /// The sum up to and including this line is beyond the range of `i32`.
    Overflow { line: usize },
}

/// Adds up the numbers of a text that has one in each line: what `str::parse` takes for an `i32`, after the
/// white space around it is cut off. Lines with nothing but white space, and lines whose first character
/// that is no white space is `#`, are counted as lines and passed over.
///
/// Stops at the first error and returns it. The answer also implements three traits for `AddError`:
///
/// - `Error`: what `Read` and `NoNumber` have inside is the source. `Overflow` has none.
/// - `Display`: one of `cannot read the numbers`, `line 3: "4x" is no number`, `line 3: sum out of range`.
///   The text stands there as it is, between quotation marks.
/// - `From` of an `io::Error`, which makes it a `Read`.
fn add_lines(input: impl BufRead) -> Result<i32, AddError> {
    // <<< prompt
    let mut sum = 0i32;
    for (line, text) in (1..).zip(input.lines()) {
        let text = text?;
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let number: i32 = text.parse().map_err(|cause| AddError::NoNumber {
            line,
            text: text.to_string(),
            cause,
        })?;
        sum = sum.checked_add(number).ok_or(AddError::Overflow { line })?;
    }
    Ok(sum)
}

impl Error for AddError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            AddError::Read(error) => Some(error),
            AddError::NoNumber { cause, .. } => Some(cause),
            AddError::Overflow { .. } => None,
        }
    }
}

impl fmt::Display for AddError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AddError::Read(_) => write!(f, "cannot read the numbers"),
            AddError::NoNumber { line, text, .. } => {
                write!(f, "line {line}: \"{text}\" is no number")
            }
            AddError::Overflow { line } => write!(f, "line {line}: sum out of range"),
        }
    }
}

impl From<io::Error> for AddError {
    fn from(error: io::Error) -> Self {
        AddError::Read(error)
    }
}

// >>> probes
/// Hands the bytes out, then fails.
struct ProbeBroken<'b>(&'b [u8]);
impl ::std::io::Read for ProbeBroken<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> ::std::io::Result<usize> {
        if self.0.is_empty() {
            return Err(::std::io::Error::new(
                ::std::io::ErrorKind::ConnectionReset,
                "the line is dead",
            ));
        }
        self.0.read(buffer)
    }
}

/// The kind of error, its line, its text, the message, and the message of its source.
fn probe_found(error: AddError) -> (String, usize, String, String, Option<String>) {
    let message = error.to_string();
    let source = ::std::error::Error::source(&error).map(|source| {
        let io = source.is::<::std::io::Error>();
        let number = source.is::<::std::num::ParseIntError>();
        let kind = if io {
            "io"
        } else if number {
            "number"
        } else {
            "other"
        };
        ::std::format!("{kind}: {source}")
    });
    let (kind, line, text) = match error {
        AddError::Read(error) => (::std::format!("{:?}", error.kind()), 0, "".to_string()),
        AddError::NoNumber { line, text, cause } => {
            (::std::format!("{:?}", cause.kind()), line, text)
        }
        AddError::Overflow { line } => ("Overflow".to_string(), line, "".to_string()),
    };
    (kind, line, text, message, source)
}

fn probe_add(
    text: Vec<u8>,
) -> ::std::result::Result<i32, (String, usize, String, String, Option<String>)> {
    add_lines(&text[..]).map_err(probe_found)
}

/// Reading fails after the text.
fn probe_broken(
    text: Vec<u8>,
) -> ::std::result::Result<i32, (String, usize, String, String, Option<String>)> {
    add_lines(::std::io::BufReader::new(ProbeBroken(&text))).map_err(probe_found)
}

/// With a question mark, and in a box.
fn probe_question_mark() -> String {
    fn fails() -> ::std::result::Result<(), AddError> {
        ::std::result::Result::Err(::std::io::Error::new(
            ::std::io::ErrorKind::NotFound,
            "gone",
        ))?;
        Ok(())
    }
    let boxed: Box<dyn ::std::error::Error + Send + Sync> = fails().unwrap_err().into();
    let source = boxed.source().map(|source| source.to_string());
    ::std::format!("{boxed} ({})", source.unwrap_or_default())
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    type Found = (String, usize, String, String, Option<String>);

    fn add(text: &str) -> Result<i32, Found> {
        probe_add(text.as_bytes().to_vec())
    }

    fn no_number(kind: &str, line: usize, text: &str) -> Result<i32, Found> {
        let cause = text.parse::<i32>().unwrap_err();
        Err((
            kind.to_string(),
            line,
            text.to_string(),
            format!("line {line}: \"{text}\" is no number"),
            Some(format!("number: {cause}")),
        ))
    }

    fn overflow(line: usize) -> Result<i32, Found> {
        Err((
            "Overflow".to_string(),
            line,
            String::new(),
            format!("line {line}: sum out of range"),
            None,
        ))
    }

    #[test]
    fn numbers_are_added() {
        assert_eq!(add("1\n2\n3\n"), Ok(6));
        assert_eq!(add("-7"), Ok(-7));
        assert_eq!(add("+5\r\n-8\r\n"), Ok(-3));
    }

    #[test]
    fn nothing_adds_up_to_zero() {
        assert_eq!(add(""), Ok(0));
        assert_eq!(add("\n \t\n"), Ok(0));
    }

    #[test]
    fn white_space_is_cut_off() {
        assert_eq!(add("  4 \n\t5\u{a0}"), Ok(9));
    }

    #[test]
    fn notes_are_passed_over() {
        assert_eq!(add("# 100\n1\n  #2\n#\n3"), Ok(4));
    }

    #[test]
    fn what_is_no_number() {
        assert_eq!(add("4x"), no_number("InvalidDigit", 1, "4x"));
        assert_eq!(add("1 2"), no_number("InvalidDigit", 1, "1 2"));
        assert_eq!(add("1 # one"), no_number("InvalidDigit", 1, "1 # one"));
        assert_eq!(add("\t ½ \n"), no_number("InvalidDigit", 1, "½"));
        assert_eq!(add("\"1\""), no_number("InvalidDigit", 1, "\"1\""));
    }

    #[test]
    fn every_line_is_counted() {
        assert_eq!(
            add("1\n\n# two\n x \n5\ny"),
            no_number("InvalidDigit", 4, "x")
        );
    }

    #[test]
    fn a_number_beyond_the_range_is_no_number() {
        assert_eq!(
            add("-1\n2147483648"),
            no_number("PosOverflow", 2, "2147483648")
        );
        assert_eq!(
            add("1\n-2147483649"),
            no_number("NegOverflow", 2, "-2147483649")
        );
    }

    #[test]
    fn sums_may_reach_the_limits() {
        assert_eq!(add("2147483647\n0"), Ok(i32::MAX));
        assert_eq!(add("-2147483647\n-1"), Ok(i32::MIN));
    }

    #[test]
    fn no_sum_may_go_beyond_the_limits() {
        assert_eq!(add("2147483647\n\n1\n-1\n"), overflow(3));
        assert_eq!(add("-2147483648\n-1\nx"), overflow(2));
    }

    #[test]
    fn what_cannot_be_read() {
        let message = "cannot read the numbers".to_string();
        let source = Some("io: the line is dead".to_string());
        let found = (
            "ConnectionReset".to_string(),
            0,
            String::new(),
            message,
            source,
        );
        assert_eq!(probe_broken(b"1\n2\n".to_vec()), Err(found));
    }

    #[test]
    fn the_first_error_counts() {
        assert_eq!(
            probe_broken(b"x\n".to_vec()),
            no_number("InvalidDigit", 1, "x")
        );
    }

    #[test]
    fn what_is_not_utf8_cannot_be_read() {
        let found = probe_add(b"1\n\xff\n".to_vec()).unwrap_err();
        assert_eq!(found.0, "InvalidData");
        assert_eq!(found.3, "cannot read the numbers");
        assert!(found.4.unwrap().starts_with("io: "));
    }

    #[test]
    fn a_question_mark_converts() {
        assert_eq!(probe_question_mark(), "cannot read the numbers (gone)");
    }
}
