//! category: unsafe
//! tags: raw pointers, unsafe functions, generics, drops
//! level: intermediate

// >>> prompt
unsafe fn swap_raw<T>(a: *mut T, b: *mut T) {
    // <<< prompt
    unsafe { std::ptr::swap(a, b) }
}

// >>> probes
fn probe_numbers(a: i64, b: i64) -> (i64, i64) {
    let (mut a, mut b) = (a, b);
    unsafe { swap_raw(&mut a, &mut b) };
    (a, b)
}

/// Of a type larger than most.
fn probe_arrays(a: [u8; 100], b: [u8; 100]) -> ([u8; 100], [u8; 100]) {
    let (mut a, mut b) = (a, b);
    unsafe { swap_raw(&mut a, &mut b) };
    (a, b)
}

/// Within one vector, at places that differ.
fn probe_within(values: Vec<i32>, one: usize, other: usize) -> Vec<i32> {
    let mut values = values;
    let start = values.as_mut_ptr();
    unsafe { swap_raw(start.wrapping_add(one), start.wrapping_add(other)) };
    values
}

/// Of a type without any traits that counts how often one of its values is dropped: the values afterwards,
/// how many were dropped while they were swapped, and how many in all.
fn probe_drops(a: i64, b: i64) -> (i64, i64, usize, usize) {
    struct Counted<'a>(i64, &'a ::std::cell::Cell<usize>);

    impl ::std::ops::Drop for Counted<'_> {
        fn drop(&mut self) {
            self.1.set(self.1.get() + 1);
        }
    }

    let drops = ::std::cell::Cell::new(0);
    let mut a = Counted(a, &drops);
    let mut b = Counted(b, &drops);
    unsafe { swap_raw(&mut a, &mut b) };
    let (now_a, now_b, swapping) = (a.0, b.0, drops.get());
    ::std::mem::drop((a, b));
    (now_a, now_b, swapping, drops.get())
}

/// Swapped often, so that a text that was freed would be used again.
fn probe_texts(a: String, b: String, times: usize) -> (String, String) {
    let (mut a, mut b) = (a, b);
    for _ in 0..times {
        unsafe { swap_raw(&mut a, &mut b) };
    }
    (a, b)
}
// <<< probes

// What becomes of two pointers to one place is open.
#[cfg(test)]
mod tests {
    use super::*;

    fn texts(times: usize) -> (String, String) {
        probe_texts("one".to_string(), "the other, größer".to_string(), times)
    }

    #[test]
    fn two_numbers_change_places() {
        assert_eq!(probe_numbers(1, 2), (2, 1));
        assert_eq!(probe_numbers(-5, 0), (0, -5));
        assert_eq!(probe_numbers(i64::MIN, i64::MAX), (i64::MAX, i64::MIN));
    }

    #[test]
    fn equal_numbers() {
        assert_eq!(probe_numbers(7, 7), (7, 7));
    }

    #[test]
    fn all_bytes_of_a_number() {
        assert_eq!(
            probe_numbers(0x0102_0304_0506_0708, 0x1112_1314_1516_1718),
            (0x1112_1314_1516_1718, 0x0102_0304_0506_0708)
        );
    }

    #[test]
    fn large_values() {
        let one: [u8; 100] = std::array::from_fn(|i| i as u8);
        let other: [u8; 100] = std::array::from_fn(|i| 255 - i as u8);
        assert_eq!(probe_arrays(one, other), (other, one));
    }

    #[test]
    fn within_a_vector_the_others_stay() {
        assert_eq!(probe_within(vec![1, 2, 3, 4], 0, 3), [4, 2, 3, 1]);
        assert_eq!(probe_within(vec![1, 2, 3, 4], 2, 1), [1, 3, 2, 4]);
        assert_eq!(probe_within(vec![1, 2], 1, 0), [2, 1]);
    }

    #[test]
    fn nothing_is_dropped_while_swapping() {
        let (a, b, swapping, in_all) = probe_drops(10, 20);
        assert_eq!((a, b), (20, 10));
        assert_eq!(swapping, 0);
        assert_eq!(in_all, 2);
    }

    #[test]
    fn texts_change_places() {
        let (a, b) = texts(1);
        assert_eq!((a.as_str(), b.as_str()), ("the other, größer", "one"));
    }

    #[test]
    fn an_even_number_of_times_changes_nothing() {
        let (a, b) = texts(100);
        assert_eq!((a.as_str(), b.as_str()), ("one", "the other, größer"));
    }
}
