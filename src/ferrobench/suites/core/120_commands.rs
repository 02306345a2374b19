//! category: traits
//! tags: generic traits, blanket implementations, closures, type erasure, from str
//! level: advanced

use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

// >>> prompt
#[derive(Debug, PartialEq)]
enum Failure {
    UnknownCommand,
    WrongCount { expected: usize },
    BadArgument { index: usize },
}

/// What can be made a command: every `Fn` with no parameter, with one or with two, that returns something
/// that is `Display`, where each parameter has an owned type that is `FromStr`.
///
/// The type parameter is there to keep the implementations apart: `Handler<()>`, `Handler<(A,)>` and
/// `Handler<(A, B)>`. Which methods the trait has is left to the answer. The answer also defines
/// `struct Commands`:
///
/// - `Commands::new() -> Commands`: knows no command.
/// - `add<Args>(&mut self, name: &str, handler: impl Handler<Args> + 'static)`: from now on the name stands
///   for this handler, also if it stood for another one.
/// - `run(&self, line: &str) -> Result<String, Failure>`: the line's first word names the command, the other
///   words are its arguments; between words is white space. Calls the handler with the arguments parsed as
///   its parameters' types, and gives what it returns, as text.
///
/// `UnknownCommand` says that no command has the name, or that the line has no word. `WrongCount` says how
/// many arguments would be right; nothing was parsed then. `BadArgument` names the first argument that could
/// not be parsed, counted from 0. The handler is called only where nothing failed.
///
/// `commands.add("sum", |a: i32, b: i32| a + b)` makes the line `sum 2 3` give `5`.
trait Handler<Args> {
    // <<< prompt
    fn handle(&self, words: &[&str]) -> Result<String, Failure>;
}

impl<F, R> Handler<()> for F
where
    F: Fn() -> R,
    R: Display,
{
    fn handle(&self, words: &[&str]) -> Result<String, Failure> {
        let [] = words else {
            return Err(Failure::WrongCount { expected: 0 });
        };
        Ok(self().to_string())
    }
}

impl<F, A, R> Handler<(A,)> for F
where
    F: Fn(A) -> R,
    A: FromStr,
    R: Display,
{
    fn handle(&self, words: &[&str]) -> Result<String, Failure> {
        let [first] = words else {
            return Err(Failure::WrongCount { expected: 1 });
        };
        Ok(self(parse(0, first)?).to_string())
    }
}

impl<F, A, B, R> Handler<(A, B)> for F
where
    F: Fn(A, B) -> R,
    A: FromStr,
    B: FromStr,
    R: Display,
{
    fn handle(&self, words: &[&str]) -> Result<String, Failure> {
        let [first, second] = words else {
            return Err(Failure::WrongCount { expected: 2 });
        };
        Ok(self(parse(0, first)?, parse(1, second)?).to_string())
    }
}

fn parse<T: FromStr>(index: usize, word: &str) -> Result<T, Failure> {
    word.parse().map_err(|_| Failure::BadArgument { index })
}

type Command = Box<dyn Fn(&[&str]) -> Result<String, Failure>>;

struct Commands {
    by_name: HashMap<String, Command>,
}

impl Commands {
    fn new() -> Self {
        Commands {
            by_name: HashMap::new(),
        }
    }

    fn add<Args>(&mut self, name: &str, handler: impl Handler<Args> + 'static) {
        let command = move |words: &[&str]| handler.handle(words);
        self.by_name.insert(name.to_string(), Box::new(command));
    }

    fn run(&self, line: &str) -> Result<String, Failure> {
        let mut words = line.split_whitespace();
        let command = words.next().and_then(|name| self.by_name.get(name));
        let command = command.ok_or(Failure::UnknownCommand)?;
        command(&words.collect::<Vec<_>>())
    }
}

