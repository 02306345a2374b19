const ALPHABET: u8 = 26;

/// Shift every letter by the key.
fn encrypt(text: &str, key: u8) -> String {
    text.chars().map(|letter| shift(letter, key % ALPHABET)).collect()
}

fn decrypt(text: &str, key: u8) -> String {
    encrypt(text, ALPHABET - key % ALPHABET)
}

fn shift(letter: char, key: u8) -> char {
    if letter.is_ascii_lowercase() {
        ((letter as u8 - b'a' + key) % ALPHABET + b'a') as char
    } else if letter.is_ascii_uppercase() {
        ((letter as u8 - b'A' + key) % ALPHABET + b'A') as char
    } else {
        letter
    }
}
