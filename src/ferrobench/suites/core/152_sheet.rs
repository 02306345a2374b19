//! category: interior mutability
//! tags: OnceCell, memoisation, closures, trait objects
//! level: intermediate

// >>> prompt
use std::cell::OnceCell;

type Formula = Box<dyn Fn(&Sheet) -> Option<i64>>;

/// Cells, numbered from 0, whose values are found by formulas, which may ask for the values of other
/// cells. No formula ever asks for its own cell, not by way of others either.
///
/// - `fn new() -> Self` has no cells.
/// - `fn push(&mut self, formula: Formula) -> usize` adds a cell, and returns its number.
/// - `fn replace(&mut self, cell: usize, formula: Formula) -> bool` gives a cell another formula, and
///   returns `true`. Where there is no such cell, it changes nothing and returns `false`.
/// - `fn get(&self, cell: usize) -> Option<i64>` is the value of a cell: what its formula returns, called
///   with this sheet. It is `None` also where there is no such cell.
///
/// Formulas are called by `get` alone. What a formula returned, be it `None`, is remembered, so that it
/// is not called again before the sheet changes. Each `push`, and each `replace` that returns `true`,
/// makes the sheet forget all that it remembers.
struct Sheet {
    cells: Vec<(Formula, OnceCell<Option<i64>>)>,
}

impl Sheet {
    // <<< prompt
    fn new() -> Self {
        Sheet { cells: Vec::new() }
    }

    fn push(&mut self, formula: Formula) -> usize {
        self.forget();
        self.cells.push((formula, OnceCell::new()));
        self.cells.len() - 1
    }

    fn replace(&mut self, cell: usize, formula: Formula) -> bool {
        let Some((present, _)) = self.cells.get_mut(cell) else {
            return false;
        };
        *present = formula;
        self.forget();
        true
    }

    fn get(&self, cell: usize) -> Option<i64> {
        let (formula, value) = self.cells.get(cell)?;
        *value.get_or_init(|| formula(self))
    }

    fn forget(&mut self) {
        for (_, value) in &mut self.cells {
            value.take();
        }
    }
}

// >>> probes
/// A formula that adds up `plus` and the values of other cells, and counts its calls.
fn probe_formula(
    (plus, others): (i64, Vec<usize>),
    calls: &::std::rc::Rc<::std::cell::Cell<u32>>,
) -> Formula {
    let calls = ::std::rc::Rc::clone(calls);
    ::std::boxed::Box::new(move |sheet: &Sheet| {
        calls.set(calls.get() + 1);
        others
            .iter()
            .try_fold(plus, |sum, &other| Some(sum + sheet.get(other)?))
    })
}

/// Pushes the formulas, and asks for the cells. The numbers of the cells, the values, and how many
/// formulas were called up to each value.
fn probe_values(
    formulas: Vec<(i64, Vec<usize>)>,
    asked: Vec<usize>,
) -> (Vec<usize>, Vec<Option<i64>>, Vec<u32>) {
    let calls = ::std::rc::Rc::default();
    let mut sheet = Sheet::new();
    let numbers = formulas
        .into_iter()
        .map(|formula| sheet.push(probe_formula(formula, &calls)))
        .collect();
    let (values, counts) = asked
        .into_iter()
        .map(|cell| (sheet.get(cell), calls.get()))
        .unzip();
    (numbers, values, counts)
}

/// Asks for all cells, replaces one, and asks for all again. The result of `replace`, the values before
/// and after, and how many formulas were called before, within and after `replace`.
fn probe_replace(
    formulas: Vec<(i64, Vec<usize>)>,
    cell: usize,
    formula: (i64, Vec<usize>),
) -> (bool, Vec<Option<i64>>, Vec<Option<i64>>, [u32; 3]) {
    let calls = ::std::rc::Rc::default();
    let mut sheet = Sheet::new();
    let count = formulas.len();
    for formula in formulas {
        sheet.push(probe_formula(formula, &calls));
    }
    let before = (0..count).map(|cell| sheet.get(cell)).collect();
    let calls_before = calls.take();
    let replaced = sheet.replace(cell, probe_formula(formula, &calls));
    let calls_within = calls.take();
    let after = (0..count).map(|cell| sheet.get(cell)).collect();
    let all = [calls_before, calls_within, calls.get()];
    (replaced, before, after, all)
}

