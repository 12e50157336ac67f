//! Numbers and spans of time, as people say them.

use chrono::TimeDelta;

/// «40 giây trước», «3 giờ trước».
pub fn ago(time: TimeDelta) -> String {
    format!("{} trước", span(time))
}

/// «40 giây», «59 phút», «47 giờ», «3 ngày».
pub fn span(time: TimeDelta) -> String {
    match time.num_seconds().max(0) {
        seconds @ 0..60 => format!("{seconds} giây"),
        seconds @ 60..3_600 => format!("{} phút", seconds / 60),
        seconds @ 3_600..172_800 => format!("{} giờ", seconds / 3_600),
        seconds => format!("{} ngày", seconds / 86_400),
    }
}

/// «19 giờ», also where it is more than two days.
pub fn hours(time: TimeDelta) -> String {
    match time.num_hours() {
        0 => span(time),
        hours => format!("{hours} giờ"),
    }
}

/// «64 ngày».
pub fn days(time: TimeDelta) -> String {
    format!("{} ngày", time.num_days().max(0))
}

/// «0,8 giây».
pub fn seconds(seconds: f64) -> String {
    match seconds {
        ..100.0 => format!("{seconds:.1} giây").replace('.', ","),
        _ => format!("{:.0} phút", seconds / 60.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_as_people_say_them() {
        assert_eq!(ago(TimeDelta::seconds(40)), "40 giây trước");
        assert_eq!(ago(TimeDelta::minutes(59)), "59 phút trước");
        assert_eq!(ago(TimeDelta::hours(47)), "47 giờ trước");
        assert_eq!(ago(TimeDelta::seconds(-5)), "0 giây trước");
        assert_eq!(hours(TimeDelta::hours(90)), "90 giờ");
        assert_eq!(hours(TimeDelta::minutes(20)), "20 phút");
        assert_eq!(days(TimeDelta::hours(64 * 24 + 3)), "64 ngày");
        assert_eq!([0.84, 12.0, 300.0].map(seconds), ["0,8 giây", "12,0 giây", "5 phút"]);
    }
}
