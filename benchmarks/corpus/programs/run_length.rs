/// Run-length encode a string: "aab" becomes "2a1b".
fn compress(text: &str) -> String {
    let mut output = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let mut run = 1;
        while letters.peek() == Some(&letter) {
            letters.next();
            run += 1;
        }
        output.push_str(&run.to_string());
        output.push(letter);
    }
    output
}

fn expand(packed: &str) -> Option<String> {
    let mut output = String::new();
    let mut run = 0usize;
    for symbol in packed.chars() {
        if let Some(digit) = symbol.to_digit(10) {
            run = run * 10 + digit as usize;
        } else if run == 0 {
            return None;
        } else {
            output.extend(std::iter::repeat(symbol).take(run));
            run = 0;
        }
    }
    Some(output)
}
