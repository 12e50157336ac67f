//! When a fetch is tried again.

use chrono::TimeDelta;

/// The pauses after each attempt, in seconds: a hiccup, a restart, an outage; then every two hours until about a day has
/// passed. Zalo says nowhere how long its links live; those that outlive a day have been fetched long before.
const PAUSES: [i64; 17] = [
    5,
    30,
    2 * 60,
    10 * 60,
    30 * 60,
    3_600,
    2 * 3_600,
    2 * 3_600,
    2 * 3_600,
    2 * 3_600,
    2 * 3_600,
    2 * 3_600,
    2 * 3_600,
    2 * 3_600,
    2 * 3_600,
    2 * 3_600,
    2 * 3_600,
];
/// How often a scanner that is away is asked again in the end: what is kept waits for it, however long.
const SCANNER: TimeDelta = TimeDelta::hours(1);

/// The pause after `attempts` attempts (one at least); none when it is enough.
pub(super) fn pause_after(attempts: i32) -> Option<TimeDelta> {
    let done = usize::try_from(attempts).unwrap_or_default().saturating_sub(1);
    PAUSES.get(done).copied().map(TimeDelta::seconds)
}

/// The pause before a scanner that was away `attempts` times is asked again.
pub(super) fn pause_for_scanner(attempts: i32) -> TimeDelta {
    pause_after(attempts).map_or(SCANNER, |pause| pause.min(SCANNER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_grow_and_end_after_a_day() {
        let pauses: Vec<_> = (1..).map_while(pause_after).collect();
        assert!(pauses.is_sorted(), "{pauses:?}");
        let whole: TimeDelta = pauses.iter().sum();
        assert_eq!(whole.num_hours(), 23);
        assert_eq!(pause_after(i32::MAX), None);
    }

    #[test]
    fn the_scanner_is_waited_for_without_end() {
        assert_eq!(pause_for_scanner(1), TimeDelta::seconds(5));
        assert_eq!(pause_for_scanner(10), TimeDelta::hours(1));
        assert_eq!(pause_for_scanner(i32::MAX), TimeDelta::hours(1));
    }
}
