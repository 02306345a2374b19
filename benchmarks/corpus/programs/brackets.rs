/// Tell whether all brackets are balanced.
pub fn balanced(text: &str) -> bool {
    let mut open = Vec::new();
    for symbol in text.chars() {
        match symbol {
            '(' | '[' | '{' => open.push(symbol),
            ')' => {
                if open.pop() != Some('(') {
                    return false;
                }
            }
            ']' => {
                if open.pop() != Some('[') {
                    return false;
                }
            }
            '}' => {
                if open.pop() != Some('{') {
                    return false;
                }
            }
            _ => {}
        }
    }
    open.is_empty()
}
