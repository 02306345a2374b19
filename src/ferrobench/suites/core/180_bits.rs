//! category: iterators
//! tags: iterator, double-ended iterator, exact size, bit operations
//! level: basic

// >>> prompt
/// The positions of the one bits of a number; the bit that is worth 1 has position 0.
///
/// `Bits` is an iterator over the positions, from the least to the greatest, and a `DoubleEndedIterator`: from
/// either end, each position is given once. Where there is none left, both ends give `None`, again and again.
/// It is also an `ExactSizeIterator`, so at any time its `size_hint` is exactly how many are left.
///
/// `Bits(0b1010)` gives 1, 3. What the number in it is once the iteration has begun is left to the answer.
struct Bits(u64);

impl Iterator for Bits {
    type Item = u32;

    // <<< prompt
    fn next(&mut self) -> Option<u32> {
        if self.0 == 0 {
            return None;
        }
        let position = self.0.trailing_zeros();
        self.0 ^= 1 << position;
        Some(position)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.0.count_ones() as usize;
        (left, Some(left))
    }
}

impl DoubleEndedIterator for Bits {
    fn next_back(&mut self) -> Option<u32> {
        let position = self.0.checked_ilog2()?;
        self.0 ^= 1 << position;
        Some(position)
    }
}

impl ExactSizeIterator for Bits {}

// >>> probes
fn probe_forwards(number: u64) -> Vec<u32> {
    Bits(number).collect()
}

fn probe_backwards(number: u64) -> Vec<u32> {
    Bits(number).rev().collect()
}

/// What each of `ends` gives, `<` the front and `>` the back.
fn probe_ends(number: u64, ends: String) -> Vec<Option<u32>> {
    let mut bits = Bits(number);
    ends.chars()
        .map(|end| {
            if end == '<' {
                bits.next()
            } else {
                bits.next_back()
            }
        })
        .collect()
}

/// What `size_hint` and `len` say, at first and after each of `ends`.
fn probe_sizes(number: u64, ends: String) -> Vec<(usize, Option<usize>, usize)> {
    let mut bits = Bits(number);
    let mut sizes = ::std::vec::Vec::new();
    for end in ::std::iter::once('-').chain(ends.chars()) {
        match end {
            '<' => drop(bits.next()),
            '>' => drop(bits.next_back()),
            _ => {}
        }
        let (least, most) = bits.size_hint();
        sizes.push((least, most, ::std::iter::ExactSizeIterator::len(&bits)));
    }
    sizes
}

/// Positions with their places, from the back: needs the exact size.
fn probe_places(number: u64) -> Vec<(usize, u32)> {
    Bits(number).enumerate().rev().collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(number: u64, ends: &str) -> Vec<usize> {
        probe_sizes(number, ends.into())
            .into_iter()
            .map(|(least, most, exact)| {
                assert_eq!((most, exact), (Some(least), least));
                least
            })
            .collect()
    }

    #[test]
    fn the_example() {
        assert_eq!(probe_forwards(0b1010), [1, 3]);
    }

    #[test]
    fn zero_has_no_bits() {
        assert!(probe_forwards(0).is_empty());
        assert!(probe_backwards(0).is_empty());
        assert_eq!(probe_ends(0, "<><".into()), [None, None, None]);
    }

    #[test]
    fn a_single_bit_at_either_edge() {
        assert_eq!(probe_forwards(1), [0]);
        assert_eq!(probe_backwards(1), [0]);
        assert_eq!(probe_forwards(1 << 63), [63]);
        assert_eq!(probe_backwards(1 << 63), [63]);
    }

    #[test]
    fn all_bits() {
        assert_eq!(probe_forwards(u64::MAX), Vec::from_iter(0..64));
        assert_eq!(probe_backwards(u64::MAX), Vec::from_iter((0..64).rev()));
    }

    #[test]
    fn beyond_32_bits() {
        assert_eq!(probe_forwards(1 << 40 | 1 << 32 | 1 << 31), [31, 32, 40]);
        assert_eq!(probe_backwards(1 << 40 | 1 << 32 | 1 << 31), [40, 32, 31]);
    }

    #[test]
    fn both_ends_meet() {
        assert_eq!(
            probe_ends(0b11010011, "<>><><<".into()),
            [Some(0), Some(7), Some(6), Some(1), Some(4), None, None]
        );
        assert_eq!(
            probe_ends(1 << 63 | 1, "<><>".into()),
            [Some(0), Some(63), None, None]
        );
        assert_eq!(probe_ends(0b100, "><>".into()), [Some(2), None, None]);
    }

    #[test]
    fn the_size_is_what_is_left() {
        assert_eq!(sizes(0, "<>"), [0, 0, 0]);
        assert_eq!(sizes(u64::MAX, "<><"), [64, 63, 62, 61]);
        assert_eq!(sizes(0b1011, ">><<>"), [3, 2, 1, 0, 0, 0]);
    }

    #[test]
    fn places_from_the_back() {
        assert_eq!(
            probe_places(1 << 50 | 1 << 9 | 1 << 2),
            [(2, 50), (1, 9), (0, 2)]
        );
    }
}
