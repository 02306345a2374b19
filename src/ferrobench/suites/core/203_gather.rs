//! category: error handling
//! tags: result, generics, iterators, enumerate
//! level: basic

// >>> prompt
/// Gathers results: the values in their order if there is no error, else all the errors in their order, each
/// with its place among the results, counted from 0.
///
/// All results are asked for, also after an error. Values and errors can be of any types.
///
/// `Ok(4)`, `Err("low")`, `Ok(6)`, `Err("high")` give `Err` of `(1, "low")` and `(3, "high")`.
fn gather<T, E>(
    results: impl IntoIterator<Item = Result<T, E>>,
) -> Result<Vec<T>, Vec<(usize, E)>> {
    // <<< prompt
    let mut values = Vec::new();
    let mut errors = Vec::new();
    for (place, result) in results.into_iter().enumerate() {
        match result {
            Ok(value) => values.push(value),
            Err(error) => errors.push((place, error)),
        }
    }
    if errors.is_empty() {
        Ok(values)
    } else {
        Err(errors)
    }
}

// >>> probes
/// Parses each text as a number; an error is the text itself.
fn probe_parsed(texts: Vec<String>) -> ::std::result::Result<Vec<u8>, Vec<(usize, String)>> {
    gather(
        texts
            .into_iter()
            .map(|text| text.parse::<u8>().map_err(|_| text)),
    )
}

/// Values and errors that cannot be cloned, from an iterator that counts how far it was asked.
fn probe_bare(
    odd_fails: bool,
    numbers: Vec<u32>,
) -> (::std::result::Result<Vec<u32>, Vec<(usize, u32)>>, usize) {
    struct Value(u32);
    struct Failure(u32);

    let asked = ::std::cell::Cell::new(0);
    let results = numbers.into_iter().map(|number| {
        asked.set(asked.get() + 1);
        if odd_fails && number % 2 == 1 {
            Err(Failure(number))
        } else {
            Ok(Value(number))
        }
    });
    let gathered = match gather(results) {
        Ok(values) => Ok(values.into_iter().map(|value| value.0).collect()),
        Err(errors) => Err(errors
            .into_iter()
            .map(|(place, error)| (place, error.0))
            .collect()),
    };
    (gathered, asked.get())
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(texts: &[&str]) -> Result<Vec<u8>, Vec<(usize, String)>> {
        probe_parsed(texts.iter().map(|text| text.to_string()).collect())
    }

    fn errors(places: &[(usize, &str)]) -> Result<Vec<u8>, Vec<(usize, String)>> {
        Err(places
            .iter()
            .map(|(place, text)| (*place, text.to_string()))
            .collect())
    }

    #[test]
    fn values_keep_their_order() {
        assert_eq!(parsed(&["3", "1", "255", "1"]), Ok(vec![3, 1, 255, 1]));
    }

    #[test]
    fn nothing_has_no_errors() {
        assert_eq!(parsed(&[]), Ok(vec![]));
    }

    #[test]
    fn one_result() {
        assert_eq!(parsed(&["0"]), Ok(vec![0]));
        assert_eq!(parsed(&["256"]), errors(&[(0, "256")]));
    }

    #[test]
    fn places_are_counted_among_all_results() {
        assert_eq!(
            parsed(&["4", "low", "6", "high"]),
            errors(&[(1, "low"), (3, "high")])
        );
    }

    #[test]
    fn the_last_result_may_be_the_error() {
        assert_eq!(parsed(&["1", "2", "ä"]), errors(&[(2, "ä")]));
    }

    #[test]
    fn nothing_but_errors() {
        assert_eq!(
            parsed(&["b", "a", "a"]),
            errors(&[(0, "b"), (1, "a"), (2, "a")])
        );
    }

    #[test]
    fn any_types_will_do() {
        assert_eq!(probe_bare(false, vec![1, 2, 3]), (Ok(vec![1, 2, 3]), 3));
        assert_eq!(
            probe_bare(true, vec![2, 1, 3, 4, 4]),
            (Err(vec![(1, 1), (2, 3)]), 5)
        );
    }
}
