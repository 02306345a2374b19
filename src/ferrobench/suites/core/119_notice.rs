//! category: traits
//! tags: supertraits, blanket implementations, trait objects, display
//! level: intermediate

use std::fmt;

// >>> prompt
/// Something to tell. As `Display` it is the plain text.
trait Notice: fmt::Display {
    fn level(&self) -> u8;

    /// The line for a log.
    fn line(&self) -> String {
        format!("[{}] {}", self.level(), self)
    }
}

/// The answer makes notices of three more kinds of things, and adds a function:
///
/// - `Box<T>` and `&T` are notices where `T` is one, `dyn Notice` included. Whatever they are asked, the
///   notice inside answers, also where its type has a `line` of its own.
/// - `struct Raised<N>(N);` is a notice where `N` is one. Its text is that of the notice inside; its level is
///   higher by 1, but 255 stays 255; its line is made of these as the trait says, whatever line the notice
///   inside has.
/// - `gravest(notices: &[Box<dyn Notice>])` returns an `Option<&dyn Notice>`: the notice of the highest
///   level, the first of them where several have it. `None` if there are no notices.
impl<T: Notice + ?Sized> Notice for Box<T> {
    // <<< prompt
    fn level(&self) -> u8 {
        (**self).level()
    }

    fn line(&self) -> String {
        (**self).line()
    }
}

impl<T: Notice + ?Sized> Notice for &T {
    fn level(&self) -> u8 {
        (**self).level()
    }

    fn line(&self) -> String {
        (**self).line()
    }
}

struct Raised<N>(N);

impl<N: fmt::Display> fmt::Display for Raised<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<N: Notice> Notice for Raised<N> {
    fn level(&self) -> u8 {
        self.0.level().saturating_add(1)
    }
}

fn gravest(notices: &[Box<dyn Notice>]) -> Option<&dyn Notice> {
    let level = notices.iter().map(|notice| notice.level()).max()?;
    let found = notices.iter().find(|notice| notice.level() == level)?;
    Some(&**found)
}

// >>> probes
struct ProbePlain(u8, String);
impl ::std::fmt::Display for ProbePlain {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str(&self.1)
    }
}
impl Notice for ProbePlain {
    fn level(&self) -> u8 {
        self.0
    }
}

/// Has a line of its own.
struct ProbeOwnLine(u8, String);
impl ::std::fmt::Display for ProbeOwnLine {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str(&self.1)
    }
}
impl Notice for ProbeOwnLine {
    fn level(&self) -> u8 {
        self.0
    }

    fn line(&self) -> String {
        ::std::format!("<{}>", self.1)
    }
}

fn probe_boxed(own_line: bool, level: u8, text: String) -> Box<dyn Notice> {
    if own_line {
        Box::new(ProbeOwnLine(level, text))
    } else {
        Box::new(ProbePlain(level, text))
    }
}

/// Takes any notice, so that nothing is reached through a pointer by the way.
fn probe_all<N: Notice>(notice: N) -> (u8, String, String) {
    (notice.level(), notice.to_string(), notice.line())
}

/// Level, text and line of the notice in a box, behind a reference, and in both.
fn probe_pointers(own_line: bool, level: u8, text: String) -> Vec<(u8, String, String)> {
    let object = probe_boxed(own_line, level, text.clone());
    let mut seen = ::std::vec![
        probe_all(&*object),
        probe_all(&object),
        probe_all::<Box<dyn Notice>>(object),
    ];
    if own_line {
        let notice = ProbeOwnLine(level, text);
        seen.push(probe_all(&notice));
        seen.push(probe_all(Box::new(&notice)));
    } else {
        let notice = ProbePlain(level, text);
        seen.push(probe_all(&notice));
        seen.push(probe_all(Box::new(&notice)));
    }
    seen
}

