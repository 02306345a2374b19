//! category: trait objects
//! tags: trait objects, generic methods, extension traits, blanket implementations, unsized types
//! level: intermediate

use std::str::FromStr;

// >>> prompt
/// Where settings come from.
trait Settings {
    /// The text of a setting; `None` if it is not set.
    fn text(&self, key: &str) -> Option<&str>;
}

/// Sources of settings of any kinds. A setting is taken from the first source that has it; those behind that
/// one are not asked for it.
struct Sources<'s>(Vec<Box<dyn Settings + 's>>);

#[derive(Debug, PartialEq)]
enum BadSetting {
    NotSet,
    /// It is set to this text, of which the wanted value cannot be made.
    Unreadable(String),
}

/// The answer implements `Settings` for `Sources`, and `Typed` for everything that is `Settings`, trait
/// objects included: `settings.get::<u16>("port")` works where `settings` is a `Sources`, and also where it
/// is a `&dyn Settings`. `Settings` itself stays as it is.
///
/// The methods of `Typed` are generic over the type `T` of the wanted value, and ask for the text once:
///
/// - `get<T>(&self, key: &str) -> Result<T, BadSetting>`: the text parsed as a `T`, which is any type with
///   `FromStr`.
/// - `get_or<T>(&self, key: &str, default: T) -> Result<T, BadSetting>`: the same, but `default` if the setting
///   is not set.
/// - `get_with(&self, key: &str, read) -> Result<T, BadSetting>`: what `read`, a closure that takes a `&str` and
///   returns an `Option<T>`, makes of the text; `None` means that the text is unreadable. `read` is called at
///   most once and may give away what it has captured; `T` is any type.
trait Typed: Settings {
    // <<< prompt
    fn get<T: FromStr>(&self, key: &str) -> Result<T, BadSetting> {
        self.get_with(key, |text| text.parse().ok())
    }

    fn get_or<T: FromStr>(&self, key: &str, default: T) -> Result<T, BadSetting> {
        match self.get(key) {
            Err(BadSetting::NotSet) => Ok(default),
            found => found,
        }
    }

    fn get_with<T>(
        &self,
        key: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, BadSetting> {
        let text = self.text(key).ok_or(BadSetting::NotSet)?;
        read(text).ok_or_else(|| BadSetting::Unreadable(text.to_owned()))
    }
}

impl<S: Settings + ?Sized> Typed for S {}

impl Settings for Sources<'_> {
    fn text(&self, key: &str) -> Option<&str> {
        self.0.iter().find_map(|source| source.text(key))
    }
}

// >>> probes
struct ProbeMap<'p> {
    entries: ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
    asked: &'p ::std::cell::Cell<u32>,
}

impl Settings for ProbeMap<'_> {
    fn text(&self, key: &str) -> ::std::option::Option<&str> {
        self.asked.set(self.asked.get() + 1);
        self.entries.get(key).map(|text| text.as_str())
    }
}

/// A source of another kind: it has one setting, which is set to its own name without the first char.
struct ProbeEcho(::std::string::String);

impl Settings for ProbeEcho {
    fn text(&self, key: &str) -> ::std::option::Option<&str> {
        (key == self.0).then(|| &self.0[1..])
    }
}

fn probe_map<'p>(
    entries: ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
    asked: &'p ::std::cell::Cell<u32>,
) -> ProbeMap<'p> {
    ProbeMap { entries, asked }
}

fn probe_told<T>(result: ::std::result::Result<T, BadSetting>) -> ::std::result::Result<T, String> {
    result.map_err(|bad| match bad {
        BadSetting::NotSet => "not set".to_string(),
        BadSetting::Unreadable(text) => ::std::format!("unreadable: {text}"),
    })
}

/// Of `key`, as a number, through a trait object; and how often the source was asked.
fn probe_number(
    entries: ::std::collections::BTreeMap<String, String>,
    key: String,
) -> (::std::result::Result<u16, String>, u32) {
    let asked = ::std::cell::Cell::new(0);
    let map = probe_map(entries, &asked);
    let settings: &dyn Settings = &map;
    (probe_told(settings.get::<u16>(&key)), asked.get())
}

/// The same with a default, and through a box.
fn probe_number_or(
    entries: ::std::collections::BTreeMap<String, String>,
    key: String,
    default: i8,
) -> (::std::result::Result<i8, String>, u32) {
    let asked = ::std::cell::Cell::new(0);
    let settings: ::std::boxed::Box<dyn Settings + '_> =
        ::std::boxed::Box::new(probe_map(entries, &asked));
    (probe_told(settings.get_or(&key, default)), asked.get())
}

/// The same with a closure that makes a value of a type without any traits, and gives away a `String` that it
/// has captured. It cannot read what has no `:`.
fn probe_split(
    entries: ::std::collections::BTreeMap<String, String>,
    key: String,
    captured: String,
) -> (::std::result::Result<(String, String), String>, u32) {
    struct Bare(::std::string::String, ::std::string::String);

    let asked = ::std::cell::Cell::new(0);
    let map = probe_map(entries, &asked);
    let settings: &dyn Settings = &map;
    let split = settings.get_with(&key, move |text: &str| {
        let (_, after) = text.split_once(':')?;
        ::std::option::Option::Some(Bare(captured, after.to_string()))
    });
    let split = split.map(|bare| (bare.0, bare.1));
    (probe_told(split), asked.get())
}

