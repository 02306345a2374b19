/// Capitalize the first letter of each word.
pub fn title_case(text: &str) -> String {
    text.split(' ')
        .map(|word| {
            let mut letters = word.chars();
            match letters.next() {
                Some(initial) => initial.to_uppercase().collect::<String>() + letters.as_str(),
                None => String::new(),
            }
        })
        .collect::<Vec<String>>()
        .join(" ")
}

pub fn snake_case(text: &str) -> String {
    let mut result = String::new();
    for (position, letter) in text.char_indices() {
        if letter.is_uppercase() && position > 0 {
            result.push('_');
        }
        result.push(letter.to_ascii_lowercase());
    }
    result
}
