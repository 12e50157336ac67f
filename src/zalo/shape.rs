//! Reading Zalo's JSON: a field that is missing, has another type or cannot be true is simply not there.

use chrono::{DateTime, Utc};
use serde_json::Value;

/// Longer than any id of Zalo; longer ones would not fit into an index.
const ID_LIMIT: usize = 128;

/// A text that is not empty.
pub(super) fn text(value: &Value, pointer: &str) -> Option<String> {
    let text = value.pointer(pointer)?.as_str()?;
    // Postgres cannot keep U+0000, and nobody types it.
    let text = text.replace('\0', "");
    (!text.trim().is_empty()).then_some(text)
}

/// A text, or the digits of a number: phone numbers come both ways.
pub(super) fn text_or_digits(value: &Value, pointer: &str) -> Option<String> {
    text(value, pointer).or_else(|| digits(value.pointer(pointer)?))
}

/// An id: digits as a string, as a rule, but numbers were seen.
pub(super) fn id(value: &Value, pointer: &str) -> Option<String> {
    as_id(value.pointer(pointer)?)
}

pub(super) fn as_id(value: &Value) -> Option<String> {
    let id = match value.as_str() {
        Some(id) => id.trim().to_owned(),
        None => digits(value)?,
    };
    let fits = !id.is_empty() && id.len() <= ID_LIMIT && id.chars().all(|letter| letter.is_ascii_graphic());
    fits.then_some(id)
}

/// A whole number, also where it is written as a string.
pub(super) fn whole(value: &Value, pointer: &str) -> Option<i64> {
    let value = value.pointer(pointer)?;
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Milliseconds since the epoch. Zalo's own samples are short of digits: whether the time can be true is for the caller.
pub(super) fn time(value: &Value, pointer: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(whole(value, pointer)?)
}

fn digits(value: &Value) -> Option<String> {
    value.as_u64().map(|number| number.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_read_as_strings_and_as_numbers() {
        let value = json!({"a": "2000000000000000002", "b": 2_000_000_000_000_000_002_u64, "c": " 7 "});
        assert_eq!(id(&value, "/a").as_deref(), Some("2000000000000000002"));
        assert_eq!(id(&value, "/b").as_deref(), Some("2000000000000000002"));
        assert_eq!(id(&value, "/c").as_deref(), Some("7"));
    }

    #[test]
    fn what_cannot_be_an_id_is_none() {
        let long = "7".repeat(ID_LIMIT + 1);
        for value in [json!(""), json!(1.5), json!(-1), json!(null), json!({}), json!("a\u{0}b"), json!(long)] {
            assert_eq!(as_id(&value), None, "{value}");
        }
    }

    #[test]
    fn texts_carry_no_nul_and_are_not_blank() {
        let value = json!({"nul": "a\u{0}b", "blank": " \n", "number": 84_912_345_678_u64});
        assert_eq!(text(&value, "/nul").as_deref(), Some("ab"));
        assert_eq!(text(&value, "/blank"), None);
        assert_eq!(text(&value, "/number"), None);
        assert_eq!(text_or_digits(&value, "/number").as_deref(), Some("84912345678"));
    }

    #[test]
    fn numbers_and_times_are_read_in_both_forms() {
        let value = json!({"a": "1735689600123", "b": 1_735_689_600_123_i64, "c": "soon", "d": i64::MAX});
        assert_eq!(time(&value, "/a"), time(&value, "/b"));
        assert_eq!(time(&value, "/a").map(|at| at.to_rfc3339()).as_deref(), Some("2025-01-01T00:00:00.123+00:00"));
        assert_eq!((time(&value, "/c"), time(&value, "/d")), (None, None));
    }
}
