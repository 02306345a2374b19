//! category: parsing
//! tags: recursive enums, box, lifetimes, operator precedence, checked arithmetic, error positions
//! level: advanced

// >>> prompt
/// The text is no formula. `at` is the number of bytes before the first place where that can be seen: before
/// the leftmost number, name or other character that cannot stand where it stands, or all bytes of the text,
/// if it ends too soon.
#[derive(Debug, PartialEq)]
struct SyntaxError {
    at: usize,
}

#[derive(Debug, PartialEq)]
enum EvalError<'t> {
    UnknownName(&'t str),
    DivisionByZero,
    Overflow,
}

/// A formula has numbers, names and groups in parentheses as its operands. White space between all these and
/// the operators is passed over.
///
/// - A number is one or more of the digits 0 to 9. One greater than `i64::MAX` cannot stand anywhere.
/// - A name is a character that `char::is_alphabetic` accepts, and all that come after it and are `_` or
///   accepted by `char::is_alphanumeric`.
/// - The sign `-` before an operand binds tightest, and makes an operand again: `2 * --x` is a formula.
/// - `*` and `/` bind tighter than `+` and `-`, and these tighter than `?`. Those that bind alike are taken
///   from left to right.
///
/// The answer defines `Formula<'t>`, where `'t` is the life of the text that names are borrowed from, and
/// besides `parse` a method `evaluate`, which looks up names with what it is given:
/// `evaluate(&self, lookup: &dyn Fn(&str) -> Option<i64>) -> Result<i64, EvalError<'t>>`
///
/// Operands are evaluated from left to right, and the first error ends it: a name that has no number, a
/// division by zero, a result beyond `i64`. Division drops the fraction. `a ? b` is `a`, unless that ends
/// with an `UnknownName`: then it is `b`, which is not evaluated otherwise.
impl<'t> Formula<'t> {
    fn parse(text: &'t str) -> Result<Formula<'t>, SyntaxError> {
        // <<< prompt
        let mut parser = Parser { text, at: 0 };
        let formula = parser.binary(0)?;
        match parser.peek() {
            Some(_) => Err(SyntaxError { at: parser.at }),
            None => Ok(formula),
        }
    }

    fn evaluate(&self, lookup: &dyn Fn(&str) -> Option<i64>) -> Result<i64, EvalError<'t>> {
        let result = match self {
            Formula::Number(number) => Some(*number),
            Formula::Name(name) => return lookup(name).ok_or(EvalError::UnknownName(name)),
            Formula::Negative(operand) => operand.evaluate(lookup)?.checked_neg(),
            Formula::Binary('?', left, right) => match left.evaluate(lookup) {
                Err(EvalError::UnknownName(_)) => return right.evaluate(lookup),
                result => return result,
            },
            Formula::Binary(operator, left, right) => {
                let (left, right) = (left.evaluate(lookup)?, right.evaluate(lookup)?);
                match operator {
                    '+' => left.checked_add(right),
                    '-' => left.checked_sub(right),
                    '*' => left.checked_mul(right),
                    _ if right == 0 => return Err(EvalError::DivisionByZero),
                    _ => left.checked_div(right),
                }
            }
        };
        result.ok_or(EvalError::Overflow)
    }
}

