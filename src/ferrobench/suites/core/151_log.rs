//! category: interior mutability
//! tags: RefCell, try_borrow_mut, closures, Drop
//! level: advanced

// >>> prompt
use std::cell::RefCell;

/// A log that can be written while it is read.
///
/// - `fn new() -> Self` has no lines.
/// - `fn append(&self, line: String)` adds a line at the end. While a visit runs, it adds the line to
///   `late` instead.
/// - `fn visit(&self, visitor: impl FnMut(&str))` calls `visitor` with each line, in order. Visitors may
///   call all methods of the log. When the outermost visit ends, all late lines become lines of the log,
///   in the order in which they came; until then, nothing visits or counts them. A visit ends when its
///   last line was visited, and also when its visitor panics.
/// - `fn len(&self) -> usize` is the number of lines, without the late ones.
///
/// No line is copied.
struct Log {
    lines: RefCell<Vec<String>>,
    late: RefCell<Vec<String>>,
}

impl Log {
    // <<< prompt
    fn new() -> Self {
        Log {
            lines: RefCell::default(),
            late: RefCell::default(),
        }
    }

    fn append(&self, line: String) {
        match self.lines.try_borrow_mut() {
            Ok(mut lines) => lines.push(line),
            Err(_) => self.late.borrow_mut().push(line),
        }
    }

    fn visit(&self, visitor: impl FnMut(&str)) {
        // Locals are dropped in reverse order: the borrow of the lines ends before the visit does.
        let _visit = Visit(self);
        let lines = self.lines.borrow();
        lines.iter().map(String::as_str).for_each(visitor);
    }

    fn len(&self) -> usize {
        self.lines.borrow().len()
    }
}

struct Visit<'a>(&'a Log);

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        if let Ok(mut lines) = self.0.lines.try_borrow_mut() {
            lines.append(&mut self.0.late.borrow_mut());
        }
    }
}

// >>> probes
fn probe_log(lines: &[String]) -> Log {
    let log = Log::new();
    for line in lines {
        log.append(line.clone());
    }
    log
}

fn probe_lines(log: &Log) -> Vec<String> {
    let mut lines = Vec::new();
    log.visit(|line| lines.push(line.to_string()));
    lines
}

fn probe_append(lines: Vec<String>) -> (usize, Vec<String>) {
    let log = probe_log(&lines);
    (log.len(), probe_lines(&log))
}

/// Appends a mark for each line visited. The lengths that the visitor sees behind that, and then the lines.
fn probe_append_within(lines: Vec<String>) -> (Vec<usize>, Vec<String>) {
    let log = probe_log(&lines);
    let mut lengths = Vec::new();
    log.visit(|line| {
        log.append(::std::format!("{line}!"));
        lengths.push(log.len());
    });
    lengths.push(log.len());
    (lengths, probe_lines(&log))
}

/// For each line visited: appends a mark, and has an inner visit do the same for each line that it visits.
/// The lines that the inner visits saw, the length behind each, and the lines in the end.
fn probe_nested(lines: Vec<String>) -> (Vec<Vec<String>>, Vec<usize>, Vec<String>) {
    let log = probe_log(&lines);
    let mut seen = Vec::new();
    let mut lengths = Vec::new();
    log.visit(|outer| {
        log.append(outer.to_string());
        let mut inner_lines = Vec::new();
        log.visit(|inner| {
            log.append(::std::format!("{outer}{inner}"));
            inner_lines.push(inner.to_string());
        });
        seen.push(inner_lines);
        lengths.push(log.len());
    });
    (seen, lengths, probe_lines(&log))
}

/// Panics at the line `at` in a visit that appends a mark for each line. The length after that, and the
/// lines after one more was appended.
fn probe_panic(lines: Vec<String>, at: usize) -> (bool, usize, Vec<String>) {
    let log = probe_log(&lines);
    let mut count = 0;
    let visit = ::std::panic::AssertUnwindSafe(|| {
        log.visit(|line| {
            log.append(::std::format!("{line}!"));
            ::std::assert!(count < at);
            count += 1;
        });
    });
    let panicked = ::std::panic::catch_unwind(visit).is_err();
    let length = log.len();
    log.append("end".to_string());
    (panicked, length, probe_lines(&log))
}

/// Catches a panic of an inner visit. The lengths before and behind it, both seen by the outer visit, and
/// the lines in the end.
fn probe_inner_panic(lines: Vec<String>) -> (Vec<usize>, Vec<String>) {
    let log = probe_log(&lines);
    let mut lengths = Vec::new();
    log.visit(|_| {
        lengths.push(log.len());
        let visit = ::std::panic::AssertUnwindSafe(|| {
            log.visit(|line| {
                log.append(::std::format!("{line}!"));
                ::std::panic!("the inner visit ends");
            });
        });
        let _ = ::std::panic::catch_unwind(visit);
        lengths.push(log.len());
    });
    (lengths, probe_lines(&log))
}

/// Where two lines lie in memory before they are appended, the second one late, and where those lie that
/// are visited.
fn probe_places(early: String, late: String) -> (Vec<usize>, Vec<usize>) {
    let before = ::std::vec![early.as_ptr() as usize, late.as_ptr() as usize];
    let log = Log::new();
    log.append(early);
    let mut late = Some(late);
    log.visit(|_| {
        if let Some(late) = late.take() {
            log.append(late);
        }
    });
    let mut after = Vec::new();
    log.visit(|line| after.push(line.as_ptr() as usize));
    (before, after)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(lines: &[&str]) -> Vec<String> {
        lines.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lines_are_visited_in_order() {
        let lines = strings(&["b", "", "é", "b"]);
        assert_eq!(probe_append(lines.clone()), (4, lines));
    }

    #[test]
    fn a_new_log_has_no_lines() {
        assert_eq!(probe_append(vec![]), (0, vec![]));
        assert_eq!(probe_append_within(vec![]), (vec![0], vec![]));
    }

    #[test]
    fn late_lines_are_not_visited_and_follow_in_order() {
        assert_eq!(
            probe_append_within(strings(&["a", "b"])),
            (vec![2, 2, 4], strings(&["a", "b", "a!", "b!"]))
        );
    }

    #[test]
    fn late_lines_wait_for_the_outermost_visit() {
        let lines = strings(&["a", "b"]);
        let all = ["a", "b", "a", "aa", "ab", "b", "ba", "bb"];
        assert_eq!(
            probe_nested(lines.clone()),
            (vec![lines.clone(), lines], vec![2, 2], strings(&all))
        );
    }

    #[test]
    fn a_panic_ends_a_visit() {
        assert_eq!(
            probe_panic(strings(&["a", "b", "c"]), 1),
            (true, 5, strings(&["a", "b", "c", "a!", "b!", "end"]))
        );
        assert_eq!(
            probe_panic(strings(&["a"]), 0),
            (true, 2, strings(&["a", "a!", "end"]))
        );
    }

    #[test]
    fn without_a_panic_it_ends_the_same() {
        assert_eq!(
            probe_panic(strings(&["a"]), 1),
            (false, 2, strings(&["a", "a!", "end"]))
        );
    }

    #[test]
    fn a_panic_of_an_inner_visit_does_not_end_the_outer_one() {
        assert_eq!(
            probe_inner_panic(strings(&["a", "b"])),
            (vec![2; 4], strings(&["a", "b", "a!", "a!"]))
        );
    }

    #[test]
    fn no_line_is_copied() {
        let (before, after) = probe_places("early".to_string(), "late".to_string());
        assert_eq!(before.len(), 2);
        assert_eq!(before, after);
    }
}
