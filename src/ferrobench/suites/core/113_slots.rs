//! category: generics
//! tags: phantom data, manual trait implementations, option, generational ids
//! level: advanced

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

// >>> prompt
/// Names a value in a `Slots<T>`.
///
/// Whatever `T` is, an `Id<T>` is `Copy`, `Clone`, `PartialEq`, `Eq`, `Hash` and `Debug`, even where `T` is
/// none of these. Two ids are equal if both their numbers are, and both numbers go into the hash. `{:?}`
/// writes an id as `3v0`: `slot`, the letter v, `version`.
struct Id<T> {
    slot: usize,
    version: u64,
    of: PhantomData<fn() -> T>,
}

/// Besides what `Id<T>` needs, the answer defines `struct Slots<T>`, which stores values of any type:
///
/// - `Slots::new() -> Slots<T>`: without values.
/// - `insert(&mut self, value: T) -> Id<T>`: puts the value into the slot that was emptied last, else, if
///   none is empty, into a new one. Slots are numbered 0, 1, 2 and so on. A slot's first value has version 0,
///   each later one a version higher by 1 than the one before.
/// - `get(&self, id: Id<T>) -> Option<&T>`, `get_mut(&mut self, id: Id<T>) -> Option<&mut T>`
/// - `remove(&mut self, id: Id<T>) -> Option<T>`: takes the value out, which empties its slot.
/// - `len(&self) -> usize`: how many values there are.
///
/// The id of a value that was removed names nothing any more, also when its slot has another value:
/// `get`, `get_mut` and `remove` then return `None` and change nothing.
impl<T> Clone for Id<T> {
    // <<< prompt
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.slot, self.version) == (other.slot, other.version)
    }
}

impl<T> Eq for Id<T> {}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.slot, self.version).hash(state);
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}v{}", self.slot, self.version)
    }
}

struct Slots<T> {
    slots: Vec<(u64, Option<T>)>,
    empty: Vec<usize>,
}

impl<T> Slots<T> {
    fn new() -> Self {
        Slots {
            slots: Vec::new(),
            empty: Vec::new(),
        }
    }

    fn insert(&mut self, value: T) -> Id<T> {
        let slot = self.empty.pop().unwrap_or_else(|| {
            self.slots.push((0, None));
            self.slots.len() - 1
        });
        let (version, place) = &mut self.slots[slot];
        *place = Some(value);
        Id {
            slot,
            version: *version,
            of: PhantomData,
        }
    }

    fn get(&self, id: Id<T>) -> Option<&T> {
        let (version, value) = self.slots.get(id.slot)?;
        value.as_ref().filter(|_| *version == id.version)
    }

    fn get_mut(&mut self, id: Id<T>) -> Option<&mut T> {
        let (version, value) = self.slots.get_mut(id.slot)?;
        value.as_mut().filter(|_| *version == id.version)
    }

    fn remove(&mut self, id: Id<T>) -> Option<T> {
        let (version, value) = self.slots.get_mut(id.slot)?;
        if *version != id.version {
            return None;
        }
        let value = value.take()?;
        *version += 1;
        self.empty.push(id.slot);
        Some(value)
    }

    fn len(&self) -> usize {
        self.slots.len() - self.empty.len()
    }
}

// >>> probes
/// One line for each step. `+5` inserts 5, `?0v0`, `*0v0` and `-0v0` get, double and remove what has
/// this id, `#` counts. The values have no traits at all.
fn probe_steps(steps: Vec<String>) -> Vec<String> {
    struct Bare(i64);

    let mut slots: Slots<Bare> = Slots::new();
    let shown = |value: Option<i64>| ::std::format!("{value:?}");
    steps
        .iter()
        .map(|step| {
            let (kind, rest) = step.split_at(1);
            let id = |text: &str| -> Id<Bare> {
                let (slot, version) = text.split_once('v').unwrap();
                Id {
                    slot: slot.parse().unwrap(),
                    version: version.parse().unwrap(),
                    of: ::std::marker::PhantomData,
                }
            };
            match kind {
                "+" => ::std::format!("{:?}", slots.insert(Bare(rest.parse().unwrap()))),
                "?" => shown(slots.get(id(rest)).map(|value| value.0)),
                "*" => shown(slots.get_mut(id(rest)).map(|value| {
                    value.0 *= 2;
                    value.0
                })),
                "-" => shown(slots.remove(id(rest)).map(|value| value.0)),
                _ => slots.len().to_string(),
            }
        })
        .collect()
}

/// Whether ids of a type without any traits are equal, and how many of them a set holds.
fn probe_equal(one: (usize, u64), other: (usize, u64)) -> (bool, bool, usize) {
    struct Bare;
    fn keep<K: Copy + Eq + ::std::hash::Hash>(one: K, other: K) -> usize {
        let copies = [one, other, one, other];
        ::std::collections::HashSet::<K>::from(copies).len()
    }

    let id = |(slot, version)| -> Id<Bare> {
        Id {
            slot,
            version,
            of: ::std::marker::PhantomData,
        }
    };
    let (one, other) = (id(one), id(other));
    #[allow(clippy::clone_on_copy)]
    let cloned = one.clone();
    (one == other, cloned == one, keep(one, other))
}

