#[derive(Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    TooShort(usize),
    NoDigit,
    NoLetter,
}

/// Check a password against the rules; the list of problems is empty if it is good.
pub fn check_password(password: &str) -> Vec<PasswordProblem> {
    let minimum = 8;
    let mut problems = Vec::new();
    if password.len() < minimum {
        problems.push(PasswordProblem::TooShort(minimum - password.len()));
    }
    if !password.chars().any(|c| c.is_ascii_digit()) {
        problems.push(PasswordProblem::NoDigit);
    }
    if !password.chars().any(char::is_alphabetic) {
        problems.push(PasswordProblem::NoLetter);
    }
    problems
}

pub fn is_acceptable(password: &str) -> bool {
    check_password(password).is_empty()
}
