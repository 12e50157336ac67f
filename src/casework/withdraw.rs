//! The sender takes a petition back.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::petition::follow_up::{self, NewSupplement, Occasion};
use crate::petition::{Action, heap, moves};

use super::follow_up::{followed, keep, record, take_own};
use super::{CaseError, FollowUp, Followed, Rules};

/// Withdraws an open petition. The record stays (Decree 20/2008/NĐ-CP, art. 20); pages no longer show whose it was. The
/// receipt is the dialog's reply.
pub async fn withdraw(
    rules: &Rules,
    connection: &mut PgConnection,
    given: &FollowUp,
    at: DateTime<Utc>,
) -> Result<Followed, CaseError> {
    let petition = take_own(connection, given).await?;
    if follow_up::is_filed(connection, petition.petition_id, &given.draft_key).await? {
        return followed(rules, connection, &petition.reference).await;
    }
    let to = petition.after(Action::Withdraw).ok_or(CaseError::NotAllowed { from: petition.status })?;
    let new = NewSupplement {
        petition_id: petition.petition_id,
        draft_key: given.draft_key.clone(),
        occasion: Occasion::Withdrawal,
        words: given.answer("reason").unwrap_or_default(),
        reason: None,
        at,
    };
    if keep(connection, given, &new).await? {
        moves::withdrawn(connection, petition.petition_id, to, at).await?;
        record(connection, &petition, Action::Withdraw, to, (json!({}), at)).await?;
        heap::pass_on(connection, petition.petition_id).await?;
    }
    followed(rules, connection, &petition.reference).await
}