/// Hashes of ids of a type without any traits.
fn probe_hashes(ids: Vec<(usize, u64)>) -> Vec<u64> {
    struct Bare;

    ids.into_iter()
        .map(|(slot, version)| {
            let mut hasher = ::std::collections::hash_map::DefaultHasher::new();
            let id: Id<Bare> = Id {
                slot,
                version,
                of: ::std::marker::PhantomData,
            };
            ::std::hash::Hash::hash(&id, &mut hasher);
            ::std::hash::Hasher::finish(&hasher)
        })
        .collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Vec<String> {
        probe_steps(text.split_whitespace().map(str::to_string).collect())
    }

    #[test]
    fn without_values() {
        assert_eq!(
            steps("# ?0v0 *0v0 -0v0 ?7v1 #"),
            ["0", "None", "None", "None", "None", "0"]
        );
    }

    #[test]
    fn values_get_slots_in_order() {
        assert_eq!(
            steps("+5 +6 +7 # ?0v0 ?1v0 ?2v0"),
            ["0v0", "1v0", "2v0", "3", "Some(5)", "Some(6)", "Some(7)"]
        );
    }

    #[test]
    fn a_slot_or_a_version_that_was_never_given_out_names_nothing() {
        assert_eq!(
            steps("+5 ?1v0 ?0v1 *0v1 -0v1 -1v0 ?0v0 #"),
            ["0v0", "None", "None", "None", "None", "None", "Some(5)", "1"]
        );
    }

    #[test]
    fn values_change_in_place() {
        assert_eq!(
            steps("+5 +8 *0v0 *0v0 ?0v0 ?1v0"),
            ["0v0", "1v0", "Some(10)", "Some(20)", "Some(20)", "Some(8)"]
        );
    }

    #[test]
    fn what_was_removed_is_gone() {
        assert_eq!(
            steps("+5 +6 -0v0 # ?0v0 *0v0 -0v0 # ?1v0"),
            ["0v0", "1v0", "Some(5)", "1", "None", "None", "None", "1", "Some(6)"]
        );
    }

    #[test]
    fn an_empty_slot_is_used_again_with_the_next_version() {
        assert_eq!(
            steps("+5 -0v0 +6 ?0v1 -0v1 +7 ?0v2 #"),
            ["0v0", "Some(5)", "0v1", "Some(6)", "Some(6)", "0v2", "Some(7)", "1"]
        );
    }

    #[test]
    fn an_old_id_does_not_reach_the_new_value() {
        assert_eq!(
            steps("+5 -0v0 +6 ?0v0 *0v0 -0v0 ?0v1 # +7"),
            ["0v0", "Some(5)", "0v1", "None", "None", "None", "Some(6)", "1", "1v0"]
        );
    }

    #[test]
    fn an_id_that_is_still_to_be_given_out_names_nothing() {
        assert_eq!(
            steps("+5 -0v0 ?0v1 *0v1 -0v1 # +6"),
            ["0v0", "Some(5)", "None", "None", "None", "0", "0v1"]
        );
    }

    #[test]
    fn the_slot_emptied_last_is_filled_first() {
        assert_eq!(
            steps("+1 +2 +3 -2v0 -0v0 -1v0 # +4 +5 +6 +7"),
            [
                "0v0", "1v0", "2v0", "Some(3)", "Some(1)", "Some(2)", "0", "1v1", "0v1", "2v1",
                "3v0"
            ]
        );
    }

    #[test]
    fn a_failed_removal_does_not_empty_a_slot_twice() {
        assert_eq!(
            steps("+1 -0v0 -0v0 -0v0 +2 +3 ?0v1 ?1v0 #"),
            ["0v0", "Some(1)", "None", "None", "0v1", "1v0", "Some(2)", "Some(3)", "2"]
        );
    }

    #[test]
    fn ids_are_equal_if_both_numbers_are() {
        assert_eq!(probe_equal((1, 2), (1, 2)), (true, true, 1));
        assert_eq!(probe_equal((1, 2), (1, 3)), (false, true, 2));
        assert_eq!(probe_equal((1, 2), (0, 2)), (false, true, 2));
        assert_eq!(probe_equal((1, 2), (2, 1)), (false, true, 2));
        assert_eq!(
            probe_equal((usize::MAX, u64::MAX), (usize::MAX, u64::MAX)),
            (true, true, 1)
        );
    }

    #[test]
    fn both_numbers_go_into_the_hash() {
        let hashes = probe_hashes(vec![(1, 2), (1, 3), (4, 2), (1, 2)]);
        assert_eq!(hashes[0], hashes[3]);
        assert_ne!(hashes[0], hashes[1]);
        assert_ne!(hashes[0], hashes[2]);
        assert_ne!(hashes[1], hashes[2]);
    }
}
