//! Deadlines in working days and working hours (pakn-domain 4.4). Pure.
//!
//! The day of the event is not counted; a term in days ends at the close of its last working day, Hanoi time (Civil Code
//! 2015, art. 147-148): 23:00 on a Friday and 09:00 on the same Friday both have Monday as day 1. A term in hours runs
//! only while the offices are open. How long each step may take is policy, read from `deadline_policy` and its terms.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::clock::hanoi;

use super::calendar::{BeyondCalendar, Calendar};
use super::office_hours::OfficeHours;

pub mod draft;
mod policy;

pub use policy::{Clause, Matter, Policy, Priority, Step, Term, Unit};

/// Why no due date can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoDeadline {
    #[error(transparent)]
    BeyondCalendar(#[from] BeyondCalendar),
    #[error("version {version} of the deadline policy says nothing about {step:?}")]
    NoTerm { version: i32, step: Step },
}

/// A policy as it holds for one kind of matter, on the calendar it counts by.
#[derive(Clone, Debug)]
pub struct Deadlines {
    pub policy: Policy,
    pub matter: Matter,
    pub time: WorkingTime,
}

impl Deadlines {
    /// How long `step` may take.
    pub fn term(&self, step: Step) -> Result<Term, NoDeadline> {
        let clause = self.policy.clause(step, self.matter);
        clause.map(|clause| clause.term).ok_or(NoDeadline::NoTerm { version: self.policy.version, step })
    }

    /// When `step` is due if its clock starts at `from`.
    pub fn due(&self, step: Step, from: DateTime<Utc>) -> Result<DateTime<Utc>, NoDeadline> {
        let term = self.term(step)?;
        Ok(match term.unit {
            Unit::WorkingDay => self.time.after_days(from, term.amount)?,
            Unit::WorkingHour => self.time.after_hours(from, term.amount)?,
        })
    }

    /// A due date of `step` whose clock stood still from `since` until `at`: later by the working days or the working time
    /// between, as the step's term is counted (pakn-domain 4.4). As in every term the day of the event is not counted.
    pub fn moved(
        &self,
        step: Step,
        due_at: DateTime<Utc>,
        since: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, NoDeadline> {
        let term = self.term(step)?;
        let days = self.time.calendar.working_days_between(hanoi(since).date_naive(), hanoi(at).date_naive());
        Ok(match (term.unit, days) {
            (Unit::WorkingDay, 0) => due_at,
            (Unit::WorkingDay, days) => self.time.after_days(due_at, days)?,
            (Unit::WorkingHour, _) => self.time.after_minutes(due_at, self.time.working_minutes(since, at))?,
        })
    }
}

/// The calendar with the hours of its days.
#[derive(Clone, Debug)]
pub struct WorkingTime {
    pub calendar: Calendar,
    pub office_hours: OfficeHours,
}

impl WorkingTime {
    /// The close of the `count`-th working day after the day of `from`.
    pub fn after_days(&self, from: DateTime<Utc>, count: u32) -> Result<DateTime<Utc>, BeyondCalendar> {
        Ok(self.close_of(self.calendar.working_day_after(hanoi(from).date_naive(), count)?))
    }

    /// When terms that end on this day end.
    pub fn close_of(&self, day: NaiveDate) -> DateTime<Utc> {
        moment(day, self.office_hours.closes())
    }

    /// How old something is: the working days after the day it came, up to and with today.
    pub fn age(&self, since: DateTime<Utc>, at: DateTime<Utc>) -> u32 {
        self.calendar.working_days_between(hanoi(since).date_naive(), hanoi(at).date_naive())
    }

    /// The moment at which the offices have been open for `count` hours since `from`.
    pub fn after_hours(&self, from: DateTime<Utc>, count: u32) -> Result<DateTime<Utc>, BeyondCalendar> {
        self.after_minutes(from, count * 60)
    }

    /// The same, for `count` minutes.
    pub fn after_minutes(&self, from: DateTime<Utc>, count: u32) -> Result<DateTime<Utc>, BeyondCalendar> {
        let mut left = TimeDelta::minutes(count.into());
        let mut day = hanoi(from).date_naive();
        loop {
            for (open, close) in self.spans(day) {
                let open = open.max(from);
                if close - open >= left {
                    return Ok(open + left);
                }
                left -= (close - open).max(TimeDelta::zero());
            }
            day = self.calendar.next_working_day(day)?;
        }
    }

    /// When the offices open next; none while they are open.
    pub fn opens_at(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let today = hanoi(at).date_naive();
        if self.spans(today).any(|(open, close)| open <= at && at < close) {
            return None;
        }
        let later_today = self.spans(today).map(|(open, _)| open).find(|open| *open > at);
        later_today.or_else(|| Some(moment(self.calendar.next_working_day(today).ok()?, self.office_hours.opens())))
    }

    /// How the deadline of a step stands: the acceptance is counted in hours of work, everything after it in days.
    pub fn left(&self, step: Step, due_at: DateTime<Utc>, at: DateTime<Utc>) -> Left {
        if step == Step::Accept { self.left_in_hours(due_at, at) } else { self.left_in_days(due_at, at) }
    }

