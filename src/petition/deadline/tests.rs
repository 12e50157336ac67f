use super::*;
use crate::petition::Category;
use crate::petition::calendar::{Certainty, DayKind, Holiday};
use crate::petition::calendar_store::calendar_file;
use proptest::prelude::*;

const PROCEDURE: Category = Category::RegulationPolicyProcedure;
const CONDUCT: Category = Category::OfficialConduct;

/// A line for ordinary petitions of any category.
fn clause(step: Step, amount: u32, unit: Unit) -> Clause {
    Clause { step, category: None, priority: Priority::Normal, term: Term { amount, unit }, basis: "thử".to_owned() }
}

fn deadlines(version: i32, clauses: &[Clause]) -> Deadlines {
    Deadlines { policy: Policy { version, clauses: clauses.to_vec() }, matter: Matter::of(PROCEDURE), time: time() }
}

fn time() -> WorkingTime {
    let office_hours = "08:00-12:00,13:00-17:00".parse().expect("hours");
    WorkingTime { calendar: Calendar::new(&calendar_file()), office_hours }
}

/// A moment by the clocks of Hanoi.
fn at(text: &str) -> DateTime<Utc> {
    format!("{text}+07:00").parse::<DateTime<FixedOffset>>().expect("a moment").to_utc()
}

#[test]
fn the_day_of_the_event_is_not_counted() {
    for sent in ["2026-11-20T09:00:00", "2026-11-20T23:00:00", "2026-11-21T10:00:00", "2026-11-22T23:59:59"] {
        assert_eq!(time().after_days(at(sent), 1), Ok(at("2026-11-23T17:00:00")), "{sent}");
    }
}

#[test]
fn the_day_of_vietnamese_culture_is_stepped_over_and_a_proposed_day_of_rest_is_worked() {
    let time = time();
    assert_eq!(time.after_days(at("2026-11-20T09:00:00"), 2), Ok(at("2026-11-25T17:00:00")));
    assert_eq!(time.after_days(at("2026-11-18T09:10:00"), 15), Ok(at("2026-12-10T17:00:00")));
    assert_eq!(time.after_hours(at("2026-11-23T16:00:00"), 2), Ok(at("2026-11-25T09:00:00")));
}

#[test]
fn a_clock_that_stood_still_runs_on_later() {
    let clauses = [clause(Step::Accept, 8, Unit::WorkingHour), clause(Step::Answer, 15, Unit::WorkingDay)];
    let deadlines = deadlines(1, &clauses);
    let moved = |step, due, since, until| deadlines.moved(step, at(due), at(since), at(until));
    let answer = |since, until| moved(Step::Answer, "2026-12-10T17:00:00", since, until);
    // 27/11, 30/11, 1/12 and 2/12 were worked
    assert_eq!(answer("2026-11-26T09:00:00", "2026-12-02T16:00:00"), Ok(at("2026-12-16T17:00:00")));
    assert_eq!(answer("2026-11-23T09:00:00", "2026-11-25T09:00:00"), Ok(at("2026-12-11T17:00:00")), "not the 24th");
    assert_eq!(answer("2026-11-26T09:00:00", "2026-11-26T16:00:00"), Ok(at("2026-12-10T17:00:00")), "the same day");
    assert_eq!(answer("2026-11-27T17:30:00", "2026-11-29T09:00:00"), Ok(at("2026-12-10T17:00:00")), "no working day");
    let accept = moved(Step::Accept, "2026-11-19T09:10:00", "2026-11-18T14:10:00", "2026-11-19T10:10:00");
    assert_eq!(accept, Ok(at("2026-11-19T15:10:00")));
    let unknown = moved(Step::Publish, "2026-11-19T09:10:00", "2026-11-18T14:10:00", "2026-11-19T10:10:00");
    assert_eq!(unknown, Err(NoDeadline::NoTerm { version: 1, step: Step::Publish }));
}

#[test]
fn a_saturday_that_is_worked_counts() {
    assert_eq!(time().after_days(at("2026-08-21T09:00:00"), 1), Ok(at("2026-08-22T17:00:00")));
    assert_eq!(time().after_hours(at("2026-08-21T16:00:00"), 2), Ok(at("2026-08-22T09:00:00")));
}

