//! category: const generics
//! tags: const generics, arrays, from str, option
//! level: basic

use std::str::FromStr;

// >>> prompt
/// Reads exactly `N` values from `text`, which has a comma between neighbouring ones. White space around a
/// value is cut off before it is parsed.
///
/// A text of nothing but white space has no value; any other has one more than it has commas. Returns `None`
/// if the text has more or fewer than `N` values, or if one of them cannot be parsed.
///
/// `parse_array::<i32, 3>("1, 2, 3")` gives `Some([1, 2, 3])`.
fn parse_array<T: FromStr, const N: usize>(text: &str) -> Option<[T; N]> {
    // <<< prompt
    if text.trim().is_empty() {
        return Vec::new().try_into().ok();
    }
    let values: Vec<T> = text
        .split(',')
        .map(|value| value.trim().parse().ok())
        .collect::<Option<_>>()?;
    values.try_into().ok()
}

// >>> probes
fn probe_none(text: String) -> Option<[i32; 0]> {
    parse_array(&text)
}

fn probe_one(text: String) -> Option<[i32; 1]> {
    parse_array(&text)
}

fn probe_three(text: String) -> Option<[i32; 3]> {
    parse_array(&text)
}

fn probe_texts(text: String) -> Option<[String; 2]> {
    parse_array(&text)
}

/// Of a type that has no traits but `FromStr`.
fn probe_marks(text: String) -> Option<(u8, u8)> {
    struct Mark(u8);
    impl ::std::str::FromStr for Mark {
        type Err = ();

        fn from_str(text: &str) -> ::std::result::Result<Self, ()> {
            match text.as_bytes() {
                [mark] => ::std::result::Result::Ok(Mark(*mark)),
                _ => ::std::result::Result::Err(()),
            }
        }
    }

    let [first, second] = parse_array::<Mark, 2>(&text)?;
    ::std::option::Option::Some((first.0, second.0))
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn three(text: &str) -> Option<[i32; 3]> {
        probe_three(text.to_string())
    }

    #[test]
    fn as_many_as_there_are() {
        assert_eq!(three("1, 2, 3"), Some([1, 2, 3]));
        assert_eq!(three("-7,0,2147483647"), Some([-7, 0, i32::MAX]));
        assert_eq!(probe_one("5".to_string()), Some([5]));
    }

    #[test]
    fn white_space_around_values_is_cut_off() {
        assert_eq!(three("\t1 ,\n2 ,  3\u{3000}"), Some([1, 2, 3]));
        assert_eq!(
            probe_texts(" a b , c".to_string()),
            Some(["a b".to_string(), "c".to_string()])
        );
    }

    #[test]
    fn white_space_within_a_value_is_not() {
        assert_eq!(three("1, 2 2, 3"), None);
    }

    #[test]
    fn too_few_or_too_many() {
        assert_eq!(three("1, 2"), None);
        assert_eq!(three("1, 2, 3, 4"), None);
        assert_eq!(three(""), None);
        assert_eq!(probe_one("1, 2".to_string()), None);
        assert_eq!(probe_none("1".to_string()), None);
    }

    #[test]
    fn one_that_cannot_be_parsed() {
        assert_eq!(three("1, x, 3"), None);
        assert_eq!(three("1, 2, 2147483648"), None);
        assert_eq!(three("x, 1, 2, 3"), None);
        assert_eq!(three("1, 2, 3, x"), None);
    }

    #[test]
    fn nothing_between_commas_is_a_value_too() {
        assert_eq!(three("1, 2, 3,"), None);
        assert_eq!(three("1,,3"), None);
        assert_eq!(
            probe_texts(",".to_string()),
            Some([String::new(), String::new()])
        );
        assert_eq!(
            probe_texts("a, ".to_string()),
            Some(["a".to_string(), String::new()])
        );
    }

    #[test]
    fn a_blank_text_has_no_value() {
        assert_eq!(probe_none(String::new()), Some([]));
        assert_eq!(probe_none(" \t\n".to_string()), Some([]));
        assert_eq!(probe_none(",".to_string()), None);
        assert_eq!(probe_one(String::new()), None);
    }

    #[test]
    fn values_without_other_traits() {
        assert_eq!(probe_marks("a,b".to_string()), Some((b'a', b'b')));
        assert_eq!(probe_marks("a,bc".to_string()), None);
        assert_eq!(probe_marks("a,é".to_string()), None);
        assert_eq!(probe_marks("a".to_string()), None);
    }
}
