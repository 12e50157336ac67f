//! What officers type into forms, as the registry keeps it.

use chrono::{Datelike, NaiveDate};

use crate::vietnamese::nfc;

use super::CaseError;

/// «Không thuộc.» is no reason.
const REASON_LENGTH: std::ops::RangeInclusive<usize> = 10..=500;

/// A day as people type it: `17/11/2026`, `17-11-2026`, `17.11.2026`.
pub(super) fn day(typed: &str) -> Option<NaiveDate> {
    let typed = typed.trim().replace(['-', '.', ' '], "/");
    NaiveDate::parse_from_str(&typed, "%d/%m/%Y").ok().filter(|day| (2000..2100).contains(&day.year()))
}

/// One paragraph, composed.
pub(super) fn paragraph(typed: &str) -> String {
    nfc(&typed.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Paragraphs, composed; Postgres keeps no zero bytes.
pub(super) fn text(typed: &str) -> String {
    nfc(typed.replace("\r\n", "\n").replace('\0', "").trim())
}

/// Why a petition is passed on or sent back.
pub(super) fn reason(typed: &str) -> Result<String, CaseError> {
    let reason = paragraph(typed);
    match REASON_LENGTH.contains(&reason.chars().count()) {
        true => Ok(reason.trim_end_matches('.').to_owned()),
        false => Err(CaseError::invalid("reason", "Viết lý do, từ 10 đến 500 ký tự.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_people_type_it() {
        let day_read = NaiveDate::from_ymd_opt(2026, 11, 7);
        for typed in ["07/11/2026", " 7/11/2026", "7-11-2026", "07.11.2026"] {
            assert_eq!(day(typed), day_read, "{typed}");
        }
        for typed in ["", "2026-11-07", "31/02/2026", "7/11", "7/11/26", "hôm qua"] {
            assert_eq!(day(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_reason_says_something() {
        assert!(reason("  Không.  ").is_err());
        assert_eq!(reason(" Việc này do  Sở Y tế giải quyết. ").expect("a reason"), "Việc này do Sở Y tế giải quyết");
    }
}
