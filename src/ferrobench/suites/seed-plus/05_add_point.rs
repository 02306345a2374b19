//! category: generics
//! tags: operator overloading, associated types, trait bounds
//! level: basic

use std::ops::Add;

// >>> prompt
struct Point<T> {
    x: T,
    y: T,
}

impl<T: Add<Output = T>> Add for Point<T> {
    // <<< prompt
    type Output = Point<T>;

    fn add(self, other: Point<T>) -> Point<T> {
        Point {
            x: self.x + other.x,
            y: self.y + other.y,
        }
    }
}

// >>> probes
fn probe_integers(a: (i64, i64), b: (i64, i64)) -> (i64, i64) {
    let sum = Point { x: a.0, y: a.1 } + Point { x: b.0, y: b.1 };
    (sum.x, sum.y)
}

fn probe_floats(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    let sum = Point { x: a.0, y: a.1 } + Point { x: b.0, y: b.1 };
    (sum.x, sum.y)
}

/// Adds all of them, one after the other.
fn probe_all(points: Vec<(u8, u8)>) -> (u8, u8) {
    let sum = points
        .into_iter()
        .fold(Point { x: 0, y: 0 }, |sum, (x, y)| sum + Point { x, y });
    (sum.x, sum.y)
}

/// With a type that can be added, and nothing else.
fn probe_amounts(a: (i64, i64), b: (i64, i64)) -> (i64, i64) {
    struct Amount(i64);

    impl ::std::ops::Add for Amount {
        type Output = Amount;

        fn add(self, other: Amount) -> Amount {
            Amount(self.0 + other.0)
        }
    }

    let amounts = |(x, y)| Point {
        x: Amount(x),
        y: Amount(y),
    };
    let sum = amounts(a) + amounts(b);
    (sum.x.0, sum.y.0)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_added_one_by_one() {
        assert_eq!(probe_integers((1, 2), (30, 40)), (31, 42));
        assert_eq!(probe_integers((100, 7), (5, 900)), (105, 907));
    }

    #[test]
    fn zero_changes_nothing() {
        assert_eq!(probe_integers((3, -4), (0, 0)), (3, -4));
        assert_eq!(probe_integers((0, 0), (3, -4)), (3, -4));
        assert_eq!(probe_integers((0, 0), (0, 0)), (0, 0));
    }

    #[test]
    fn negative_numbers() {
        assert_eq!(probe_integers((-1, -20), (-300, 4000)), (-301, 3980));
        assert_eq!(probe_integers((6, -9), (-6, 9)), (0, 0));
    }

    #[test]
    fn the_extremes() {
        assert_eq!(
            probe_integers((i64::MAX, i64::MIN), (i64::MIN, i64::MAX)),
            (-1, -1)
        );
        assert_eq!(
            probe_integers((i64::MAX - 1, i64::MIN + 2), (1, -2)),
            (i64::MAX, i64::MIN)
        );
    }

    #[test]
    fn floats() {
        let (x, y) = probe_floats((0.5, -1.25), (0.25, 8.0));
        assert!((x - 0.75).abs() < 1e-9, "{}", x);
        assert!((y - 6.75).abs() < 1e-9, "{}", y);
    }

    #[test]
    fn a_sum_can_be_added_to() {
        assert_eq!(probe_all(vec![]), (0, 0));
        assert_eq!(probe_all(vec![(1, 10), (2, 20), (3, 30)]), (6, 60));
        assert_eq!(probe_all(vec![(200, 0), (55, 255)]), (255, 255));
    }

    #[test]
    fn types_that_cannot_be_copied() {
        assert_eq!(probe_amounts((1, 2), (30, 40)), (31, 42));
        assert_eq!(probe_amounts((-5, 0), (5, 7)), (0, 7));
    }
}
