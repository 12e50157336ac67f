//! The closed list: denunciations that citizens wanted passed on all the same. No petition, no reference, no notice; only
//! the focal office reads it, and every reading is written down (Luật Tố cáo 2018: the accuser's name and address are
//! secret; pakn-domain 4.3).

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::privacy::Personal;

/// One line of the list, without its words.
#[derive(Clone, Debug)]
pub struct Listed {
    pub denunciation_id: i64,
    pub passed_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    /// Who closed it.
    pub officer: Option<String>,
    pub outcome: Option<String>,
}

/// What was told.
#[derive(Clone, Debug)]
pub struct Told {
    pub told: Personal,
    pub passed_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
}

/// Puts what was told on the list.
pub async fn insert(
    connection: &mut PgConnection,
    citizen_id: i64,
    told: &Personal,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into denunciation (citizen_id, told, passed_at) values ($1, $2, $3)",
        citizen_id,
        told.reveal(),
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How many nobody has closed.
pub async fn open_count(connection: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from denunciation where closed_at is null"#)
        .fetch_one(connection)
        .await
}

/// The open ones first, then the latest.
pub async fn list(connection: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        r#"select denunciation_id, passed_at, denunciation.closed_at, outcome, officer.name as "officer?"
           from denunciation
           left join officer using (officer_id)
           order by denunciation.closed_at is not null, denunciation_id desc
           limit $1"#,
        limit,
    )
    .fetch_all(connection)
    .await
}

/// Opens one for an officer; the reading is written down first.
pub async fn read(
    connection: &mut PgConnection,
    denunciation_id: i64,
    officer_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<Option<Told>> {
    sqlx::query_as!(
        Told,
        r#"with reading as (
               insert into denunciation_reading (denunciation_id, officer_id, read_at)
               select denunciation_id, $2, $3 from denunciation where denunciation_id = $1
               returning denunciation_id)
           select told as "told: Personal", passed_at, closed_at, outcome
           from denunciation join reading using (denunciation_id)"#,
        denunciation_id,
        officer_id,
        at,
    )
    .fetch_optional(connection)
    .await
}

/// Closes one with what was done. False where it is closed already, or is not there.
pub async fn close(
    connection: &mut PgConnection,
    denunciation_id: i64,
    officer_id: i64,
    outcome: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update denunciation set closed_at = $4, officer_id = $2, outcome = $3
         where denunciation_id = $1 and closed_at is null",
        denunciation_id,
        officer_id,
        outcome,
        at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}
