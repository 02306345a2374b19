//! category: strings and Unicode
//! tags: iterators, lifetimes, byte offsets, string slices
//! level: intermediate

// >>> prompt
/// The terms of a search query, from left to right: its items are pairs `(usize, &'q str)`, the byte offset
/// in the query at which the term begins, and the term.
///
/// - A `"` begins a quoted term: all that stands before the next `"`, or before the end of the query if no
///   other `"` follows. It may be empty. The quotation marks belong to no term. The next term may follow
///   without white space between.
/// - Other terms have at least one `char`, and go on until white space, a `"` or the end of the query.
/// - White space (`char::is_whitespace`) outside quoted terms only separates, and belongs to no term.
///
/// Terms are parts of the query, and live as long as it does: nothing is copied. Each is looked for when it
/// is asked for, and a query that has ended gives `None` for ever.
///
/// `rust "case  fold"ing` has the terms `(0, "rust")`, `(6, "case  fold")` and `(17, "ing")`.
struct Terms<'q> {
    query: &'q str,
    /// The byte offset from which to go on. At the beginning it is 0.
    at: usize,
}

impl<'q> Iterator for Terms<'q> {
    // <<< prompt
    type Item = (usize, &'q str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.query[self.at..].trim_start();
        let start = self.query.len() - rest.len();
        if let Some(quoted) = rest.strip_prefix('"') {
            let (term, after) = quoted.split_once('"').unwrap_or((quoted, ""));
            self.at = self.query.len() - after.len();
            return Some((start + 1, term));
        }
        let length = rest
            .find(|c: char| c == '"' || c.is_whitespace())
            .unwrap_or(rest.len());
        self.at = start + length;
        (length > 0).then(|| (start, &rest[..length]))
    }
}

// >>> probes
fn probe_terms(query: String) -> Vec<(usize, String)> {
    let terms = Terms {
        query: &query,
        at: 0,
    };
    terms.map(|(at, term)| (at, term.to_string())).collect()
}

/// For each term how far it begins behind the beginning of the query in memory. The terms are looked at when
/// the iterator is gone.
fn probe_places(query: String) -> Vec<(usize, usize)> {
    let terms: Vec<(usize, &str)> = {
        let mut terms = Terms {
            query: &query,
            at: 0,
        };
        ::std::iter::Iterator::collect(::std::iter::Iterator::by_ref(&mut terms))
    };
    terms
        .iter()
        .map(|(at, term)| (*at, term.as_ptr() as usize - query.as_ptr() as usize))
        .collect()
}

/// What so many calls give, one after another.
fn probe_calls(query: String, calls: usize) -> Vec<Option<(usize, String)>> {
    let mut terms = Terms {
        query: &query,
        at: 0,
    };
    (0..calls)
        .map(|_| {
            let term = ::std::iter::Iterator::next(&mut terms);
            term.map(|(at, term)| (at, term.to_string()))
        })
        .collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(query: &str) -> Vec<(usize, String)> {
        probe_terms(query.to_string())
    }

    fn are(terms: &[(usize, &str)]) -> Vec<(usize, String)> {
        terms
            .iter()
            .map(|&(at, term)| (at, term.to_string()))
            .collect()
    }

    #[test]
    fn the_example() {
        assert_eq!(
            terms(r#"rust "case  fold"ing"#),
            are(&[(0, "rust"), (6, "case  fold"), (17, "ing")])
        );
    }

    #[test]
    fn nothing_and_white_space_have_no_terms() {
        assert!(terms("").is_empty());
        assert!(terms(" ").is_empty());
        assert!(terms("\t \n\u{3000}").is_empty());
    }

    #[test]
    fn white_space_separates() {
        assert_eq!(terms("a"), are(&[(0, "a")]));
        assert_eq!(terms("  a\t\tbc\n"), are(&[(2, "a"), (5, "bc")]));
    }

    #[test]
    fn offsets_are_in_bytes() {
        assert_eq!(
            terms("größe 日本 \"🦀 é\" x"),
            are(&[(0, "größe"), (8, "日本"), (16, "🦀 é"), (25, "x")])
        );
    }

    #[test]
    fn white_space_beyond_ascii() {
        assert_eq!(
            terms("\u{a0}a\u{3000}b\u{2003}\u{85}ç"),
            are(&[(2, "a"), (6, "b"), (12, "ç")])
        );
        assert_eq!(terms("a\u{200b}b"), are(&[(0, "a\u{200b}b")]));
    }

    #[test]
    fn quoted_terms_keep_their_white_space() {
        assert_eq!(terms("\" a  b \""), are(&[(1, " a  b ")]));
        assert_eq!(terms(" \"\u{3000}\""), are(&[(2, "\u{3000}")]));
        assert_eq!(terms("\" \" \"\t\""), are(&[(1, " "), (5, "\t")]));
    }

    #[test]
    fn quoted_terms_may_be_empty() {
        assert_eq!(terms("\"\""), are(&[(1, "")]));
        assert_eq!(terms("\"\"\"\""), are(&[(1, ""), (3, "")]));
        assert_eq!(terms("a \"\" b"), are(&[(0, "a"), (3, ""), (5, "b")]));
    }

    #[test]
    fn terms_without_white_space_between() {
        assert_eq!(terms("a\"b\"c"), are(&[(0, "a"), (2, "b"), (4, "c")]));
        assert_eq!(terms("\"ä\"\"ö\""), are(&[(1, "ä"), (5, "ö")]));
    }

    #[test]
    fn a_quoted_term_that_is_not_closed() {
        assert_eq!(terms("a \"b c "), are(&[(0, "a"), (3, "b c ")]));
        assert_eq!(terms("é\""), are(&[(0, "é"), (3, "")]));
        assert_eq!(terms("\""), are(&[(1, "")]));
        assert_eq!(terms("\"a\"\""), are(&[(1, "a"), (4, "")]));
    }

    #[test]
    fn after_the_end_there_is_nothing_for_ever() {
        let calls = |query: &str| probe_calls(query.to_string(), 4);
        let term = |at, term: &str| Some((at, term.to_string()));
        assert_eq!(calls(" a "), [term(1, "a"), None, None, None]);
        assert_eq!(calls("\"b"), [term(1, "b"), None, None, None]);
        assert_eq!(calls("c \""), [term(0, "c"), term(3, ""), None, None]);
        assert_eq!(calls("  "), [None, None, None, None]);
    }

    #[test]
    fn terms_are_parts_of_the_query() {
        assert_eq!(
            probe_places("ä \"b c\"d \"\"".to_string()),
            [(0, 0), (4, 4), (8, 8), (11, 11)]
        );
    }
}
