//! category: unsafe
//! tags: raw pointers, unsafe functions, UTF-8
//! level: basic

// >>> prompt
/// Copies the text at `start`: all bytes before the first zero byte.
///
/// Gives `None` if `start` is null, if there is no zero byte among the first `most` bytes, or if
/// the bytes before it are not valid UTF-8.
///
/// # Safety
///
/// `start` is null, or points to bytes that can be read and that nobody changes meanwhile, up to
/// and including the first zero byte, or `most` bytes if there is none among them. What lies beyond
/// need not exist, so it is not read. `most` may be any number, even `usize::MAX`.
unsafe fn text_at(start: *const u8, most: usize) -> Option<String> {
    // <<< prompt
    if start.is_null() {
        return None;
    }
    // SAFETY: bytes are read one by one, and none after the first zero byte.
    let length = (0..most).find(|offset| unsafe { *start.add(*offset) } == 0)?;
    // SAFETY: these are the bytes that have just been read.
    let bytes = unsafe { std::slice::from_raw_parts(start, length) };
    String::from_utf8(bytes.to_vec()).ok()
}

// >>> probes
fn probe_text(bytes: Vec<u8>, most: usize) -> Option<String> {
    assert!(most <= bytes.len() || bytes.contains(&0));
    unsafe { text_at(bytes.as_ptr(), most) }
}

fn probe_null(most: usize) -> Option<String> {
    unsafe { text_at(::std::ptr::null(), most) }
}

/// Changes the bytes after the call; what the text is then.
fn probe_copies(mut bytes: Vec<u8>) -> Option<String> {
    let text = unsafe { text_at(bytes.as_ptr(), bytes.len()) };
    bytes.fill(b'?');
    text
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_string())
    }

    #[test]
    fn ends_before_the_first_zero() {
        assert_eq!(probe_text(b"ab\0cd\0".to_vec(), 6), some("ab"));
        assert_eq!(probe_text(b"ab\0\xff\xff".to_vec(), 5), some("ab"));
    }

    #[test]
    fn a_zero_at_once_is_an_empty_text() {
        assert_eq!(probe_text(vec![0], 1), some(""));
    }

    #[test]
    fn the_zero_may_be_the_last_byte_that_counts() {
        assert_eq!(probe_text(b"abc\0".to_vec(), 4), some("abc"));
        assert_eq!(probe_text(b"abc\0".to_vec(), 3), None);
    }

    #[test]
    fn no_zero_no_text() {
        assert_eq!(probe_text(b"abc".to_vec(), 3), None);
        assert_eq!(probe_text(b"abc".to_vec(), 0), None);
        assert_eq!(probe_text(vec![0], 0), None);
    }

    #[test]
    fn null_is_no_text() {
        assert_eq!(probe_null(0), None);
        assert_eq!(probe_null(5), None);
        assert_eq!(probe_null(usize::MAX), None);
    }

    #[test]
    fn text_beyond_ascii() {
        let bytes = "naïve 東京 🦀\0".as_bytes().to_vec();
        assert_eq!(probe_text(bytes, 100), some("naïve 東京 🦀"));
    }

    #[test]
    fn bytes_that_are_no_text() {
        assert_eq!(probe_text(vec![b'a', 0xff, b'b', 0], 4), None);
        assert_eq!(probe_text(vec![0xe6, 0x9d, 0], 3), None);
    }

    #[test]
    fn the_limit_may_be_without_end() {
        assert_eq!(probe_text(b"x\0".to_vec(), usize::MAX), some("x"));
        assert_eq!(probe_text(b"x\0".to_vec(), 1 << 40), some("x"));
    }

    #[test]
    fn the_text_is_a_copy() {
        assert_eq!(probe_copies(b"abc\0".to_vec()), some("abc"));
    }
}
