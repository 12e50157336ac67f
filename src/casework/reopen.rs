//! «Chưa xong»: the answer did not settle the matter. Once, with a reason; it goes above the one who answered.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::petition::assignment::{self, NewAssignment};
use crate::petition::follow_up::{self, NewSupplement, Occasion, ReopenReason};
use crate::petition::{Action, Petition, Status, Step, calendar_store, heap, moves};

use super::follow_up::{followed, keep, record, take_own};
use super::name::{Told, name_by_machine};
use super::{CaseError, FollowUp, Followed, Rules};

/// Whether the sender can still reopen it: answered, not reopened before, within the setting of days.
pub(super) fn can_reopen(rules: &Rules, petition: &Petition, at: DateTime<Utc>) -> bool {
    let within = TimeDelta::days(rules.reopen_days.into());
    let is_recent = petition.published_at.is_some_and(|published_at| at - published_at <= within);
    petition.status == Status::Published && petition.reopened_at.is_none() && is_recent
}

/// Opens an answered petition again. The focal agency takes it over from the agency that answered, and the officer who
/// answered before answers no more ([`answer`](super::answer())); the term to answer begins anew.
pub async fn reopen(
    rules: &Rules,
    connection: &mut PgConnection,
    given: &FollowUp,
    at: DateTime<Utc>,
) -> Result<Followed, CaseError> {
    let petition = take_own(connection, given).await?;
    if follow_up::is_filed(connection, petition.petition_id, &given.draft_key).await? {
        return followed(rules, connection, &petition.reference).await;
    }
    let to = petition.after(Action::Reopen).filter(|_| can_reopen(rules, &petition, at));
    let to = to.ok_or(CaseError::NotAllowed { from: petition.status })?;
    let reason = given.answers.get("reason").and_then(|reason| reason.reveal().parse::<ReopenReason>().ok());
    let words = given.answer("words").unwrap_or_default();
    if words.is_empty() && reason.is_none() {
        return Err(CaseError::invalid("words", "Chưa có lý do mở lại."));
    }
    let deadlines = calendar_store::deadlines_of(connection, &rules.office_hours, &petition).await?;
    let answer_due_at = deadlines.due(Step::Answer, at)?;
    let new = NewSupplement {
        petition_id: petition.petition_id,
        draft_key: given.draft_key.clone(),
        occasion: Occasion::Reopening,
        words,
        reason,
        at,
    };
    if keep(connection, given, &new).await? {
        let agencies = [petition.details.target_agency_id.as_deref(), petition.handling_agency_id.as_deref()];
        name_by_machine(rules, connection, &Told::of(&petition, new.words.reveal()), &agencies, at).await?;
        moves::reopened(connection, petition.petition_id, to, &rules.focal_agency, answer_due_at, at).await?;
        let desk = NewAssignment {
            petition_id: petition.petition_id,
            agency_id: &rules.focal_agency,
            at,
            ..NewAssignment::default()
        };
        assignment::begin(connection, &desk).await?;
        let detail = json!({ "agency_id": rules.focal_agency });
        record(connection, &petition, Action::Reopen, to, (detail, at)).await?;
        if petition.heap_id.is_some() {
            // the answer that settled the others did not settle this one
            heap::leave(connection, petition.petition_id).await?;
        }
    }
    followed(rules, connection, &petition.reference).await
}