/// The texts of `keys` in two maps with an echo of `=9` between them; how often each map was asked; and
/// the first key once more as a number.
#[allow(clippy::type_complexity)]
fn probe_sources(
    first: ::std::collections::BTreeMap<String, String>,
    last: ::std::collections::BTreeMap<String, String>,
    keys: Vec<String>,
) -> (
    Vec<Option<String>>,
    (u32, u32),
    ::std::result::Result<i32, String>,
) {
    let asked = [::std::cell::Cell::new(0), ::std::cell::Cell::new(0)];
    let sources = Sources(::std::vec![
        ::std::boxed::Box::new(probe_map(first, &asked[0])),
        ::std::boxed::Box::new(ProbeEcho("=9".to_string())),
        ::std::boxed::Box::new(probe_map(last, &asked[1])),
    ]);
    let texts = keys
        .iter()
        .map(|key| sources.text(key).map(|text| text.to_string()))
        .collect();
    let counts = (asked[0].get(), asked[1].get());
    (texts, counts, probe_told(sources.get::<i32>(&keys[0])))
}

fn probe_no_sources(key: String) -> (Option<String>, ::std::result::Result<bool, String>) {
    let sources = Sources(::std::vec::Vec::new());
    (
        sources.text(&key).map(|text| text.to_string()),
        probe_told(sources.get_or(&key, true)),
    )
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn map(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |&(key, text): &(&str, &str)| (key.to_string(), text.to_string());
        entries.iter().map(owned).collect()
    }

    fn number(text: &str) -> Result<u16, String> {
        probe_number(map(&[("port", text)]), "port".into()).0
    }

    #[test]
    fn a_number_is_parsed() {
        assert_eq!(number("8080"), Ok(8080));
        assert_eq!(number("0"), Ok(0));
    }

    #[test]
    fn what_cannot_be_parsed_is_told() {
        assert_eq!(number("65536"), Err("unreadable: 65536".into()));
        assert_eq!(number("-1"), Err("unreadable: -1".into()));
        assert_eq!(number(""), Err("unreadable: ".into()));
        assert_eq!(number(" 7"), Err("unreadable:  7".into()));
        assert_eq!(number("größe"), Err("unreadable: größe".into()));
    }

    #[test]
    fn what_is_not_set() {
        let other = map(&[("Port", "1")]);
        assert_eq!(
            probe_number(other, "port".into()),
            (Err("not set".into()), 1)
        );
    }

    #[test]
    fn the_text_is_asked_for_once() {
        assert_eq!(probe_number(map(&[("a", "5")]), "a".into()), (Ok(5), 1));
        assert_eq!(
            probe_number_or(map(&[("a", "5")]), "a".into(), 3),
            (Ok(5), 1)
        );
        assert_eq!(
            probe_split(map(&[("a", "x:y")]), "a".into(), String::new()).1,
            1
        );
    }

    #[test]
    fn a_default_stands_for_what_is_not_set() {
        assert_eq!(probe_number_or(map(&[]), "a".into(), -3), (Ok(-3), 1));
    }

    #[test]
    fn a_default_does_not_stand_for_what_is_unreadable() {
        let bad = map(&[("a", "128")]);
        assert_eq!(
            probe_number_or(bad, "a".into(), 3).0,
            Err("unreadable: 128".into())
        );
        let empty = map(&[("a", "")]);
        assert_eq!(
            probe_number_or(empty, "a".into(), 3).0,
            Err("unreadable: ".into())
        );
    }

    #[test]
    fn a_closure_reads() {
        let split = |text: &str| probe_split(map(&[("a", text)]), "a".into(), "mine".into()).0;
        assert_eq!(split("x:y"), Ok(("mine".into(), "y".into())));
        assert_eq!(split(":"), Ok(("mine".into(), "".into())));
        assert_eq!(split("xy"), Err("unreadable: xy".into()));
    }

    #[test]
    fn a_closure_is_not_needed_for_what_is_not_set() {
        assert_eq!(
            probe_split(map(&[]), "a".into(), "mine".into()),
            (Err("not set".into()), 1)
        );
    }

    #[test]
    fn the_first_source_that_has_it() {
        let first = map(&[("a", "1"), ("b", "")]);
        let last = map(&[("a", "2"), ("b", "3"), ("c", "4"), ("=9", "5")]);
        let keys = ["a", "b", "c", "d", "=9"].map(String::from).to_vec();
        let (texts, asked, number) = probe_sources(first, last, keys);
        assert_eq!(
            texts,
            [
                Some("1".into()),
                Some("".into()),
                Some("4".into()),
                None,
                Some("9".into())
            ]
        );
        assert_eq!(asked, (5, 2));
        assert_eq!(number, Ok(1));
    }

    #[test]
    fn what_is_unreadable_in_the_first_source_is_not_looked_for_in_others() {
        let (_, _, number) = probe_sources(
            map(&[("a", "x")]),
            map(&[("a", "2")]),
            vec!["a".to_string()],
        );
        assert_eq!(number, Err("unreadable: x".into()));
    }

    #[test]
    fn no_sources_have_nothing() {
        assert_eq!(probe_no_sources("a".into()), (None, Ok(true)));
    }
}
