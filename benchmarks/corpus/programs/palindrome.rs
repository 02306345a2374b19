/// Checks whether a string reads the same in both directions.
pub fn is_palindrome(text: &str) -> bool {
    let letters: Vec<char> = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let size = letters.len();
    for i in 0..size / 2 {
        if letters[i] != letters[size - 1 - i] {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_a_palindrome() {
        assert!(is_palindrome("Never odd or even"));
    }

    #[test]
    fn refuses_other_words() {
        assert!(!is_palindrome("rust"));
    }
}
