/// Tell whether a year has 366 days.
pub fn is_leap(year: u32) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

pub fn days_in_month(year: u32, month: u32) -> Result<u32, String> {
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => return Err(format!("there is no month {}", month)),
    };
    Ok(days)
}

pub fn day_of_year(year: u32, month: u32, day: u32) -> Result<u32, String> {
    let mut total = day;
    for earlier in 1..month {
        total += days_in_month(year, earlier)?;
    }
    Ok(total)
}
