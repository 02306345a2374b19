use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl FromStr for Weekday {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_lowercase().as_str() {
            "mon" | "monday" => Ok(Weekday::Monday),
            "tue" | "tuesday" => Ok(Weekday::Tuesday),
            "wed" | "wednesday" => Ok(Weekday::Wednesday),
            "thu" | "thursday" => Ok(Weekday::Thursday),
            "fri" | "friday" => Ok(Weekday::Friday),
            "sat" | "saturday" => Ok(Weekday::Saturday),
            "sun" | "sunday" => Ok(Weekday::Sunday),
            _ => Err(format!("'{text}' is no day of the week")),
        }
    }
}

pub fn is_weekend(day: Weekday) -> bool {
    matches!(day, Weekday::Saturday | Weekday::Sunday)
}
