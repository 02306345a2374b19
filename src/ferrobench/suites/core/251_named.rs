//! category: macros
//! tags: macro_rules, enums, FromStr, attributes
//! level: intermediate

// >>> prompt
/// Defines an enum whose variants have names in text form:
///
/// ```ignore
/// named! {
///     /// Where a parcel is.
///     #[derive(Debug, Clone, Copy, PartialEq)]
///     pub enum Place {
///         Depot = "in the depot",
///         #[allow(dead_code)]
///         Door = "at the door",
///     }
/// }
/// ```
///
/// - All attributes and doc comments of the enum and of its variants are kept, as is its
///   visibility, if any. The enum has no other attributes than these.
/// - There may be any number of variants, none at all too. The comma behind the last one may be
///   left out.
/// - `Place::ALL` is a public constant of type `&'static [Place]`: all variants, in the order in
///   which they are written.
/// - `fn name(&self) -> &'static str`, public, gives the text of a variant.
/// - `Place` is `FromStr`, with a `String` for its error. Exactly the text of a variant gives that
///   variant: of two with the same text the first. Any other text is itself the error.
///
/// The macro can be used in modules and in functions, several times in one of them, and needs no
/// imports there.
macro_rules! named {
    // <<< prompt
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident {
            $($(#[$variant_attribute:meta])* $variant:ident = $text:literal),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        $visibility enum $name {
            $($(#[$variant_attribute])* $variant),*
        }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            pub fn name(&self) -> &'static str {
                match *self {
                    $($name::$variant => $text),*
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::string::String;

            fn from_str(text: &str) -> ::std::result::Result<$name, Self::Err> {
                $(if text == $text {
                    return ::std::result::Result::Ok($name::$variant);
                })*
                ::std::result::Result::Err(::std::string::String::from(text))
            }
        }
    };
}

// >>> probes
named! {
    /// What a lamp shows.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
    enum ProbeLamp {
        Red = "red",
        /// The one that nobody trusts.
        #[default]
        Yellow = "yellow",
        Green = "größer grün",
    }
}

mod probe_places {
    pub mod inner {
        named! {
            #[derive(Debug)]
            pub(in super::super) enum Door {
                Open = ""
            }
        }

        named! {
            pub enum Twice {
                A = "same",
                B = "other",
                C = "same"
            }
        }
    }
}

named!(
    #[derive(Clone, Debug)]
    enum ProbeNothing {}
);

/// The names of all lamps, and how they are shown for debugging.
fn probe_all() -> Vec<(String, String)> {
    let all: &'static [ProbeLamp] = ProbeLamp::ALL;
    all.iter()
        .map(|lamp| {
            let name: &'static str = lamp.name();
            (name.to_string(), ::std::format!("{lamp:?}"))
        })
        .collect()
}

/// The place of the lamp with a text, or the error.
fn probe_parse(text: String) -> Result<usize, String> {
    let lamp: ProbeLamp = text.parse()?;
    ::std::result::Result::Ok(lamp as usize)
}

fn probe_attributes() -> (String, bool) {
    (
        ::std::format!("{:?}", <ProbeLamp as ::std::default::Default>::default()),
        ProbeLamp::Red < ProbeLamp::Green,
    )
}

/// In a constant, and as a pattern.
fn probe_constant() -> (usize, bool) {
    const COUNT: usize = ProbeLamp::ALL.len();
    (
        COUNT,
        ::std::matches!(ProbeLamp::ALL, [ProbeLamp::Red, _, ProbeLamp::Green]),
    )
}

/// Of enums in another module: one whose only text is empty, and one that has a text twice.
fn probe_modules(text: String) -> (Option<String>, Option<usize>, Vec<String>) {
    use probe_places::inner::{Door, Twice};
    (
        text.parse::<Door>()
            .ok()
            .map(|door| ::std::format!("{door:?}{}{}", Door::ALL.len(), door.name())),
        text.parse::<Twice>().ok().map(|twice| twice as usize),
        Twice::ALL
            .iter()
            .map(|twice| twice.name().to_string())
            .collect(),
    )
}

fn probe_no_variants(text: String) -> (usize, Option<String>) {
    let _: fn(&ProbeNothing) -> &'static str = ProbeNothing::name;
    (ProbeNothing::ALL.len(), text.parse::<ProbeNothing>().err())
}

/// Of an enum within a function, which borrows its name from another one outside.
fn probe_in_a_function(text: String) -> Result<String, String> {
    named! { enum ProbeLamp { Bulb = "bulb", Led = "LED" } }
    let lamp: ProbeLamp = text.parse()?;
    ::std::result::Result::Ok(match lamp {
        ProbeLamp::Bulb => "a bulb".to_string(),
        ProbeLamp::Led => ::std::format!("an {}", ProbeLamp::ALL[1].name()),
    })
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        text.to_string()
    }

    #[test]
    fn all_in_the_order_in_which_they_are_written() {
        let expected = [
            ("red", "Red"),
            ("yellow", "Yellow"),
            ("größer grün", "Green"),
        ];
        assert_eq!(
            probe_all(),
            expected.map(|(name, variant)| (text(name), text(variant)))
        );
    }

    #[test]
    fn parses_each_text() {
        assert_eq!(probe_parse(text("red")), Ok(0));
        assert_eq!(probe_parse(text("yellow")), Ok(1));
        assert_eq!(probe_parse(text("größer grün")), Ok(2));
    }

    #[test]
    fn another_text_is_the_error() {
        for other in [
            "",
            "Red",
            "RED",
            " red",
            "red ",
            "re",
            "redred",
            "grün",
            "Größer grün",
        ] {
            assert_eq!(probe_parse(text(other)), Err(text(other)));
        }
    }

    #[test]
    fn attributes_are_kept() {
        assert_eq!(probe_attributes(), (text("Yellow"), true));
    }

    #[test]
    fn the_constant_is_one() {
        assert_eq!(probe_constant(), (3, true));
    }

    #[test]
    fn of_equal_texts_the_first() {
        let names = vec![text("same"), text("other"), text("same")];
        assert_eq!(probe_modules(text("same")), (None, Some(0), names.clone()));
        assert_eq!(probe_modules(text("other")), (None, Some(1), names));
    }

    #[test]
    fn an_empty_text_is_a_text() {
        let (door, twice, _) = probe_modules(String::new());
        assert_eq!((door, twice), (Some(text("Open1")), None));
    }

    #[test]
    fn an_enum_without_variants() {
        assert_eq!(probe_no_variants(text("x")), (0, Some(text("x"))));
        assert_eq!(probe_no_variants(text("")), (0, Some(text(""))));
    }

    #[test]
    fn within_a_function() {
        assert_eq!(probe_in_a_function(text("bulb")), Ok(text("a bulb")));
        assert_eq!(probe_in_a_function(text("LED")), Ok(text("an LED")));
        assert_eq!(probe_in_a_function(text("red")), Err(text("red")));
    }
}
