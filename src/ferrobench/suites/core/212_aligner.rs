//! category: formatting
//! tags: fmt write, generic writers, buffering, error propagation, unicode
//! level: advanced

use std::fmt::{self, Write};
use std::mem;

// >>> prompt
/// Lines up the columns of a text that is written to an `Aligner`, on its way to another writer.
///
/// The text arrives in pieces of any size, as `write!` makes them. `\n` ends a row. Within a row `\t` ends a
/// cell; what comes behind the last `\t` of a row, or all of a row without one, is its rest. A block is a
/// number of rows with characters in them; an empty row, which is nothing but its `\n`, ends it.
///
/// Passed on is the same text, with blanks in place of every `\t`: enough that the cell and its blanks are two
/// characters (`char`) longer than the longest cell in the same place of any row of the same block. The rest
/// of a row is no cell: it is passed on as it is and moves no column.
///
/// The answer defines `struct Aligner<W>`. For every `W` that is a `fmt::Write`:
///
/// - `Aligner::new(out: W) -> Aligner<W>`
/// - `fmt::Write` for `Aligner<W>`: when the empty row behind a block arrives, the block and the empty row are
///   passed on to `out` before the call returns; nothing of a block is passed on before. An error of `out` is
///   returned.
/// - `finish(self) -> Result<W, fmt::Error>`: passes on the last block, also if its last row has no `\n`, and
///   gives `out` back, or returns the error.
///
/// `fig\t3\nplum\t12\n` becomes `fig   3\nplum  12\n`.
impl<W: Write> Aligner<W> {
    // <<< prompt
    fn new(out: W) -> Aligner<W> {
        let block = String::new();
        Aligner { out, block }
    }

    fn finish(mut self) -> Result<W, fmt::Error> {
        self.pass_on()?;
        Ok(self.out)
    }

    fn pass_on(&mut self) -> fmt::Result {
        let block = mem::take(&mut self.block);
        let rows = || block.split_inclusive('\n').map(cells_and_rest);
        let mut widths = Vec::new();
        for (cells, _) in rows() {
            for (column, cell) in cells.enumerate() {
                let width = cell.chars().count() + 2;
                match widths.get_mut(column) {
                    Some(widest) => *widest = width.max(*widest),
                    None => widths.push(width),
                }
            }
        }
        for (cells, rest) in rows() {
            for (cell, width) in cells.zip(&widths) {
                self.out.write_str(cell)?;
                for _ in cell.chars().count()..*width {
                    self.out.write_char(' ')?;
                }
            }
            self.out.write_str(rest)?;
        }
        Ok(())
    }
}

fn cells_and_rest(row: &str) -> (impl Iterator<Item = &str>, &str) {
    let rest = row.rfind('\t').map_or(0, |tab| tab + 1);
    let (cells, rest) = row.split_at(rest);
    (cells.split_terminator('\t'), rest)
}

impl<W: Write> Write for Aligner<W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for piece in text.split_inclusive('\n') {
            let at_row_start = self.block.is_empty() || self.block.ends_with('\n');
            if at_row_start && piece == "\n" {
                self.pass_on()?;
                self.out.write_char('\n')?;
            } else {
                self.block.push_str(piece);
            }
        }
        Ok(())
    }
}

struct Aligner<W> {
    out: W,
    /// The rows of the block so far.
    block: String,
}

// >>> probes
/// Writes the pieces, and gives what `finish` gives back.
fn probe_aligned(pieces: Vec<String>) -> Option<String> {
    let mut aligner = Aligner::new(String::new());
    for piece in &pieces {
        ::std::fmt::Write::write_str(&mut aligner, piece).ok()?;
    }
    aligner.finish().ok()
}

/// The same text, character by character.
fn probe_characters(text: String) -> Option<String> {
    let mut aligner = Aligner::new(String::new());
    for c in text.chars() {
        ::std::fmt::Write::write_char(&mut aligner, c).ok()?;
    }
    aligner.finish().ok()
}

/// Writes into a text that others see too, and takes only so many bytes.
#[derive(Clone)]
struct ProbeShared {
    text: ::std::rc::Rc<::std::cell::RefCell<String>>,
    room: usize,
}
impl ::std::fmt::Write for ProbeShared {
    fn write_str(&mut self, piece: &str) -> ::std::fmt::Result {
        let mut text = self.text.borrow_mut();
        if text.len() + piece.len() > self.room {
            return Err(::std::fmt::Error);
        }
        text.push_str(piece);
        Ok(())
    }
}

/// After each piece, and after `finish`: whether that went well, and what has been passed on so far. Nothing
/// is written after an error.
fn probe_steps(pieces: Vec<String>, room: usize) -> Vec<(bool, String)> {
    let shared = ProbeShared {
        text: ::std::rc::Rc::new(::std::cell::RefCell::new(String::new())),
        room,
    };
    let seen = ::std::rc::Rc::clone(&shared.text);
    let mut steps = ::std::vec![];
    let mut aligner = Aligner::new(shared);
    for piece in &pieces {
        let written = ::std::fmt::Write::write_str(&mut aligner, piece);
        steps.push((written.is_ok(), seen.borrow().clone()));
        if written.is_err() {
            return steps;
        }
    }
    let finished = aligner.finish().is_ok();
    steps.push((finished, seen.borrow().clone()));
    steps
}

