//! Whoever has a petition begins to work on it.

use serde_json::json;
use sqlx::PgConnection;

use crate::petition::{Action, Event, event, moves};

use super::{CaseError, Hand, take};

/// Says to the others that somebody works on it now.
pub async fn start(connection: &mut PgConnection, hand: Hand<'_>) -> Result<(), CaseError> {
    let (petition, to) = take(connection, hand, Action::Start).await?;
    moves::started(connection, petition.petition_id, to).await?;
    let line = Event {
        petition_id: petition.petition_id,
        action: Action::Start,
        from: Some(petition.status),
        to,
        officer_id: Some(hand.officer_id),
        detail: json!({}),
        at: hand.at,
    };
    Ok(event::record(connection, &line).await?)
}
