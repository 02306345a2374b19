//! category: trait objects
//! tags: any, downcasting, trait objects, blanket implementations, dynamic clone and equality
//! level: advanced

use std::any::Any;
use std::fmt;

// >>> prompt
/// The answer defines `struct Value`, which holds one value of any type that is `Clone`, `PartialEq`, `Debug` and
/// `'static`. There is only this one struct, without parameters, whatever the type is. Its fields, and what else
/// is needed, are left to the answer.
///
/// - `Value::new(value) -> Value`
/// - `is::<T>(&self) -> bool`: whether a `T` is held.
/// - `get::<T>(&self) -> Option<&T>`, `get_mut::<T>(&mut self) -> Option<&mut T>`: what is held, if it is a `T`.
/// - `into::<T>(self) -> Result<T, Value>`: moves out what is held if it is a `T`, else gives the value back.
///
/// `Value` itself is `Clone`, `PartialEq` and `Debug`. A clone holds a clone of what is held. Two values are
/// equal if they hold the same type and what they hold is equal by that type's `==`. `{:?}` and `{:#?}` write
/// just what they write for what is held.
///
/// So a `Value` can hold a `Value` like anything else: `Value::new(Value::new(1u8))` holds a `Value` and no
/// `u8`. Nothing is cloned except by `clone`.
impl Value {
    // <<< prompt
    fn new<T: Clone + PartialEq + fmt::Debug + 'static>(value: T) -> Value {
        Value {
            held: Box::new(value),
        }
    }

    fn is<T: 'static>(&self) -> bool {
        self.get::<T>().is_some()
    }

    fn get<T: 'static>(&self) -> Option<&T> {
        (*self.held).as_any().downcast_ref()
    }

    fn get_mut<T: 'static>(&mut self) -> Option<&mut T> {
        (*self.held).as_any_mut().downcast_mut()
    }

    fn into<T: 'static>(self) -> Result<T, Value> {
        if !self.is::<T>() {
            return Err(self);
        }
        match self.held.into_any().downcast() {
            Ok(value) => Ok(*value),
            Err(_) => unreachable!("the type was asked for"),
        }
    }
}

struct Value {
    held: Box<dyn Held>,
}

trait Held: fmt::Debug {
    fn clone_held(&self) -> Box<dyn Held>;
    fn is_equal(&self, other: &dyn Held) -> bool;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl<T: Clone + PartialEq + fmt::Debug + 'static> Held for T {
    fn clone_held(&self) -> Box<dyn Held> {
        Box::new(self.clone())
    }

