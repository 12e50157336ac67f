//! The SQL of the moves: what each verb writes into the petition itself. Callers hold the row's lock, have asked
//! [`Status::after`], and record the event in the same transaction. Every move gives the petition a new version.
//!
//! [`Status::after`]: super::Status::after

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::assignment;
use super::kinds::RefusalReason;
use super::status::Status;
use super::store::Awaiting;

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
    .execute(&mut *connection)
    .await?;
    assignment::end(connection, petition_id, at).await
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
        "update petition
         set status = $2, version = version + 1, publish_due_at = $3, answered_at = $4, approval_asked_at = null
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
    .execute(&mut *connection)
    .await?;
    assignment::end(connection, petition_id, at).await
}

/// Waits for the sender: the clock stands still.
pub async fn awaiting(
    connection: &mut PgConnection,
    petition_id: i64,
    status: Status,
    awaiting: &Awaiting,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition
         set status = $2, version = version + 1, awaiting_since = $3, supplement_due_at = $4, supplement_asked = $5
         where petition_id = $1",
        petition_id,
        status.name(),
        awaiting.since,
        awaiting.due_at,
        awaiting.asked,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Supplemented: the clock runs again, towards later due dates.
pub async fn supplemented(
    connection: &mut PgConnection,
    petition_id: i64,
    status: Status,
    accept_due_at: DateTime<Utc>,
    answer_due_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition
         set status = $2, version = version + 1, accept_due_at = $3, answer_due_at = $4,
             awaiting_since = null, supplement_due_at = null, supplement_asked = null
         where petition_id = $1",
        petition_id,
        status.name(),
        accept_due_at,
        answer_due_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The sender took it back, which closes it.
pub async fn withdrawn(
    connection: &mut PgConnection,
    petition_id: i64,
    status: Status,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition
         set status = $2, version = version + 1, closed_at = $3, approval_asked_at = null,
             awaiting_since = null, supplement_due_at = null, supplement_asked = null
         where petition_id = $1",
        petition_id,
        status.name(),
        at,
    )
    .execute(&mut *connection)
    .await?;
    assignment::end(connection, petition_id, at).await
}

/// Closed without anything to answer.
pub async fn closed(
    connection: &mut PgConnection,
    petition_id: i64,
    status: Status,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    withdrawn(connection, petition_id, status, at).await
}

/// Open again, with another agency and a new due date; what was answered before stands in `answer` and in the history.
pub async fn reopened(
    connection: &mut PgConnection,
    petition_id: i64,
    status: Status,
    agency_id: &str,
    answer_due_at: DateTime<Utc>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition
         set status = $2, version = version + 1, handling_agency_id = $3, answer_due_at = $4, reopened_at = $5,
             answered_at = null, publish_due_at = null, closed_at = null,
             handler_id = null, task = null, task_due_on = null, approval_asked_at = null
         where petition_id = $1",
        petition_id,
        status.name(),
        agency_id,
        answer_due_at,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What somebody in the agency has to do, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub handler_id: i64,
    pub what: String,
    pub due_on: NaiveDate,
}

/// Given to somebody within the agency.
pub async fn assigned(
    connection: &mut PgConnection,
    petition_id: i64,
    status: Status,
    task: &Task,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition
         set status = $2, version = version + 1, handler_id = $3, task = $4, task_due_on = $5
         where petition_id = $1",
        petition_id,
        status.name(),
        task.handler_id,
        task.what,
        task.due_on,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Somebody works on it.
pub async fn started(connection: &mut PgConnection, petition_id: i64, status: Status) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition set status = $2, version = version + 1 where petition_id = $1",
        petition_id,
        status.name(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Where a petition goes next, within the city.
#[derive(Clone, Copy, Debug)]
pub struct Destination<'a> {
    pub agency_id: &'a str,
    pub answer_due_at: DateTime<Utc>,
    /// How often agencies have passed it on by now.
    pub transfer_count: i32,
}

/// On another agency's desk; nobody there has it yet.
pub async fn passed_on(
    connection: &mut PgConnection,
    petition_id: i64,
    status: Status,
    to: Destination<'_>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition
         set status = $2, version = version + 1, handling_agency_id = $3, answer_due_at = $4, transfer_count = $5,
             handler_id = null, task = null, task_due_on = null, approval_asked_at = null
         where petition_id = $1",
        petition_id,
        status.name(),
        to.agency_id,
        to.answer_due_at,
        to.transfer_count,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Sent on to an agency of a ministry, which closes it here.
pub async fn transferred_out(
    connection: &mut PgConnection,
    petition_id: i64,
    status: Status,
    (agency_id, national_code): (&str, Option<&str>),
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition
         set status = $2, version = version + 1, transferred_to_id = $3, national_code = coalesce($4, national_code),
             closed_at = $5, approval_asked_at = null
         where petition_id = $1",
        petition_id,
        status.name(),
        agency_id,
        national_code,
        at,
    )
    .execute(&mut *connection)
    .await?;
    assignment::end(connection, petition_id, at).await
}

/// Under which code it stands in the national system.
pub async fn coded(connection: &mut PgConnection, petition_id: i64, national_code: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition set version = version + 1, national_code = $2 where petition_id = $1",
        petition_id,
        national_code,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The drafted answer waits for a second person since then, or (none) does not any more.
pub async fn approval_asked(
    connection: &mut PgConnection,
    petition_id: i64,
    at: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition set version = version + 1, approval_asked_at = $2 where petition_id = $1",
        petition_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The sender added something: whoever has an older page on the screen reads it first.
pub async fn touched(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<()> {
    sqlx::query!("update petition set version = version + 1 where petition_id = $1", petition_id)
        .execute(connection)
        .await?;
    Ok(())
}
