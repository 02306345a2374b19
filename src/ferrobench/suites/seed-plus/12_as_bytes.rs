//! category: unsafe
//! tags: slices from raw parts, size of types, safe wrappers
//! level: intermediate

// >>> prompt
fn as_bytes(values: &[u32]) -> &[u8] {
    // <<< prompt
    let length = std::mem::size_of_val(values);
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), length) }
}

// >>> probes
fn probe_as_bytes(values: Vec<u32>) -> Vec<u8> {
    // Other values around them, so that a sample that goes wrong reads what is there.
    let length = values.len();
    let mut padded: Vec<u32> = vec![0xA5A5_A5A5; 8];
    padded.extend_from_slice(&values);
    padded.resize(16 + 2 * length, 0xA5A5_A5A5);
    as_bytes(&padded[8..8 + length]).to_vec()
}

fn probe_number_of_bytes(length: usize) -> usize {
    as_bytes(&vec![1; length]).len()
}

/// Of values on the stack, which are still there afterwards.
fn probe_twice(values: [u32; 3]) -> (Vec<u8>, Vec<u8>, [u32; 3]) {
    let one = as_bytes(&values);
    let other = as_bytes(&values);
    (one.to_vec(), other.to_vec(), values)
}
// <<< probes

// A view of the values' memory, so bytes stand in the machine's own order.
#[cfg(test)]
mod tests {
    use super::*;

    fn expected(values: &[u32]) -> Vec<u8> {
        let bytes = values.iter().flat_map(|value| value.to_ne_bytes());
        bytes.collect()
    }

    #[test]
    fn nothing_has_no_bytes() {
        assert!(probe_as_bytes(vec![]).is_empty());
        assert_eq!(probe_number_of_bytes(0), 0);
    }

    #[test]
    fn one_value_has_four_bytes() {
        assert_eq!(probe_as_bytes(vec![0x0102_0304]), expected(&[0x0102_0304]));
        assert_eq!(probe_as_bytes(vec![0]), [0, 0, 0, 0]);
        assert_eq!(probe_as_bytes(vec![u32::MAX]), [255, 255, 255, 255]);
    }

    #[test]
    fn bytes_that_are_the_same_in_any_order() {
        assert_eq!(
            probe_as_bytes(vec![0x0101_0101, 0x7F7F_7F7F]),
            [1, 1, 1, 1, 127, 127, 127, 127]
        );
    }

    #[test]
    fn values_one_after_the_other() {
        let values = vec![0x1122_3344, 1, 0x8000_0000, 0xDEAD_BEEF, 256];
        assert_eq!(probe_as_bytes(values.clone()), expected(&values));
    }

    #[test]
    fn equal_values() {
        assert_eq!(probe_as_bytes(vec![9, 9, 9]), expected(&[9, 9, 9]));
    }

    #[test]
    fn four_bytes_each_however_many_there_are() {
        for length in [1, 2, 3, 7, 64, 1000] {
            assert_eq!(probe_number_of_bytes(length), 4 * length);
        }
    }

    #[test]
    fn the_values_stay() {
        let values = [70_000, 2, 0xFFFF_0000];
        let (one, other, after) = probe_twice(values);
        assert_eq!(one, expected(&values));
        assert_eq!(other, expected(&values));
        assert_eq!(after, values);
    }

    #[test]
    fn many_values() {
        let values: Vec<u32> = (0..2000u32)
            .map(|n| n.wrapping_mul(2_654_435_761))
            .collect();
        assert_eq!(probe_as_bytes(values.clone()), expected(&values));
    }
}
