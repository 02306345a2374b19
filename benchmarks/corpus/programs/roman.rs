/// Convert a number to a Roman numeral.
fn to_roman(number: u32) -> String {
    let table = [
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"),
        (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
        (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ];
    let mut rest = number;
    let mut numeral = String::new();
    for (value, symbol) in table.iter() {
        while rest >= *value {
            numeral.push_str(symbol);
            rest -= value;
        }
    }
    numeral
}

fn from_roman(numeral: &str) -> Option<u32> {
    let mut total = 0;
    let mut last = 0;
    for symbol in numeral.chars().rev() {
        let value = match symbol {
            'I' => 1,
            'V' => 5,
            'X' => 10,
            'L' => 50,
            'C' => 100,
            'D' => 500,
            'M' => 1000,
            _ => return None,
        };
        if value < last {
            total -= value;
        } else {
            total += value;
            last = value;
        }
    }
    Some(total)
}
