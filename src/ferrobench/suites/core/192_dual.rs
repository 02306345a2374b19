//! category: operator overloading
//! tags: generic operators, operators on references, higher-ranked trait bounds, ordering
//! level: advanced

use std::cmp::Ordering;
use std::ops::{Add, AddAssign, Mul, Neg, Sub};

// >>> prompt
/// A value that depends on something, and its slope: how fast it changes with that. A constant has slope 0.
#[derive(Debug, Clone, Copy)]
struct Dual<T> {
    value: T,
    slope: T,
}

/// The operators of `Dual<T>`, each with what it asks of `T`; it asks for no more, so `T` need not be `Clone`:
///
/// | operator | is a `Dual` with value and slope | asks for |
/// | --- | --- | --- |
/// | `a + b` | sums of the values and of the slopes | `T + T` |
/// | `a - b` | differences of the values and of the slopes | `T - T` |
/// | `-a` | value and slope negated | `-T` |
/// | `&a + &b` | as `a + b` | `&T + &T` |
/// | `&a - &b` | as `a - b` | `&T - &T` |
/// | `&a * &b` | product of the values; value of `a` times slope of `b`, plus slope of `a` times value of `b` | `&T * &T`, `T + T` |
/// | `a * b` | as `&a * &b` | the same |
/// | `a += b` | as `a + b`, in place | `T += T` |
///
/// All results are of type `T` or `Dual<T>`. The operand on the left of the operator on `T` belongs to `a`, where
/// the order matters; products are added in the order given. So a `Dual<Dual<i64>>` has all these operators too.
///
/// Duals are compared by their values alone: `PartialEq` and `PartialOrd` where `T` has them, `Eq` and `Ord` likewise.
/// Slopes do not count, whatever they are.
impl<T: Add<Output = T>> Add for Dual<T> {
    type Output = Dual<T>;

    // <<< prompt
    fn add(self, other: Self) -> Self {
        Dual {
            value: self.value + other.value,
            slope: self.slope + other.slope,
        }
    }
}

impl<T: Sub<Output = T>> Sub for Dual<T> {
    type Output = Dual<T>;

    fn sub(self, other: Self) -> Self {
        Dual {
            value: self.value - other.value,
            slope: self.slope - other.slope,
        }
    }
}

impl<T: Neg<Output = T>> Neg for Dual<T> {
    type Output = Dual<T>;

    fn neg(self) -> Self {
        Dual {
            value: -self.value,
            slope: -self.slope,
        }
    }
}

impl<'a, T> Add for &'a Dual<T>
where
    &'a T: Add<Output = T>,
{
    type Output = Dual<T>;

    fn add(self, other: Self) -> Dual<T> {
        Dual {
            value: &self.value + &other.value,
            slope: &self.slope + &other.slope,
        }
    }
}

impl<'a, T> Sub for &'a Dual<T>
where
    &'a T: Sub<Output = T>,
{
    type Output = Dual<T>;

    fn sub(self, other: Self) -> Dual<T> {
        Dual {
            value: &self.value - &other.value,
            slope: &self.slope - &other.slope,
        }
    }
}

impl<'a, T> Mul for &'a Dual<T>
where
    &'a T: Mul<Output = T>,
    T: Add<Output = T>,
{
    type Output = Dual<T>;

    fn mul(self, other: Self) -> Dual<T> {
        Dual {
            value: &self.value * &other.value,
            slope: &self.value * &other.slope + &self.slope * &other.value,
        }
    }
}

impl<T> Mul for Dual<T>
where
    for<'a> &'a T: Mul<Output = T>,
    T: Add<Output = T>,
{
    type Output = Dual<T>;

    fn mul(self, other: Self) -> Self {
        &self * &other
    }
}

impl<T: AddAssign> AddAssign for Dual<T> {
    fn add_assign(&mut self, other: Self) {
        self.value += other.value;
        self.slope += other.slope;
    }
}

impl<T: PartialEq> PartialEq for Dual<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Dual<T> {}

