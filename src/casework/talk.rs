//! An officer and a citizen in the chat: while they talk, the machine is silent (voice.md T16).

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::petition::talk::{self, Talk};

use super::CaseError;

/// The office's latest talk with the citizen.
pub async fn officer_talk(connection: &mut PgConnection, citizen_id: i64) -> Result<Option<Talk>, CaseError> {
    Ok(talk::of(connection, citizen_id).await?)
}

/// Somebody of the office wrote to the citizen, in our page or, with nobody named, in Zalo's own tool: the machine falls
/// silent, and whoever asked for a person has been answered.
pub async fn officer_wrote(
    connection: &mut PgConnection,
    citizen_id: i64,
    officer_id: Option<i64>,
    at: DateTime<Utc>,
) -> Result<(), CaseError> {
    talk::wrote(connection, citizen_id, at).await?;
    Ok(talk::answered(connection, citizen_id, officer_id, at).await?)
}

/// An officer ends the talk. The citizen is told by the machine, once, unless they have gone on with it already.
pub async fn end_talk(
    connection: &mut PgConnection,
    citizen_id: i64,
    officer_id: i64,
    at: DateTime<Utc>,
) -> Result<(), CaseError> {
    talk::answered(connection, citizen_id, Some(officer_id), at).await?;
    talk::end(connection, citizen_id, at).await?;
    Ok(())
}

/// A talk that an officer ended and of which the dialog is to be told: whose, and when it ended.
pub async fn take_ended_talk(connection: &mut PgConnection) -> Result<Option<(i64, DateTime<Utc>)>, CaseError> {
    Ok(talk::take_ended(connection).await?)
}

/// The citizen went on with the machine.
pub async fn leave_talk(connection: &mut PgConnection, citizen_id: i64, at: DateTime<Utc>) -> Result<(), CaseError> {
    Ok(talk::leave(connection, citizen_id, at).await?)
}

/// The citizen wrote while the machine was silent: an officer is to read it.
pub async fn keep_for_officer(
    connection: &mut PgConnection,
    citizen_id: i64,
    inbox_event_id: i64,
    at: DateTime<Utc>,
) -> Result<(), CaseError> {
    Ok(talk::news(connection, citizen_id, inbox_event_id, at).await?)
}