    /// How a term that was counted in days stands.
    pub fn left_in_days(&self, due_at: DateTime<Utc>, at: DateTime<Utc>) -> Left {
        let (today, due_on) = (hanoi(at).date_naive(), hanoi(due_at).date_naive());
        if at > due_at {
            return Left::LateDays(self.calendar.working_days_between(due_on, today));
        }
        if today == due_on { Left::Today } else { Left::Days(self.calendar.working_days_between(today, due_on)) }
    }

    /// How a term that was counted in hours stands.
    pub fn left_in_hours(&self, due_at: DateTime<Utc>, at: DateTime<Utc>) -> Left {
        if at <= due_at {
            return Left::Minutes(self.working_minutes(at, due_at));
        }
        let late = self.working_minutes(due_at, at);
        let a_day = minutes(self.office_hours.a_day());
        if late < a_day { Left::LateMinutes(late) } else { Left::LateDays(late / a_day) }
    }

    /// How many minutes the offices are open between two moments.
    pub fn working_minutes(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> u32 {
        let last = hanoi(to).date_naive();
        let days = hanoi(from).date_naive().iter_days().take_while(|day| *day <= last);
        let open = days.flat_map(|day| self.spans(day).collect::<Vec<_>>());
        let open = open.map(|(open, close)| (close.min(to) - open.max(from)).max(TimeDelta::zero()));
        minutes(open.sum())
    }

    /// When the offices are open on a day; empty on a day of rest.
    fn spans(&self, day: NaiveDate) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        let spans = if self.calendar.is_working_day(day) { self.office_hours.spans() } else { &[] };
        spans.iter().map(move |(open, close)| (moment(day, *open), moment(day, *close)))
    }
}

fn minutes(time: TimeDelta) -> u32 {
    time.num_minutes().try_into().unwrap_or(u32::MAX)
}

/// A moment by the clocks of Hanoi, which has had no summer time since 1975.
pub fn moment(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let hanoi = FixedOffset::east_opt(7 * 3600).expect("seven hours are an offset");
    day.and_time(time).and_local_timezone(hanoi).single().expect("an offset has no gaps").to_utc()
}

/// What is left of a term, or how much it is overdue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Working days after today.
    Days(u32),
    Today,
    Minutes(u32),
    /// Working days since; 0 on the evening of the last day and on days of rest after it.
    LateDays(u32),
    LateMinutes(u32),
}

/// How loud a deadline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    Fine,
    Soon,
    Late,
}

/// Near is what a person should look at now.
pub const SOON_DAYS: u32 = 2;
pub const SOON_MINUTES: u32 = 4 * 60;

impl Left {
    pub fn urgency(self) -> Urgency {
        match self {
            Self::LateDays(_) | Self::LateMinutes(_) => Urgency::Late,
            Self::Days(days) if days > SOON_DAYS => Urgency::Fine,
            Self::Minutes(minutes) if minutes > SOON_MINUTES => Urgency::Fine,
            Self::Days(_) | Self::Today | Self::Minutes(_) => Urgency::Soon,
        }
    }

    /// «Còn 2 ngày làm việc», «Hết hạn hôm nay», «Quá hạn 2 ngày làm việc».
    pub fn words(self) -> String {
        match self {
            Self::Days(0) => "Còn dưới 1 ngày làm việc".to_owned(),
            Self::Days(days) => format!("Còn {days} ngày làm việc"),
            Self::Today => "Hết hạn hôm nay".to_owned(),
            Self::Minutes(0) => "Còn dưới 1 phút".to_owned(),
            Self::Minutes(minutes) => format!("Còn {}", duration(minutes)),
            Self::LateDays(0) | Self::LateMinutes(0) => "Vừa quá hạn".to_owned(),
            Self::LateDays(days) => format!("Quá hạn {days} ngày làm việc"),
            Self::LateMinutes(minutes) => format!("Quá hạn {}", duration(minutes)),
        }
    }
}

/// «Gửi hôm nay», «Đã 12 ngày làm việc»: the age of a petition.
pub fn age_words(days: u32) -> String {
    match days {
        0 => "Gửi hôm nay".to_owned(),
        days => format!("Đã {days} ngày làm việc"),
    }
}

fn duration(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} phút"),
        (hours, 0) => format!("{hours} giờ"),
        (hours, minutes) => format!("{hours} giờ {minutes} phút"),
    }
}

/// Whether a day of rest lies between the day of `at` and the day of `until`, the weekend aside: worth a word to people
/// who wait.
pub fn first_holiday_between(calendar: &Calendar, at: DateTime<Utc>, until: DateTime<Utc>) -> Option<NaiveDate> {
    let mut days = hanoi(at).date_naive().iter_days().take_while(|day| *day < hanoi(until).date_naive());
    days.find(|day| day.weekday().num_days_from_monday() < 5 && !calendar.is_working_day(*day))
}

#[cfg(test)]
mod tests;
