//! An officer asks the sender for something, the sender sends it; or adds something of their own accord.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::petition::follow_up::{self, NewSupplement, Occasion};
use crate::petition::store::Awaiting;
use crate::petition::{Action, Petition, Step, calendar_store, event, moves};
use crate::vietnamese::nfc;

use super::follow_up::{desk, followed, keep, record, take_own};
use super::name::{Told, name_by_machine};
use super::{CaseError, FollowUp, Followed, Hand, Rules, SupplementRequest, notice, take};

/// «ảnh giấy hẹn»: it stands inside sentences.
const ASKED_LENGTH: std::ops::RangeInclusive<usize> = 3..=80;
const WORDS_LENGTH: std::ops::RangeInclusive<usize> = 10..=500;

/// Asks the sender for what is missing. From now until it comes the clock stands still (pakn-domain 4.4).
pub async fn request_supplement(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    request: &SupplementRequest,
) -> Result<(), CaseError> {
    let (petition, to) = take(connection, hand, Action::RequestSupplement).await?;
    let asked = line_of(&request.asked).trim_end_matches('.').to_owned();
    if !ASKED_LENGTH.contains(&asked.chars().count()) {
        let say = "Ghi ngắn điều cần thêm, từ 3 đến 80 ký tự. Ví dụ: ảnh giấy hẹn.";
        return Err(CaseError::invalid("asked", say));
    }
    let words = line_of(&request.words);
    if !WORDS_LENGTH.contains(&words.chars().count()) {
        let say = "Viết cho người gửi biết cần để làm gì, từ 10 đến 500 ký tự.";
        return Err(CaseError::invalid("words", say));
    }
    let deadlines = calendar_store::deadlines_of(connection, &rules.office_hours, &petition).await?;
    let awaiting = Awaiting { asked, since: hand.at, due_at: deadlines.due(Step::Supplement, hand.at)? };

    moves::awaiting(connection, petition.petition_id, to, &awaiting).await?;
    let line = hand.line(&petition, Action::RequestSupplement, to, json!({ "asked": awaiting.asked, "words": words }));
    event::record(connection, &line).await?;
    let message = notice::supplement_request(rules, &petition, &desk(rules, &petition), &awaiting, &words);
    Ok(notice::post(rules, connection, &petition, message, hand.at).await?)
}

/// One paragraph, composed.
fn line_of(typed: &str) -> String {
    nfc(&typed.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Takes what the sender of an open petition sends: what was asked for, or what they thought of themselves. Asked for, it
/// moves the petition on and its due dates by the time for which the clock stood still.
pub async fn supplement(
    rules: &Rules,
    connection: &mut PgConnection,
    given: &FollowUp,
    at: DateTime<Utc>,
) -> Result<Followed, CaseError> {
    let petition = take_own(connection, given).await?;
    if follow_up::is_filed(connection, petition.petition_id, &given.draft_key).await? {
        return followed(rules, connection, &petition.reference).await;
    }
    if !petition.status.is_open() {
        return Err(CaseError::NotAllowed { from: petition.status });
    }
    let is_gone = given.answers.get("state").is_some_and(|state| state.reveal() == "gone");
    let occasion = match (&petition.awaiting, is_gone) {
        (Some(_), true) => Occasion::Gone,
        (Some(_), false) => Occasion::Asked,
        (None, _) => Occasion::Added,
    };
    let words = given.answer("words").unwrap_or_default();
    if words.is_empty() && given.attachments.is_empty() && !is_gone {
        return Err(CaseError::invalid("words", "Chưa có gì để gửi."));
    }
    let new = NewSupplement {
        petition_id: petition.petition_id,
        draft_key: given.draft_key.clone(),
        occasion,
        words,
        reason: None,
        at,
    };
    if keep(connection, given, &new).await? {
        let agencies = [petition.details.target_agency_id.as_deref(), petition.handling_agency_id.as_deref()];
        name_by_machine(rules, connection, &Told::of(&petition, new.words.reveal()), &agencies, at).await?;
        let detail = json!({ "attachments": given.attachments.len(), "is_gone": is_gone });
        match petition.awaiting.clone() {
            Some(awaiting) => run_on(rules, connection, &petition, &awaiting, (detail, at)).await?,
            None => {
                moves::touched(connection, petition.petition_id).await?;
                record(connection, &petition, Action::Add, petition.status, (detail, at)).await?;
            }
        }
    }
    followed(rules, connection, &petition.reference).await
}

/// What was asked for has come: the clock runs again.
async fn run_on(
    rules: &Rules,
    connection: &mut PgConnection,
    petition: &Petition,
    awaiting: &Awaiting,
    (detail, at): (serde_json::Value, DateTime<Utc>),
) -> Result<(), CaseError> {
    let to = petition.after(Action::Supplement).ok_or(CaseError::NotAllowed { from: petition.status })?;
    let (accept_due_at, answer_due_at) = moved(rules, connection, petition, awaiting, at).await?;
    moves::supplemented(connection, petition.petition_id, to, accept_due_at, answer_due_at).await?;
    record(connection, petition, Action::Supplement, to, (detail, at)).await
}

/// The due dates of a petition that waited until now: by so much later.
pub(super) async fn moved(
    rules: &Rules,
    connection: &mut PgConnection,
    petition: &Petition,
    awaiting: &Awaiting,
    at: DateTime<Utc>,
) -> Result<(DateTime<Utc>, DateTime<Utc>), CaseError> {
    let deadlines = calendar_store::deadlines_of(connection, &rules.office_hours, petition).await?;
    let answer_due_at = deadlines.moved(Step::Answer, petition.answer_due_at, awaiting.since, at)?;
    let accept_due_at = match petition.accepted_at {
        None => deadlines.moved(Step::Accept, petition.accept_due_at, awaiting.since, at)?,
        Some(_) => petition.accept_due_at,
    };
    Ok((accept_due_at, answer_due_at))
}