impl<T: PartialOrd> PartialOrd for Dual<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl<T: Ord> Ord for Dual<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.cmp(&other.value)
    }
}

// >>> probes
/// Writes down what is computed; can neither be cloned nor compared.
struct ProbeTerm(::std::string::String);

macro_rules! probe_term_operator {
    ($operator:ident, $method:ident, $sign:literal) => {
        impl ::std::ops::$operator for ProbeTerm {
            type Output = ProbeTerm;
            fn $method(self, other: ProbeTerm) -> ProbeTerm {
                ProbeTerm(::std::format!("({} {} {})", self.0, $sign, other.0))
            }
        }
    };
    (& $operator:ident, $method:ident, $sign:literal) => {
        impl ::std::ops::$operator<&ProbeTerm> for &ProbeTerm {
            type Output = ProbeTerm;
            fn $method(self, other: &ProbeTerm) -> ProbeTerm {
                ProbeTerm(::std::format!("({} &{} {})", self.0, $sign, other.0))
            }
        }
    };
}

probe_term_operator!(Add, add, "+");
probe_term_operator!(Sub, sub, "-");
probe_term_operator!(&Mul, mul, "*");

impl ::std::ops::Neg for ProbeTerm {
    type Output = ProbeTerm;
    fn neg(self) -> ProbeTerm {
        ProbeTerm(::std::format!("-{}", self.0))
    }
}

impl ::std::ops::AddAssign for ProbeTerm {
    fn add_assign(&mut self, other: ProbeTerm) {
        self.0 += &::std::format!(" += {}", other.0);
    }
}

/// Has nothing but `&T + &T` and `&T - &T`.
struct ProbeLent(::std::string::String);

impl ::std::ops::Add<&ProbeLent> for &ProbeLent {
    type Output = ProbeLent;
    fn add(self, other: &ProbeLent) -> ProbeLent {
        ProbeLent(::std::format!("({} &+ {})", self.0, other.0))
    }
}

impl ::std::ops::Sub<&ProbeLent> for &ProbeLent {
    type Output = ProbeLent;
    fn sub(self, other: &ProbeLent) -> ProbeLent {
        ProbeLent(::std::format!("({} &- {})", self.0, other.0))
    }
}

/// How value and slope of `a` and `b` are put together by an operator. `&` before it is for references.
fn probe_terms(operator: String) -> (String, String) {
    let term = |name: &str| Dual {
        value: ProbeTerm(name.to_string()),
        slope: ProbeTerm(::std::format!("{name}'")),
    };
    let lent = |name: &str| Dual {
        value: ProbeLent(name.to_string()),
        slope: ProbeLent(::std::format!("{name}'")),
    };
    let (a, b) = (term("a"), term("b"));
    let result = match operator.as_str() {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "neg" => -a,
        "&*" => &a * &b,
        "+=" => {
            let mut sum = a;
            sum += b;
            sum
        }
        lending => {
            let (a, b) = (lent("a"), lent("b"));
            let result = if lending == "&+" { &a + &b } else { &a - &b };
            return (result.value.0, result.slope.0);
        }
    };
    (result.value.0, result.slope.0)
}

/// Value and slope of `x * x * x - x - x + 7` at `x`, by values and by references.
fn probe_cubic(x: i64) -> [(i64, i64); 2] {
    let constant = |value| Dual { value, slope: 0 };
    let x = Dual { value: x, slope: 1 };
    let moved = x * x * x - x - x + constant(7);
    let lent = &(&(&(&(&x * &x) * &x) - &x) - &x) + &constant(7);
    [(moved.value, moved.slope), (lent.value, lent.slope)]
}

/// Value, slope, and slope of the slope of `-(x * x * x)`, plus twice itself, at `x`.
fn probe_nested(x: i64) -> [i64; 4] {
    fn dual<T>(value: T, slope: T) -> Dual<T> {
        Dual { value, slope }
    }

    let x = dual(dual(x, 1), dual(1, 0));
    let mut cube = -(&x * &x * x);
    cube += cube;
    cube = &cube + &cube;
    cube = &cube - &dual(dual(0, 0), dual(0, 0));
    [
        cube.value.value,
        cube.value.slope,
        cube.slope.value,
        cube.slope.slope,
    ]
}

