//! Closes what says nothing: advertising, noise.

use serde_json::json;
use sqlx::PgConnection;

use crate::petition::{Action, event, moves};

use super::{CaseError, Hand, take};

/// Closes a petition in which there is no matter. The sender gets no message: the dialog has asked once politely (voice.md
/// T11), and whoever looks it up reads that it is closed and how to reach an officer.
pub async fn close_no_content(connection: &mut PgConnection, hand: Hand<'_>) -> Result<(), CaseError> {
    let (petition, to) = take(connection, hand, Action::CloseNoContent).await?;
    moves::closed(connection, petition.petition_id, to, hand.at).await?;
    let line = hand.line(&petition, Action::CloseNoContent, to, json!({}));
    Ok(event::record(connection, &line).await?)
}
