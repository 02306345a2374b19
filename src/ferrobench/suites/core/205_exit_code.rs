//! category: error handling
//! tags: trait objects, error chains, downcasting, boxed errors, generics
//! level: intermediate

use std::error::Error;
use std::fmt;
use std::io;

// >>> prompt
/// Asks for the program to end with a code of its own.
#[derive(Debug)]
struct Quit {
    code: u8,
}

impl fmt::Display for Quit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "quit with {}", self.code)
    }
}

impl Error for Quit {}

/// Finds the first error of type `E` in the chain of `error`.
///
/// The chain begins with `error` itself. After an `io::Error` that wraps another error (see
/// `io::Error::get_ref`) comes the error that it wraps; after any other error comes its `source`.
///
/// The answer also defines `exit_code(result: Result<(), Box<dyn Error + Send + Sync>>) -> u8`, which asks
/// in this order, and takes the first that fits:
///
/// - `Ok`: 0
/// - a `Quit` in the error's chain: the code of the first one
/// - an `io::Error` in the chain: by the kind of the first one, 3 for `NotFound`, 4 for `PermissionDenied`
/// - all else: 1
fn cause<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    // <<< prompt
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}

fn exit_code(result: Result<(), Box<dyn Error + Send + Sync>>) -> u8 {
    let Err(error) = result else {
        return 0;
    };
    if let Some(quit) = cause::<Quit>(&*error) {
        return quit.code;
    }
    match cause::<io::Error>(&*error).map(io::Error::kind) {
        Some(io::ErrorKind::NotFound) => 3,
        Some(io::ErrorKind::PermissionDenied) => 4,
        _ => 1,
    }
}

// >>> probes
#[derive(Debug)]
struct ProbeStep {
    name: String,
    source: Option<Box<dyn ::std::error::Error + Send + Sync>>,
}
impl ::std::fmt::Display for ProbeStep {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str(&self.name)
    }
}
impl ::std::error::Error for ProbeStep {
    fn source(&self) -> Option<&(dyn ::std::error::Error + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}

/// An error from its layers, the outermost first: `quit N`; `wrap KIND`, an `io::Error` around the rest;
/// `io KIND`, one of its own; `text`, the box of a text; all else is a step with the rest as its source.
fn probe_error(layers: &[String]) -> Option<Box<dyn ::std::error::Error + Send + Sync>> {
    fn kind(word: &str) -> ::std::io::ErrorKind {
        match word {
            "missing" => ::std::io::ErrorKind::NotFound,
            "denied" => ::std::io::ErrorKind::PermissionDenied,
            _ => ::std::io::ErrorKind::Other,
        }
    }

    let (first, rest) = layers.split_first()?;
    let error: Box<dyn ::std::error::Error + Send + Sync> = match first.split_once(' ') {
        Some(("quit", code)) => Box::new(Quit {
            code: code.parse().expect("a code"),
        }),
        Some(("wrap", word)) => Box::new(::std::io::Error::new(
            kind(word),
            probe_error(rest).expect("something to wrap"),
        )),
        Some(("io", word)) => Box::new(::std::io::Error::from(kind(word))),
        _ if first == "text" => "just a text".into(),
        _ => Box::new(ProbeStep {
            name: first.clone(),
            source: probe_error(rest),
        }),
    };
    Some(error)
}

/// The exit code for an error of these layers, or for success if there are none.
fn probe_exit_code(layers: Vec<String>) -> u8 {
    exit_code(match probe_error(&layers) {
        Some(error) => Err(error),
        None => Ok(()),
    })
}

/// What is found in the chain, as text: a `Quit`, an `io::Error`, a step, and a formatting error.
fn probe_causes(layers: Vec<String>) -> Vec<Option<String>> {
    let error = probe_error(&layers).expect("at least one layer");
    let error: &(dyn ::std::error::Error + 'static) = &*error;
    ::std::vec![
        cause::<Quit>(error).map(|quit| quit.code.to_string()),
        cause::<::std::io::Error>(error).map(|io| ::std::format!("{:?}", io.kind())),
        cause::<ProbeStep>(error).map(|step| step.name.clone()),
        cause::<::std::fmt::Error>(error).map(|error| error.to_string()),
    ]
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn code(layers: &[&str]) -> u8 {
        probe_exit_code(layers.iter().map(|layer| layer.to_string()).collect())
    }

    fn causes(layers: &[&str]) -> Vec<Option<String>> {
        probe_causes(layers.iter().map(|layer| layer.to_string()).collect())
    }

    fn found(texts: [Option<&str>; 4]) -> Vec<Option<String>> {
        texts.map(|text| text.map(str::to_string)).to_vec()
    }

    #[test]
    fn success_is_zero() {
        assert_eq!(code(&[]), 0);
    }

    #[test]
    fn unknown_errors_are_one() {
        assert_eq!(code(&["text"]), 1);
        assert_eq!(code(&["a", "b", "c"]), 1);
        assert_eq!(code(&["a", "io other"]), 1);
    }

    #[test]
    fn a_quit_has_its_code() {
        assert_eq!(code(&["quit 7"]), 7);
        assert_eq!(code(&["quit 0"]), 0);
        assert_eq!(code(&["a", "b", "c", "quit 255"]), 255);
    }

    #[test]
    fn kinds_of_io_errors() {
        assert_eq!(code(&["io missing"]), 3);
        assert_eq!(code(&["io denied"]), 4);
        assert_eq!(code(&["a", "io missing"]), 3);
        assert_eq!(code(&["a", "b", "io denied"]), 4);
    }

    #[test]
    fn what_an_io_error_wraps_is_in_the_chain() {
        assert_eq!(code(&["wrap other", "quit 9"]), 9);
        assert_eq!(code(&["a", "wrap missing", "wrap denied", "quit 10"]), 10);
        assert_eq!(code(&["wrap other", "a", "quit 11"]), 11);
    }

    #[test]
    fn a_quit_goes_before_an_io_error() {
        assert_eq!(code(&["wrap missing", "a", "quit 5"]), 5);
        assert_eq!(code(&["wrap denied", "text"]), 4);
    }

    #[test]
    fn the_first_io_error_says_the_kind() {
        assert_eq!(code(&["wrap other", "io missing"]), 1);
        assert_eq!(code(&["wrap missing", "io denied"]), 3);
        assert_eq!(code(&["a", "wrap denied", "b", "io missing"]), 4);
    }

    #[test]
    fn the_error_itself_is_in_the_chain() {
        assert_eq!(causes(&["quit 1"]), found([Some("1"), None, None, None]));
        assert_eq!(
            causes(&["io denied"]),
            found([None, Some("PermissionDenied"), None, None])
        );
    }

    #[test]
    fn the_first_of_a_type_is_found() {
        assert_eq!(
            causes(&["wrap missing", "outer", "wrap denied", "inner", "quit 2"]),
            found([Some("2"), Some("NotFound"), Some("outer"), None])
        );
    }

    #[test]
    fn the_wrapped_error_is_not_left_out() {
        assert_eq!(
            causes(&["wrap other", "only"]),
            found([None, Some("Other"), Some("only"), None])
        );
    }
}
