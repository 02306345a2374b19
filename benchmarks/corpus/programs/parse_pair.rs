use std::num::ParseIntError;

#[derive(Debug)]
enum PairError {
    MissingComma,
    BadNumber(ParseIntError),
}

impl From<ParseIntError> for PairError {
    fn from(error: ParseIntError) -> Self {
        PairError::BadNumber(error)
    }
}

/// Parse a text such as "3,4".
fn parse_pair(text: &str) -> Result<(i32, i32), PairError> {
    let (left, right) = text.split_once(',').ok_or(PairError::MissingComma)?;
    let first_number: i32 = left.trim().parse()?;
    let second_number: i32 = right.trim().parse()?;
    Ok((first_number, second_number))
}
