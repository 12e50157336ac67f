//! When the offices work, for deadlines that are counted in hours.

use std::str::FromStr;

use chrono::{NaiveTime, TimeDelta};

/// The spans of a working day in Hanoi time, in order, without overlap, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeHours(Vec<(NaiveTime, NaiveTime)>);

/// The setting is not of the form `08:00-12:00,13:00-17:00`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("office hours «{0}» should look like 08:00-12:00,13:00-17:00, in order and without overlap")]
pub struct NotOfficeHours(String);

impl OfficeHours {
    pub fn spans(&self) -> &[(NaiveTime, NaiveTime)] {
        &self.0
    }

    pub fn opens(&self) -> NaiveTime {
        self.0.first().expect("office hours have a span").0
    }

    /// The close of the working day: terms in days end here.
    pub fn closes(&self) -> NaiveTime {
        self.0.last().expect("office hours have a span").1
    }

    /// How long a working day is.
    pub fn a_day(&self) -> TimeDelta {
        self.0.iter().map(|(open, close)| *close - *open).sum()
    }
}

impl FromStr for OfficeHours {
    type Err = NotOfficeHours;

    fn from_str(text: &str) -> Result<Self, NotOfficeHours> {
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
        let span = |span: &str| span.split_once('-').and_then(|(open, close)| Some((time(open)?, time(close)?)));
        let spans: Option<Vec<_>> = text.split(',').map(span).collect();
        let spans = spans.ok_or_else(|| NotOfficeHours(text.to_owned()))?;
        let in_order = spans.iter().flat_map(|(open, close)| [open, close]).is_sorted_by(|one, next| one < next);
        if in_order { Ok(Self(spans)) } else { Err(NotOfficeHours(text.to_owned())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_hours_are_read() {
        let hours: OfficeHours = "08:00-12:00,13:00-17:00".parse().expect("hours");
        assert_eq!(hours.a_day(), TimeDelta::hours(8));
        assert_eq!(hours.opens().to_string(), "08:00:00");
        assert_eq!(hours.closes().to_string(), "17:00:00");
    }

    #[test]
    fn what_is_no_working_day_is_refused() {
        for text in ["", "8-17", "08:00", "12:00-08:00", "08:00-12:00,11:00-17:00", "08:00-08:00", "08:00-12:00,"] {
            assert!(text.parse::<OfficeHours>().is_err(), "{text}");
        }
    }
}
