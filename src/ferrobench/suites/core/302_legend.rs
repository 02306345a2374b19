//! category: lifetimes
//! tags: lifetimes, borrowing structs, string slices, splitting
//! level: basic
//! variant-of: record

// >>> prompt
/// The legend of a map: its symbols, and what they mean.
///
/// Both texts are lists of entries with a `|` between each two of them, such as `+|~|` and `church|river`:
/// symbols `+`, `~` and an empty one, meanings `church` and `river`. An entry may be empty and may have
/// blanks, which belong to it; a list is never without an entry, since the empty text is a list of an
/// empty one.
struct Legend<'s, 'm> {
    symbols: &'s str,
    meanings: &'m str,
}

/// The first symbol belongs to the first meaning, the second to the second, and so on. Where one list is
/// longer than the other, its surplus entries belong to nothing and are ignored.
///
/// - `entries(&self)` returns them as a `Vec` of tuples, symbol and meaning, in the order of the lists.
/// - `meaning(&self, symbol: &str)` returns the meaning that belongs to this symbol.
/// - `symbol(&self, meaning: &str)` returns the symbol that belongs to this meaning.
///
/// The last two return an `Option`: `None` where nothing is found, the earliest where there are more.
///
/// Each `&str` that is returned is a part of one of the two texts. It stays valid for as long as this text
/// does, even if the legend, the other text and the text that was asked for do not.
impl<'s, 'm> Legend<'s, 'm> {
    // <<< prompt
    fn entries(&self) -> Vec<(&'s str, &'m str)> {
        let meanings = self.meanings.split('|');
        self.symbols.split('|').zip(meanings).collect()
    }

    fn meaning(&self, symbol: &str) -> Option<&'m str> {
        let mut entries = self.entries().into_iter();
        entries.find_map(|(s, m)| (s == symbol).then_some(m))
    }

    fn symbol(&self, meaning: &str) -> Option<&'s str> {
        let mut entries = self.entries().into_iter();
        entries.find_map(|(s, m)| (m == meaning).then_some(s))
    }
}

// >>> probes
fn probe_meanings(symbols: String, meanings: String, asked: Vec<String>) -> Vec<Option<String>> {
    let found: Vec<Option<&str>> = {
        let (symbols, asked) = (symbols, asked);
        let legend = Legend {
            symbols: &symbols,
            meanings: &meanings,
        };
        asked.iter().map(|symbol| legend.meaning(symbol)).collect()
    };
    found
        .into_iter()
        .map(|meaning| meaning.map(::std::string::String::from))
        .collect()
}

fn probe_symbols(symbols: String, meanings: String, asked: Vec<String>) -> Vec<Option<String>> {
    let found: Vec<Option<&str>> = {
        let (meanings, asked) = (meanings, asked);
        let legend = Legend {
            symbols: &symbols,
            meanings: &meanings,
        };
        asked.iter().map(|meaning| legend.symbol(meaning)).collect()
    };
    found
        .into_iter()
        .map(|symbol| symbol.map(::std::string::String::from))
        .collect()
}

