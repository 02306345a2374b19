//! category: smart pointers
//! tags: Rc, Weak, RefCell, cycles
//! level: advanced

// >>> prompt
use std::cell::RefCell;
use std::rc::{Rc, Weak};

/// A folder that knows the folders in it, in order, and the one that it lies in.
///
/// A folder keeps alive what lies in it, and nothing else: one whose parent was dropped is a top folder.
struct Folder {
    name: String,
    parent: RefCell<Weak<Folder>>,
    children: RefCell<Vec<Rc<Folder>>>,
}

impl Folder {
    /// A top folder with nothing in it.
    fn new(name: &str) -> Rc<Self> {
        Rc::new(Folder {
            name: name.to_string(),
            parent: RefCell::default(),
            children: RefCell::default(),
        })
    }

    /// The names from the top folder down to this one, joined with `/`.
    fn path(&self) -> String {
        match self.parent.borrow().upgrade() {
            Some(parent) => format!("{}/{}", parent.path(), self.name),
            None => self.name.clone(),
        }
    }
}

/// Moves `folder`, with all that lies in it, into `target`, where it becomes the last child. It leaves
/// the folder that it lay in before, if any. That may be `target` itself. Returns `true`.
///
/// A folder cannot go into itself, nor into a folder that lies in it, however deep. Then nothing changes,
/// and the result is `false`.
///
/// Folders are told apart by identity: several, in one folder too, may have the same name.
fn move_into(folder: &Rc<Folder>, target: &Rc<Folder>) -> bool {
    // <<< prompt
    let mut above = Some(Rc::clone(target));
    while let Some(next) = above {
        if Rc::ptr_eq(&next, folder) {
            return false;
        }
        above = next.parent.borrow().upgrade();
    }
    let before = folder.parent.replace(Rc::downgrade(target)).upgrade();
    if let Some(before) = before {
        let mut siblings = before.children.borrow_mut();
        siblings.retain(|child| !Rc::ptr_eq(child, folder));
    }
    target.children.borrow_mut().push(Rc::clone(folder));
    true
}

// >>> probes
fn probe_build(
    names: &[String],
    moves: &[(usize, usize)],
) -> (Vec<::std::rc::Rc<Folder>>, Vec<bool>) {
    let folders: Vec<_> = names.iter().map(|name| Folder::new(name)).collect();
    let results = moves
        .iter()
        .map(|&(folder, target)| move_into(&folders[folder], &folders[target]))
        .collect();
    (folders, results)
}

/// Makes folders, and moves them by their numbers. The results, and the path of each.
fn probe_paths(names: Vec<String>, moves: Vec<(usize, usize)>) -> (Vec<bool>, Vec<String>) {
    let (folders, results) = probe_build(&names, &moves);
    (
        results,
        folders.iter().map(|folder| folder.path()).collect(),
    )
}

/// The same, and the numbers of the children of each.
fn probe_children(names: Vec<String>, moves: Vec<(usize, usize)>) -> (Vec<bool>, Vec<Vec<usize>>) {
    let (folders, results) = probe_build(&names, &moves);
    let number = |child: &::std::rc::Rc<Folder>| {
        folders
            .iter()
            .position(|folder| ::std::rc::Rc::ptr_eq(folder, child))
            .unwrap_or(usize::MAX)
    };
    let children = folders
        .iter()
        .map(|folder| folder.children.borrow().iter().map(number).collect())
        .collect();
    (results, children)
}