/// `==`, `<`, `<=` as far as they hold, `partial_cmp` as a number.
fn probe_compared(one: (f64, f64), other: (f64, f64)) -> (bool, bool, bool, Option<i8>) {
    let dual = |(value, slope)| Dual { value, slope };
    let (one, other) = (dual(one), dual(other));
    let order = ::std::cmp::PartialOrd::partial_cmp(&one, &other);
    (
        one == other,
        one < other,
        one <= other,
        order.map(|order| order as i8),
    )
}

/// Slopes in the order of the values.
fn probe_sorted(duals: Vec<(u8, u8)>) -> Vec<u8> {
    fn sorted<T: ::std::cmp::Ord>(mut items: ::std::vec::Vec<T>) -> ::std::vec::Vec<T> {
        items.sort();
        items
    }
    let duals = duals
        .into_iter()
        .map(|(value, slope)| Dual { value, slope })
        .collect();
    sorted(duals).into_iter().map(|dual| dual.slope).collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(operator: &str) -> (String, String) {
        probe_terms(operator.to_string())
    }

    fn both(value: &str, slope: &str) -> (String, String) {
        (value.to_string(), slope.to_string())
    }

    #[test]
    fn sums() {
        assert_eq!(terms("+"), both("(a + b)", "(a' + b')"));
        assert_eq!(terms("&+"), both("(a &+ b)", "(a' &+ b')"));
    }

    #[test]
    fn differences() {
        assert_eq!(terms("-"), both("(a - b)", "(a' - b')"));
        assert_eq!(terms("&-"), both("(a &- b)", "(a' &- b')"));
    }

    #[test]
    fn products() {
        let product = both("(a &* b)", "((a &* b') + (a' &* b))");
        assert_eq!(terms("*"), product);
        assert_eq!(terms("&*"), product);
    }

    #[test]
    fn negated() {
        assert_eq!(terms("neg"), both("-a", "-a'"));
    }

    #[test]
    fn added_in_place() {
        assert_eq!(terms("+="), both("a += b", "a' += b'"));
    }

    #[test]
    fn slopes_of_a_cubic() {
        assert_eq!(probe_cubic(0), [(7, -2); 2]);
        assert_eq!(probe_cubic(2), [(11, 10); 2]);
        assert_eq!(probe_cubic(-3), [(-14, 25); 2]);
    }

    #[test]
    fn duals_of_duals() {
        // -4 x³, -12 x² twice, -24 x
        assert_eq!(probe_nested(1), [-4, -12, -12, -24]);
        assert_eq!(probe_nested(-2), [32, -48, -48, 48]);
    }

    #[test]
    fn compared_by_their_values() {
        assert_eq!(
            probe_compared((1.0, 2.0), (1.0, 3.0)),
            (true, false, true, Some(0))
        );
        assert_eq!(
            probe_compared((1.0, 9.0), (2.0, 3.0)),
            (false, true, true, Some(-1))
        );
        assert_eq!(
            probe_compared((2.0, 1.0), (1.5, 3.0)),
            (false, false, false, Some(1))
        );
    }

    #[test]
    fn compared_where_a_slope_is_not_equal_to_itself() {
        assert_eq!(
            probe_compared((1.0, f64::NAN), (1.0, f64::NAN)),
            (true, false, true, Some(0))
        );
    }

    #[test]
    fn values_that_cannot_be_compared() {
        assert_eq!(
            probe_compared((f64::NAN, 1.0), (f64::NAN, 1.0)),
            (false, false, false, None)
        );
    }

    #[test]
    fn sorted_by_their_values() {
        assert_eq!(
            probe_sorted(vec![(3, 1), (1, 9), (3, 0), (2, 5)]),
            [9, 5, 1, 0]
        );
    }
}
