//! category: const generics
//! tags: const generics, arrays, moves, associated constants
//! level: intermediate

// >>> prompt
/// A way to rearrange `N` things: to place `i` goes what is at place `from[i]`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Permutation<const N: usize> {
    from: [usize; N],
}

/// - `const IDENTITY: Permutation<N>` leaves everything where it is.
/// - `new(from: [usize; N]) -> Option<Permutation<N>>`: `None` unless each place below `N` is there once.
/// - `apply<T>(&self, things: [T; N]) -> [T; N]` rearranges things of any type, also those that can neither be
///   cloned nor have a default.
/// - `then(&self, next: &Permutation<N>) -> Permutation<N>`: applying it is the same as applying `self`, then
///   `next`.
/// - `inverse(&self) -> Permutation<N>`: undoes what `self` does.
///
/// `from: [2, 0, 1]` makes `['a', 'b', 'c']` become `['c', 'a', 'b']`.
impl<const N: usize> Permutation<N> {
    // <<< prompt
    const IDENTITY: Permutation<N> = {
        let mut from = [0; N];
        let mut place = 0;
        while place < N {
            from[place] = place;
            place += 1;
        }
        Permutation { from }
    };

    fn new(from: [usize; N]) -> Option<Permutation<N>> {
        let mut seen = [false; N];
        for place in from {
            let seen = seen.get_mut(place)?;
            if *seen {
                return None;
            }
            *seen = true;
        }
        Some(Permutation { from })
    }

    fn apply<T>(&self, things: [T; N]) -> [T; N] {
        let mut things = things.map(Some);
        self.from
            .map(|place| things[place].take().expect("each place is taken from once"))
    }

    fn then(&self, next: &Permutation<N>) -> Permutation<N> {
        Permutation {
            from: next.from.map(|place| self.from[place]),
        }
    }

    fn inverse(&self) -> Permutation<N> {
        let mut from = [0; N];
        for (to, place) in self.from.into_iter().enumerate() {
            from[place] = to;
        }
        Permutation { from }
    }
}

// >>> probes
/// What `new` makes of these places.
fn probe_new(from: [usize; 3]) -> Option<[usize; 3]> {
    Permutation::new(from).map(|made| made.from)
}

fn probe_new_of_none_or_one(from: usize) -> (bool, bool) {
    (
        Permutation::new([0; 0]).is_some(),
        Permutation::new([from]).is_some(),
    )
}

/// The things cannot be cloned, and have no traits.
fn probe_apply(from: [usize; 5], things: [String; 5]) -> [String; 5] {
    struct Bare(::std::string::String);

    Permutation { from }
        .apply(things.map(Bare))
        .map(|thing| thing.0)
}

fn probe_identity() -> (Vec<usize>, Vec<usize>, Vec<usize>) {
    const SEVEN: Permutation<7> = Permutation::IDENTITY;
    (
        Permutation::<0>::IDENTITY.from.to_vec(),
        Permutation::<1>::IDENTITY.from.to_vec(),
        SEVEN.from.to_vec(),
    )
}

fn probe_then(first: [usize; 4], next: [usize; 4]) -> [usize; 4] {
    let (first, next) = (Permutation { from: first }, Permutation { from: next });
    first.then(&next).from
}

fn probe_inverse(from: [usize; 4]) -> [usize; 4] {
    Permutation { from }.inverse().from
}

/// How often things are dropped: before the result is gone, and after.
fn probe_drops() -> (usize, usize) {
    struct Counted<'c>(&'c ::std::cell::Cell<usize>);
    impl ::std::ops::Drop for Counted<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }

    let drops = ::std::cell::Cell::new(0);
    let things = [(); 6].map(|()| Counted(&drops));
    let moved = Permutation {
        from: [5, 1, 2, 0, 4, 3],
    }
    .apply(things);
    let before = drops.get();
    drop(moved);
    (before, drops.get())
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    /// All ways to rearrange four things.
    fn all_of_four() -> Vec<[usize; 4]> {
        let mut all = Vec::new();
        for code in 0..256 {
            let from = [code / 64, code / 16 % 4, code / 4 % 4, code % 4];
            if (0..4).all(|place| from.contains(&place)) {
                all.push(from);
            }
        }
        all
    }

    #[test]
    fn each_place_once() {
        assert_eq!(probe_new([2, 0, 1]), Some([2, 0, 1]));
        assert_eq!(probe_new([0, 1, 2]), Some([0, 1, 2]));
    }

    #[test]
    fn a_place_twice_or_one_that_does_not_exist() {
        assert_eq!(probe_new([0, 1, 1]), None);
        assert_eq!(probe_new([0, 0, 0]), None);
        assert_eq!(probe_new([2, 0, 2]), None);
        assert_eq!(probe_new([1, 2, 3]), None);
        assert_eq!(probe_new([0, 1, usize::MAX]), None);
    }

    #[test]
    fn of_nothing_and_of_one_thing() {
        assert_eq!(probe_new_of_none_or_one(0), (true, true));
        assert_eq!(probe_new_of_none_or_one(1), (true, false));
    }

    #[test]
    fn things_go_where_they_are_sent() {
        let things = ["a", "b", "c", "ä", ""].map(str::to_string);
        assert_eq!(
            probe_apply([2, 0, 1, 4, 3], things.clone()),
            ["c", "a", "b", "", "ä"]
        );
        assert_eq!(
            probe_apply([4, 3, 2, 0, 1], things.clone()),
            ["", "ä", "c", "a", "b"]
        );
        assert_eq!(probe_apply([0, 1, 2, 3, 4], things.clone()), things);
    }

    #[test]
    fn the_identity_of_any_size() {
        assert_eq!(
            probe_identity(),
            (vec![], vec![0], vec![0, 1, 2, 3, 4, 5, 6])
        );
    }

    #[test]
    fn one_after_the_other() {
        assert_eq!(probe_then([1, 2, 0, 3], [3, 0, 1, 2]), [3, 1, 2, 0]);
        assert_eq!(probe_then([3, 0, 1, 2], [1, 2, 0, 3]), [0, 1, 3, 2]);
        for first in all_of_four() {
            for next in all_of_four() {
                let expected = [0, 1, 2, 3].map(|place: usize| first[next[place]]);
                assert_eq!(probe_then(first, next), expected);
            }
        }
    }

    #[test]
    fn the_inverse_undoes_it() {
        assert_eq!(probe_inverse([1, 2, 3, 0]), [3, 0, 1, 2]);
        for from in all_of_four() {
            let inverse = probe_inverse(from);
            assert_eq!(
                [0, 1, 2, 3].map(|place: usize| inverse[from[place]]),
                [0, 1, 2, 3]
            );
        }
    }

    #[test]
    fn every_thing_is_dropped_once_and_not_too_early() {
        assert_eq!(probe_drops(), (0, 6));
    }
}
