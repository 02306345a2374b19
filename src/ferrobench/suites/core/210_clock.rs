//! category: formatting
//! tags: display, debug, padding, alternate flag
//! level: basic

use std::fmt;

// >>> prompt
/// A time of day.
struct Clock {
    /// Minutes since midnight, less than 1440.
    minutes: u16,
}

/// The answer implements `Display` and `Debug` for `Clock`.
///
/// `{}` writes hours and minutes with two digits each, such as `07:05`. `{:#}` writes them on a clock of
/// twelve hours, without a zero before the hour: `7:05 am`, `12:30 am` for half past midnight, `12:00 pm` for
/// noon. `{:?}` and `{:#?}` write the same as `{}` and `{:#}`, between `<` and `>`.
///
/// Width, fill, alignment and precision do with the whole text what they do with a `&str`: `{:>7}` writes
/// `  07:05`, and `{:.2}` only `07`.
impl fmt::Display for Clock {
    // <<< prompt
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text(f.alternate()))
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("<{}>", self.text(f.alternate())))
    }
}

impl Clock {
    fn text(&self, twelve_hours: bool) -> String {
        let (hours, minutes) = (self.minutes / 60, self.minutes % 60);
        if twelve_hours {
            let half = if hours < 12 { "am" } else { "pm" };
            format!("{}:{minutes:02} {half}", (hours + 11) % 12 + 1)
        } else {
            format!("{hours:02}:{minutes:02}")
        }
    }
}

// >>> probes
/// `{}`, `{:#}`, `{:?}` and `{:#?}`.
fn probe_plain(minutes: u16) -> Vec<String> {
    let clock = Clock { minutes };
    ::std::vec![
        ::std::format!("{clock}"),
        ::std::format!("{clock:#}"),
        ::std::format!("{clock:?}"),
        ::std::format!("{clock:#?}"),
    ]
}

/// With a width, and with a fill and an alignment; `{:#}` with them; `Debug` with them.
fn probe_padded(minutes: u16, width: usize) -> Vec<String> {
    let clock = Clock { minutes };
    ::std::vec![
        ::std::format!("{clock:width$}"),
        ::std::format!("{clock:>width$}"),
        ::std::format!("{clock:·^width$}"),
        ::std::format!("{clock:*<#width$}"),
        ::std::format!("{clock:_>width$?}"),
        ::std::format!("{clock:^#width$?}"),
    ]
}

/// With a precision: alone, with `#`, in `Debug`, and with a width.
fn probe_cut(minutes: u16, precision: usize) -> Vec<String> {
    let clock = Clock { minutes };
    ::std::vec![
        ::std::format!("{clock:.precision$}"),
        ::std::format!("{clock:#.precision$}"),
        ::std::format!("{clock:.precision$?}"),
        ::std::format!("{clock:->8.precision$}"),
    ]
}

/// In a list, in an option, and by `to_string`.
fn probe_inside(minutes: Vec<u16>) -> (String, String, Vec<String>) {
    let clocks: Vec<Clock> = minutes
        .into_iter()
        .map(|minutes| Clock { minutes })
        .collect();
    (
        ::std::format!("{clocks:?}"),
        ::std::format!("{:?}", clocks.first()),
        clocks.iter().map(|clock| clock.to_string()).collect(),
    )
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples() {
        assert_eq!(
            probe_plain(425),
            ["07:05", "7:05 am", "<07:05>", "<7:05 am>"]
        );
        assert_eq!(probe_padded(425, 7)[1], "  07:05");
        assert_eq!(probe_cut(425, 2)[0], "07");
    }

    #[test]
    fn around_midnight() {
        assert_eq!(
            probe_plain(0),
            ["00:00", "12:00 am", "<00:00>", "<12:00 am>"]
        );
        assert_eq!(probe_plain(30)[1], "12:30 am");
        assert_eq!(probe_plain(59)[..2], ["00:59", "12:59 am"]);
        assert_eq!(probe_plain(60)[..2], ["01:00", "1:00 am"]);
    }

    #[test]
    fn around_noon() {
        assert_eq!(probe_plain(719)[..2], ["11:59", "11:59 am"]);
        assert_eq!(probe_plain(720)[..2], ["12:00", "12:00 pm"]);
        assert_eq!(probe_plain(779)[..2], ["12:59", "12:59 pm"]);
        assert_eq!(probe_plain(780)[..2], ["13:00", "1:00 pm"]);
    }

    #[test]
    fn the_last_minute() {
        assert_eq!(
            probe_plain(1439),
            ["23:59", "11:59 pm", "<23:59>", "<11:59 pm>"]
        );
    }

    #[test]
    fn widths_fill_up() {
        assert_eq!(
            probe_padded(600, 12),
            [
                "10:00       ",
                "       10:00",
                "···10:00····",
                "10:00 am****",
                "_____<10:00>",
                " <10:00 am> ",
            ]
        );
    }

    #[test]
    fn widths_that_are_too_small_do_nothing() {
        assert_eq!(
            probe_padded(600, 5),
            [
                "10:00",
                "10:00",
                "10:00",
                "10:00 am",
                "<10:00>",
                "<10:00 am>"
            ]
        );
    }

    #[test]
    fn precisions_cut_off() {
        assert_eq!(probe_cut(1090, 4), ["18:1", "6:10", "<18:", "----18:1"]);
        assert_eq!(probe_cut(1090, 0), ["", "", "", "--------"]);
        assert_eq!(
            probe_cut(1090, 9),
            ["18:10", "6:10 pm", "<18:10>", "---18:10"]
        );
    }

    #[test]
    fn inside_of_others() {
        assert_eq!(
            probe_inside(vec![1, 721]),
            (
                "[<00:01>, <12:01>]".to_string(),
                "Some(<00:01>)".to_string(),
                vec!["00:01".to_string(), "12:01".to_string()]
            )
        );
    }
}