/// Asks for the first cell after each push. The values, and how many formulas were called for each.
fn probe_pushes(formulas: Vec<(i64, Vec<usize>)>) -> Vec<(Option<i64>, u32)> {
    let calls = ::std::rc::Rc::default();
    let mut sheet = Sheet::new();
    formulas
        .into_iter()
        .map(|formula| {
            sheet.push(probe_formula(formula, &calls));
            (sheet.get(0), calls.take())
        })
        .collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_numbered_from_nothing() {
        let formulas = vec![(5, vec![]), (6, vec![]), (7, vec![])];
        let (numbers, values, _) = probe_values(formulas, vec![2, 0, 1]);
        assert_eq!(numbers, [0, 1, 2]);
        assert_eq!(values, [Some(7), Some(5), Some(6)]);
    }

    #[test]
    fn formulas_ask_for_other_cells() {
        let formulas = vec![(1, vec![1, 2]), (10, vec![2]), (100, vec![])];
        let (_, values, _) = probe_values(formulas, vec![0, 1, 2]);
        assert_eq!(values, [Some(211), Some(110), Some(100)]);
    }

    #[test]
    fn without_such_a_cell_there_is_no_value() {
        assert_eq!(probe_values(vec![], vec![0]).1, [None]);
        let (_, values, counts) = probe_values(vec![(5, vec![])], vec![1, usize::MAX]);
        assert_eq!(values, [None, None]);
        assert_eq!(counts, [0, 0]);
    }

    #[test]
    fn each_formula_is_called_once() {
        let formulas = vec![(1, vec![1, 1, 2]), (10, vec![2, 2]), (100, vec![])];
        let (_, values, counts) = probe_values(formulas, vec![0, 0, 2, 1]);
        assert_eq!(values, [Some(521), Some(521), Some(100), Some(210)]);
        assert_eq!(counts, [3, 3, 3, 3]);
    }

    #[test]
    fn only_what_is_asked_for_is_found() {
        let formulas = vec![(1, vec![]), (2, vec![0]), (3, vec![1])];
        let (_, values, counts) = probe_values(formulas, vec![1, 2]);
        assert_eq!(values, [Some(3), Some(6)]);
        assert_eq!(counts, [2, 3]);
    }

    #[test]
    fn no_value_is_remembered_too() {
        let (_, values, counts) = probe_values(vec![(1, vec![7])], vec![0, 0, 0]);
        assert_eq!(values, [None; 3]);
        assert_eq!(counts, [1, 1, 1]);
    }

    #[test]
    fn a_long_chain_is_found_once() {
        let formulas = (0..40)
            .map(|cell: usize| match cell {
                0 => (1, vec![]),
                _ => (0, vec![cell - 1, cell - 1]),
            })
            .collect();
        let (_, values, counts) = probe_values(formulas, vec![39]);
        assert_eq!(values, [Some(1 << 39)]);
        assert_eq!(counts, [40]);
    }

    #[test]
    fn a_replacement_changes_what_asks_for_it() {
        let formulas = vec![(1, vec![1]), (10, vec![2]), (100, vec![]), (5, vec![])];
        let (replaced, before, after, calls) = probe_replace(formulas, 2, (200, vec![3]));
        assert!(replaced);
        assert_eq!(before, [Some(111), Some(110), Some(100), Some(5)]);
        assert_eq!(after, [Some(216), Some(215), Some(205), Some(5)]);
        assert_eq!(calls, [4, 0, 4]);
    }

    #[test]
    fn what_cannot_be_replaced_changes_nothing() {
        let formulas = vec![(1, vec![1]), (10, vec![])];
        let (replaced, before, after, calls) = probe_replace(formulas, 2, (200, vec![]));
        assert!(!replaced);
        assert_eq!(before, after);
        assert_eq!(calls, [2, 0, 0]);
    }

    #[test]
    fn a_new_cell_changes_what_asks_for_it() {
        assert_eq!(
            probe_pushes(vec![(1, vec![2]), (10, vec![]), (100, vec![1])]),
            [(None, 1), (None, 1), (Some(111), 3)]
        );
    }
}
