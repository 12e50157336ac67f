use chrono::{FixedOffset, NaiveTime};
use proptest::prelude::*;

use super::*;
use crate::zalo::window::WINDOW;

fn noon() -> DateTime<Utc> {
    "2026-11-18T05:00:00Z".parse().expect("a time")
}

fn terms() -> Terms {
    let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour");
    let zone = FixedOffset::east_opt(7 * 3600).expect("an offset");
    let night = Night { from: time(22), until: time(6), zone };
    Terms { night, free_replies: 8, free_for: TimeDelta::hours(48) }
}

/// News for somebody who was heard a moment ago.
fn news() -> Case {
    let reach = Reach { last_heard_at: Some(noon()), has_template: true, has_phone: true, ..Reach::default() };
    Case { is_reply: false, reach, attempts: 1, begun_at: noon() }
}

fn reply() -> Case {
    let reach = Reach { last_heard_at: Some(noon()), ..Reach::default() };
    Case { is_reply: true, reach, attempts: 1, begun_at: noon() }
}

fn refusal(decision: Decision) -> Refusal {
    Refusal { code: Some(-1), decision, reason: "because".into(), perhaps_sent: false }
}

fn next(case: &Case, channel: Channel, decision: Decision) -> Next {
    case.after(channel, refusal(decision), &terms(), noon()).next
}

fn later(pause: TimeDelta, is_counted: bool) -> Next {
    Next::Later { send_at: noon() + pause, is_counted }
}

#[test]
fn what_may_pass_is_tried_again_until_the_schedule_ends() {
    for decision in [Decision::Later, Decision::RefreshToken] {
        assert_eq!(next(&reply(), Channel::Chat, decision), later(TimeDelta::seconds(1), true));
        let tired = Case { attempts: 1_000, ..reply() };
        assert_eq!(next(&tired, Channel::Chat, decision), Next::GivenUp);
        assert_eq!(next(&Case { attempts: 1_000, ..news() }, Channel::Chat, decision), Next::OtherWay);
    }
}

#[test]
fn what_cannot_pass_goes_the_next_way_and_at_the_end_to_an_officer() {
    assert_eq!(next(&reply(), Channel::Chat, Decision::NextWay), Next::Unreachable);
    assert_eq!(next(&reply(), Channel::Chat, Decision::Never), Next::GivenUp);
    for decision in [Decision::NextWay, Decision::Never, Decision::NoMoney] {
        assert_eq!(next(&news(), Channel::Chat, decision), Next::OtherWay, "{decision:?}");
    }
    let mut last = news();
    last.reach.closed = vec![Channel::Chat, Channel::TemplateToUser];
    last.reach.chat_closed_at = Some(noon());
    for decision in [Decision::NextWay, Decision::NoMoney, Decision::Stop] {
        assert_eq!(next(&last, Channel::TemplateToPhone, decision), Next::Unreachable, "{decision:?}");
    }
    assert_eq!(next(&last, Channel::TemplateToPhone, Decision::Never), Next::GivenUp);
}

#[test]
fn a_closed_window_is_doubted_where_the_citizen_has_just_written() {
    let window = || Refusal { reason: WINDOW_CLOSED.into(), ..refusal(Decision::NextWay) };
    let after = |case: &Case| case.after(Channel::Chat, window(), &terms(), noon()).next;
    assert_eq!(after(&reply()), later(TimeDelta::seconds(1), true));
    assert_eq!(after(&Case { attempts: 4, ..reply() }), Next::Unreachable, "but not for ever");
    let reach = Reach { last_heard_at: Some(noon() - TimeDelta::hours(2)), ..reply().reach };
    assert_eq!(after(&Case { reach, ..reply() }), Next::Unreachable);
    assert_eq!(after(&news()), Next::OtherWay);
}

#[test]
fn what_waits_for_a_time_waits_for_it_without_spending_an_attempt() {
    for case in [reply(), news()] {
        // Noon in Hanoi: five past midnight, six in the morning.
        let quota = later(TimeDelta::hours(12) + TimeDelta::minutes(5), false);
        assert_eq!(next(&case, Channel::Chat, Decision::UntilQuota), quota);
        assert_eq!(next(&case, Channel::Chat, Decision::UntilMorning), later(TimeDelta::hours(18), false));
        assert_eq!(next(&case, Channel::Chat, Decision::BackOff), later(BACK_OFF, false));
        assert_eq!(next(&case, Channel::Chat, Decision::Stop), later(HALT, false));
    }
    let patient = Case { begun_at: noon() - PATIENCE - TimeDelta::seconds(1), ..reply() };
    assert_eq!(next(&patient, Channel::Chat, Decision::Stop), Next::GivenUp, "not for ever");
}

