//! category: pattern matching
//! tags: slice patterns, bindings, match guards, lifetimes, enums
//! level: basic

// >>> prompt
/// What a visitor of a web site asks for.
#[derive(Debug, PartialEq)]
enum Page<'a, 's> {
    Home,
    Tasks {
        state: &'s str,
    },
    Profile {
        user: &'s str,
    },
    Note {
        user: &'s str,
        id: u32,
    },
    Folder {
        path: &'a [&'s str],
    },
    Preview {
        folder: &'a [&'s str],
        file: &'s str,
    },
    Missing,
}

/// Finds the page for a path, given as its segments. An upper case word stands for any one segment that is
/// not empty, `..` for any number of segments, also none, whatever they are:
///
/// - no segments at all: `Home`
/// - `tasks`, then `open` or `done`: `Tasks`, with the second segment
/// - `users`, USER: `Profile`
/// - `users`, USER, `notes`, ID: `Note`, where `str::parse` makes a `u32` of ID
/// - `files`, .., FILE, `preview`: `Preview`, with what is between `files` and FILE, and with FILE
/// - any other path that begins with `files`: `Folder`, with all that comes after `files`
/// - all else: `Missing`
fn page_of<'a, 's>(segments: &'a [&'s str]) -> Page<'a, 's> {
    // <<< prompt
    match segments {
        [] => Page::Home,
        ["tasks", state @ ("open" | "done")] => Page::Tasks { state },
        ["users", user] if !user.is_empty() => Page::Profile { user },
        ["users", user, "notes", id] if !user.is_empty() => match id.parse() {
            Ok(id) => Page::Note { user, id },
            Err(_) => Page::Missing,
        },
        ["files", folder @ .., file, "preview"] if !file.is_empty() => {
            Page::Preview { folder, file }
        }
        ["files", path @ ..] => Page::Folder { path },
        _ => Page::Missing,
    }
}

// >>> probes
/// The name of the page, the texts in it, and its number.
fn probe_page(segments: Vec<String>) -> (String, Vec<String>, Option<u32>) {
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (name, texts, id) = match page_of(&segments) {
        Page::Home => ("home", ::std::vec![], None),
        Page::Tasks { state } => ("tasks", ::std::vec![state], None),
        Page::Profile { user } => ("profile", ::std::vec![user], None),
        Page::Note { user, id } => ("note", ::std::vec![user], Some(id)),
        Page::Folder { path } => ("folder", path.to_vec(), None),
        Page::Preview { folder, file } => {
            let mut texts = folder.to_vec();
            texts.push(file);
            ("preview", texts, None)
        }
        Page::Missing => ("missing", ::std::vec![], None),
    };
    let texts = texts.into_iter().map(str::to_string).collect();
    (name.to_string(), texts, id)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn page(segments: &[&str]) -> (String, Vec<String>, Option<u32>) {
        probe_page(segments.iter().map(|s| s.to_string()).collect())
    }

    fn expected(name: &str, texts: &[&str], id: Option<u32>) -> (String, Vec<String>, Option<u32>) {
        let texts = texts.iter().map(|s| s.to_string()).collect();
        (name.to_string(), texts, id)
    }

    fn missing(segments: &[&str]) {
        assert_eq!(page(segments), expected("missing", &[], None));
    }

    #[test]
    fn no_segments_are_home() {
        assert_eq!(page(&[]), expected("home", &[], None));
    }

    #[test]
    fn an_empty_segment_is_not_home() {
        missing(&[""]);
        missing(&["home"]);
    }

    #[test]
    fn tasks_have_two_states() {
        assert_eq!(page(&["tasks", "open"]), expected("tasks", &["open"], None));
        assert_eq!(page(&["tasks", "done"]), expected("tasks", &["done"], None));
        missing(&["tasks", "late"]);
        missing(&["tasks"]);
        missing(&["tasks", "open", "done"]);
    }

    #[test]
    fn users_have_profiles() {
        assert_eq!(page(&["users", "zoë"]), expected("profile", &["zoë"], None));
        missing(&["users"]);
        missing(&["users", ""]);
        missing(&["zoë"]);
        missing(&["groups", "zoë"]);
    }

    #[test]
    fn notes_have_numbers() {
        assert_eq!(
            page(&["users", "ann", "notes", "0"]),
            expected("note", &["ann"], Some(0))
        );
        assert_eq!(
            page(&["users", "notes", "notes", "4294967295"]),
            expected("note", &["notes"], Some(u32::MAX))
        );
    }

    #[test]
    fn without_a_number_there_is_no_note() {
        missing(&["users", "ann", "notes", "4294967296"]);
        missing(&["users", "ann", "notes", "-1"]);
        missing(&["users", "ann", "notes", "one"]);
        missing(&["users", "ann", "notes", ""]);
        missing(&["users", "ann", "notes"]);
    }

    #[test]
    fn what_is_not_quite_a_note_is_missing() {
        missing(&["users", "", "notes", "1"]);
        missing(&["users", "ann", "pages", "1"]);
        missing(&["users", "ann", "notes", "1", "2"]);
    }

    #[test]
    fn folders_of_any_depth() {
        assert_eq!(page(&["files"]), expected("folder", &[], None));
        assert_eq!(page(&["files", "a"]), expected("folder", &["a"], None));
        assert_eq!(
            page(&["files", "a", "", "c"]),
            expected("folder", &["a", "", "c"], None)
        );
        missing(&["file", "a"]);
        missing(&["a", "files"]);
    }

    #[test]
    fn previews_split_the_file_off() {
        assert_eq!(
            page(&["files", "a.png", "preview"]),
            expected("preview", &["a.png"], None)
        );
        assert_eq!(
            page(&["files", "x", "", "ü.png", "preview"]),
            expected("preview", &["x", "", "ü.png"], None)
        );
        assert_eq!(
            page(&["files", "preview", "preview"]),
            expected("preview", &["preview"], None)
        );
        missing(&["a.png", "preview"]);
    }

    #[test]
    fn a_preview_of_nothing_is_a_folder() {
        assert_eq!(
            page(&["files", "preview"]),
            expected("folder", &["preview"], None)
        );
        assert_eq!(
            page(&["files", "a", "", "preview"]),
            expected("folder", &["a", "", "preview"], None)
        );
        assert_eq!(
            page(&["files", "preview", "a"]),
            expected("folder", &["preview", "a"], None)
        );
    }
}
