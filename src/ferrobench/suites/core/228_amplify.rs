//! category: numeric edge cases
//! tags: integer conversions, overflow, rounding, slices
//! level: basic

// >>> prompt
/// Makes a sound louder or softer, in place: each sample becomes `percent` hundredths of what it was.
///
/// The result is rounded to the nearest integer, and a half is rounded away from zero: 2.5 becomes 3, and
/// -2.5 becomes -3. What is beyond the range of `i16` becomes the nearest number of that range. Returns how
/// many samples were beyond the range, as rounded. `percent` may be any `u32`.
fn amplify(samples: &mut [i16], percent: u32) -> usize {
    // <<< prompt
    let mut clipped = 0;
    for sample in samples {
        let hundredths = i64::from(*sample) * i64::from(percent);
        let rounded = (hundredths + 50 * hundredths.signum()) / 100;
        let kept = rounded.clamp(i64::from(i16::MIN), i64::from(i16::MAX));
        if kept != rounded {
            clipped += 1;
        }
        *sample = kept as i16;
    }
    clipped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amplified(samples: &[i16], percent: u32) -> (Vec<i16>, usize) {
        let mut samples = samples.to_vec();
        let clipped = amplify(&mut samples, percent);
        (samples, clipped)
    }

    #[test]
    fn no_samples() {
        assert_eq!(amplified(&[], 150), (vec![], 0));
        assert_eq!(amplified(&[], u32::MAX), (vec![], 0));
    }

    #[test]
    fn each_sample_is_changed() {
        assert_eq!(
            amplified(&[0, 10, -10, 1000, -1000], 250),
            (vec![0, 25, -25, 2500, -2500], 0)
        );
        assert_eq!(amplified(&[300, -300, 6], 50), (vec![150, -150, 3], 0));
    }

    #[test]
    fn a_hundred_percent_changes_nothing() {
        let samples = [i16::MIN, -1, 0, 1, i16::MAX];
        assert_eq!(amplified(&samples, 100), (samples.to_vec(), 0));
    }

    #[test]
    fn zero_percent_is_silence() {
        assert_eq!(
            amplified(&[i16::MIN, -1, 1, i16::MAX], 0),
            (vec![0, 0, 0, 0], 0)
        );
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        assert_eq!(
            amplified(&[1, -1, 3, -3, 5, -5], 50),
            (vec![1, -1, 2, -2, 3, -3], 0)
        );
        assert_eq!(amplified(&[10, -10], 125), (vec![13, -13], 0));
    }

    #[test]
    fn less_and_more_than_halves_are_rounded_to_the_nearest() {
        assert_eq!(amplified(&[1, -1], 49), (vec![0, 0], 0));
        assert_eq!(amplified(&[1, -1], 51), (vec![1, -1], 0));
        assert_eq!(amplified(&[1, -1], 149), (vec![1, -1], 0));
        assert_eq!(amplified(&[7, -7], 107), (vec![7, -7], 0));
        assert_eq!(amplified(&[7, -7], 108), (vec![8, -8], 0));
        assert_eq!(amplified(&[1], 3_276_649), (vec![32_766], 0));
    }

    #[test]
    fn what_is_beyond_the_range_becomes_its_end() {
        assert_eq!(
            amplified(&[20_000, -20_000, 100], 200),
            (vec![i16::MAX, i16::MIN, 200], 2)
        );
        assert_eq!(
            amplified(&[i16::MAX, i16::MIN], 101),
            (vec![i16::MAX, i16::MIN], 2)
        );
    }

    #[test]
    fn the_ends_of_the_range_are_within() {
        assert_eq!(
            amplified(&[16_384, -16_384], 200),
            (vec![i16::MAX, i16::MIN], 1)
        );
        assert_eq!(amplified(&[-1], 3_276_800), (vec![i16::MIN], 0));
        assert_eq!(amplified(&[1], 3_276_700), (vec![i16::MAX], 0));
    }

    #[test]
    fn rounding_decides_what_is_beyond_the_range() {
        assert_eq!(amplified(&[1], 3_276_749), (vec![i16::MAX], 0));
        assert_eq!(amplified(&[1], 3_276_750), (vec![i16::MAX], 1));
        assert_eq!(amplified(&[-1], 3_276_849), (vec![i16::MIN], 0));
        assert_eq!(amplified(&[-1], 3_276_850), (vec![i16::MIN], 1));
    }

    #[test]
    fn the_greatest_percentage() {
        assert_eq!(
            amplified(&[1, -1, 0, i16::MAX, i16::MIN], u32::MAX),
            (vec![i16::MAX, i16::MIN, 0, i16::MAX, i16::MIN], 4)
        );
        assert_eq!(amplified(&[2, -2], 1 << 31), (vec![i16::MAX, i16::MIN], 2));
    }
}
