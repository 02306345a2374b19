//! category: lifetimes
//! tags: lifetimes, iterators, mutable borrows, trees, box
//! level: advanced

// >>> prompt
/// A node of a binary search tree: lesser keys are under `left`, greater ones under `right`.
struct Node<K, V> {
    key: K,
    value: V,
    left: Option<Box<Node<K, V>>>,
    right: Option<Box<Node<K, V>>>,
}

/// Besides the `impl` that is begun here, the answer defines `struct InOrderMut<'t, K, V>`, an iterator over
/// pairs `(&'t K, &'t mut V)`.
///
/// It is lazy: neither `in_order_mut` nor one call of `next` visits more of the tree than the way down to
/// the next node. Pairs can be kept while the iteration goes on and after the iterator is gone; nothing is
/// asked of `K` and `V`, and no `unsafe` is needed. After the last pair, `next` keeps returning `None`.
impl<K, V> Node<K, V> {
    /// Every key with its value, which can be changed; the least key comes first.
    fn in_order_mut(&mut self) -> InOrderMut<'_, K, V> {
        // <<< prompt
        let mut pairs = InOrderMut {
            pending: Vec::new(),
        };
        pairs.descend(Some(self));
        pairs
    }
}

struct InOrderMut<'t, K, V> {
    pending: Vec<Pending<'t, K, V>>,
}

/// A node to the left of which everything has been visited, or is pending too.
struct Pending<'t, K, V> {
    key: &'t K,
    value: &'t mut V,
    right: Option<&'t mut Node<K, V>>,
}

impl<'t, K, V> InOrderMut<'t, K, V> {
    fn descend(&mut self, mut from: Option<&'t mut Node<K, V>>) {
        while let Some(node) = from {
            self.pending.push(Pending {
                key: &node.key,
                value: &mut node.value,
                right: node.right.as_deref_mut(),
            });
            from = node.left.as_deref_mut();
        }
    }
}

impl<'t, K, V> Iterator for InOrderMut<'t, K, V> {
    type Item = (&'t K, &'t mut V);

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.pending.pop()?;
        self.descend(next.right);
        Some((next.key, next.value))
    }
}

// >>> probes
/// Keys and values are types without traits. Runs `with` on a tree into which the keys were put in turn;
/// each value is its key times ten.
fn probe_with_tree<R>(keys: &[i32], with: impl FnOnce(&mut Node<[i32; 1], [i32; 1]>) -> R) -> R {
    let node = |key| Node {
        key: [key],
        value: [key * 10],
        left: ::std::option::Option::None,
        right: ::std::option::Option::None,
    };
    let mut root = node(keys[0]);
    for &key in &keys[1..] {
        let mut at = &mut root;
        loop {
            let under = if key < at.key[0] {
                &mut at.left
            } else {
                &mut at.right
            };
            if under.is_none() {
                *under = ::std::option::Option::Some(::std::boxed::Box::new(node(key)));
                break;
            }
            at = under.as_deref_mut().unwrap();
        }
    }
    with(&mut root)
}

fn probe_pairs(keys: Vec<i32>) -> Vec<(i32, i32)> {
    probe_with_tree(&keys, |root| {
        root.in_order_mut()
            .map(|(key, value)| (key[0], value[0]))
            .collect()
    })
}

/// Takes `first` pairs, then all others while the first are kept, and writes the place of each pair into its
/// value when the iterator is gone. Gives the values as a second iteration finds them.
fn probe_changed(keys: Vec<i32>, first: usize) -> Vec<i32> {
    probe_with_tree(&keys, |root| {
        let mut kept = Vec::new();
        {
            let mut pairs = root.in_order_mut();
            kept.extend(pairs.by_ref().take(first));
            kept.extend(pairs);
        }
        for (place, (_, value)) in kept.iter_mut().enumerate() {
            value[0] = place as i32;
        }
        drop(kept);
        root.in_order_mut().map(|(_, value)| value[0]).collect()
    })
}

/// How many more pairs come when `next` is called `times` times after the last.
fn probe_after_the_last(keys: Vec<i32>, times: usize) -> usize {
    probe_with_tree(&keys, |root| {
        let mut pairs = root.in_order_mut();
        while pairs.next().is_some() {}
        (0..times).filter(|_| pairs.next().is_some()).count()
    })
}

/// The least `count` keys, asked for anew `times` times.
fn probe_least(keys: Vec<i32>, count: usize, times: usize) -> Vec<i32> {
    probe_with_tree(&keys, |root| {
        let mut least = Vec::new();
        for _ in 0..times {
            least = root
                .in_order_mut()
                .take(count)
                .map(|(key, _)| key[0])
                .collect();
        }
        least
    })
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(pairs: Vec<(i32, i32)>) -> Vec<i32> {
        pairs.into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn one_node() {
        assert_eq!(probe_pairs(vec![4]), [(4, 40)]);
    }

    #[test]
    fn keys_come_in_order_with_their_values() {
        assert_eq!(
            probe_pairs(vec![4, 2, 6, 1, 3, 5, 7]),
            (1..=7).map(|key| (key, key * 10)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn trees_that_lean_to_one_side() {
        assert_eq!(keys(probe_pairs((0..50).collect())), Vec::from_iter(0..50));
        assert_eq!(
            keys(probe_pairs((0..50).rev().collect())),
            Vec::from_iter(0..50)
        );
    }

    #[test]
    fn trees_with_bends() {
        assert_eq!(keys(probe_pairs(vec![1, 5, 2, 4, 3])), [1, 2, 3, 4, 5]);
        assert_eq!(keys(probe_pairs(vec![5, 1, 4, 2, 3])), [1, 2, 3, 4, 5]);
        assert_eq!(keys(probe_pairs(vec![3, 1, 2])), [1, 2, 3]);
        assert_eq!(keys(probe_pairs(vec![1, 3, 2])), [1, 2, 3]);
    }

    #[test]
    fn values_change_through_pairs_that_were_kept() {
        assert_eq!(probe_changed(vec![4, 2, 6, 1, 3], 2), [0, 1, 2, 3, 4]);
        assert_eq!(probe_changed(vec![1, 2, 3, 4], 0), [0, 1, 2, 3]);
        assert_eq!(probe_changed(vec![3, 2, 1], 9), [0, 1, 2]);
    }

    #[test]
    fn nothing_comes_after_the_last_pair() {
        assert_eq!(probe_after_the_last(vec![2, 1, 3], 3), 0);
    }

    #[test]
    fn a_large_tree_is_not_visited_for_its_least_keys() {
        // Put in so that the tree is balanced: 2^15 - 1 nodes in 15 layers.
        let mut keys = Vec::new();
        for layer in 0..15 {
            let step = 1 << (14 - layer);
            keys.extend((0..1 << layer).map(|at| step * (2 * at + 1)));
        }
        assert_eq!(probe_least(keys, 3, 60_000), [1, 2, 3]);
    }
}