fn probe_entries(symbols: String, meanings: String) -> (Vec<String>, Vec<String>) {
    let mut kept: Vec<&str> = Vec::new();
    let symbols = {
        let symbols = symbols;
        let entries: Vec<(&str, &str)> = Legend {
            symbols: &symbols,
            meanings: &meanings,
        }
        .entries();
        let mut copied = Vec::new();
        for (symbol, meaning) in entries {
            copied.push(::std::string::String::from(symbol));
            kept.push(meaning);
        }
        copied
    };
    (
        symbols,
        kept.into_iter().map(::std::string::String::from).collect(),
    )
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| text.to_string()).collect()
    }

    fn assert_meanings(symbols: &str, meanings: &str, expected: &[(&str, Option<&str>)]) {
        let asked = expected.iter().map(|(symbol, _)| symbol.to_string());
        let found = probe_meanings(symbols.to_string(), meanings.to_string(), asked.collect());
        let found: Vec<Option<&str>> = found.iter().map(Option::as_deref).collect();
        let expected: Vec<Option<&str>> = expected.iter().map(|(_, meaning)| *meaning).collect();
        assert_eq!(found, expected);
    }

    fn assert_symbols(symbols: &str, meanings: &str, expected: &[(&str, Option<&str>)]) {
        let asked = expected.iter().map(|(meaning, _)| meaning.to_string());
        let found = probe_symbols(symbols.to_string(), meanings.to_string(), asked.collect());
        let found: Vec<Option<&str>> = found.iter().map(Option::as_deref).collect();
        let expected: Vec<Option<&str>> = expected.iter().map(|(_, symbol)| *symbol).collect();
        assert_eq!(found, expected);
    }

    fn assert_entries(symbols: &str, meanings: &str, expected: &[(&str, &str)]) {
        let (first, second): (Vec<&str>, Vec<&str>) = expected.iter().copied().unzip();
        assert_eq!(
            probe_entries(symbols.to_string(), meanings.to_string()),
            (owned(&first), owned(&second))
        );
    }

    #[test]
    fn the_meaning_of_a_symbol() {
        assert_meanings(
            "+|~|^",
            "church|river|peak",
            &[
                ("+", Some("church")),
                ("~", Some("river")),
                ("^", Some("peak")),
            ],
        );
    }

    #[test]
    fn the_symbol_of_a_meaning() {
        assert_symbols(
            "+|~|^",
            "church|river|peak",
            &[
                ("church", Some("+")),
                ("river", Some("~")),
                ("peak", Some("^")),
            ],
        );
    }

    #[test]
    fn what_is_in_neither_list_or_in_the_other_one() {
        assert_meanings(
            "+|~",
            "church|river",
            &[("church", None), ("", None), ("+|~", None), ("x", None)],
        );
        assert_symbols(
            "+|~",
            "church|river",
            &[("+", None), ("", None), ("chur", None), ("church|", None)],
        );
    }

    #[test]
    fn the_earliest_of_several() {
        assert_meanings("o|o|x", "town|well|mine", &[("o", Some("town"))]);
        assert_symbols("o|x|y", "town|mine|mine", &[("mine", Some("x"))]);
    }

    #[test]
    fn more_symbols_than_meanings() {
        assert_meanings("+|~|^", "church", &[("+", Some("church")), ("~", None)]);
        assert_symbols("+|~|^", "church", &[("church", Some("+"))]);
        assert_entries("+|~|^", "church|river", &[("+", "church"), ("~", "river")]);
    }

    #[test]
    fn more_meanings_than_symbols() {
        assert_symbols(
            "+",
            "church|river",
            &[("church", Some("+")), ("river", None)],
        );
        assert_meanings("+", "church|river", &[("+", Some("church"))]);
        assert_entries("+", "church|river|peak", &[("+", "church")]);
    }

    #[test]
    fn empty_entries_and_empty_texts() {
        assert_entries("", "", &[("", "")]);
        assert_entries("|", "|", &[("", ""), ("", "")]);
        assert_entries("+|", "|river", &[("+", ""), ("", "river")]);
        assert_meanings("+||^", "church|river|peak", &[("", Some("river"))]);
        assert_symbols("+|~", "|river", &[("", Some("+"))]);
        assert_meanings("", "river", &[("", Some("river"))]);
    }

    #[test]
    fn blanks_belong_to_an_entry() {
        assert_entries(" +|~ ", "a b| c", &[(" +", "a b"), ("~ ", " c")]);
        assert_meanings(
            " +|+",
            "church|chapel",
            &[("+", Some("chapel")), (" +", Some("church")), ("+ ", None)],
        );
        assert_symbols("x|y", "lake |lake", &[("lake", Some("y")), (" lake", None)]);
    }

    #[test]
    fn beyond_ascii() {
        assert_meanings("♨|⛰", "thermes|größe", &[("⛰", Some("größe"))]);
        assert_symbols("♨|⛰", "thermes|größe", &[("größe", Some("⛰"))]);
    }
}