/// Raised once, twice, as a trait object, and with a trait object inside.
fn probe_raised(own_line: bool, level: u8, text: String) -> Vec<(u8, String, String)> {
    let boxed = || probe_boxed(own_line, level, text.clone());
    let object: Box<dyn Notice> = Box::new(Raised(ProbePlain(level, text.clone())));
    ::std::vec![
        probe_all(Raised(boxed())),
        probe_all(Raised(Raised(&*boxed()))),
        probe_all(object),
        probe_all(&Raised(ProbeOwnLine(level, text.clone()))),
    ]
}

/// The line of the gravest notice.
fn probe_gravest(notices: Vec<(bool, u8, String)>) -> Option<String> {
    let notices: Vec<Box<dyn Notice>> = notices
        .into_iter()
        .map(|(own_line, level, text)| probe_boxed(own_line, level, text))
        .collect();
    let found: Option<&dyn Notice> = gravest(&notices);
    found.map(|notice| notice.line())
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn all(level: u8, text: &str, line: &str) -> (u8, String, String) {
        (level, text.to_string(), line.to_string())
    }

    fn line_of_gravest(notices: &[(bool, u8, &str)]) -> Option<String> {
        probe_gravest(
            notices
                .iter()
                .map(|&(own_line, level, text)| (own_line, level, text.to_string()))
                .collect(),
        )
    }

    #[test]
    fn pointers_answer_with_the_notice_inside() {
        let expected = all(3, "disk is full", "[3] disk is full");
        for seen in probe_pointers(false, 3, "disk is full".to_string()) {
            assert_eq!(seen, expected);
        }
        assert_eq!(probe_pointers(false, 0, String::new()).len(), 5);
    }

    #[test]
    fn pointers_answer_with_a_line_of_its_own() {
        for seen in probe_pointers(true, 7, "größe".to_string()) {
            assert_eq!(seen, all(7, "größe", "<größe>"));
        }
    }

    #[test]
    fn raised_once_and_twice() {
        assert_eq!(
            probe_raised(false, 3, "ok".to_string()),
            [
                all(4, "ok", "[4] ok"),
                all(5, "ok", "[5] ok"),
                all(4, "ok", "[4] ok"),
                all(4, "ok", "[4] ok")
            ]
        );
    }

    #[test]
    fn the_highest_level_cannot_be_raised() {
        let raised = probe_raised(false, 254, "x".to_string());
        assert_eq!(raised[0], all(255, "x", "[255] x"));
        assert_eq!(raised[1], all(255, "x", "[255] x"));
        let raised = probe_raised(false, 255, "x".to_string());
        assert_eq!(raised[0], all(255, "x", "[255] x"));
    }

    #[test]
    fn a_raised_notice_does_not_use_the_line_of_the_one_inside() {
        assert_eq!(
            probe_raised(true, 0, "x".to_string())[..2],
            [all(1, "x", "[1] x"), all(2, "x", "[2] x")]
        );
    }

    #[test]
    fn no_notice_is_the_gravest_of_none() {
        assert_eq!(line_of_gravest(&[]), None);
    }

    #[test]
    fn the_gravest_has_the_highest_level() {
        assert_eq!(
            line_of_gravest(&[(false, 0, "a")]),
            Some("[0] a".to_string())
        );
        assert_eq!(
            line_of_gravest(&[(false, 2, "a"), (true, 9, "b"), (false, 8, "c")]),
            Some("<b>".to_string())
        );
        assert_eq!(
            line_of_gravest(&[(false, 2, "a"), (true, 9, "b"), (false, 255, "c")]),
            Some("[255] c".to_string())
        );
    }

    #[test]
    fn the_first_of_several_that_are_as_grave() {
        assert_eq!(
            line_of_gravest(&[(false, 1, "a"), (false, 4, "b"), (true, 4, "c")]),
            Some("[4] b".to_string())
        );
        assert_eq!(
            line_of_gravest(&[(true, 0, "z"), (false, 0, "a")]),
            Some("<z>".to_string())
        );
    }
}
