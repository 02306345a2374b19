fn is_vowel(letter: char) -> bool {
    matches!(letter.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u')
}

/// Count the vowels in a string.
fn count_vowels(text: &str) -> usize {
    text.chars().filter(|&letter| is_vowel(letter)).count()
}

/// Remove all vowels from a string.
fn remove_vowels(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for letter in text.chars() {
        if !is_vowel(letter) {
            kept.push(letter);
        }
    }
    kept
}
