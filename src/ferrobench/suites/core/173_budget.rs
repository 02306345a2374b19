//! category: closures
//! tags: returned closures, move, shared ownership, interior mutability
//! level: basic

use std::cell::Cell;
use std::rc::Rc;

// >>> prompt
/// Makes three closures that share one budget, of which `total` is left at first.
///
/// - The first spends: called with an amount, it takes that amount off what is left and returns `true`; if
///   less than the amount is left, it changes nothing and returns `false`.
/// - The second returns what is left.
/// - The third closes the budget: it returns what is left, of which nothing is left after that.
///
/// They can be called in any order, and each keeps working when the others are gone. Budgets from different
/// calls have nothing to do with each other.
fn budget(
    total: u64,
) -> (
    impl FnMut(u64) -> bool,
    impl Fn() -> u64,
    impl FnOnce() -> u64,
) {
    // <<< prompt
    let left = Rc::new(Cell::new(total));
    let spent = Rc::clone(&left);
    let seen = Rc::clone(&left);
    let spend = move |amount| match spent.get().checked_sub(amount) {
        Some(rest) => {
            spent.set(rest);
            true
        }
        None => false,
    };
    (spend, move || seen.get(), move || left.take())
}

// >>> probes
/// One number for each step: `-5` spends 5 (1 for `true`, 0 for `false`), `?` asks what is left, `!` closes,
/// `<` drops the closure that spends, `>` the one that asks (999 for these).
fn probe_steps(total: u64, steps: String) -> Vec<u64> {
    let (spend, left, close) = budget(total);
    let mut spend: ::std::option::Option<::std::boxed::Box<dyn FnMut(u64) -> bool>> =
        ::std::option::Option::Some(::std::boxed::Box::new(spend));
    let mut left: ::std::option::Option<::std::boxed::Box<dyn Fn() -> u64>> =
        ::std::option::Option::Some(::std::boxed::Box::new(left));
    let mut close: ::std::option::Option<::std::boxed::Box<dyn FnOnce() -> u64>> =
        ::std::option::Option::Some(::std::boxed::Box::new(close));
    steps
        .split_whitespace()
        .map(|step| match step {
            "?" => left.as_ref().unwrap()(),
            "!" => close.take().unwrap()(),
            "<" => {
                spend = ::std::option::Option::None;
                999
            }
            ">" => {
                left = ::std::option::Option::None;
                999
            }
            amount => u64::from(spend.as_mut().unwrap()(amount[1..].parse().unwrap())),
        })
        .collect()
}

/// What is left of two budgets after each has spent; the first was there already when the second was made.
fn probe_two(totals: (u64, u64), spent: (u64, u64)) -> (u64, u64) {
    let (mut spend_one, left_one, close_one) = budget(totals.0);
    spend_one(spent.0);
    let (mut spend_other, left_other, _close_other) = budget(totals.1);
    spend_other(spent.1);
    let left = (left_one(), left_other());
    close_one();
    (left.0, left_other())
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(total: u64, steps: &str) -> Vec<u64> {
        probe_steps(total, steps.to_string())
    }

    #[test]
    fn all_is_left_at_first() {
        assert_eq!(steps(7, "?"), [7]);
        assert_eq!(steps(u64::MAX, "?"), [u64::MAX]);
        assert_eq!(steps(0, "? !"), [0, 0]);
    }

    #[test]
    fn what_is_spent_is_not_left() {
        assert_eq!(steps(10, "-3 ? -4 ? ?"), [1, 7, 1, 3, 3]);
    }

    #[test]
    fn all_can_be_spent() {
        assert_eq!(steps(10, "-10 ? -1 -0"), [1, 0, 0, 1]);
        assert_eq!(steps(u64::MAX, "-18446744073709551615 ?"), [1, 0]);
    }

    #[test]
    fn too_much_changes_nothing() {
        assert_eq!(steps(10, "-11 ? -6 -5 ? -4 ?"), [0, 10, 1, 0, 4, 1, 0]);
        assert_eq!(steps(5, "-18446744073709551615 ?"), [0, 5]);
    }

    #[test]
    fn spending_nothing_is_always_possible() {
        assert_eq!(steps(0, "-0 ?"), [1, 0]);
    }

    #[test]
    fn closing_gives_what_is_left() {
        assert_eq!(steps(9, "!"), [9]);
        assert_eq!(steps(9, "-2 !"), [1, 7]);
        assert_eq!(steps(9, "-10 !"), [0, 9]);
    }

    #[test]
    fn nothing_is_left_after_closing() {
        assert_eq!(steps(9, "-2 ! ? -1 -0 ?"), [1, 7, 0, 0, 1, 0]);
    }

    #[test]
    fn each_works_on_without_the_others() {
        assert_eq!(steps(9, "> -4 -4 < !"), [999, 1, 1, 999, 1]);
        assert_eq!(steps(9, "-4 < ? !"), [1, 999, 5, 5]);
        assert_eq!(steps(9, "! > -1 -0"), [9, 999, 0, 1]);
    }

    #[test]
    fn budgets_are_independent() {
        assert_eq!(probe_two((10, 20), (1, 2)), (9, 18));
    }
}
