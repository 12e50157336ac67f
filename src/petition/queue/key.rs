//! Where one page ends and the next begins.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use super::line::Line;

/// The place of one petition in every list: `1795000000000000.42`, or `x.42` where no clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub(super) due_at: Option<DateTime<Utc>>,
    petition_id: i64,
}

/// From where on a list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    First,
    After(Key),
    Before(Key),
}

impl Key {
    /// Below the same due date: the earlier first; where no clock runs, the latest first.
    pub(super) fn then(self) -> i64 {
        if self.due_at.is_some() { self.petition_id } else { -self.petition_id }
    }
}

impl From<&Line> for Key {
    fn from(line: &Line) -> Self {
        Self { due_at: line.due_at, petition_id: line.petition_id }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.due_at {
            Some(due_at) => write!(f, "{}.{}", due_at.timestamp_micros(), self.petition_id),
            None => write!(f, "x.{}", self.petition_id),
        }
    }
}

/// What was given is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a place in a list")]
pub struct NotAKey;

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let (due, id) = text.split_once('.').ok_or(NotAKey)?;
        let moment = |micros: &str| DateTime::from_timestamp_micros(micros.parse().ok()?);
        let due_at = match due {
            "x" => None,
            micros => Some(moment(micros).ok_or(NotAKey)?),
        };
        let petition_id: i64 = id.parse().map_err(|_| NotAKey)?;
        if petition_id > 0 { Ok(Self { due_at, petition_id }) } else { Err(NotAKey) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written_and_nothing_else_is() {
        for text in ["1795000000000000.42", "x.42", "-1.7"] {
            assert_eq!(text.parse::<Key>().map(|key| key.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "x", "x.", "x.0", "x.-3", "9223372036854775807.1", "1.2.3", "' or 1=1.1"] {
            assert_eq!(text.parse::<Key>(), Err(NotAKey), "{text}");
        }
    }
}
