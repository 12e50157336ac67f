//! Which days are worked. Pure; the rows come from `holidays.csv` and from the office, by way of the table `holiday`.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};

pub mod lines;
pub mod shift;

vocabulary! {
    /// In which way a day differs from the week's rule.
    pub enum DayKind {
        Holiday = "holiday", "Nghỉ lễ, tết";
        SubstituteOff = "substitute_off", "Nghỉ bù";
        SwapOff = "swap_off", "Nghỉ hoán đổi";
        /// Worked in exchange for another day.
        SwapWork = "swap_work", "Làm bù";
    }
}

vocabulary! {
    /// How sure a line is.
    pub enum Certainty {
        Official = "official", "Đã có quyết định";
        Reported = "reported", "Theo báo chí";
        Computed = "computed", "Tính theo luật";
        /// Does not count until it is decided.
        Proposed = "proposed", "Mới đề xuất, chưa tính";
    }
}

/// One line of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Holiday {
    #[serde(rename = "date")]
    pub on: NaiveDate,
    pub name: String,
    pub kind: DayKind,
    #[serde(rename = "status")]
    pub certainty: Certainty,
    pub source: String,
}

/// A field, and what to enter there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub field: String,
    pub say: String,
}

/// A day as people type it (`17/11/2026`, `17-11-2026`) or as files have it (`2026-11-17`).
pub fn read_day(typed: &str) -> Option<NaiveDate> {
    let typed = typed.trim();
    let day = typed.parse().ok().or_else(|| {
        let typed = typed.replace(['-', '.', ' '], "/");
        NaiveDate::parse_from_str(&typed, "%d/%m/%Y").ok()
    });
    day.filter(|day: &NaiveDate| (2000..2100).contains(&day.year()))
}

/// «Thứ Hai 23/11/2026», for lists of days.
pub fn say_day(day: NaiveDate) -> String {
    const WEEKDAYS: [&str; 7] = ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"];
    format!("{} {}", WEEKDAYS[day.weekday().num_days_from_monday() as usize], day.format("%-d/%-m/%Y"))
}

/// The days that differ from the week's rule, and how far they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    rest: BTreeSet<NaiveDate>,
    worked: BTreeSet<NaiveDate>,
    last_year: i32,
}

/// The day lies past the last year of the calendar: a due date there would be a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the calendar of working days is not loaded for {year}")]
pub struct BeyondCalendar {
    pub year: i32,
}

impl Calendar {
    pub fn new<'a>(holidays: impl IntoIterator<Item = &'a Holiday>) -> Self {
        holidays.into_iter().map(|day| (day.on, day.kind, day.certainty)).collect()
    }

    /// The last year that due dates can fall into.
    pub fn last_year(&self) -> i32 {
        self.last_year
    }

    /// A day is worked when it was exchanged for a day of rest, or when it is Monday to Friday and no day of rest
    /// (data/README.md).
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        self.worked.contains(&day) || (!is_weekend(day) && !self.rest.contains(&day))
    }

    /// The first working day after `day`.
    pub fn next_working_day(&self, day: NaiveDate) -> Result<NaiveDate, BeyondCalendar> {
        let mut days = day.iter_days().skip(1).take_while(|next| next.year() <= self.last_year);
        days.find(|next| self.is_working_day(*next)).ok_or(BeyondCalendar { year: self.last_year + 1 })
    }

    /// The `count`-th working day after `day`, which itself is not counted (Civil Code 2015, art. 147).
    pub fn working_day_after(&self, day: NaiveDate, count: u32) -> Result<NaiveDate, BeyondCalendar> {
        (0..count).try_fold(day, |day, _| self.next_working_day(day))
    }

    /// How many working days lie after `from`, up to and with `to`.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> u32 {
        let days = from.iter_days().skip(1).take_while(|day| *day <= to);
        days.filter(|day| self.is_working_day(*day)).map(|_| 1).sum()
    }
}

impl FromIterator<(NaiveDate, DayKind, Certainty)> for Calendar {
    fn from_iter<T: IntoIterator<Item = (NaiveDate, DayKind, Certainty)>>(days: T) -> Self {
        let mut calendar = Self::default();
        for (on, kind, certainty) in days {
            calendar.last_year = calendar.last_year.max(on.year());
            match (certainty, kind) {
                (Certainty::Proposed, _) => continue,
                (_, DayKind::SwapWork) => calendar.worked.insert(on),
                _ => calendar.rest.insert(on),
            };
        }
        calendar
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::petition::calendar_store::calendar_file;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_days_that_are_easy_to_miss_are_right() {
        let calendar = Calendar::new(&calendar_file());
        for worked in ["2025-04-26", "2026-08-22", "2026-01-10", "2026-11-23", "2026-11-25", "2027-02-11"] {
            assert!(calendar.is_working_day(day(worked)), "{worked}");
        }
        for rest in ["2025-05-02", "2026-08-31", "2026-04-27", "2026-11-24", "2026-11-21", "2027-02-05", "2027-05-03"] {
            assert!(!calendar.is_working_day(day(rest)), "{rest}");
        }
    }

    #[test]
    fn a_day_past_the_calendar_is_not_guessed() {
        let calendar = Calendar::new(&calendar_file());
        assert_eq!(calendar.working_day_after(day("2027-12-30"), 1), Ok(day("2027-12-31")));
        assert_eq!(calendar.working_day_after(day("2027-12-30"), 2), Err(BeyondCalendar { year: 2028 }));
        assert_eq!(calendar.working_day_after(day("2030-01-01"), 1), Err(BeyondCalendar { year: 2028 }));
    }

    #[test]
    fn a_day_is_read_as_people_type_it_and_as_files_have_it() {
        for typed in ["7/11/2026", "07-11-2026", " 07.11.2026 ", "2026-11-07"] {
            assert_eq!(read_day(typed), Some(day("2026-11-07")), "{typed}");
        }
        for typed in ["", "31/2/2026", "7/11", "7/11/26", "hôm qua", "1999-11-07"] {
            assert_eq!(read_day(typed), None, "{typed}");
        }
        assert_eq!(say_day(day("2026-11-24")), "Thứ Ba 24/11/2026");
    }
}
