//! category: traits
//! tags: associated types, default methods, generic structs, dyn compatibility
//! level: intermediate

// >>> prompt
/// Gives the inputs in pairs: nothing for the first, the first two for the second, nothing for the third,
/// the next two for the fourth, and so on.
struct Pairs<T> {
    waiting: Option<T>,
}

/// Gives every input that is not equal to the input just before it; the first one too.
struct Changes<T> {
    before: Option<T>,
}

/// A step that takes inputs one at a time, and gives at most one output for each.
///
/// Beside `feed`, the trait has two methods that the types need not write:
///
/// - `feed_all(&mut self, inputs) -> Vec<…>`: feeds everything that `inputs`, whatever can be iterated over,
///   has, and gives all the outputs in their order.
/// - `then(self, next) -> Then<…, …>`: the stage that feeds each output of this stage to `next`, any stage
///   that takes such values, and gives what that one gives.
///
/// The trait can be used as `dyn Stage<In = i32, Out = u8>` all the same, without these two. The answer also
/// defines `struct Then`, and implements the trait for `Then`; for `Pairs<T>` with any `T`; and for
/// `Changes<T>` with any `T` that can be compared and cloned.
trait Stage {
    type In;
    type Out;

    fn feed(&mut self, input: Self::In) -> Option<Self::Out>;

    // <<< prompt
    fn feed_all<I>(&mut self, inputs: I) -> Vec<Self::Out>
    where
        I: IntoIterator<Item = Self::In>,
        Self: Sized,
    {
        inputs
            .into_iter()
            .filter_map(|input| self.feed(input))
            .collect()
    }

    fn then<S>(self, next: S) -> Then<Self, S>
    where
        S: Stage<In = Self::Out>,
        Self: Sized,
    {
        Then { first: self, next }
    }
}

struct Then<A, B> {
    first: A,
    next: B,
}

impl<A, B> Stage for Then<A, B>
where
    A: Stage,
    B: Stage<In = A::Out>,
{
    type In = A::In;
    type Out = B::Out;

    fn feed(&mut self, input: A::In) -> Option<B::Out> {
        let between = self.first.feed(input)?;
        self.next.feed(between)
    }
}

impl<T> Stage for Pairs<T> {
    type In = T;
    type Out = (T, T);

    fn feed(&mut self, input: T) -> Option<(T, T)> {
        match self.waiting.take() {
            Some(first) => Some((first, input)),
            None => {
                self.waiting = Some(input);
                None
            }
        }
    }
}

impl<T: PartialEq + Clone> Stage for Changes<T> {
    type In = T;
    type Out = T;

    fn feed(&mut self, input: T) -> Option<T> {
        let changed = self.before.as_ref() != Some(&input);
        self.before = Some(input.clone());
        changed.then_some(input)
    }
}

// >>> probes
/// Pairs of values without traits.
fn probe_pairs(inputs: Vec<i64>) -> Vec<Option<(i64, i64)>> {
    struct Bare(i64);

    let mut pairs = Pairs {
        waiting: ::std::option::Option::None,
    };
    inputs
        .into_iter()
        .map(|input| pairs.feed(Bare(input)).map(|(a, b)| (a.0, b.0)))
        .collect()
}

fn probe_changes(inputs: Vec<String>) -> Vec<Option<String>> {
    let mut changes = Changes {
        before: ::std::option::Option::None,
    };
    inputs
        .into_iter()
        .map(|input| changes.feed(input))
        .collect()
}

/// Feeds two lots of inputs, one after the other, to changes, then pairs.
fn probe_feed_all(first: Vec<u8>, second: Vec<u8>) -> (Vec<(u8, u8)>, Vec<(u8, u8)>) {
    let changes = Changes {
        before: ::std::option::Option::None,
    };
    let mut stage = changes.then(Pairs {
        waiting: ::std::option::Option::None,
    });
    let one = stage.feed_all(first);
    (one, stage.feed_all(second.iter().copied()))
}

/// Three stages: pairs, the sum of each pair where it is not negative, and the sums that change, and how
/// often the one in the middle was fed.
fn probe_three(inputs: Vec<i32>) -> (Vec<u32>, usize) {
    struct Sums<'c>(&'c ::std::cell::Cell<usize>);
    impl Stage for Sums<'_> {
        type In = (i32, i32);
        type Out = u32;

        fn feed(&mut self, (a, b): (i32, i32)) -> Option<u32> {
            self.0.set(self.0.get() + 1);
            u32::try_from(a + b).ok()
        }
    }

    let fed = ::std::cell::Cell::new(0);
    let mut stage = Pairs {
        waiting: ::std::option::Option::None,
    }
    .then(Sums(&fed))
    .then(Changes {
        before: ::std::option::Option::None,
    });
    (stage.feed_all(inputs), fed.get())
}

/// The stage is a trait object.
fn probe_object(pairs: bool, inputs: Vec<i32>) -> Vec<Option<i32>> {
    struct Sum;
    impl Stage for Sum {
        type In = (i32, i32);
        type Out = i32;

        fn feed(&mut self, (a, b): (i32, i32)) -> Option<i32> {
            ::std::option::Option::Some(a + b)
        }
    }

    let mut stage: Box<dyn Stage<In = i32, Out = i32>> = if pairs {
        let stage = Pairs {
            waiting: ::std::option::Option::None,
        };
        Box::new(stage.then(Sum))
    } else {
        Box::new(Changes {
            before: ::std::option::Option::None,
        })
    };
    inputs.into_iter().map(|input| stage.feed(input)).collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_second_input_gives_a_pair() {
        assert_eq!(
            probe_pairs(vec![1, 2, 3, 4, 5]),
            [None, Some((1, 2)), None, Some((3, 4)), None]
        );
        assert_eq!(probe_pairs(vec![7, 7]), [None, Some((7, 7))]);
        assert_eq!(probe_pairs(vec![]), []);
    }

    #[test]
    fn inputs_equal_to_the_one_before_give_nothing() {
        let inputs = ["", "a", "a", "a", "ä", "a", "a"];
        assert_eq!(
            probe_changes(inputs.map(str::to_string).to_vec()),
            [Some(""), Some("a"), None, None, Some("ä"), Some("a"), None]
                .map(|text| text.map(str::to_string))
        );
    }

    #[test]
    fn one_stage_after_the_other() {
        assert_eq!(
            probe_feed_all(vec![1, 1, 2, 2, 2, 1, 3], vec![]),
            (vec![(1, 2), (1, 3)], vec![])
        );
        assert_eq!(probe_feed_all(vec![], vec![]), (vec![], vec![]));
    }

    #[test]
    fn a_stage_goes_on_where_it_was() {
        assert_eq!(
            probe_feed_all(vec![1, 2, 3], vec![3, 4, 5]),
            (vec![(1, 2)], vec![(3, 4)])
        );
        assert_eq!(
            probe_feed_all(vec![9], vec![9, 9, 8]),
            (vec![], vec![(9, 8)])
        );
    }

    #[test]
    fn three_stages() {
        assert_eq!(
            probe_three(vec![1, 2, 2, 1, -5, 1, 3, 0, 6, 6, 1]),
            (vec![3, 12], 5)
        );
        assert_eq!(probe_three(vec![1]), (vec![], 0));
    }

    #[test]
    fn stages_as_trait_objects() {
        assert_eq!(
            probe_object(true, vec![1, 2, 3, 4]),
            [None, Some(3), None, Some(7)]
        );
        assert_eq!(probe_object(false, vec![1, 1, 0]), [Some(1), None, Some(0)]);
    }
}
