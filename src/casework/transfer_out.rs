//! Sends a petition on to an agency of a ministry, on the national system.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::json;
use sqlx::PgConnection;

use crate::petition::{Action, Status, event, moves, store};

use super::typed::reason;
use super::{CaseError, Hand, Rules, hold, notice, take};

/// How the national system numbers petitions: `PAKN.20261120.0031`.
static NATIONAL_CODE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^PAKN\.\d{8}\.\d{4,}$").expect("a pattern that compiles"));

/// Where it goes, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct Departure {
    pub agency_id: String,
    /// Empty: not known yet; see [`note_national_code`].
    pub national_code: String,
    pub reason: String,
}

/// Sends it on (Decree 20/2008/NĐ-CP, art. 9(1)(d)), tells the citizen who has it and where the result will stand. That ends it
/// here.
pub async fn transfer_out(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    departure: &Departure,
) -> Result<(), CaseError> {
    let (petition, to) = take(connection, hand, Action::TransferOut).await?;
    let agency_id = departure.agency_id.as_str();
    let agency = match store::agency(connection, agency_id).await? {
        Some((name, level)) if level == "central_vertical" => name,
        _ => return Err(CaseError::invalid("central_id", "Chọn cơ quan trung ương trong danh sách.")),
    };
    let code = match departure.national_code.trim() {
        "" => None,
        typed => Some(code(typed)?),
    };
    let why = reason(&departure.reason)?;

    moves::transferred_out(connection, petition.petition_id, to, (agency_id, code.as_deref()), hand.at).await?;
    let line =
        hand.line(&petition, Action::TransferOut, to, json!({ "agency_id": agency_id, "code": code, "why": why }));
    event::record(connection, &line).await?;
    let message = notice::transferred_out(rules, &petition, &agency, code.as_deref(), hand.at);
    Ok(notice::post(rules, connection, &petition, message, hand.at).await?)
}

/// Under which code a petition stands in the national system: entered later, or put right. Whoever waits for the result there
/// is told.
pub async fn note_national_code(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    typed: &str,
) -> Result<(), CaseError> {
    let petition = hold(connection, hand).await?;
    let code = code(typed)?;
    if petition.national_code.as_ref() == Some(&code) {
        return Ok(());
    }
    moves::coded(connection, petition.petition_id, &code).await?;
    let line = hand.line(&petition, Action::Note, petition.status, json!({ "code": code }));
    event::record(connection, &line).await?;
    if petition.status != Status::TransferredOut {
        return Ok(());
    }
    let message = notice::national_code(rules, &petition, &code);
    Ok(notice::post(rules, connection, &petition, message, hand.at).await?)
}

fn code(typed: &str) -> Result<String, CaseError> {
    let code = typed.trim().to_uppercase();
    match NATIONAL_CODE.is_match(&code) {
        true => Ok(code),
        false => {
            Err(CaseError::invalid("national_code", "Nhập mã như trên hệ thống quốc gia, ví dụ PAKN.20261120.0031."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_national_code_is_read_as_the_national_system_writes_it() {
        for typed in ["PAKN.20261120.0031", " pakn.20261120.00312 "] {
            assert_eq!(code(typed).expect("a code"), typed.trim().to_uppercase());
        }
        for typed in ["", "PAKN.20261120.031", "PAKN-20261120-0031", "HN-PAKN-20261118-0042-K", "PAKN.20261120.0031 x"]
        {
            assert!(code(typed).is_err(), "{typed}");
        }
    }
}
