/// A token of a small calculator language.
#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Number(f64),
    Operator(char),
    Open,
    Close,
}

pub fn tokenize(source: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let symbols: Vec<char> = source.chars().collect();
    let mut position = 0;
    while position < symbols.len() {
        let symbol = symbols[position];
        match symbol {
            ' ' => position += 1,
            '+' | '-' | '*' | '/' => {
                tokens.push(Token::Operator(symbol));
                position += 1;
            }
            '(' => {
                tokens.push(Token::Open);
                position += 1;
            }
            ')' => {
                tokens.push(Token::Close);
                position += 1;
            }
            c if c.is_ascii_digit() => {
                let start = position;
                while position < symbols.len() && (symbols[position].is_ascii_digit() || symbols[position] == '.') {
                    position += 1;
                }
                let literal: String = symbols[start..position].iter().collect();
                tokens.push(Token::Number(literal.parse().map_err(|_| literal.clone())?));
            }
            other => return Err(format!("unexpected character {}", other)),
        }
    }
    Ok(tokens)
}
