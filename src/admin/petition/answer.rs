//! The form of the answer.

use chrono::NaiveDate;
use serde::Deserialize;

use super::FieldError;
use crate::casework::AnswerDraft;

/// The answer as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct TypedAnswer {
    #[serde(default)]
    pub body: String,
    #[serde(default)]
    pub outcome: String,
    #[serde(default)]
    pub document_number: String,
    #[serde(default)]
    pub document_on: String,
    #[serde(default)]
    pub no_document_reason: String,
}

impl TypedAnswer {
    /// The draft, or what is wrong with the date; the rest is for the registry to judge.
    pub fn read(&self) -> Result<AnswerDraft, FieldError> {
        let document_on = match self.document_on.trim() {
            "" => None,
            typed => Some(day(typed).ok_or_else(|| FieldError {
                field: "document_on",
                say: "Nhập ngày văn bản theo ngày/tháng/năm, ví dụ 17/11/2026".to_owned(),
            })?),
        };
        let typed = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Ok(AnswerDraft {
            body: self.body.trim().replace("\r\n", "\n"),
            outcome: self.outcome.clone(),
            document_number: typed(&self.document_number),
            document_on,
            no_document_reason: typed(&self.no_document_reason),
        })
    }
}

/// A day as people type it: `17/11/2026`, `17-11-2026`, `17.11.2026`.
fn day(typed: &str) -> Option<NaiveDate> {
    let typed = typed.replace(['-', '.', ' '], "/");
    NaiveDate::parse_from_str(&typed, "%d/%m/%Y").ok().filter(|day| (2000..2100).contains(&chrono::Datelike::year(day)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_people_type_it() {
        let day_read = NaiveDate::from_ymd_opt(2026, 11, 7);
        for typed in ["07/11/2026", "7/11/2026", "7-11-2026", "07.11.2026"] {
            assert_eq!(day(typed), day_read, "{typed}");
        }
        for typed in ["2026-11-07", "31/02/2026", "7/11", "7/11/26", "hôm qua"] {
            assert_eq!(day(typed), None, "{typed}");
        }
    }
}
