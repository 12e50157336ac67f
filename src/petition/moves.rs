//! The SQL of the moves: what each verb writes into the petition itself. Callers hold the row's lock, have asked
//! [`Status::after`], and record the event in the same transaction. Every move gives the petition a new version.
//!
//! [`Status::after`]: super::Status::after

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::kinds::RefusalReason;
use super::status::Status;

/// Accepted, and handled by this agency from now on.
pub async fn accepted(
    connection: &mut PgConnection,
    petition_id: i64,
    status: Status,
    agency_id: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition set status = $2, version = version + 1, handling_agency_id = $3, accepted_at = $4
         where petition_id = $1",
        petition_id,
        status.name(),
        agency_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Refused, with what the citizen was told.
pub async fn refused(
    connection: &mut PgConnection,
    petition_id: i64,
    status: Status,
    reason: RefusalReason,
    text: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition
         set status = $2, version = version + 1, refusal_reason = $3, refusal_text = $4, closed_at = $5
         where petition_id = $1",
        petition_id,
        status.name(),
        reason.name(),
        text,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Answered; publishing is due.
pub async fn answered(
    connection: &mut PgConnection,
    petition_id: i64,
    status: Status,
    publish_due_at: DateTime<Utc>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition set status = $2, version = version + 1, publish_due_at = $3, answered_at = $4
         where petition_id = $1",
        petition_id,
        status.name(),
        publish_due_at,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Published, which closes it.
pub async fn published(
    connection: &mut PgConnection,
    petition_id: i64,
    status: Status,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition set status = $2, version = version + 1, published_at = $3, closed_at = $3
         where petition_id = $1",
        petition_id,
        status.name(),
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}