#[test]
fn hours_run_only_while_the_offices_are_open() {
    let cases = [
        ("2026-11-18T09:10:00", 8, "2026-11-19T09:10:00"),
        ("2026-11-18T12:30:00", 1, "2026-11-18T14:00:00"),
        ("2026-11-18T11:00:00", 1, "2026-11-18T12:00:00"),
        ("2026-11-18T05:00:00", 8, "2026-11-18T17:00:00"),
        ("2026-11-20T23:00:00", 8, "2026-11-23T17:00:00"),
        ("2026-11-20T16:59:30", 8, "2026-11-23T16:59:30"),
    ];
    for (from, hours, due) in cases {
        assert_eq!(time().after_hours(at(from), hours), Ok(at(due)), "{from} + {hours}");
    }
}

#[test]
fn a_term_past_the_calendar_is_refused() {
    let beyond = Err(BeyondCalendar { year: 2028 });
    assert_eq!(time().after_days(at("2027-12-30T09:00:00"), 2), beyond);
    assert_eq!(time().after_hours(at("2027-12-31T16:00:00"), 2), beyond);
}

#[test]
fn a_policy_says_how_long_a_step_may_take() {
    let clauses = [clause(Step::Accept, 8, Unit::WorkingHour), clause(Step::Answer, 15, Unit::WorkingDay)];
    let deadlines = deadlines(3, &clauses);
    let filed = at("2026-11-18T09:10:00");
    assert_eq!(deadlines.due(Step::Accept, filed), Ok(at("2026-11-19T09:10:00")));
    assert_eq!(deadlines.due(Step::Answer, filed), Ok(at("2026-12-10T17:00:00")));
    let no_term = NoDeadline::NoTerm { version: 3, step: Step::Publish };
    assert_eq!(deadlines.due(Step::Publish, filed), Err(no_term));
}

#[test]
fn the_narrowest_line_wins_and_what_is_urgent_before_what_is_of_a_kind() {
    let line =
        |category, priority, amount| Clause { category, priority, ..clause(Step::Answer, amount, Unit::WorkingDay) };
    let wide = line(None, Priority::Normal, 15);
    let conduct = line(Some(CONDUCT), Priority::Normal, 10);
    let urgent = line(None, Priority::Urgent, 5);
    let both = line(Some(CONDUCT), Priority::Urgent, 3);
    let amount = |clauses: &[&Clause], category, priority| {
        let policy = Policy { version: 1, clauses: clauses.iter().map(|clause| (*clause).clone()).collect() };
        policy.clause(Step::Answer, Matter { category, priority }).map(|clause| clause.term.amount)
    };
    let all = [&wide, &conduct, &urgent, &both];
    assert_eq!(amount(&all, PROCEDURE, Priority::Normal), Some(15));
    assert_eq!(amount(&all, CONDUCT, Priority::Normal), Some(10));
    assert_eq!(amount(&all, PROCEDURE, Priority::Urgent), Some(5));
    assert_eq!(amount(&all, CONDUCT, Priority::Urgent), Some(3));
    assert_eq!(amount(&[&urgent, &conduct, &wide], CONDUCT, Priority::Urgent), Some(5));
    assert_eq!(amount(&[&conduct, &wide], CONDUCT, Priority::Urgent), Some(10), "urgent ones are ordinary ones too");
    assert_eq!(amount(&[&urgent, &conduct], PROCEDURE, Priority::Normal), None);
}

#[test]
fn an_age_is_counted_in_working_days() {
    let age = |since, now| time().age(at(since), at(now));
    assert_eq!(age("2026-11-18T09:10:00", "2026-11-18T16:00:00"), 0);
    assert_eq!(age("2026-11-20T09:10:00", "2026-11-22T16:00:00"), 0, "a weekend");
    assert_eq!(age("2026-11-20T09:10:00", "2026-11-25T08:00:00"), 2, "the 24th is no working day");
    assert_eq!((age_words(0).as_str(), age_words(2).as_str()), ("Gửi hôm nay", "Đã 2 ngày làm việc"));
}

