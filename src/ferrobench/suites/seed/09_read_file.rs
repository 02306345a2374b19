//! category: error handling
//! tags: files, result
//! needs: files

// >>> prompt
fn read_file(path: &str) -> Result<String, std::io::Error> {
    // <<< prompt
    std::fs::read_to_string(path)
}

// >>> probes
fn probe_written_then_read(name: &str, contents: &str) -> Option<String> {
    // Tests may run side by side, so every thread has files of its own.
    let thread = ::std::thread::current().id();
    let file = format!("{}-{:?}-{}", ::std::process::id(), thread, name);
    let path = ::std::env::temp_dir().join(file);
    ::std::fs::write(&path, contents).expect("the probe must be able to write its file");
    let result = read_file(path.to_str().expect("the probe's own path is UTF-8"));
    let _ = ::std::fs::remove_file(&path);
    result.ok()
}

fn probe_read(path: &str) -> Option<String> {
    read_file(path).ok()
}
// <<< probes

// Which error a failure gives is open, and so is what becomes of a file that is not UTF-8.
#[cfg(test)]
mod tests {
    use super::*;

    fn assert_read_back(name: &str, contents: &str) {
        assert_eq!(
            probe_written_then_read(name, contents).as_deref(),
            Some(contents)
        );
    }

    #[test]
    fn a_file_is_read() {
        assert_read_back("ferrobench_word.txt", "hello");
        assert_read_back("ferrobench_sentence.txt", "The quick brown fox.");
    }

    #[test]
    fn an_empty_file_gives_empty_text() {
        assert_read_back("ferrobench_empty.txt", "");
    }

    #[test]
    fn line_ends_and_blanks_are_kept() {
        assert_read_back("ferrobench_lines.txt", "one\ntwo\nthree");
        assert_read_back("ferrobench_final.txt", "one\ntwo\n");
        assert_read_back("ferrobench_windows.txt", "one\r\ntwo\r\n");
        assert_read_back("ferrobench_blank.txt", "\n\n  \t\n");
        assert_read_back("ferrobench_around.txt", "  padded  ");
    }

    #[test]
    fn characters_of_several_bytes() {
        assert_read_back("ferrobench_unicode.txt", "naïve 日本語 🦀\n");
    }

    #[test]
    fn a_name_with_a_space() {
        assert_read_back("ferrobench two words.txt", "found");
    }

    #[test]
    fn a_large_file_is_read_whole() {
        assert_read_back("ferrobench_large.txt", &"0123456789abcdé\n".repeat(8192));
    }

    #[test]
    fn a_file_is_read_anew_each_time() {
        assert_read_back("ferrobench_again.txt", "first, and longer");
        assert_read_back("ferrobench_again.txt", "second");
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        assert!(probe_read("/ferrobench/there/is/no/such/file.txt").is_none());
        assert!(probe_read("ferrobench_no_such_file").is_none());
        assert!(probe_read("").is_none());
    }

    #[test]
    fn a_folder_is_an_error() {
        assert!(probe_read("/").is_none());
    }
}
