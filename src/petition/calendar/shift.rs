//! What a change of the calendar does to due dates that were given already. Pure: nothing moves by itself, an officer sees
//! what would move and decides.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Calendar, DayKind, Holiday};
use crate::clock::hanoi;
use crate::petition::deadline::{Step, WorkingTime};
use crate::petition::office_hours::OfficeHours;

/// One change of the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The line stands like this from now on.
    Put(Holiday),
    Remove(NaiveDate, DayKind),
}

/// The lines of a calendar after these changes.
pub fn edited(days: &[Holiday], edits: &[Edit]) -> Vec<Holiday> {
    let mut days = days.to_vec();
    for edit in edits {
        let (on, kind) = match edit {
            Edit::Put(day) => (day.on, day.kind),
            Edit::Remove(on, kind) => (*on, *kind),
        };
        days.retain(|day| (day.on, day.kind) != (on, kind));
        if let Edit::Put(day) = edit {
            days.push(day.clone());
        }
    }
    days
}

/// A due date of an open petition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub petition_id: i64,
    pub reference: String,
    pub step: Step,
    /// Since when it is counted: the petition came, was supplemented, given to somebody else, or got a new date.
    pub counted_from: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
}

/// A due date that would be another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    pub standing: Standing,
    pub to: DateTime<Utc>,
}

/// Two calendars, before and after.
#[derive(Clone, Debug)]
pub struct Change {
    before: WorkingTime,
    after: WorkingTime,
}

impl Change {
    pub fn new(days: &[Holiday], edits: &[Edit], office_hours: &OfficeHours) -> Self {
        let time = |days: &[Holiday]| WorkingTime { calendar: Calendar::new(days), office_hours: office_hours.clone() };
        Self { before: time(days), after: time(&edited(days, edits)) }
    }

    /// Those that would move: as much working time as lay before them lies before them again. A date past the end of the
    /// calendar stays.
    pub fn shifts(&self, standing: impl IntoIterator<Item = Standing>) -> Vec<Shift> {
        let shift = |standing: Standing| {
            let to = self.moved(&standing)?;
            Some(Shift { standing, to })
        };
        standing.into_iter().filter_map(shift).collect()
    }

    fn moved(&self, standing: &Standing) -> Option<DateTime<Utc>> {
        let (from, due_at) = (standing.counted_from, standing.due_at);
        let due = hanoi(due_at);
        // What ends at the close of a day was counted in days; what ends in between, in hours.
        let is_by_hours = standing.step == Step::Accept && due.time() != self.before.office_hours.closes();
        let to = if is_by_hours {
            let minutes = self.before.working_minutes(from, due_at);
            let again = |time: &WorkingTime| time.after_minutes(from, minutes).ok();
            (again(&self.before)? != again(&self.after)?).then_some(again(&self.after)?)
        } else {
            let days = self.before.age(from, due_at);
            let again = |time: &WorkingTime| time.after_days(from, days).ok();
            (again(&self.before)? != again(&self.after)?).then_some(again(&self.after)?)
        };
        to.filter(|to| *to != due_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::petition::calendar::Certainty;
    use crate::petition::calendar_store::calendar_file;
    use chrono::FixedOffset;

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}:00+07:00").parse::<DateTime<FixedOffset>>().expect("a moment").to_utc()
    }

    fn line(on: &str, kind: DayKind) -> Holiday {
        let on = on.parse().expect("a day");
        let (name, source) = ("Nghỉ thêm".to_owned(), "TB 1".to_owned());
        Holiday { on, name, kind, certainty: Certainty::Official, source }
    }

    fn moved(edits: &[Edit], step: Step, from: &str, due: &str) -> Option<DateTime<Utc>> {
        let hours = "08:00-12:00,13:00-17:00".parse().expect("hours");
        let change = Change::new(&calendar_file(), edits, &hours);
        let (reference, counted_from, due_at) = (String::new(), at(from), at(due));
        let standing = Standing { petition_id: 1, reference, step, counted_from, due_at };
        change.shifts([standing]).pop().map(|shift| shift.to)
    }

    #[test]
    fn a_new_day_of_rest_moves_what_was_counted_over_it() {
        // the proposal for Monday 23/11/2026 is decided
        let decided = [Edit::Put(line("2026-11-23", DayKind::SwapOff))];
        let answer = |from, due| moved(&decided, Step::Answer, from, due);
        assert_eq!(answer("2026-11-18T09:10", "2026-12-10T17:00"), Some(at("2026-12-11T17:00")));
        assert_eq!(
            answer("2026-11-20T09:10", "2026-11-23T17:00"),
            Some(at("2026-11-25T17:00")),
            "due on that very day"
        );
        assert_eq!(answer("2026-11-23T09:10", "2026-12-10T17:00"), None, "counted from that day on");
        assert_eq!(answer("2026-11-18T09:10", "2026-11-20T17:00"), None, "due before");
        let accept = |from, due| moved(&decided, Step::Accept, from, due);
        assert_eq!(accept("2026-11-20T16:00", "2026-11-23T15:00"), Some(at("2026-11-25T15:00")));
        assert_eq!(accept("2026-11-18T09:10", "2026-11-19T09:10"), None);
        assert_eq!(accept("2026-11-20T18:00", "2026-11-23T17:00"), Some(at("2026-11-25T17:00")));
    }

    #[test]
    fn a_day_that_is_worked_after_all_moves_dates_forward() {
        let worked = [Edit::Remove("2026-11-24".parse().expect("a day"), DayKind::Holiday)];
        let answer = |due| moved(&worked, Step::Answer, "2026-11-18T09:10", due);
        assert_eq!(answer("2026-12-10T17:00"), Some(at("2026-12-09T17:00")));
        let saturday = [Edit::Put(line("2026-11-21", DayKind::SwapWork))];
        assert_eq!(
            moved(&saturday, Step::Accept, "2026-11-20T16:00", "2026-11-23T15:00"),
            Some(at("2026-11-21T15:00"))
        );
    }

    #[test]
    fn what_changes_no_working_day_moves_nothing() {
        let renamed =
            [Edit::Put(Holiday { name: "Ngày Văn hóa".to_owned(), ..line("2026-11-24", DayKind::Holiday) })];
        assert_eq!(moved(&renamed, Step::Answer, "2026-11-18T09:10", "2026-12-10T17:00"), None);
        let proposed = Holiday { certainty: Certainty::Proposed, ..line("2026-11-27", DayKind::SwapOff) };
        assert_eq!(moved(&[Edit::Put(proposed)], Step::Answer, "2026-11-18T09:10", "2026-12-10T17:00"), None);
    }
}