#[test]
fn time_is_said_as_people_say_it() {
    let now = at("2026-11-20T10:12:00");
    let days = [
        ("2026-11-18T17:00:00", "Quá hạn 2 ngày làm việc", Urgency::Late),
        ("2026-11-20T17:00:00", "Hết hạn hôm nay", Urgency::Soon),
        ("2026-11-23T17:00:00", "Còn 1 ngày làm việc", Urgency::Soon),
        ("2026-11-25T17:00:00", "Còn 2 ngày làm việc", Urgency::Soon),
        ("2026-11-26T17:00:00", "Còn 3 ngày làm việc", Urgency::Fine),
        ("2026-12-11T17:00:00", "Còn 14 ngày làm việc", Urgency::Fine),
    ];
    for (due, words, urgency) in days {
        let left = time().left_in_days(at(due), now);
        assert_eq!((left.words().as_str(), left.urgency()), (words, urgency), "{due}");
    }
    let hours = [
        ("2026-11-18T10:12:00", "Quá hạn 2 ngày làm việc", Urgency::Late),
        ("2026-11-19T15:20:00", "Quá hạn 3 giờ 52 phút", Urgency::Late),
        ("2026-11-20T14:05:00", "Còn 2 giờ 53 phút", Urgency::Soon),
        ("2026-11-20T10:42:00", "Còn 30 phút", Urgency::Soon),
        ("2026-11-23T08:47:00", "Còn 6 giờ 35 phút", Urgency::Fine),
        ("2026-11-23T09:55:00", "Còn 7 giờ 43 phút", Urgency::Fine),
    ];
    for (due, words, urgency) in hours {
        let left = time().left_in_hours(at(due), now);
        assert_eq!((left.words().as_str(), left.urgency()), (words, urgency), "{due}");
    }
}

#[test]
fn a_term_is_not_over_before_its_last_moment_has_passed() {
    let due = at("2026-11-20T17:00:00");
    assert_eq!(time().left_in_days(due, due), Left::Today);
    assert_eq!(time().left_in_hours(due, due), Left::Minutes(0));
    assert_eq!(time().left_in_days(due, due + TimeDelta::seconds(1)), Left::LateDays(0));
}

#[test]
fn on_the_evening_of_the_last_day_and_the_weekend_after_it_a_term_is_just_over() {
    for now in ["2026-11-20T17:00:01", "2026-11-21T12:00:00", "2026-11-22T23:00:00"] {
        assert_eq!(time().left_in_days(at("2026-11-20T17:00:00"), at(now)).words(), "Vừa quá hạn", "{now}");
    }
}

#[test]
fn the_offices_open_next_on_the_next_working_morning() {
    let time = time();
    assert_eq!(time.opens_at(at("2026-11-23T09:00:00")), None);
    for (now, opens) in [
        ("2026-11-23T07:00:00", "2026-11-23T08:00:00"),
        ("2026-11-23T12:00:00", "2026-11-23T13:00:00"),
        ("2026-11-23T19:30:00", "2026-11-25T08:00:00"),
        ("2026-11-20T17:00:00", "2026-11-23T08:00:00"),
    ] {
        assert_eq!(time.opens_at(at(now)), Some(at(opens)), "{now}");
    }
    let holiday = first_holiday_between(&time.calendar, at("2026-11-23T19:30:00"), at("2026-11-25T08:00:00"));
    assert_eq!(holiday, NaiveDate::from_ymd_opt(2026, 11, 24));
    let weekend = first_holiday_between(&time.calendar, at("2026-11-20T19:30:00"), at("2026-11-23T08:00:00"));
    assert_eq!(weekend, None);
}

/// Counts on foot, a line of the file at a time and a minute at a time, without the calendar under test.
mod on_foot {
    use super::*;
    use chrono::Timelike;

    pub fn works(holidays: &[Holiday], day: NaiveDate) -> bool {
        let lines = || holidays.iter().filter(|line| line.on == day && line.certainty != Certainty::Proposed);
        if lines().any(|line| line.kind == DayKind::SwapWork) {
            return true;
        }
        day.weekday().number_from_monday() <= 5 && lines().count() == 0
    }

