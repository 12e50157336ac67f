use crate::zalo::token::Lost;

use super::*;

/// Wednesday 18/11/2026 in Hanoi.
fn at(hour: i64, minute: i64) -> DateTime<Utc> {
    let midnight: DateTime<Utc> = "2026-11-17T17:00:00Z".parse().expect("a time");
    midnight + TimeDelta::hours(hour) + TimeDelta::minutes(minute)
}

fn heard(last: DateTime<Utc>) -> Vitals {
    Vitals { last_heard_at: Some(last), week: BUSY, ..Vitals::default() }
}

fn healthy() -> TokenHealth {
    TokenHealth {
        expires_at: Some(at(10, 0) + TimeDelta::hours(25)),
        refreshed_at: Some(at(10, 0)),
        refresh_expires_at: Some(at(10, 0) + TimeDelta::days(90)),
        ..TokenHealth::default()
    }
}

#[test]
fn silence_rings_in_the_daytime_of_a_working_day_where_people_usually_write() {
    assert_eq!(Vitals::default().heard(true, at(12, 0)), State::Idle);
    assert_eq!(heard(at(10, 0)).heard(true, at(11, 59)), State::Fine);
    assert_eq!(heard(at(10, 0)).heard(true, at(12, 0)), State::Urgent);
    assert_eq!(heard(at(10, 0)).heard(false, at(12, 0)), State::Fine, "a Sunday");
    assert_eq!(heard(at(15, 0)).heard(true, at(18, 0)), State::Fine, "the evening");
    // The night does not count: the hours begin at eight.
    assert_eq!(heard(at(-2, 0)).heard(true, at(9, 59)), State::Fine);
    assert_eq!(heard(at(-2, 0)).heard(true, at(10, 0)), State::Urgent);
    let quiet = Vitals { week: BUSY - 1, ..heard(at(8, 0)) };
    assert_eq!(quiet.heard(true, at(17, 0)), State::Fine);
    assert_eq!(heard(at(-24 * 30, 0)).heard(true, at(12, 0)), State::Urgent, "until it is heard again");
}

#[test]
fn wrong_signatures_ring_when_they_are_many_and_fresh() {
    let wrong = |wrong_today, minutes| {
        let wrong_at = Some(at(12, 0) - TimeDelta::minutes(minutes));
        Vitals { wrong_today, wrong_at, ..Vitals::default() }.signatures(at(12, 0))
    };
    assert_eq!(Vitals::default().signatures(at(12, 0)), State::Fine);
    assert_eq!(wrong(4, 5), State::Look);
    assert_eq!(wrong(5, 59), State::Urgent);
    assert_eq!(wrong(500, 60), State::Fine, "an hour ago");
    assert_eq!(wrong(0, 5), State::Fine, "before midnight");
}

#[test]
fn a_token_rings_when_only_a_person_can_help() {
    let noon = at(12, 0);
    assert_eq!(token(&TokenHealth::default(), noon), State::Idle, "nobody has consented yet");
    assert_eq!(token(&healthy(), noon), State::Fine);
    let failing = TokenHealth { last_error: Some("no answer".to_owned()), ..healthy() };
    assert_eq!(token(&failing, noon), State::Look);
    assert_eq!(token(&failing, at(10, 0) + TimeDelta::hours(20)), State::Urgent);
    let dying = TokenHealth { refresh_expires_at: Some(noon + TimeDelta::days(13)), ..healthy() };
    assert_eq!(token(&dying, noon), State::Urgent);
    let lost = Some(Lost { since: noon, code: Some(-14014) });
    assert_eq!(token(&TokenHealth { lost, ..healthy() }, noon), State::Urgent);
    assert_eq!(token(&TokenHealth { lost, ..TokenHealth::default() }, noon), State::Urgent);
}

#[test]
fn a_package_is_renewed_before_its_last_day() {
    let until = |day: &str| Account { package_until: Some(day.parse().expect("a date")), ..Account::default() };
    let noon = at(12, 0);
    assert_eq!(package(&Account::default(), noon), State::Idle);
    assert_eq!(package(&until("2026-12-31"), noon), State::Fine);
    assert_eq!(package(&until("2026-12-02"), noon), State::Look);
    assert_eq!(package(&until("2026-11-18"), noon), State::Look, "the last day is paid for");
    assert_eq!(package(&until("2026-11-17"), noon), State::Urgent);
}

#[test]
fn an_allowance_rings_when_it_is_gone() {
    assert_eq!(allowance(None, None), State::Idle);
    assert_eq!(allowance(Some(0), Some(0)), State::Idle, "an account that never had one");
    assert_eq!(allowance(Some(200), Some(2000)), State::Fine);
    assert_eq!(allowance(Some(199), Some(2000)), State::Look);
    assert_eq!(allowance(Some(0), Some(2000)), State::Urgent);
}

#[test]
fn everything_that_rings_is_counted_once() {
    let vitals = Vitals {
        set_aside: 2,
        unsent: 3,
        alerts: 1,
        wrong_today: 9,
        wrong_at: Some(at(11, 59)),
        token: TokenHealth { lost: Some(Lost { since: at(9, 0), code: None }), ..TokenHealth::default() },
        ..heard(at(9, 0))
    };
    assert_eq!(vitals.urgent(true, at(12, 0)), 9);
    assert_eq!(Vitals::default().urgent(true, at(12, 0)), 0);
}