enum Formula<'t> {
    Number(i64),
    Name(&'t str),
    Negative(Box<Formula<'t>>),
    Binary(char, Box<Formula<'t>>, Box<Formula<'t>>),
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    /// Goes to the next character that is no white space.
    fn peek(&mut self) -> Option<char> {
        let rest = self.text[self.at..].trim_start();
        self.at = self.text.len() - rest.len();
        rest.chars().next()
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Operands and the operators between them, which bind at least as tight as those of this level.
    fn binary(&mut self, level: usize) -> Result<Formula<'t>, SyntaxError> {
        let Some(operators) = ["?", "+-", "*/"].get(level) else {
            return self.operand();
        };
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = self.peek().filter(|&next| operators.contains(next)) {
            self.at += 1;
            let right = self.binary(level + 1)?;
            left = Formula::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn operand(&mut self) -> Result<Formula<'t>, SyntaxError> {
        let first = self.peek();
        let at = self.at;
        match first {
            Some('-') => {
                self.at += 1;
                Ok(Formula::Negative(Box::new(self.operand()?)))
            }
            Some('(') => {
                self.at += 1;
                let inner = self.binary(0)?;
                if self.peek() != Some(')') {
                    return Err(SyntaxError { at: self.at });
                }
                self.at += 1;
                Ok(inner)
            }
            Some('0'..='9') => {
                let number = self.take_while(|c| c.is_ascii_digit()).parse();
                number.map(Formula::Number).map_err(|_| SyntaxError { at })
            }
            Some(c) if c.is_alphabetic() => {
                let name = self.take_while(|c| c.is_alphanumeric() || c == '_');
                Ok(Formula::Name(name))
            }
            _ => Err(SyntaxError { at }),
        }
    }
}

// >>> probes
/// Where the text is no formula.
fn probe_syntax(text: String) -> Option<usize> {
    Formula::parse(&text).err().map(|error| error.at)
}

/// The value of the formula or the error's name, `no formula` if it cannot be parsed, and the names in the
/// order in which they are looked up.
fn probe_evaluate(
    text: String,
    numbers: Vec<(String, i64)>,
) -> (::std::result::Result<i64, String>, Vec<String>) {
    let asked = ::std::cell::RefCell::new(::std::vec![]);
    let lookup = |name: &str| {
        asked.borrow_mut().push(name.to_string());
        let found = numbers.iter().find(|(known, _)| known == name)?;
        Some(found.1)
    };
    let result: ::std::result::Result<i64, EvalError> = match Formula::parse(&text) {
        // The error outlives the formula.
        Ok(formula) => formula.evaluate(&lookup),
        Err(_) => return (Err("no formula".to_string()), ::std::vec![]),
    };
    let result = result.map_err(|error| match error {
        EvalError::UnknownName(name) => ::std::format!("unknown {name}"),
        EvalError::DivisionByZero => "division by zero".to_string(),
        EvalError::Overflow => "overflow".to_string(),
    });
    (result, asked.into_inner())
}

/// The values of one formula for several numbers that `x` can have.
fn probe_reused(text: String, numbers: Vec<i64>) -> Vec<Option<i64>> {
    let Ok(formula) = Formula::parse(&text) else {
        return ::std::vec![];
    };
    numbers
        .iter()
        .map(|number| {
            formula
                .evaluate(&|name| (name == "x").then_some(*number))
                .ok()
        })
        .collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: &str = "9223372036854775807";

    fn evaluated(text: &str) -> (Result<i64, String>, Vec<String>) {
        let numbers = [
            ("a", 7),
            ("b", -2),
            ("zero", 0),
            ("min", i64::MIN),
            ("größe_2", 40),
        ];
        let numbers = numbers.map(|(name, number)| (name.to_string(), number));
        probe_evaluate(text.to_string(), numbers.to_vec())
    }

    fn is(text: &str, value: i64) {
        assert_eq!(evaluated(text).0, Ok(value), "{text}");
    }

    fn fails(text: &str, error: &str) {
        assert_eq!(evaluated(text).0, Err(error.to_string()), "{text}");
    }

    fn asks(text: &str, names: &[&str]) {
        assert_eq!(evaluated(text).1, names, "{text}");
    }

    fn wrong_at(text: &str, at: usize) {
        assert_eq!(probe_syntax(text.to_string()), Some(at), "{text}");
    }

    #[test]
    fn single_operands() {
        is("0", 0);
        is("007", 7);
        is(MAX, i64::MAX);
        is("a", 7);
        is("((a))", 7);
        is("größe_2", 40);
    }

    #[test]
    fn white_space_is_passed_over() {
        is("\t( 1\n+ a )\u{3000}", 8);
        is("1+2", 3);
    }

    #[test]
    fn precedence() {
        is("2 + 3 * 4", 14);
        is("2 * 3 + 4", 10);
        is("10 - 8 / 2", 6);
        is("(2 + 3) * 4", 20);
        is("2 * (3 - 4) * 5", -10);
    }

    #[test]
    fn from_left_to_right() {
        is("10 - 3 - 2", 5);
        is("10 - 3 + 2", 9);
        is("100 / 10 / 5", 2);
        is("100 / 10 * 5", 50);
        is("7 / 2 * 2", 6);
    }

    #[test]
    fn signs() {
        is("-5", -5);
        is("--5", 5);
        is("2 * --a", 14);
        is("2 - -3", 5);
        is("2--3", 5);
        is("-a + 1", -6);
        is("-(a + 1)", -8);
        is("- - - 1", -1);
        is("-b * -3", -6);
    }

    #[test]
    fn division_drops_the_fraction() {
        is("a / 2", 3);
        is("-a / 2", -3);
        is("a / b", -3);
        fails("1 / 0", "division by zero");
        fails("zero / zero", "division by zero");
    }

    #[test]
    fn overflow() {
        fails(&format!("{MAX} + 1"), "overflow");
        fails(&format!("-{MAX} - 2"), "overflow");
        is(&format!("-{MAX} - 1"), i64::MIN);
        fails("min * -1", "overflow");
        fails("-min", "overflow");
        fails("min / -1", "overflow");
        is("min / 1", i64::MIN);
    }

    #[test]
    fn unknown_names() {
        fails("c", "unknown c");
        fails("a + ä1_ * 2", "unknown ä1_");
        fails("A", "unknown A");
        fails("c + d", "unknown c");
    }

    #[test]
    fn the_first_error_counts() {
        fails("1 / 0 + c", "division by zero");
        fails("c + 1 / 0", "unknown c");
        fails("min - 1 + c", "overflow");
        fails("c * 2 / 0", "unknown c");
        fails("1 / (c - c)", "unknown c");
    }

    #[test]
    fn fallbacks() {
        is("c ? 5", 5);
        is("a ? 5", 7);
        is("c ? d ? 3", 3);
        is("c ? a ? 3", 7);
        fails("c ? d", "unknown d");
        is("1 + c ? 2 + 3", 5);
        is("1 + (c ? 2) + 3", 6);
        is("-c ? -b * 4", 8);
    }

    #[test]
    fn only_unknown_names_fall_back() {
        fails("1 / 0 ? 5", "division by zero");
        fails("-min ? 5", "overflow");
        is("c + 1 / 0 ? 5", 5);
        fails("c ? 1 / 0 ? 5", "division by zero");
    }

    #[test]
    fn names_are_looked_up_from_left_to_right() {
        asks("a + b * a", &["a", "b", "a"]);
        asks("(b - a) / zero + a", &["b", "a", "zero"]);
        asks("1 + 1", &[]);
    }

    #[test]
    fn nothing_is_looked_up_that_is_not_needed() {
        asks("a ? b", &["a"]);
        asks("c ? b ? a", &["c", "b"]);
        asks("c + a", &["c"]);
        asks("1 / 0 * a", &[]);
        asks("a + c + b ? 1", &["a", "c"]);
    }

    #[test]
    fn a_formula_can_be_used_again() {
        assert_eq!(
            probe_reused("12 / x - x".to_string(), vec![1, 5, 0, -12]),
            [Some(11), Some(-3), None, Some(11)]
        );
    }

    #[test]
    fn texts_that_end_too_soon() {
        wrong_at("", 0);
        wrong_at("  ", 2);
        wrong_at("1 +", 3);
        wrong_at("1 + ", 4);
        wrong_at("-", 1);
        wrong_at("(1 * ä", 7);
        wrong_at("((1)", 4);
        wrong_at("a ?", 3);
    }

    #[test]
    fn what_cannot_stand_there() {
        wrong_at("1 2", 2);
        wrong_at("ä b", 3);
        wrong_at("* 2", 0);
        wrong_at("1 + * 2", 4);
        wrong_at("(1 + )", 5);
        wrong_at("()", 1);
        wrong_at("1)", 1);
        wrong_at("(1))", 3);
        wrong_at("1 (2)", 2);
        wrong_at("a(b)", 1);
        wrong_at("+1", 0);
        wrong_at("1 ? ? 2", 4);
        wrong_at("(1 2)", 3);
    }

    #[test]
    fn numbers_and_names_end_where_they_must() {
        wrong_at("12ab", 2);
        wrong_at("1_000", 1);
        wrong_at("_a", 0);
        wrong_at("1.5", 1);
        wrong_at("1²", 1);
        wrong_at("٣", 0);
        fails("x²", "unknown x²");
        fails("x٣", "unknown x٣");
    }

    #[test]
    fn other_characters() {
        wrong_at("ä + €", 5);
        wrong_at("1 % 2", 2);
        wrong_at("2 + a $", 6);
    }

    #[test]
    fn the_leftmost_place_counts() {
        wrong_at("1 2 €", 2);
        wrong_at(") + 99999999999999999999", 0);
    }

    #[test]
    fn numbers_that_are_too_great() {
        wrong_at("9223372036854775808", 0);
        wrong_at("-9223372036854775808", 1);
        wrong_at("a + 99999999999999999999 €", 4);
    }

    #[test]
    fn syntax_goes_before_evaluation() {
        fails("1 / 0 + c )", "no formula");
    }
}
