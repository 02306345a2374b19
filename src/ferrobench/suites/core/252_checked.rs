//! category: macros
//! tags: macro_rules, recursion, token trees, Option
//! level: advanced

// >>> prompt
/// Integer arithmetic that stops at the first step that overflows: `checked!(a * 2 - (b + c) / {
/// count() })` is an `Option` of the operands' type.
///
/// - The operators are `+`, `-`, `*`, `/` and `%`. They are applied strictly from left to right,
///   without precedence: `checked!(1u8 + 2 * 3)` is `Some(9)`.
/// - An operand is one token tree: a literal without a sign, a variable, a block in braces that
///   holds any expression, or parentheses with a calculation of the same kind inside. A single
///   operand is a calculation too.
/// - A step whose result does not fit the type, and a division or remainder by zero, makes the
///   whole calculation `None`. So does such a step in parentheses.
/// - Operands are evaluated from left to right, each at most once, and none behind the step that
///   failed. `return` and `?` in a block belong to the function in which the macro is used.
///
/// It works for all integer types. The first operand of each calculation, also within parentheses,
/// has a known type: it is no literal without a suffix. There are at most 20 operators.
macro_rules! checked {
    // <<< prompt
    // The operands, of which parentheses are calculations.
    (@operand ( $($inner:tt)+ )) => {
        checked!($($inner)+)
    };
    (@operand $operand:tt) => {
        ::std::option::Option::Some($operand)
    };
    // One step, of what is to the left of the operator and an operand.
    (@apply $method:ident $left:expr, $right:tt) => {
        match $left {
            ::std::option::Option::Some(left) => match checked!(@operand $right) {
                ::std::option::Option::Some(right) => left.$method(right),
                ::std::option::Option::None => ::std::option::Option::None,
            },
            ::std::option::Option::None => ::std::option::Option::None,
        }
    };
    // All steps: what is there so far, and the tokens to come.
    (@steps $left:expr,) => {
        $left
    };
    (@steps $left:expr, + $right:tt $($rest:tt)*) => {
        checked!(@steps checked!(@apply checked_add $left, $right), $($rest)*)
    };
    (@steps $left:expr, - $right:tt $($rest:tt)*) => {
        checked!(@steps checked!(@apply checked_sub $left, $right), $($rest)*)
    };
    (@steps $left:expr, * $right:tt $($rest:tt)*) => {
        checked!(@steps checked!(@apply checked_mul $left, $right), $($rest)*)
    };
    (@steps $left:expr, / $right:tt $($rest:tt)*) => {
        checked!(@steps checked!(@apply checked_div $left, $right), $($rest)*)
    };
    (@steps $left:expr, % $right:tt $($rest:tt)*) => {
        checked!(@steps checked!(@apply checked_rem $left, $right), $($rest)*)
    };
    ($first:tt $($rest:tt)*) => {
        checked!(@steps checked!(@operand $first), $($rest)*)
    };
}

// >>> probes
/// Each operator by itself.
fn probe_operators(a: i8, b: i8) -> Vec<Option<i8>> {
    ::std::vec![
        checked!(a + b),
        checked!(a - b),
        checked!(a * b),
        checked!(a / b),
        checked!(a % b),
    ]
}

fn probe_single(a: u16) -> Vec<Option<u16>> {
    ::std::vec![
        checked!(a),
        checked!(7u16),
        checked!({ a / 2 }),
        checked!((a))
    ]
}

/// Several operators, and literals.
fn probe_chains(a: i32, b: i32, c: i32) -> Vec<Option<i32>> {
    ::std::vec![
        checked!(a + b * c),
        checked!(a - b - c),
        checked!(a * b / c),
        checked!(a / b * c),
        checked!(a % b + c - 1),
        checked!(a + 2 * 3 - 4 / 5 % 6),
    ]
}

/// The same operators with parentheses.
fn probe_groups(a: i32, b: i32, c: i32) -> Vec<Option<i32>> {
    ::std::vec![
        checked!(a + (b * c)),
        checked!(a - (b - c)),
        checked!((a * (b / c))),
        checked!((a + b) * (b + c) - (a % (b * (c + 1)))),
    ]
}

fn probe_types(a: u64, b: i128, c: usize) -> (Option<u64>, Option<i128>, Option<usize>) {
    (
        checked!(a + 1),
        checked!(b * b),
        checked!(c - { [1, 2, 3].len() } * 2),
    )
}

/// In which order the operands of a / b + (c - d) * e are evaluated, which are numbered from 0.
fn probe_order(values: [u8; 5]) -> (Option<u8>, Vec<usize>) {
    let calls = ::std::cell::RefCell::new(::std::vec::Vec::new());
    let get = |place: usize| {
        calls.borrow_mut().push(place);
        values[place]
    };
    let outcome = checked!({ get(0) } / { get(1) } + ({ get(2) } - { get(3) }) * { get(4) });
    (outcome, calls.into_inner())
}

