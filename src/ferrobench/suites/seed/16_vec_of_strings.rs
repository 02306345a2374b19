//! category: macros
//! tags: macro_rules, repetition

// >>> prompt
macro_rules! vec_of_strings {
    // <<< prompt
    ($($item:expr),* $(,)?) => {
        vec![$($item.to_string()),*]
    };
}

// >>> probes
fn probe_one() -> Vec<String> {
    vec_of_strings!["alone"]
}

fn probe_two() -> Vec<String> {
    vec_of_strings!["first", "second"]
}

fn probe_many() -> Vec<String> {
    vec_of_strings!["g", "f", "e", "d", "c", "b", "a"]
}

fn probe_repeated() -> Vec<String> {
    vec_of_strings!["same", "same", "other", "same"]
}

fn probe_unusual() -> Vec<String> {
    vec_of_strings![
        "",
        " two  blanks ",
        "tab\there",
        "\"quoted\"",
        "naïve 🦀",
        "a, b"
    ]
}
// <<< probes

// Only string literals with commas between them are certain. Whether the macro takes none, a comma at the end,
// or expressions of other types is open.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_string() {
        assert_eq!(probe_one(), ["alone"]);
    }

    #[test]
    fn two_strings() {
        assert_eq!(probe_two(), ["first", "second"]);
    }

    #[test]
    fn many_strings_stay_in_order() {
        assert_eq!(probe_many(), ["g", "f", "e", "d", "c", "b", "a"]);
    }

    #[test]
    fn repeated_strings_are_kept() {
        assert_eq!(probe_repeated(), ["same", "same", "other", "same"]);
    }

    #[test]
    fn strings_keep_every_character() {
        assert_eq!(
            probe_unusual(),
            [
                "",
                " two  blanks ",
                "tab\there",
                "\"quoted\"",
                "naïve 🦀",
                "a, b"
            ]
        );
    }
}
