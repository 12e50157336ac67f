//! When which message is allowed.

use chrono::{DateTime, TimeDelta, Utc};

/// How long after a citizen's last doing we may write in the chat; later Zalo answers −230 (zalo-oa 2.5).
pub const WINDOW: TimeDelta = TimeDelta::days(7);

/// Whether we may write at `at` to a citizen who was last heard at `last_heard_at`.
pub fn is_open(last_heard_at: Option<DateTime<Utc>>, at: DateTime<Utc>) -> bool {
    last_heard_at.is_some_and(|heard_at| at - heard_at < WINDOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_closes_after_seven_days() {
        let heard_at: DateTime<Utc> = "2026-11-18T02:10:00Z".parse().expect("a time");
        assert!(is_open(Some(heard_at), heard_at + WINDOW - TimeDelta::seconds(1)));
        assert!(!is_open(Some(heard_at), heard_at + WINDOW));
        assert!(!is_open(None, heard_at));
    }
}
