//! category: collections
//! tags: retain, dedup, moves, generics
//! level: basic

// >>> prompt
/// Thins out a log of readings, in place. A reading is the sensor's name and the value, if there is one.
///
/// Readings without a value are removed. After that, wherever several readings in a row are of the same
/// sensor, only the last one of them stays. The order does not change, and nothing is cloned.
///
/// A log may have a million readings: the time that it takes grows no faster than its length.
///
/// `("a", Some(1)), ("a", None), ("a", Some(2)), ("b", Some(3)), ("a", Some(4))` becomes
/// `("a", Some(2)), ("b", Some(3)), ("a", Some(4))`.
fn thin_out<S: PartialEq, T>(log: &mut Vec<(S, Option<T>)>) {
    // <<< prompt
    log.retain(|(_, value)| value.is_some());
    log.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            std::mem::swap(later, kept);
        }
        same
    });
}

// >>> probes
/// Names and values are of types that can only be compared, or not even that.
fn probe_thinned(log: Vec<(String, Option<i64>)>) -> Vec<(String, Option<i64>)> {
    struct Name(String);
    struct Value(i64);

    impl ::std::cmp::PartialEq for Name {
        fn eq(&self, other: &Name) -> bool {
            self.0 == other.0
        }
    }

    let mut log: Vec<(Name, Option<Value>)> = log
        .into_iter()
        .map(|(name, value)| (Name(name), value.map(Value)))
        .collect();
    thin_out(&mut log);
    log.into_iter()
        .map(|(name, value)| (name.0, value.map(|value| value.0)))
        .collect()
}

/// A log of so many readings, made by the sensors of `pattern` in turn, every one with its place as its
/// value: how many are left, and the first and the last of these values.
fn probe_long_log(pattern: Vec<u8>, length: usize) -> (usize, Option<usize>, Option<usize>) {
    let sensors = pattern.iter().copied().cycle();
    let mut log: Vec<(u8, Option<usize>)> = sensors
        .zip((0..length).map(::std::option::Option::Some))
        .collect();
    thin_out(&mut log);
    let value = |reading: Option<&(u8, Option<usize>)>| reading.and_then(|reading| reading.1);
    (log.len(), value(log.first()), value(log.last()))
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn log(readings: &[(&str, Option<i64>)]) -> Vec<(String, Option<i64>)> {
        readings
            .iter()
            .map(|&(name, value)| (name.to_string(), value))
            .collect()
    }

    fn thinned(readings: &[(&str, Option<i64>)]) -> Vec<(String, Option<i64>)> {
        probe_thinned(log(readings))
    }

    #[test]
    fn the_example() {
        assert_eq!(
            thinned(&[
                ("a", Some(1)),
                ("a", None),
                ("a", Some(2)),
                ("b", Some(3)),
                ("a", Some(4))
            ]),
            log(&[("a", Some(2)), ("b", Some(3)), ("a", Some(4))])
        );
    }

    #[test]
    fn an_empty_log_stays_empty() {
        assert!(thinned(&[]).is_empty());
    }

    #[test]
    fn one_reading_stays_if_it_has_a_value() {
        assert_eq!(thinned(&[("a", Some(0))]), log(&[("a", Some(0))]));
        assert!(thinned(&[("a", None)]).is_empty());
    }

    #[test]
    fn nothing_is_left_where_there_are_no_values() {
        assert!(thinned(&[("a", None), ("a", None), ("b", None)]).is_empty());
    }

    #[test]
    fn the_last_of_a_row_stays() {
        assert_eq!(
            thinned(&[("a", Some(3)), ("a", Some(1)), ("a", Some(2))]),
            log(&[("a", Some(2))])
        );
    }

    #[test]
    fn the_last_with_a_value_stays() {
        assert_eq!(
            thinned(&[("a", Some(3)), ("a", Some(1)), ("a", None), ("b", None)]),
            log(&[("a", Some(1))])
        );
    }

    #[test]
    fn readings_become_a_row_when_those_between_have_no_value() {
        assert_eq!(
            thinned(&[
                ("a", Some(1)),
                ("b", None),
                ("c", None),
                ("a", Some(2)),
                ("c", Some(5))
            ]),
            log(&[("a", Some(2)), ("c", Some(5))])
        );
    }

    #[test]
    fn a_sensor_may_come_again() {
        let readings = [
            ("a", Some(1)),
            ("b", Some(1)),
            ("a", Some(1)),
            ("b", Some(1)),
        ];
        assert_eq!(thinned(&readings), log(&readings));
    }

    #[test]
    fn equal_values_of_different_sensors_stay() {
        let readings = [("ä", Some(7)), ("a\u{308}", Some(7)), ("Ä", Some(7))];
        assert_eq!(thinned(&readings), log(&readings));
    }

    #[test]
    fn a_long_log_of_rows() {
        assert_eq!(
            probe_long_log(vec![1, 1, 2, 2], 1_000_000),
            (500_000, Some(1), Some(999_999))
        );
    }

    #[test]
    fn a_long_log_of_one_sensor() {
        assert_eq!(
            probe_long_log(vec![1], 1_000_000),
            (1, Some(999_999), Some(999_999))
        );
    }
}