// >>> probes
/// Runs the lines with some commands, and gives what they return; on failure what failed, and the number
/// that it names.
fn probe_run(lines: Vec<String>) -> Vec<::std::result::Result<String, (String, usize)>> {
    fn shout(word: String) -> String {
        word.to_uppercase()
    }

    struct Loud(bool);
    impl ::std::str::FromStr for Loud {
        type Err = ::std::string::String;

        fn from_str(word: &str) -> ::std::result::Result<Self, Self::Err> {
            match word {
                "loud" => ::std::result::Result::Ok(Loud(true)),
                "low" => ::std::result::Result::Ok(Loud(false)),
                _ => ::std::result::Result::Err(word.to_string()),
            }
        }
    }

    let called = ::std::rc::Rc::new(::std::cell::Cell::new(0));
    let counted = ::std::rc::Rc::clone(&called);
    let mut commands = Commands::new();
    commands.add("hello", || "hello");
    commands.add("calls", move || called.get());
    commands.add("shout", shout);
    commands.add("half", |n: f64| n / 2.0);
    commands.add("next", |letter: char| {
        ::std::char::from_u32(letter as u32 + 1).unwrap_or(letter)
    });
    commands.add("minus", move |a: i8, b: u16| {
        counted.set(counted.get() + 1);
        i32::from(a) - i32::from(b)
    });
    commands.add(
        "say",
        |loud: Loud, word: String| {
            if loud.0 {
                word.to_uppercase()
            } else {
                word
            }
        },
    );
    commands.add("größe", |word: String| word.len());
    lines
        .iter()
        .map(|line| {
            commands.run(line).map_err(|failure| match failure {
                Failure::UnknownCommand => ("unknown".to_string(), 0),
                Failure::WrongCount { expected } => ("count".to_string(), expected),
                Failure::BadArgument { index } => ("argument".to_string(), index),
            })
        })
        .collect()
}

/// Commands under one name: one with two parameters, then one without.
fn probe_replaced() -> Vec<Option<String>> {
    let mut commands = Commands::new();
    let mut seen = ::std::vec![commands.run("it 1 2").ok()];
    commands.add("it", |a: u32, b: u32| a * 10 + b);
    seen.push(commands.run("it 1 2").ok());
    commands.add("it", || "other");
    seen.push(commands.run("it 1 2").ok());
    seen.push(commands.run("it").ok());
    seen
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn run(line: &str) -> Result<String, (String, usize)> {
        probe_run(vec![line.to_string()]).remove(0)
    }

    fn gives(line: &str, text: &str) {
        assert_eq!(run(line), Ok(text.to_string()), "{line:?}");
    }

    fn fails(line: &str, what: &str, number: usize) {
        assert_eq!(run(line), Err((what.to_string(), number)), "{line:?}");
    }

    #[test]
    fn without_parameters() {
        gives("hello", "hello");
        gives("calls", "0");
    }

    #[test]
    fn with_one_parameter() {
        gives("shout straße", "STRASSE");
        gives("half 5", "2.5");
        gives("next é", "ê");
        gives("größe größe", "7");
    }

    #[test]
    fn with_two_parameters() {
        gives("minus -3 4", "-7");
        gives("minus 127 65535", "-65408");
        gives("say loud abc", "ABC");
        gives("say low abc", "abc");
    }

    #[test]
    fn any_white_space_is_between_words() {
        gives("  minus\t 1  2\n", "-1");
        gives("\u{a0}hello\u{2003}", "hello");
    }

    #[test]
    fn unknown_commands() {
        fails("", "unknown", 0);
        fails(" \t", "unknown", 0);
        fails("Hello", "unknown", 0);
        fails("hell", "unknown", 0);
        fails("sum 1 2", "unknown", 0);
    }

    #[test]
    fn too_many_or_too_few_arguments() {
        fails("hello you", "count", 0);
        fails("half", "count", 1);
        fails("half 1 2", "count", 1);
        fails("minus", "count", 2);
        fails("minus 1", "count", 2);
        fails("minus 1 2 3", "count", 2);
    }

    #[test]
    fn arguments_that_cannot_be_parsed() {
        fails("half x", "argument", 0);
        fails("next ab", "argument", 0);
        fails("minus 1 -1", "argument", 1);
        fails("minus 128 1", "argument", 0);
        fails("say LOUD x", "argument", 0);
    }

    #[test]
    fn the_first_bad_argument_is_named() {
        fails("minus x y", "argument", 0);
    }

    #[test]
    fn the_count_is_looked_at_before_anything_is_parsed() {
        fails("half x y", "count", 1);
        fails("minus x", "count", 2);
        fails("minus x y z", "count", 2);
    }

    #[test]
    fn handlers_are_called_only_where_nothing_failed() {
        let lines = [
            "minus x 1",
            "minus 1",
            "minus 1 x",
            "calls",
            "minus 5 5",
            "calls",
        ];
        let got = probe_run(lines.map(str::to_string).to_vec());
        assert_eq!(got[3], Ok("0".to_string()));
        assert_eq!(got[4], Ok("0".to_string()));
        assert_eq!(got[5], Ok("1".to_string()));
    }

    #[test]
    fn a_name_stands_for_the_handler_added_last() {
        assert_eq!(
            probe_replaced(),
            [
                None,
                Some("12".to_string()),
                None,
                Some("other".to_string())
            ]
        );
    }
}
