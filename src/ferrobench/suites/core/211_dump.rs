//! category: formatting
//! tags: lower hex, upper hex, formatter flags, chunks, bytes
//! level: intermediate

use std::fmt;

// >>> prompt
/// Shows bytes in rows.
struct Dump<'b>(&'b [u8]);

/// The answer implements `LowerHex` and `UpperHex` for `Dump`. The two differ only in the hexadecimal digits:
/// `a` to `f`, or `A` to `F`.
///
/// A row has 16 bytes, or as many as the width says, unless that is 0. The last row may have fewer. In a row
/// come, one after the other:
///
/// - how many bytes are before the row, with at least four hexadecimal digits, and a colon
/// - for each byte a blank and two hexadecimal digits
/// - three blanks for each byte that the last row lacks, then two blanks, and then each byte as text: bytes
///   from 0x20 to 0x7e are the ASCII characters that they stand for, all others are `.`
///
/// With `#` rows end behind the digits of their last byte. A precision says how many rows are written at
/// most. Rows are separated by `\n`; there is none at the end. Without rows, nothing is written.
///
/// The two rows of `{:4x}` for the bytes of "Größe" are `0000: 47 72 c3 b6  Gr..` and
/// `0004: c3 9f 65     ..e`.
impl fmt::LowerHex for Dump<'_> {
    // <<< prompt
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows(f, |f, value, digits| write!(f, "{value:0digits$x}"))
    }
}

impl fmt::UpperHex for Dump<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows(f, |f, value, digits| write!(f, "{value:0digits$X}"))
    }
}

impl Dump<'_> {
    /// Writes the rows; `hex` writes a number with at least so many digits.
    fn rows(
        &self,
        f: &mut fmt::Formatter<'_>,
        hex: impl Fn(&mut fmt::Formatter<'_>, usize, usize) -> fmt::Result,
    ) -> fmt::Result {
        let length = f.width().filter(|&width| width > 0).unwrap_or(16);
        let most = f.precision().unwrap_or(usize::MAX);
        for (number, row) in self.0.chunks(length).take(most).enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            hex(f, number * length, 4)?;
            f.write_str(":")?;
            for &byte in row {
                f.write_str(" ")?;
                hex(f, usize::from(byte), 2)?;
            }
            if f.alternate() {
                continue;
            }
            write!(f, "{:1$}", "", 3 * (length - row.len()) + 2)?;
            for &byte in row {
                let shown = matches!(byte, b' '..=b'~');
                write!(f, "{}", if shown { char::from(byte) } else { '.' })?;
            }
        }
        Ok(())
    }
}

// >>> probes
/// `{:x}`, `{:X}`, `{:#x}` and `{:#X}`.
fn probe_plain(bytes: Vec<u8>) -> Vec<String> {
    let dump = Dump(&bytes);
    ::std::vec![
        ::std::format!("{dump:x}"),
        ::std::format!("{dump:X}"),
        ::std::format!("{dump:#x}"),
        ::std::format!("{dump:#X}"),
    ]
}

/// The same with a width.
fn probe_wide(bytes: Vec<u8>, width: usize) -> Vec<String> {
    let dump = Dump(&bytes);
    ::std::vec![
        ::std::format!("{dump:width$x}"),
        ::std::format!("{dump:width$X}"),
        ::std::format!("{dump:#width$x}"),
        ::std::format!("{dump:#width$X}"),
    ]
}

