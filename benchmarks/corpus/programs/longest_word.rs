/// Find the longest word; the first one wins a tie.
pub fn longest_word<'a>(sentence: &'a str) -> Option<&'a str> {
    let mut longest: Option<&'a str> = None;
    for word in sentence.split(' ') {
        match longest {
            Some(record) if word.len() <= record.len() => {}
            _ => longest = Some(word),
        }
    }
    longest
}

pub fn longer<'a>(left: &'a str, right: &'a str) -> &'a str {
    if left.len() >= right.len() {
        left
    } else {
        right
    }
}
