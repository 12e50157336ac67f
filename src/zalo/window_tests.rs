use proptest::prelude::*;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

#[test]
fn the_window_closes_after_seven_days() {
    let heard_at = at("2026-11-18T02:10:00Z");
    assert!(is_open(Some(heard_at), heard_at + WINDOW - TimeDelta::seconds(1)));
    assert!(!is_open(Some(heard_at), heard_at + WINDOW));
    assert!(!is_open(None, heard_at));
}

#[test]
fn the_ways_are_tried_in_their_order() {
    let heard_at = at("2026-11-18T02:10:00Z");
    let mut reach = Reach { last_heard_at: Some(heard_at), has_template: true, has_phone: true, ..Reach::default() };
    assert_eq!(reach.next(heard_at), Some(Channel::Chat));
    assert_eq!(reach.next(heard_at + WINDOW), Some(Channel::TemplateToUser));
    reach.closed.push(Channel::TemplateToUser);
    assert_eq!(reach.next(heard_at + WINDOW), Some(Channel::TemplateToPhone));
    reach.closed.push(Channel::TemplateToPhone);
    assert_eq!(reach.next(heard_at + WINDOW), None);
    assert_eq!(reach.next(heard_at), Some(Channel::Chat), "the citizen is back");
    let without = Reach { has_template: false, ..reach };
    assert_eq!(without.next(heard_at + WINDOW), None);
}

#[test]
fn a_chat_that_was_refused_opens_when_the_citizen_is_heard_again() {
    let heard_at = at("2026-11-18T02:10:00Z");
    let refused_at = heard_at + TimeDelta::hours(1);
    let refused = Reach {
        last_heard_at: Some(heard_at),
        closed: vec![Channel::Chat],
        chat_closed_at: Some(refused_at),
        ..Reach::default()
    };
    assert_eq!(refused.next(refused_at), None);
    let heard_again = Reach { last_heard_at: Some(refused_at + TimeDelta::seconds(1)), ..refused };
    assert_eq!(heard_again.next(refused_at + TimeDelta::hours(1)), Some(Channel::Chat));
}

fn night(from: &str, until: &str) -> Night {
    let time = |text: &str| text.parse().expect("a time of day");
    Night { from: time(from), until: time(until), zone: FixedOffset::east_opt(7 * 3600).expect("an offset") }
}

#[test]
fn the_night_is_over_in_the_morning_there() {
    let night = night("22:00:00", "06:00:00");
    // 23h30 and 5h59 in Hanoi
    assert_eq!(night.ends_at(at("2026-11-18T16:30:00Z")), Some(at("2026-11-18T23:00:00Z")));
    assert_eq!(night.ends_at(at("2026-11-18T22:59:59Z")), Some(at("2026-11-18T23:00:00Z")));
    assert_eq!(night.ends_at(at("2026-11-18T23:00:00Z")), None);
    assert_eq!(night.ends_at(at("2026-11-18T14:59:59Z")), None);
    assert_eq!(night.morning_after(at("2026-11-18T05:00:00Z")), at("2026-11-18T23:00:00Z"));
    assert_eq!(night.next_day(at("2026-11-18T05:00:00Z")), at("2026-11-18T17:05:00Z"));
}

#[test]
fn a_night_may_lie_within_a_day_or_not_exist() {
    let noon = night("12:00:00", "13:00:00");
    assert_eq!(noon.ends_at(at("2026-11-18T05:30:00Z")), Some(at("2026-11-18T06:00:00Z")));
    assert_eq!(noon.ends_at(at("2026-11-18T16:30:00Z")), None);
    assert_eq!(night("00:00:00", "00:00:00").ends_at(at("2026-11-18T17:00:00Z")), None);
}

prop_compose! {
    fn reaches()(
        heard in proptest::option::of(0_i64..20 * 86_400),
        closed in proptest::sample::subsequence(Channel::ALL.to_vec(), 0..=3),
        chat_closed in proptest::option::of(0_i64..20 * 86_400),
        has_template: bool,
        has_phone: bool,
        is_stranger: bool,
    ) -> Reach {
        let moment = |seconds: i64| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        Reach {
            last_heard_at: heard.map(moment),
            chat_closed_at: chat_closed.map(moment).filter(|_| closed.contains(&Channel::Chat)),
            closed,
            has_template,
            has_phone,
            is_stranger,
        }
    }
}

proptest! {
    /// Each refusal closes a way, so that whoever cannot be reached is in front of an officer after three at most; and
    /// nobody is written to in a way that is not there.
    #[test]
    fn the_ways_come_to_an_end_and_none_is_taken_that_is_not_there(mut reach in reaches(), now in 0_i64..30 * 86_400) {
        let now = DateTime::UNIX_EPOCH + TimeDelta::seconds(now);
        let mut taken = Vec::new();
        while let Some(channel) = reach.next(now) {
            prop_assert!(!taken.contains(&channel), "{channel:?} twice");
            prop_assert!(taken.last().is_none_or(|last| *last < channel), "out of order");
            match channel {
                Channel::Chat => prop_assert!(is_open(reach.last_heard_at, now)),
                Channel::TemplateToUser => prop_assert!(reach.has_template),
                Channel::TemplateToPhone => prop_assert!(reach.has_template && reach.has_phone),
            }
            taken.push(channel);
            reach.closed.push(channel);
            if channel == Channel::Chat {
                reach.chat_closed_at = Some(reach.chat_closed_at.max(reach.last_heard_at).unwrap_or(now).max(now));
            }
        }
        prop_assert!(taken.len() <= Channel::ALL.len());
    }

    #[test]
    fn a_night_ends_within_a_day_and_by_day(from in 0_u32..1440, until in 0_u32..1440, now in 0_i64..10 * 86_400) {
        let time = |minute: u32| NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).expect("a minute of the day");
        let night = Night { zone: FixedOffset::east_opt(7 * 3600).expect("an offset"), from: time(from), until: time(until) };
        let now = DateTime::UNIX_EPOCH + TimeDelta::seconds(now);
        if let Some(morning) = night.ends_at(now) {
            prop_assert!(morning > now && morning - now <= TimeDelta::days(1));
            prop_assert_eq!(night.ends_at(morning), None);
        }
        prop_assert!(night.next_day(now) > now);
    }
}