#[test]
fn a_reply_may_be_free_again_while_news_do_not_wait_for_money() {
    assert_eq!(next(&reply(), Channel::Chat, Decision::NoMoney), later(TimeDelta::seconds(1), true));
    assert_eq!(next(&news(), Channel::Chat, Decision::NoMoney), Next::OtherWay);
}

#[test]
fn a_template_waits_for_the_morning_and_for_an_outage_but_not_for_a_person() {
    let late = Case { reach: Reach { last_heard_at: Some(noon() - WINDOW), ..news().reach }, ..news() };
    let closed = |_: Channel| Circuit::Closed;
    assert_eq!(late.way(&terms(), closed, noon()), Ok(Channel::TemplateToUser));
    let night = noon() + TimeDelta::hours(11);
    let morning = Next::Later { send_at: noon() + TimeDelta::hours(18), is_counted: false };
    assert_eq!(late.way(&terms(), closed, night).map_err(|unsent| unsent.next), Err(morning));
    assert_eq!(news().way(&terms(), closed, night), Ok(Channel::Chat), "the chat knows no night");

    let until = noon() + TimeDelta::seconds(30);
    let open = |is_halted| move |_: Channel| Circuit::Open { until, is_halted };
    let away = Next::Later { send_at: until, is_counted: false };
    assert_eq!(late.way(&terms(), open(false), noon()).map_err(|unsent| unsent.next), Err(away));
    assert_eq!(late.way(&terms(), open(true), noon()).map_err(|unsent| unsent.next), Err(Next::OtherWay));
}

#[test]
fn a_closed_window_and_no_other_way_is_for_an_officer() {
    let gone = Case { reach: Reach { last_heard_at: Some(noon() - WINDOW), ..reply().reach }, ..reply() };
    let unsent = gone.way(&terms(), |_| Circuit::Closed, noon()).expect_err("no way");
    assert_eq!((unsent.next, unsent.channel, unsent.why.reason.as_str()), (Next::Unreachable, None, WINDOW_CLOSED));
}

const DECISIONS: [Decision; 9] = [
    Decision::Later,
    Decision::BackOff,
    Decision::RefreshToken,
    Decision::NextWay,
    Decision::UntilQuota,
    Decision::UntilMorning,
    Decision::Never,
    Decision::NoMoney,
    Decision::Stop,
];

proptest! {
    /// Whatever Zalo answers, a message comes to an end before an officer within some days, never goes back, tries no way
    /// that was closed, and never waits for a moment that has passed.
    #[test]
    fn whatever_zalo_answers_a_message_comes_to_an_end(
        is_reply: bool,
        has_template: bool,
        has_phone: bool,
        heard in proptest::option::of(0_i64..10 * 86_400),
        refusals in proptest::collection::vec(proptest::sample::select(DECISIONS.to_vec()), 1..40),
    ) {
        let has_template = has_template && !is_reply;
        let last_heard_at = heard.map(|ago| noon() - TimeDelta::seconds(ago));
        let reach = Reach { last_heard_at, has_template, has_phone, ..Reach::default() };
        let mut case = Case { is_reply, reach, attempts: 0, begun_at: noon() };
        let mut at = noon();
        let mut answers = refusals.iter().copied().cycle();
        let mut closed: Vec<Channel> = Vec::new();
        loop {
            case.attempts += 1;
            let unsent = match case.way(&terms(), |_| Circuit::Closed, at) {
                Ok(channel) => {
                    prop_assert!(!closed.contains(&channel), "{channel:?} was closed");
                    case.after(channel, refusal(answers.next().expect("an endless list")), &terms(), at)
                }
                Err(unsent) => unsent,
            };
            match unsent.next {
                Next::Later { send_at, is_counted } => {
                    prop_assert!(send_at > at);
                    at = send_at;
                    case.attempts -= i32::from(!is_counted);
                }
                Next::OtherWay => {
                    let channel = unsent.channel.expect("a way that was tried");
                    closed.push(channel);
                    case.reach.closed.push(channel);
                    case.reach.chat_closed_at = case.reach.chat_closed_at.or((channel == Channel::Chat).then_some(at));
                    case.attempts = 0;
                }
                Next::GivenUp | Next::Unreachable => break,
            }
            prop_assert!(at - noon() < TimeDelta::days(14), "it still waits after {}", at - noon());
        }
    }
}