    pub fn is_open(holidays: &[Holiday], minute: DateTime<Utc>) -> bool {
        let here = hanoi(minute);
        works(holidays, here.date_naive()) && matches!(here.hour(), 8..=11 | 13..=16)
    }
}

/// A minute of 2026.
fn any_minute() -> impl Strategy<Value = DateTime<Utc>> {
    (0..365 * 24 * 60i64).prop_map(|minutes| at("2026-01-01T00:00:00") + TimeDelta::minutes(minutes))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn days_agree_with_a_count_on_foot(from in any_minute(), count in 1..40u32) {
        let holidays = calendar_file();
        let mut day = hanoi(from).date_naive();
        let mut counted = 0;
        while counted < count {
            day = day.succ_opt().expect("another day");
            counted += u32::from(on_foot::works(&holidays, day));
        }
        let due = time().after_days(from, count).expect("within the calendar");
        prop_assert_eq!(hanoi(due).date_naive(), day);
        prop_assert_eq!(hanoi(due).time(), NaiveTime::from_hms_opt(17, 0, 0).expect("a time"));
        prop_assert_eq!(time().left_in_days(due, from), Left::Days(count));
    }

    #[test]
    fn hours_agree_with_a_count_on_foot(from in any_minute(), count in 1..24u32) {
        let holidays = calendar_file();
        let (mut minute, mut open) = (from, 0);
        while open < count * 60 {
            open += u32::from(on_foot::is_open(&holidays, minute));
            minute += TimeDelta::minutes(1);
        }
        let due = time().after_hours(from, count).expect("within the calendar");
        prop_assert_eq!(due, minute);
        prop_assert_eq!(time().left_in_hours(due, from), Left::Minutes(count * 60));
    }

    #[test]
    fn a_later_start_is_never_due_earlier(one in any_minute(), other in any_minute(), count in 1..20u32) {
        let (early, late) = (one.min(other), one.max(other));
        prop_assert!(time().after_hours(early, count).ok() <= time().after_hours(late, count).ok());
        prop_assert!(time().after_days(early, count).ok() <= time().after_days(late, count).ok());
    }

    #[test]
    fn whatever_the_policy_nothing_is_due_on_a_day_of_rest_and_a_later_start_is_never_due_earlier(
        one in any_minute(),
        other in any_minute(),
        (policy, matter) in (any_policy(), any_matter()),
        step in proptest::sample::select(Step::ALL),
    ) {
        let deadlines = Deadlines { policy, matter, time: time() };
        let (early, late) = (deadlines.due(step, one.min(other)), deadlines.due(step, one.max(other)));
        for due in [early, late].into_iter().flatten() {
            let holidays = calendar_file();
            prop_assert!(on_foot::works(&holidays, hanoi(due).date_naive()), "{due} is a day of rest");
            prop_assert!(due > one.min(other));
        }
        prop_assert!(early.ok() <= late.ok());
    }
}

fn any_matter() -> impl Strategy<Value = Matter> {
    proptest::sample::select(Matter::all().collect::<Vec<_>>())
}

/// A policy that says something about every step, with lines of any narrowness besides.
fn any_policy() -> impl Strategy<Value = Policy> {
    let term = |step: Step| {
        let units = Unit::ALL.iter().copied().filter(move |unit| step.may_count(*unit)).collect::<Vec<_>>();
        (1..30u32, proptest::sample::select(units)).prop_map(|(amount, unit)| Term { amount, unit })
    };
    let wide: Vec<_> = Step::ALL.iter().map(|step| term(*step).prop_map(|term| clause_of(*step, None, term))).collect();
    let narrow = (proptest::sample::select(Step::ALL), any_matter())
        .prop_flat_map(move |(step, matter)| term(step).prop_map(move |term| clause_of(step, Some(matter), term)));
    (wide, proptest::collection::vec(narrow, 0..6))
        .prop_map(|(wide, narrow)| Policy { version: 1, clauses: wide.into_iter().chain(narrow).collect() })
}

fn clause_of(step: Step, matter: Option<Matter>, term: Term) -> Clause {
    let priority = matter.map_or(Priority::Normal, |matter| matter.priority);
    Clause { category: matter.map(|matter| matter.category), priority, ..clause(step, term.amount, term.unit) }
}
