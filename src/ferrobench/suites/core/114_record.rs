//! category: lifetimes
//! tags: lifetimes, borrowing structs, string slices, splitting
//! level: basic

// >>> prompt
/// One row of a table and the table's header, each with a `;` between neighbouring cells.
///
/// `name;colour` and `fig;` are such a header and row. The row has two cells here, the second one empty;
/// cells are taken as they are, with their blanks. An empty text is one empty cell.
struct Record<'h, 'r> {
    header: &'h str,
    row: &'r str,
}

/// - `cell(&self, column: &str)` is an `Option` of the row's cell under the header's cell `column`.
/// - `column_of(&self, cell: &str)` is an `Option` of the header's cell above the row's cell `cell`.
/// - `pairs(&self)` is a `Vec` of pairs, a header's cell and the row's cell under it, from left to right.
///
/// If several fit, the leftmost is taken; if none does, `None`. Header and row need not have the same
/// number of cells: what has no counterpart is passed over.
///
/// All cells that are returned are `&str`, parts of the header or of the row. They live as long as the
/// text that they are part of, also when the record, the argument or the other text is gone.
impl<'h, 'r> Record<'h, 'r> {
    // <<< prompt
    fn cell(&self, column: &str) -> Option<&'r str> {
        let pairs = self.pairs();
        let found = pairs.into_iter().find(|(name, _)| *name == column)?;
        Some(found.1)
    }

    fn column_of(&self, cell: &str) -> Option<&'h str> {
        let pairs = self.pairs();
        let found = pairs.into_iter().find(|(_, text)| *text == cell)?;
        Some(found.0)
    }

    fn pairs(&self) -> Vec<(&'h str, &'r str)> {
        self.header.split(';').zip(self.row.split(';')).collect()
    }
}

// >>> probes
fn probe_cell(header: String, row: String, column: String) -> Option<String> {
    let cell: Option<&str> = {
        let (header, column) = (header, column);
        let record = Record {
            header: &header,
            row: &row,
        };
        record.cell(&column)
    };
    cell.map(::std::string::ToString::to_string)
}

fn probe_column_of(header: String, row: String, cell: String) -> Option<String> {
    let column: Option<&str> = {
        let (row, cell) = (row, cell);
        let record = Record {
            header: &header,
            row: &row,
        };
        record.column_of(&cell)
    };
    column.map(::std::string::ToString::to_string)
}

fn probe_pairs(header: String, row: String) -> Vec<(String, String)> {
    let mut names: Vec<&str> = Vec::new();
    let mut cells: Vec<String> = Vec::new();
    {
        let row = row;
        let pairs: Vec<(&str, &str)> = Record {
            header: &header,
            row: &row,
        }
        .pairs();
        for (name, cell) in pairs {
            names.push(name);
            cells.push(::std::string::ToString::to_string(cell));
        }
    }
    names
        .into_iter()
        .map(::std::string::ToString::to_string)
        .zip(cells)
        .collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(header: &str, row: &str, column: &str) -> Option<String> {
        probe_cell(header.to_string(), row.to_string(), column.to_string())
    }

    fn column_of(header: &str, row: &str, cell: &str) -> Option<String> {
        probe_column_of(header.to_string(), row.to_string(), cell.to_string())
    }

    fn pairs(header: &str, row: &str) -> Vec<(String, String)> {
        probe_pairs(header.to_string(), row.to_string())
    }

    fn expected(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, cell)| (name.to_string(), cell.to_string()))
            .collect()
    }

    #[test]
    fn a_cell_by_its_column() {
        assert_eq!(cell("name;colour", "fig;", "name").as_deref(), Some("fig"));
        assert_eq!(cell("name;colour", "fig;", "colour").as_deref(), Some(""));
        assert_eq!(cell("a;b;c", "1;2;3", "c").as_deref(), Some("3"));
    }

    #[test]
    fn a_column_by_its_cell() {
        assert_eq!(
            column_of("name;colour", "fig;", "fig").as_deref(),
            Some("name")
        );
        assert_eq!(
            column_of("name;colour", "fig;", "").as_deref(),
            Some("colour")
        );
        assert_eq!(column_of("a;b;c", "1;2;3", "3").as_deref(), Some("c"));
    }

    #[test]
    fn what_is_not_there() {
        assert_eq!(cell("a;b", "1;2", "1"), None);
        assert_eq!(cell("a;b", "1;2", ""), None);
        assert_eq!(column_of("a;b", "1;2", "a"), None);
        assert_eq!(column_of("a;b", "1;2", "1;2"), None);
    }

    #[test]
    fn the_leftmost_of_several() {
        assert_eq!(cell("a;b;b", "1;2;3", "b").as_deref(), Some("2"));
        assert_eq!(column_of("a;b;c", "1;2;2", "2").as_deref(), Some("b"));
    }

    #[test]
    fn a_row_shorter_than_the_header() {
        assert_eq!(cell("a;b;c", "1;2", "c"), None);
        assert_eq!(cell("a;b;c", "1;2", "b").as_deref(), Some("2"));
        assert_eq!(pairs("a;b;c", "1;2"), expected(&[("a", "1"), ("b", "2")]));
    }

    #[test]
    fn a_row_longer_than_the_header() {
        assert_eq!(column_of("a;b", "1;2;3", "3"), None);
        assert_eq!(column_of("a;b", "1;2;3", "2").as_deref(), Some("b"));
        assert_eq!(pairs("a;b", "1;2;3"), expected(&[("a", "1"), ("b", "2")]));
    }

    #[test]
    fn an_empty_text_is_one_empty_cell() {
        assert_eq!(pairs("", ""), expected(&[("", "")]));
        assert_eq!(pairs("a", ""), expected(&[("a", "")]));
        assert_eq!(cell("", "1", "").as_deref(), Some("1"));
    }

    #[test]
    fn pairs_from_left_to_right_with_all_their_blanks() {
        assert_eq!(
            pairs(" b;a ;;b", "2; 1;ü;\t"),
            expected(&[(" b", "2"), ("a ", " 1"), ("", "ü"), ("b", "\t")])
        );
        assert_eq!(cell("a; a", "1;2", " a").as_deref(), Some("2"));
        assert_eq!(column_of("né;日本", "ü;🦀", "🦀").as_deref(), Some("日本"));
    }
}