fn probe_doubled(text: &str) -> ::std::result::Result<Option<i16>, String> {
    let two = 2i16;
    let outcome = checked!(
        two * { text.parse::<i16>().map_err(|_| text.to_string())? } + {
            if text.starts_with('0') {
                return ::std::result::Result::Ok(::std::option::Option::Some(-1));
            }
            0
        }
    );
    ::std::result::Result::Ok(outcome)
}

/// Twice a number that is read in the middle; an error if it is none, and -1 if it begins with a
/// zero.
fn probe_return(text: String) -> Result<Option<i16>, String> {
    probe_doubled(&text)
}

/// Variables of the caller that are named like those that a macro may have.
fn probe_names(left: u8, right: u8) -> Option<u8> {
    let (value, x, acc, a, b) = (right, left, left, right, left);
    let outcome = checked!(left - right + value + x - acc + (a - right) + b - left);
    outcome
}

/// Twenty operators.
fn probe_long(a: u32) -> Option<u32> {
    checked!(
        a + 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12 + 13 + 14 + 15 + 16 + 17 + 18 + 19 * 2
    )
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operator() {
        assert_eq!(
            probe_operators(17, 5),
            [Some(22), Some(12), Some(85), Some(3), Some(2)]
        );
        assert_eq!(
            probe_operators(-17, 5),
            [Some(-12), Some(-22), Some(-85), Some(-3), Some(-2)]
        );
    }

    #[test]
    fn what_does_not_fit_is_none() {
        assert_eq!(
            probe_operators(127, 2),
            [None, Some(125), None, Some(63), Some(1)]
        );
        assert_eq!(
            probe_operators(-128, 1),
            [Some(-127), None, Some(-128), Some(-128), Some(0)]
        );
        assert_eq!(
            probe_operators(-128, -1),
            [None, Some(-127), None, None, None]
        );
    }

    #[test]
    fn nothing_divides_by_zero() {
        assert_eq!(
            probe_operators(5, 0),
            [Some(5), Some(5), Some(0), None, None]
        );
    }

    #[test]
    fn one_operand() {
        assert_eq!(probe_single(9), [Some(9), Some(7), Some(4), Some(9)]);
    }

    #[test]
    fn from_left_to_right_without_precedence() {
        assert_eq!(
            probe_chains(20, 6, 4),
            [Some(104), Some(10), Some(30), Some(12), Some(5), Some(0)]
        );
    }

    #[test]
    fn parentheses_come_first() {
        assert_eq!(
            probe_groups(20, 6, 4),
            [Some(44), Some(18), Some(20), Some(240)]
        );
    }

    #[test]
    fn none_anywhere_makes_it_none() {
        let big = i32::MAX;
        assert_eq!(
            probe_chains(big, 1, 1),
            [None, Some(big - 2), Some(big), Some(big), Some(0), None]
        );
        assert_eq!(
            probe_groups(0, big, 2),
            [None, Some(2 - big), Some(0), None]
        );
        assert_eq!(probe_groups(1, 1, 0), [Some(1), Some(0), None, Some(2)]);
    }

    #[test]
    fn all_integer_types() {
        assert_eq!(
            probe_types(u64::MAX - 1, -(1 << 60), 10),
            (Some(u64::MAX), Some(1 << 120), Some(14))
        );
        assert_eq!(probe_types(u64::MAX, 1 << 64, 2), (None, None, None));
    }

    #[test]
    fn operands_are_evaluated_once_and_in_order() {
        assert_eq!(
            probe_order([9, 3, 5, 1, 2]),
            (Some(14), vec![0, 1, 2, 3, 4])
        );
    }

    #[test]
    fn nothing_is_evaluated_behind_the_step_that_failed() {
        assert_eq!(probe_order([9, 0, 5, 1, 2]), (None, vec![0, 1]));
        assert_eq!(probe_order([9, 3, 1, 5, 2]), (None, vec![0, 1, 2, 3]));
        assert_eq!(probe_order([250, 1, 9, 3, 2]), (None, vec![0, 1, 2, 3]));
        assert_eq!(probe_order([200, 1, 9, 3, 2]), (None, vec![0, 1, 2, 3, 4]));
    }

    #[test]
    fn returns_from_the_function() {
        assert_eq!(probe_return("21".to_string()), Ok(Some(42)));
        assert_eq!(probe_return("x".to_string()), Err("x".to_string()));
        assert_eq!(probe_return("07".to_string()), Ok(Some(-1)));
        assert_eq!(probe_return("20000".to_string()), Ok(None));
    }

    #[test]
    fn names_of_the_caller_are_safe() {
        assert_eq!(probe_names(9, 4), Some(9));
        assert_eq!(probe_names(4, 9), None);
    }

    #[test]
    fn twenty_operators() {
        assert_eq!(probe_long(10), Some(400));
        assert_eq!(probe_long(u32::MAX - 5), None);
    }
}
