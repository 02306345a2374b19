/// Units for sizes of files.
const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];

/// Format a number of bytes for people.
pub fn format_size(bytes: u64) -> String {
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1024.0 && unit < UNITS.len() - 1 {
        size /= 1024.0;
        unit += 1;
    }
    if unit == 0 {
        format!("{} {}", bytes, UNITS[unit])
    } else {
        format!("{:.1} {}", size, UNITS[unit])
    }
}