/// `{:x}` with a precision, and `{:#X}` with a precision and a width.
fn probe_cut(bytes: Vec<u8>, precision: usize, width: usize) -> Vec<String> {
    let dump = Dump(&bytes);
    ::std::vec![
        ::std::format!("{dump:.precision$x}"),
        ::std::format!("{dump:#width$.precision$X}"),
    ]
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example() {
        assert_eq!(
            probe_wide("Größe".as_bytes().to_vec(), 4)[0],
            "0000: 47 72 c3 b6  Gr..\n0004: c3 9f 65     ..e"
        );
    }

    #[test]
    fn nothing_writes_nothing() {
        assert_eq!(probe_plain(vec![]), ["", "", "", ""]);
        assert_eq!(probe_wide(vec![], 3), ["", "", "", ""]);
    }

    #[test]
    fn one_byte() {
        let blanks = " ".repeat(45);
        assert_eq!(
            probe_plain(vec![0xab]),
            [
                format!("0000: ab{blanks}  ."),
                format!("0000: AB{blanks}  ."),
                "0000: ab".to_string(),
                "0000: AB".to_string()
            ]
        );
    }

    #[test]
    fn a_full_row() {
        assert_eq!(
            probe_plain((0x6a..0x7a).collect())[..2],
            [
                "0000: 6a 6b 6c 6d 6e 6f 70 71 72 73 74 75 76 77 78 79  jklmnopqrstuvwxy",
                "0000: 6A 6B 6C 6D 6E 6F 70 71 72 73 74 75 76 77 78 79  jklmnopqrstuvwxy"
            ]
        );
    }

    #[test]
    fn one_more_than_a_full_row() {
        let seen = probe_plain(vec![b'0'; 17]);
        let full = "0000:".to_string() + &" 30".repeat(16);
        assert_eq!(
            seen[0],
            format!("{full}  {}\n0010: 30{}  0", "0".repeat(16), " ".repeat(45))
        );
        assert_eq!(seen[2], format!("{full}\n0010: 30"));
    }

    #[test]
    fn the_limits_of_text() {
        assert_eq!(
            probe_wide(vec![0x1f, 0x20, 0x21, 0x7d, 0x7e, 0x7f, 0x80, 0xff], 8)[1],
            "0000: 1F 20 21 7D 7E 7F 80 FF  . !}~..."
        );
        assert_eq!(
            probe_wide(vec![0x00, 0x09, 0x0a, 0x0d], 4)[0],
            "0000: 00 09 0a 0d  ...."
        );
    }

    #[test]
    fn without_text() {
        assert_eq!(
            probe_wide(vec![1, 2, 3, 0xef, 0x10], 2)[2..],
            [
                "0000: 01 02\n0002: 03 ef\n0004: 10",
                "0000: 01 02\n0002: 03 EF\n0004: 10"
            ]
        );
    }

    #[test]
    fn rows_of_one() {
        assert_eq!(
            probe_wide(b"a\nB".to_vec(), 1)[0],
            "0000: 61  a\n0001: 0a  .\n0002: 42  B"
        );
    }

    #[test]
    fn a_width_of_zero_says_nothing() {
        let bytes: Vec<u8> = (0..40).collect();
        assert_eq!(probe_wide(bytes.clone(), 0), probe_plain(bytes));
    }

    #[test]
    fn a_row_longer_than_the_bytes() {
        assert_eq!(
            probe_wide(b"hey".to_vec(), 20)[0],
            format!("0000: 68 65 79{}hey", " ".repeat(17 * 3 + 2))
        );
    }

    #[test]
    fn offsets_grow() {
        let seen = probe_wide(vec![0x5a; 0x10_001], 0xabc);
        let rows: Vec<&str> = seen[3].lines().collect();
        assert_eq!(rows.len(), 24);
        assert_eq!(&rows[1][..8], "0ABC: 5A");
        assert_eq!(&rows[22][..8], "EC28: 5A");
        assert_eq!(&rows[23][..8], "F6E4: 5A");
        let seen = probe_wide(vec![0x5a; 0x10_001], 0x1000);
        assert!(seen[2].ends_with(" 5a 5a\n10000: 5a"));
    }

    #[test]
    fn the_precision_limits_the_rows() {
        let bytes: Vec<u8> = (0x41..0x63).collect();
        assert_eq!(
            probe_cut(bytes.clone(), 1, 4),
            [
                "0000: 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 50  ABCDEFGHIJKLMNOP",
                "0000: 41 42 43 44"
            ]
        );
        assert_eq!(
            probe_cut(bytes.clone(), 2, 3)[1],
            "0000: 41 42 43\n0003: 44 45 46"
        );
        assert_eq!(probe_cut(bytes.clone(), 0, 4), ["", ""]);
        assert_eq!(probe_cut(bytes.clone(), 9, 16)[0], probe_plain(bytes)[0]);
    }
}
