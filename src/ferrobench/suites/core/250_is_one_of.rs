//! category: macros
//! tags: macro_rules, repetition, evaluation order
//! level: basic

// >>> prompt
/// Says whether a value equals one of several others: `is_one_of!(value, a, b, c)`.
///
/// - Any number of options may follow the value, none at all too, with a comma behind the last
///   argument or without. Without options it is `false`.
/// - It compares with `value == option`, so the two sides need not be of one type. Neither side is
///   moved.
/// - The value is evaluated exactly once, before all options. Options are evaluated from left to
///   right, each at most once, and none behind the first that is equal.
/// - A `return` in an argument returns from the function in which the macro is used.
macro_rules! is_one_of {
    // <<< prompt
    ($value:expr $(, $option:expr)* $(,)?) => {
        match &$value {
            value => {
                let _ = value;
                false $(|| *value == $option)*
            }
        }
    };
}

// >>> probes
fn probe_number(value: i64, a: i64, b: i64, c: i64) -> bool {
    is_one_of!(value, a, b, c)
}

/// Texts of two types, which can be used after that.
fn probe_text(text: String, other: String) -> (bool, String, String) {
    let found = is_one_of!(text, "ja", "jā", other);
    (found, text, other)
}

/// With one option, with two, and with none, each with a comma behind it and without.
fn probe_commas(value: u8) -> Vec<bool> {
    ::std::vec![
        is_one_of!(value, 1),
        is_one_of!(value, 1,),
        is_one_of!(value, 1, 2),
        is_one_of!(value, 1, 2,),
        is_one_of!(value),
        is_one_of!(value,),
    ]
}

/// The order in which value, at 0, and options, from 1 on, are evaluated.
fn probe_order(value: u32, a: u32, b: u32, c: u32) -> (bool, Vec<usize>) {
    let calls = ::std::cell::RefCell::new(::std::vec::Vec::new());
    let note = |place: usize, number: u32| {
        calls.borrow_mut().push(place);
        number
    };
    let found = is_one_of!(note(0, value), note(1, a), note(2, b), note(3, c));
    (found, calls.into_inner())
}

/// How often the value is evaluated if there are no options.
fn probe_value_alone() -> (bool, u32) {
    let mut calls = 0;
    let found = is_one_of!({
        calls += 1;
        calls
    });
    (found, calls)
}

struct ProbeLeft(u32);
struct ProbeRight(u32);

impl ::std::cmp::PartialEq<ProbeRight> for ProbeLeft {
    fn eq(&self, other: &ProbeRight) -> bool {
        self.0 == other.0
    }
}

impl ::std::cmp::PartialEq<ProbeLeft> for ProbeRight {
    fn eq(&self, other: &ProbeLeft) -> bool {
        self.0 == other.0 + 100
    }
}

/// The type on the left decides what is equal.
fn probe_sides(left: u32, right: u32) -> (bool, bool) {
    (
        is_one_of!(ProbeLeft(left), ProbeRight(right)),
        is_one_of!(ProbeRight(right), ProbeLeft(left)),
    )
}

fn probe_returns_early(value: u32, option: Option<u32>) -> Option<bool> {
    let found = is_one_of!(
        value,
        7,
        match option {
            ::std::option::Option::Some(option) => option,
            ::std::option::Option::None => return ::std::option::Option::None,
        }
    );
    ::std::option::Option::Some(found)
}

fn probe_return(value: u32, option: Option<u32>) -> Option<bool> {
    probe_returns_early(value, option)
}

fn probe_returns_true(value: u32) -> bool {
    !is_one_of!(
        if value > 9 { return true } else { value },
        7,
        if value == 6 { return true } else { value }
    )
}

fn probe_return_from_any_place(value: u32) -> bool {
    probe_returns_true(value)
}

/// In a condition with other operators around it, and with such in its arguments.
fn probe_operators(a: u32, b: u32) -> (bool, bool) {
    let value = b;
    (
        !is_one_of!(a + b, a, value) && a > 0,
        is_one_of!(a < b, a == b, a + 1 == value),
    )
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_of_the_options() {
        assert!(probe_number(5, 5, 0, 0));
        assert!(probe_number(5, 0, 5, 0));
        assert!(probe_number(5, 0, 0, 5));
        assert!(probe_number(5, 5, 5, 5));
        assert!(!probe_number(5, 4, 6, -5));
    }

    #[test]
    fn texts_of_several_types_are_not_moved() {
        let text = |word: &str| word.to_string();
        let outcome = probe_text(text("jā"), text("x"));
        assert_eq!(outcome, (true, text("jā"), text("x")));
        let outcome = probe_text(text("x"), text("x"));
        assert_eq!(outcome, (true, text("x"), text("x")));
        assert!(!probe_text(text("Ja"), text("")).0);
    }

    #[test]
    fn commas_and_the_number_of_options() {
        assert_eq!(probe_commas(1), [true, true, true, true, false, false]);
        assert_eq!(probe_commas(2), [false, false, true, true, false, false]);
        assert_eq!(probe_commas(0), [false; 6]);
    }

    #[test]
    fn from_left_to_right_up_to_the_first() {
        assert_eq!(probe_order(1, 1, 1, 1), (true, vec![0, 1]));
        assert_eq!(probe_order(1, 2, 1, 1), (true, vec![0, 1, 2]));
        assert_eq!(probe_order(1, 2, 3, 1), (true, vec![0, 1, 2, 3]));
        assert_eq!(probe_order(1, 2, 3, 4), (false, vec![0, 1, 2, 3]));
    }

    #[test]
    fn the_value_alone_is_evaluated_once() {
        assert_eq!(probe_value_alone(), (false, 1));
    }

    #[test]
    fn the_value_is_on_the_left() {
        assert_eq!(probe_sides(3, 3), (true, false));
        assert_eq!(probe_sides(3, 103), (false, true));
    }

    #[test]
    fn a_return_leaves_the_function() {
        assert_eq!(probe_return(8, None), None);
        assert_eq!(probe_return(7, None), Some(true));
        assert_eq!(probe_return(8, Some(8)), Some(true));
        assert_eq!(probe_return(8, Some(9)), Some(false));
        assert!(probe_return_from_any_place(10));
        assert!(probe_return_from_any_place(6));
        assert!(!probe_return_from_any_place(7));
    }

    #[test]
    fn operators_inside_and_outside() {
        assert_eq!(probe_operators(2, 3), (true, true));
        assert_eq!(probe_operators(0, 3), (false, false));
        assert_eq!(probe_operators(1, 3), (true, false));
    }
}
