//! Enters what came by another door than Zalo: told on the hotline or at a counter, or written in a letter. The same register,
//! the same law; the sender has no chat with us, so news goes as a template message to their number, or somebody calls.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::petition::store;
use crate::petition::{Action, Event, Petition, Source, attachment, event};

use super::file::{Door, file_through, filed, kept};
use super::{CaseError, Enclosure, Filed, Filing, Rules, record_consent};

/// A finished form, as an officer keyed it in.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Of nobody yet: whose petition it is becomes a citizen with it.
    pub filing: Filing,
    pub source: Source,
    pub officer_id: i64,
}

/// Enters a petition that an officer keyed in, with its sender. The same form again, also at the same time, gives the
/// petition that is already there.
pub async fn enter(
    rules: &Rules,
    connection: &mut PgConnection,
    entry: &Entry,
    at: DateTime<Utc>,
) -> Result<Filed, CaseError> {
    let draft_key = &entry.filing.draft_key;
    if let Some((petition_id, reference, accept_due_at, answer_due_at)) =
        store::filed_from_alone(connection, draft_key).await?
    {
        return Ok(filed(petition_id, &reference, accept_due_at, answer_due_at));
    }
    let citizen_id = store::new_stranger(connection, at).await?;
    let filing = Filing { citizen_id, ..entry.filing.clone() };
    record_consent(connection, citizen_id, &filing.consent_version, at).await?;
    let door = Door { source: entry.source, officer_id: Some(entry.officer_id) };
    file_through(rules, connection, &filing, door, at).await
}

/// Adds what the sender gave to an officer besides: a photo, a paper.
pub async fn enclose(
    connection: &mut PgConnection,
    petition: &Petition,
    enclosure: &Enclosure,
    officer_id: i64,
    at: DateTime<Utc>,
) -> Result<(), CaseError> {
    attachment::insert(connection, petition.petition_id, &kept(enclosure)).await?;
    let line = Event {
        petition_id: petition.petition_id,
        action: Action::Add,
        from: Some(petition.status),
        to: petition.status,
        officer_id: Some(officer_id),
        detail: json!({ "attachments": 1 }),
        at,
    };
    Ok(event::record(connection, &line).await?)
}
