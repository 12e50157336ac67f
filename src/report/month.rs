//! A month of Hanoi.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

use crate::clock::{hanoi, midnight};

/// A month; written and read as `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    first: NaiveDate,
}

impl Month {
    /// The month in which this is.
    pub fn of(at: DateTime<Utc>) -> Self {
        Self::starting(hanoi(at).date_naive())
    }

    fn starting(day: NaiveDate) -> Self {
        Self { first: day.with_day(1).expect("every month has a first day") }
    }

    pub fn previous(self) -> Self {
        Self { first: self.first - Months::new(1) }
    }

    /// The moment it begins.
    pub fn from(self) -> DateTime<Utc> {
        midnight(self.first)
    }

    /// The moment it is over.
    pub fn to(self) -> DateTime<Utc> {
        midnight(self.first + Months::new(1))
    }

    /// «tháng 11/2026»
    pub fn said(self) -> String {
        format!("tháng {}/{}", self.first.month(), self.first.year())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first.format("%Y-%m"))
    }
}

impl FromStr for Month {
    type Err = chrono::ParseError;

    fn from_str(typed: &str) -> Result<Self, Self::Err> {
        Ok(Self::starting(NaiveDate::parse_from_str(&format!("{typed}-01"), "%Y-%m-%d")?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_and_ends_at_midnight_in_hanoi() {
        let month: Month = "2026-12".parse().expect("a month");
        assert_eq!(month.from().to_rfc3339(), "2026-11-30T17:00:00+00:00");
        assert_eq!(month.to().to_rfc3339(), "2026-12-31T17:00:00+00:00");
        assert_eq!((month.said(), month.to_string()), ("tháng 12/2026".to_owned(), "2026-12".to_owned()));
        assert_eq!(Month::of(month.from()), month);
        assert_eq!(Month::of(month.from() - chrono::TimeDelta::seconds(1)), month.previous());
        assert_eq!("2027-01".parse::<Month>().expect("a month").previous(), month);
    }

    #[test]
    fn what_is_no_month_is_not_read() {
        for typed in ["", "2026", "2026-13", "11/2026", "tháng 11", "2026-11-05"] {
            assert!(typed.parse::<Month>().is_err(), "{typed}");
        }
    }
}
