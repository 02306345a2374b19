//! category: const generics
//! tags: const generics, arrays, from str, option
//! level: basic
//! variant-of: parse_array

use std::str::FromStr;

// >>> prompt
/// The fields of a line of a log, if there are just as many as the caller wants.
///
/// Fields stand one after the other, with a `/` between each two; `/` at the very start or end of a line
/// has an empty field beside it. Each field is trimmed (spaces, tabs and the like, at both its ends), and
/// what remains, be it empty, is parsed as a `Field`. A line that is empty after trimming has zero fields.
///
/// Returns `None` if the number of fields is not `COUNT`, and if any field fails to parse.
///
/// `read_fields::<u8, 2>("7 / 12")` is `Some([7, 12])`.
fn read_fields<Field: FromStr, const COUNT: usize>(line: &str) -> Option<[Field; COUNT]> {
    // <<< prompt
    let line = line.trim();
    let pieces = if line.is_empty() {
        Vec::new()
    } else {
        line.split('/').map(str::trim).collect()
    };
    let fields: Result<Vec<Field>, _> = pieces.into_iter().map(str::parse).collect();
    fields.ok()?.try_into().ok()
}

// >>> probes
fn probe_zero(line: String) -> bool {
    read_fields::<u8, 0>(&line).is_some()
}

fn probe_one(line: String) -> Option<[u8; 1]> {
    read_fields(&line)
}

fn probe_two(line: String) -> Option<[u8; 2]> {
    read_fields(&line)
}

fn probe_four(line: String) -> Option<[char; 4]> {
    read_fields(&line)
}

fn probe_texts(line: String) -> Option<[String; 3]> {
    read_fields(&line)
}

/// The lengths of the fields, of a type that can do nothing but be parsed, and never fails to. Its error has
/// no traits.
fn probe_lengths(line: String) -> Option<Vec<usize>> {
    struct Length(usize);
    struct NoError;

    impl ::std::str::FromStr for Length {
        type Err = NoError;

        fn from_str(text: &str) -> ::std::result::Result<Length, NoError> {
            ::std::result::Result::Ok(Length(text.len()))
        }
    }

    let fields: [Length; 3] = read_fields(&line)?;
    ::std::option::Option::Some(fields.into_iter().map(|length| length.0).collect())
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn two(line: &str) -> Option<[u8; 2]> {
        probe_two(line.to_string())
    }

    fn texts(line: &str) -> Option<[String; 3]> {
        probe_texts(line.to_string())
    }

    #[test]
    fn just_as_many_as_wanted() {
        assert_eq!(two("7 / 12"), Some([7, 12]));
        assert_eq!(two("0/255"), Some([0, 255]));
        assert_eq!(probe_one("31".to_string()), Some([31]));
        assert_eq!(
            probe_four("a/🦀/ß/x".to_string()),
            Some(['a', '🦀', 'ß', 'x'])
        );
    }

    #[test]
    fn fewer_or_more_than_wanted() {
        assert_eq!(two("7"), None);
        assert_eq!(two("7/8/9"), None);
        assert_eq!(two(""), None);
        assert_eq!(probe_one("1/2".to_string()), None);
        assert!(!probe_zero("1".to_string()));
    }

    #[test]
    fn fields_are_trimmed() {
        assert_eq!(two("\t7\t/\t12\n"), Some([7, 12]));
        assert_eq!(two("   1/2   "), Some([1, 2]));
        assert_eq!(
            texts(" one two / three\u{2003}/ 4 "),
            Some(["one two", "three", "4"].map(str::to_string))
        );
    }

    #[test]
    fn blanks_in_the_middle_stay() {
        assert_eq!(two("1 0/20"), None);
        assert_eq!(two("1 2"), None);
        assert_eq!(probe_four("a/b/c c/d".to_string()), None);
    }

    #[test]
    fn a_field_that_fails_to_parse() {
        assert_eq!(two("7/256"), None);
        assert_eq!(two("-1/7"), None);
        assert_eq!(two("7/seven"), None);
        assert_eq!(two("7/8/nine"), None);
        assert_eq!(two("six/7/8"), None);
    }

    #[test]
    fn empty_fields_are_fields() {
        assert_eq!(two("7/"), None);
        assert_eq!(two("7/8/"), None);
        assert_eq!(two("/7/8"), None);
        assert_eq!(two("7//8"), None);
        assert_eq!(texts("//"), Some([const { String::new() }; 3]));
        assert_eq!(texts("/a/ "), Some(["", "a", ""].map(str::to_string)));
    }

    #[test]
    fn an_empty_line_has_zero_fields() {
        assert!(probe_zero(String::new()));
        assert!(probe_zero(" \t \n".to_string()));
        assert!(!probe_zero("/".to_string()));
        assert_eq!(probe_one(" ".to_string()), None);
        assert_eq!(texts(""), None);
    }

    #[test]
    fn fields_that_can_only_be_parsed() {
        let lengths = |line: &str| probe_lengths(line.to_string());
        assert_eq!(lengths("ab/ é /"), Some(vec![2, 2, 0]));
        assert_eq!(lengths("ab/cd"), None);
        assert_eq!(lengths("a/b/c/d"), None);
    }
}