/// The paths of those folders that are still there when only the ones of the numbers in `held` are held.
fn probe_alive(
    names: Vec<String>,
    moves: Vec<(usize, usize)>,
    held: Vec<usize>,
) -> Vec<Option<String>> {
    let (folders, _) = probe_build(&names, &moves);
    let weak: Vec<_> = folders.iter().map(::std::rc::Rc::downgrade).collect();
    let _held: Vec<_> = held
        .iter()
        .map(|&number| ::std::rc::Rc::clone(&folders[number]))
        .collect();
    ::std::mem::drop(folders);
    weak.iter()
        .map(|folder| folder.upgrade().map(|folder| folder.path()))
        .collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    /// One name for each character.
    fn names(names: &str) -> Vec<String> {
        names.chars().map(String::from).collect()
    }

    fn paths(folders: &str, moves: &[(usize, usize)]) -> (Vec<bool>, Vec<String>) {
        probe_paths(names(folders), moves.to_vec())
    }

    fn children(folders: &str, moves: &[(usize, usize)]) -> (Vec<bool>, Vec<Vec<usize>>) {
        probe_children(names(folders), moves.to_vec())
    }

    fn expected(results: &[bool], paths: &[&str]) -> (Vec<bool>, Vec<String>) {
        let paths = paths.iter().map(ToString::to_string).collect();
        (results.to_vec(), paths)
    }

    #[test]
    fn a_folder_goes_into_another() {
        assert_eq!(paths("ab", &[(1, 0)]), expected(&[true], &["a", "a/b"]));
        assert_eq!(
            children("ab", &[(1, 0)]),
            (vec![true], vec![vec![1], vec![]])
        );
    }

    #[test]
    fn what_lies_in_it_goes_with_it() {
        assert_eq!(
            paths("abcé", &[(2, 1), (3, 2), (1, 0)]),
            expected(&[true; 3], &["a", "a/b", "a/b/c", "a/b/c/é"])
        );
    }

    #[test]
    fn it_becomes_the_last_child() {
        assert_eq!(
            children("abcd", &[(2, 0), (1, 0), (3, 0)]).1,
            [vec![2, 1, 3], vec![], vec![], vec![]]
        );
    }

    #[test]
    fn it_leaves_where_it_was() {
        assert_eq!(
            children("abcd", &[(1, 0), (2, 0), (3, 0), (2, 1)]).1,
            [vec![1, 3], vec![2], vec![], vec![]]
        );
        assert_eq!(
            paths("abc", &[(1, 0), (2, 1), (2, 0)]),
            expected(&[true; 3], &["a", "a/b", "a/c"])
        );
    }

    #[test]
    fn into_where_it_is_puts_it_last() {
        assert_eq!(
            children("abc", &[(1, 0), (2, 0), (1, 0)]),
            (vec![true; 3], vec![vec![2, 1], vec![], vec![]])
        );
        assert_eq!(children("ab", &[(1, 0), (1, 0)]).1, [vec![1], vec![]]);
    }

    #[test]
    fn not_into_itself() {
        assert_eq!(children("a", &[(0, 0)]), (vec![false], vec![vec![]]));
        assert_eq!(
            children("ab", &[(1, 0), (1, 1)]),
            (vec![true, false], vec![vec![1], vec![]])
        );
    }

    #[test]
    fn not_into_what_lies_in_it() {
        let moves = [(1, 0), (2, 1), (3, 2), (1, 3), (0, 3), (0, 1)];
        let results = [true, true, true, false, false, false];
        assert_eq!(
            paths("abcd", &moves),
            expected(&results, &["a", "a/b", "a/b/c", "a/b/c/d"])
        );
        assert_eq!(
            children("abcd", &moves).1,
            [vec![1], vec![2], vec![3], vec![]]
        );
    }

    #[test]
    fn beside_or_above_is_allowed() {
        assert_eq!(
            paths("abcd", &[(1, 0), (2, 0), (3, 1), (3, 2), (3, 0), (2, 1)]),
            expected(&[true; 6], &["a", "a/b", "a/b/c", "a/d"])
        );
    }

    #[test]
    fn folders_of_one_name_are_not_one() {
        assert_eq!(
            children("aaaa", &[(1, 0), (2, 0), (3, 0), (2, 1)]),
            (vec![true; 4], vec![vec![1, 3], vec![2], vec![], vec![]])
        );
    }

    #[test]
    fn nothing_is_kept_alive_by_what_lies_in_it() {
        assert_eq!(
            probe_alive(names("abc"), vec![(1, 0), (2, 1)], vec![]),
            [None, None, None]
        );
        assert_eq!(
            probe_alive(names("abc"), vec![(1, 0), (2, 1)], vec![1]),
            [None, Some("b".to_string()), Some("b/c".to_string())]
        );
    }

    #[test]
    fn what_was_left_keeps_nothing_alive() {
        assert_eq!(
            probe_alive(names("abc"), vec![(1, 0), (2, 1), (2, 0), (1, 2)], vec![1]),
            [None, Some("b".to_string()), None]
        );
    }

    #[test]
    fn a_refused_move_keeps_nothing_alive() {
        assert_eq!(
            probe_alive(names("ab"), vec![(1, 0), (0, 1), (0, 0)], vec![]),
            [None, None]
        );
    }
}
