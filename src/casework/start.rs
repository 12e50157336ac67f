//! Whoever has a petition begins to work on it.

use serde_json::json;
use sqlx::PgConnection;

use crate::petition::{Action, event, moves};

use super::{CaseError, Hand, take};

/// Says to the others that somebody works on it now.
pub async fn start(connection: &mut PgConnection, hand: Hand<'_>) -> Result<(), CaseError> {
    let (petition, to) = take(connection, hand, Action::Start).await?;
    moves::started(connection, petition.petition_id, to).await?;
    let line = hand.line(&petition, Action::Start, to, json!({}));
    Ok(event::record(connection, &line).await?)
}
