//! The time, from one place. Nothing else asks the machine what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

/// A clock that can be moved forward: the demo and the tests do, the service never does.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Microseconds added to the machine's time.
    ahead: Arc<AtomicI64>,
    /// A clock that stands still shows this time (microseconds since the epoch) plus `ahead`.
    fixed: Option<i64>,
}

impl Clock {
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still at `at` until it is moved.
    pub fn standing_at(at: DateTime<Utc>) -> Self {
        Self { ahead: Arc::default(), fixed: Some(at.timestamp_micros()) }
    }

    /// The present time, to the microsecond (what Postgres keeps).
    pub fn now(&self) -> DateTime<Utc> {
        #[allow(clippy::disallowed_methods)] // the one place
        let base = self.fixed.unwrap_or_else(|| Utc::now().timestamp_micros());
        DateTime::from_timestamp_micros(base + self.ahead.load(Ordering::Relaxed))
            .expect("a clock within chrono's range")
    }

    pub fn advance(&self, by: TimeDelta) {
        self.ahead.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::Relaxed);
    }
}

/// Vietnam has one time zone and no summer time.
pub fn hanoi(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&FixedOffset::east_opt(7 * 3600).expect("seven hours are an offset"))
}

/// The first moment of a day of Hanoi.
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(7)
}

const WEEKDAYS: [&str; 7] = ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"];

/// «17h» or «9h10», as people say it.
pub fn say_hour(at: DateTime<Utc>) -> String {
    let at = hanoi(at);
    match at.minute() {
        0 => format!("{}h", at.hour()),
        minute => format!("{}h{minute:02}", at.hour()),
    }
}

/// «17h thứ Năm 10/12/2026».
pub fn say_deadline(at: DateTime<Utc>) -> String {
    format!("{} {} {}", say_hour(at), say_weekday(at), say_date(at))
}

/// «9h10 thứ Năm 19/11», for days so near that the year goes without saying.
pub fn say_near_deadline(at: DateTime<Utc>) -> String {
    let day = hanoi(at);
    format!("{} {} {}/{}", say_hour(at), say_weekday(at), day.day(), day.month())
}

/// «thứ Năm».
pub fn say_weekday(at: DateTime<Utc>) -> &'static str {
    WEEKDAYS[hanoi(at).weekday().num_days_from_monday() as usize]
}

/// «10/12/2026».
pub fn say_date(at: DateTime<Utc>) -> String {
    let day = hanoi(at);
    format!("{}/{}/{}", day.day(), day.month(), day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_hanoi() {
        let at: DateTime<Utc> = "2026-11-20T03:12:05.5Z".parse().expect("a time");
        assert_eq!(midnight(hanoi(at).date_naive()).to_rfc3339(), "2026-11-19T17:00:00+00:00");
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        let at = "2026-12-10T10:00:00Z".parse().expect("a time");
        assert_eq!(say_deadline(at), "17h thứ Năm 10/12/2026");
        let at = "2026-11-19T02:10:00Z".parse().expect("a time");
        assert_eq!(say_near_deadline(at), "9h10 thứ Năm 19/11");
    }

    #[test]
    fn a_standing_clock_moves_only_when_told() {
        let at = "2026-11-18T02:10:00Z".parse().expect("a time");
        let clock = Clock::standing_at(at);
        assert_eq!(clock.now(), at);
        clock.clone().advance(TimeDelta::days(2));
        assert_eq!(clock.now(), at + TimeDelta::days(2));
    }
}
