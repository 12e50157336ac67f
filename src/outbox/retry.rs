//! When a message is tried again.

use chrono::TimeDelta;

/// The pauses after the first attempts, in seconds: a hiccup, a restart, an outage.
const FIRST: [i64; 6] = [1, 5, 30, 2 * 60, 10 * 60, 60 * 60];
/// Then every hour, until about a day after the first attempt: over a night, in which Zalo may refuse, and over the
/// renewal of a daily quota.
const HOURLY: usize = 23;

/// The pause after `attempts` attempts (one at least); none when it is enough.
pub fn pause_after(attempts: i32) -> Option<TimeDelta> {
    let done = usize::try_from(attempts).unwrap_or_default().saturating_sub(1);
    match FIRST.get(done) {
        Some(seconds) => Some(TimeDelta::seconds(*seconds)),
        None if done < FIRST.len() + HOURLY - 1 => Some(TimeDelta::hours(1)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_grow_and_end_after_a_day() {
        let pauses: Vec<_> = (1..).map_while(pause_after).collect();
        let first: Vec<_> = pauses.iter().take(7).map(TimeDelta::num_seconds).collect();
        assert_eq!(first, [1, 5, 30, 120, 600, 3_600, 3_600]);
        let whole: TimeDelta = pauses.iter().sum();
        assert_eq!(whole.num_hours(), 23);
        assert_eq!(pause_after(i32::MAX), None);
    }
}