/// One aligner that writes to a borrowed writer and is given to a function as any writer, and `write!` with
/// numbers.
fn probe_any_writer(numbers: Vec<i64>) -> String {
    fn list(out: &mut dyn ::std::fmt::Write, numbers: &[i64]) -> ::std::fmt::Result {
        for number in numbers {
            ::std::write!(out, "{number}\t{}\t{:>3}\n", number * 10, number % 7)?;
        }
        Ok(())
    }

    let mut text = "> ".to_string();
    let mut aligner = Aligner::new(&mut text);
    let listed = list(&mut aligner, &numbers).is_ok() && aligner.finish().is_ok();
    text.push_str(if listed { "ok" } else { "failed" });
    text
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn becomes(text: &str, expected: &str) {
        let expected = Some(expected.to_string());
        assert_eq!(probe_aligned(vec![text.to_string()]), expected, "{text:?}");
        assert_eq!(probe_characters(text.to_string()), expected, "{text:?}");
    }

    fn steps(pieces: &[&str], room: usize) -> Vec<(bool, String)> {
        probe_steps(pieces.iter().map(|piece| piece.to_string()).collect(), room)
    }

    #[test]
    fn the_example() {
        becomes("fig\t3\nplum\t12\n", "fig   3\nplum  12\n");
    }

    #[test]
    fn text_without_tabs_stays() {
        becomes("", "");
        becomes("\n", "\n");
        becomes("one\ntwo words\n", "one\ntwo words\n");
        becomes("\n\na\n\n\nb", "\n\na\n\n\nb");
    }

    #[test]
    fn several_columns() {
        becomes(
            "a\tbbb\tc\nlonger\tb\tccc\nx\ty\tz\n",
            "a       bbb  c\nlonger  b    ccc\nx       y    z\n",
        );
    }

    #[test]
    fn rows_of_different_lengths() {
        becomes(
            "a\nbb\tx\ncccc\tyy\tz\nd\t",
            "a\nbb    x\ncccc  yy  z\nd     ",
        );
    }

    #[test]
    fn the_rest_of_a_row_moves_no_column() {
        becomes(
            "a very long title\na\t1\n\tlong, but the last\nb\tc\td\n",
            "a very long title\na  1\n   long, but the last\nb  c  d\n",
        );
    }

    #[test]
    fn empty_cells() {
        becomes("\t", "  ");
        becomes("\t\tx\na\t\ty\n", "     x\na    y\n");
        becomes("a\t\n\t\n", "a  \n   \n");
    }

    #[test]
    fn a_row_of_tabs_or_blanks_is_not_empty() {
        becomes("a\tb\n\t\nccc\td\n", "a    b\n     \nccc  d\n");
        becomes("a\tb\n \nccc\td\n", "a    b\n \nccc  d\n");
    }

    #[test]
    fn blocks_are_lined_up_by_themselves() {
        becomes(
            "a\tb\n\nlonger\tb\n\n\nabc\tb",
            "a  b\n\nlonger  b\n\n\nabc  b",
        );
    }

    #[test]
    fn an_empty_row_at_the_beginning() {
        becomes("\nab\tc\nd\te\n", "\nab  c\nd   e\n");
    }

    #[test]
    fn the_last_row_may_be_unfinished() {
        becomes("a\tb\nccc\td", "a    b\nccc  d");
        becomes("a\tb\nccc\t", "a    b\nccc  ");
    }

    #[test]
    fn characters_are_counted() {
        becomes("größe\t1\nab\t2\n", "größe  1\nab     2\n");
        becomes("名前\tx\nabc\ty\n", "名前   x\nabc  y\n");
    }

    #[test]
    fn other_white_space_stays() {
        becomes("a\r\tb\r\nccc\td \r\n", "a\r   b\r\nccc  d \r\n");
        becomes("a\tb\r\n\r\nccc\td\r\n", "a    b\r\n\r\nccc  d\r\n");
    }

    #[test]
    fn pieces_may_be_cut_anywhere() {
        let pieces = ["", "a", "b\tx", "\n", "", "\n\ncd", "e\t\n", "f", "", "\ty"];
        assert_eq!(
            probe_aligned(pieces.map(str::to_string).to_vec()).as_deref(),
            Some("ab  x\n\n\ncde  \nf    y")
        );
    }

    #[test]
    fn blocks_are_passed_on_when_they_end() {
        let seen = steps(&["a\tb\n", "cc\td\n", "\n", "e\t", "f\n\ng\t"], 99);
        let first = "a   b\ncc  d\n\n";
        let expected = [
            (true, String::new()),
            (true, String::new()),
            (true, first.to_string()),
            (true, first.to_string()),
            (true, format!("{first}e  f\n\n")),
            (true, format!("{first}e  f\n\ng  ")),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn errors_are_returned() {
        let outcomes = |seen: Vec<(bool, String)>| -> Vec<bool> {
            seen.into_iter().map(|(went_well, _)| went_well).collect()
        };
        assert_eq!(outcomes(steps(&["a\tb\n", "\n"], 0)), [true, false]);
        assert_eq!(outcomes(steps(&["a\tb\n", "c"], 0)), [true, true, false]);
        assert_eq!(
            outcomes(steps(&["a\tb\n", "\n", "c"], 6)),
            [true, true, true, false]
        );
        assert_eq!(outcomes(steps(&["a\tb\n", "\n", "c"], 5)), [true, false]);
        assert_eq!(
            outcomes(steps(&["a\tb\n", "\n", "c"], 7)),
            [true, true, true, true]
        );
        assert_eq!(outcomes(steps(&["\n"], 0)), [false]);
        assert_eq!(outcomes(steps(&["a\tb"], 1)), [true, false]);
        assert_eq!(outcomes(steps(&["a\tb"], 3)), [true, false]);
    }

    #[test]
    fn any_writer_will_do() {
        assert_eq!(
            probe_any_writer(vec![5, 1234, -60]),
            "> 5     50       5\n1234  12340    2\n-60   -600    -4\nok"
        );
        assert_eq!(probe_any_writer(vec![]), "> ok");
    }
}
