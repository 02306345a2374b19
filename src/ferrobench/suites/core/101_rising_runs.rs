//! category: slices
//! tags: lifetimes, borrowing, splitting
//! level: intermediate

// >>> prompt
/// Splits `values` into its longest runs that never decrease, from left to right.
///
/// Every element is in exactly one run, and the runs borrow from `values`: nothing is copied.
/// An empty slice has no runs.
///
/// `[1, 2, 2, 1, 5]` gives `[1, 2, 2]` and `[1, 5]`.
fn rising_runs(values: &[i64]) -> Vec<&[i64]> {
    // <<< prompt
    let mut runs = Vec::new();
    let mut rest = values;
    while !rest.is_empty() {
        let falls = rest.windows(2).position(|pair| pair[0] > pair[1]);
        let (run, after) = rest.split_at(falls.map_or(rest.len(), |at| at + 1));
        runs.push(run);
        rest = after;
    }
    runs
}

// >>> probes
fn probe_runs(values: Vec<i64>) -> Vec<Vec<i64>> {
    rising_runs(&values)
        .into_iter()
        .map(<[i64]>::to_vec)
        .collect()
}

fn probe_borrowed(values: Vec<i64>) -> bool {
    let bounds = values.as_ptr_range();
    rising_runs(&values)
        .iter()
        .all(|run| bounds.start <= run.as_ptr() && run.as_ptr_range().end <= bounds.end)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example() {
        assert_eq!(probe_runs(vec![1, 2, 2, 1, 5]), [vec![1, 2, 2], vec![1, 5]]);
    }

    #[test]
    fn nothing_has_no_runs() {
        assert!(probe_runs(vec![]).is_empty());
    }

    #[test]
    fn one_value_is_one_run() {
        assert_eq!(probe_runs(vec![7]), [[7]]);
    }

    #[test]
    fn what_never_falls_is_one_run() {
        assert_eq!(probe_runs(vec![3, 3, 3]), [[3, 3, 3]]);
        assert_eq!(probe_runs(vec![-2, 0, 9]), [[-2, 0, 9]]);
    }

    #[test]
    fn what_always_falls_is_a_run_each() {
        assert_eq!(probe_runs(vec![3, 2, 1]), [[3], [2], [1]]);
    }

    #[test]
    fn a_fall_at_the_end() {
        assert_eq!(probe_runs(vec![1, 2, 0]), [vec![1, 2], vec![0]]);
    }

    #[test]
    fn the_least_and_the_greatest_number() {
        assert_eq!(
            probe_runs(vec![i64::MIN, i64::MAX, i64::MIN]),
            [vec![i64::MIN, i64::MAX], vec![i64::MIN]]
        );
    }

    #[test]
    fn nothing_is_copied() {
        assert!(probe_borrowed(vec![5, 6, 1, 2]));
    }
}