    fn is_equal(&self, other: &dyn Held) -> bool {
        other.as_any().downcast_ref() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

impl Clone for Value {
    fn clone(&self) -> Value {
        Value {
            held: (*self.held).clone_held(),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        (*self.held).is_equal(&*other.held)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.held.fmt(f)
    }
}

// >>> probes
/// Counts its clones; is equal to every other one of the same parity; its `Debug` says less than it is.
struct ProbeCounted {
    number: u32,
    clones: ::std::rc::Rc<::std::cell::Cell<u32>>,
}

impl ::std::clone::Clone for ProbeCounted {
    fn clone(&self) -> Self {
        self.clones.set(self.clones.get() + 1);
        ProbeCounted {
            number: self.number,
            clones: self.clones.clone(),
        }
    }
}

impl ::std::cmp::PartialEq for ProbeCounted {
    fn eq(&self, other: &Self) -> bool {
        self.number % 2 == other.number % 2
    }
}

impl ::std::fmt::Debug for ProbeCounted {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str("counted")
    }
}

/// What a word describes: `7` a `u8`, `-7` an `i64`, `7.5` or `NaN` an `f64`, `+7` a counted 7, `_` the unit, `<7`
/// a `Value` that holds what the rest describes, anything else a `String`.
fn probe_value(word: &str) -> Value {
    if word.starts_with('-') {
        Value::new(word.parse::<i64>().unwrap())
    } else if let ::std::option::Option::Some(number) = word.strip_prefix('+') {
        Value::new(ProbeCounted {
            number: number.parse().unwrap(),
            clones: ::std::rc::Rc::new(::std::cell::Cell::new(0)),
        })
    } else if let ::std::result::Result::Ok(number) = word.parse::<u8>() {
        Value::new(number)
    } else if let ::std::result::Result::Ok(number) = word.parse::<f64>() {
        Value::new(number)
    } else if word == "_" {
        Value::new(())
    } else if let ::std::option::Option::Some(rest) = word.strip_prefix('<') {
        Value::new(probe_value(rest))
    } else {
        Value::new(word.to_string())
    }
}

/// Whether a `u8`, an `i64`, an `f64`, a `String`, a counted number, the unit and a `Value` are held.
fn probe_is(word: String) -> Vec<bool> {
    let value = probe_value(&word);
    ::std::vec![
        value.is::<u8>(),
        value.is::<i64>(),
        value.is::<f64>(),
        value.is::<::std::string::String>(),
        value.is::<ProbeCounted>(),
        value.is::<()>(),
        value.is::<Value>(),
    ]
}

fn probe_get(word: String) -> (Option<u8>, Option<i64>, Option<String>) {
    let value = probe_value(&word);
    (
        value.get::<u8>().copied(),
        value.get::<i64>().copied(),
        value.get::<::std::string::String>().cloned(),
    )
}

/// Whether the values are equal, asked both ways, by `==` and by `!=`.
fn probe_equal(one: String, other: String) -> [bool; 4] {
    let (one, other) = (probe_value(&one), probe_value(&other));
    [one == other, other == one, one != other, other != one]
}

fn probe_shown(word: String) -> (String, String) {
    let value = probe_value(&word);
    (::std::format!("{value:?}"), ::std::format!("{value:#?}"))
}

fn probe_shown_pretty(items: Vec<u8>) -> String {
    ::std::format!("{:#?}", Value::new(items))
}

/// Writes to a text through `get_mut`, and to a clone of it otherwise; gives both.
fn probe_changed(text: String, more: String) -> (Option<String>, Option<String>, bool) {
    let mut value = Value::new(text);
    let mut copy = value.clone();
    value
        .get_mut::<::std::string::String>()
        .unwrap()
        .push_str(&more);
    let refused = copy.get_mut::<&'static str>().is_none();
    copy.get_mut::<::std::string::String>().unwrap().clear();
    (
        value.into::<::std::string::String>().ok(),
        copy.into::<::std::string::String>().ok(),
        refused,
    )
}

/// What `into` a `u8` gives, or what the value given back is as a `String`.
fn probe_into(word: String) -> ::std::result::Result<u8, Option<String>> {
    probe_value(&word)
        .into::<u8>()
        .map_err(|value| value.into::<::std::string::String>().ok())
}

/// The inner value's `u8`, by way of `get` and of `into`, and whether a clone is equal to what it was made of.
fn probe_nested(number: u8) -> (Option<u8>, Option<u8>, bool, bool) {
    let outer = Value::new(Value::new(number));
    let copy = outer.clone();
    let same = copy == outer;
    let got = outer
        .get::<Value>()
        .and_then(|inner| inner.get::<u8>())
        .copied();
    let moved = outer.into::<Value>().ok();
    let apart = moved.as_ref() != ::std::option::Option::Some(&copy);
    (
        got,
        moved.and_then(|inner| inner.into::<u8>().ok()),
        same,
        apart,
    )
}

/// How often what is held was cloned: after everything but `clone`, after one `clone`, and after
/// one `clone` of a value that holds the clone.
fn probe_clones() -> [u32; 3] {
    let clones = ::std::rc::Rc::new(::std::cell::Cell::new(0));
    let mut value = Value::new(ProbeCounted {
        number: 1,
        clones: clones.clone(),
    });
    let _ = value == probe_value("+3");
    let _ = value.get::<ProbeCounted>();
    let _ = value.get_mut::<ProbeCounted>();
    let _ = ::std::format!("{value:?}");
    let value = value.into::<u8>().unwrap_err();
    let counted = value.into::<ProbeCounted>().ok().unwrap();
    let value = Value::new(counted);
    let mut counts = [clones.get(); 3];
    let copy = value.clone();
    counts[1] = clones.get();
    let outer = Value::new(copy);
    let _ = outer.clone();
    counts[2] = clones.get();
    counts
}

/// Whether what is held is dropped with the value, and with what is moved out.
fn probe_alive() -> [usize; 4] {
    let held = ::std::rc::Rc::new(5u8);
    let value = Value::new(held.clone());
    let copy = value.clone();
    let mut counts = [::std::rc::Rc::strong_count(&held); 4];
    drop(copy);
    counts[1] = ::std::rc::Rc::strong_count(&held);
    let moved = value.into::<::std::rc::Rc<u8>>();
    counts[2] = ::std::rc::Rc::strong_count(&held);
    drop(moved);
    counts[3] = ::std::rc::Rc::strong_count(&held);
    counts
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(word: &str) -> Vec<usize> {
        let held = probe_is(word.to_string());
        (0..held.len()).filter(|&kind| held[kind]).collect()
    }

    fn equal(one: &str, other: &str) -> bool {
        let [there, back, not_there, not_back] = probe_equal(one.into(), other.into());
        assert_eq!((back, not_there, not_back), (there, !there, !there));
        there
    }

    #[test]
    fn exactly_one_type_is_held() {
        for (kind, word) in ["7", "-7", "7.5", "seven", "+7", "_", "<7"]
            .iter()
            .enumerate()
        {
            assert_eq!(kinds(word), [kind]);
        }
    }

    #[test]
    fn a_value_of_a_value_holds_a_value() {
        assert_eq!(kinds("<<7"), [6]);
        assert_eq!(probe_get("<7".into()), (None, None, None));
    }

    #[test]
    fn what_is_held_is_lent() {
        assert_eq!(probe_get("200".into()), (Some(200), None, None));
        assert_eq!(probe_get("-5".into()), (None, Some(-5), None));
        assert_eq!(probe_get("né".into()), (None, None, Some("né".into())));
    }

    #[test]
    fn equal_if_type_and_value_are() {
        assert!(equal("7", "7"));
        assert!(!equal("7", "8"));
        assert!(equal("a", "a"));
        assert!(!equal("a", "A"));
        assert!(equal("_", "_"));
    }

    #[test]
    fn different_types_are_not_equal() {
        assert!(!equal("1", "+1"));
        assert!(!equal("1", "<1"));
        assert!(!equal("<1", "1"));
        assert!(!equal("()", "_"));
        assert!(!equal("counted", "+1"));
    }

    #[test]
    fn equality_is_that_of_the_type() {
        assert!(!equal("NaN", "NaN"));
        assert!(equal("+1", "+3"));
        assert!(!equal("+1", "+2"));
    }

    #[test]
    fn equality_of_nested_values() {
        assert!(equal("<7", "<7"));
        assert!(!equal("<7", "<8"));
        assert!(!equal("<7", "<<7"));
        assert!(equal("<<a", "<<a"));
        assert!(!equal("<NaN", "<NaN"));
    }

    #[test]
    fn debug_is_that_of_what_is_held() {
        assert_eq!(probe_shown("7".into()), ("7".into(), "7".into()));
        assert_eq!(probe_shown("a".into()).0, "\"a\"");
        assert_eq!(probe_shown("<<+1".into()).0, "counted");
        assert_eq!(probe_shown("7.5".into()).1, "7.5");
        assert_eq!(probe_shown_pretty(vec![1, 2]), "[\n    1,\n    2,\n]");
    }

    #[test]
    fn a_clone_is_a_value_of_its_own() {
        assert_eq!(
            probe_changed("ab".into(), "cd".into()),
            (Some("abcd".into()), Some("".into()), true)
        );
    }

    #[test]
    fn what_is_held_moves_out() {
        assert_eq!(probe_into("7".into()), Ok(7));
    }

    #[test]
    fn a_value_of_another_type_comes_back() {
        assert_eq!(probe_into("text".into()), Err(Some("text".into())));
        assert_eq!(probe_into("-7".into()), Err(None));
        assert_eq!(probe_into("<7".into()), Err(None));
    }

    #[test]
    fn the_inner_value_of_a_value() {
        assert_eq!(probe_nested(9), (Some(9), Some(9), true, true));
    }

    #[test]
    fn only_clone_clones() {
        assert_eq!(probe_clones(), [0, 1, 2]);
    }

    #[test]
    fn what_is_held_is_dropped_once() {
        assert_eq!(probe_alive(), [3, 2, 2, 1]);
    }
}
