//! An answer while it is being written: kept as it was typed, finished or not.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

/// The draft of a petition's answer.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Grows with every saving.
    pub version: i32,
    /// The fields of the form, by name.
    pub typed: Value,
    /// Who saved it last.
    pub officer_id: i64,
    pub officer_name: String,
    /// Everybody who has written in it: none of them releases it.
    pub writers: Vec<i64>,
    pub saved_at: DateTime<Utc>,
    /// Why the second person wants it changed, who they are, and when they said so.
    pub sent_back_reason: Option<String>,
    pub sent_back_by: Option<String>,
    pub sent_back_at: Option<DateTime<Utc>>,
}

/// What is being written for a petition, if anything is.
pub async fn of(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Option<Draft>> {
    sqlx::query_as!(
        Draft,
        r#"select d.version, d.typed, d.officer_id, o.name as officer_name, d.writers, d.saved_at,
                  d.sent_back_reason, b.name as "sent_back_by?", d.sent_back_at
           from answer_draft d
           join officer o on o.officer_id = d.officer_id
           left join officer b on b.officer_id = d.sent_back_by
           where d.petition_id = $1"#,
        petition_id,
    )
    .fetch_optional(connection)
    .await
}

/// Keeps what was typed, in place of version `seen` (0: of none). None where somebody has saved another one since.
pub async fn save(
    connection: &mut PgConnection,
    petition_id: i64,
    seen: i32,
    typed: &Value,
    (officer_id, at): (i64, DateTime<Utc>),
) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!(
        "insert into answer_draft (petition_id, version, typed, officer_id, writers, saved_at)
         select $1, 1, $3, $4::bigint, array[$4::bigint], $5
         where $2 = 0 or exists (select from answer_draft where petition_id = $1)
         on conflict (petition_id) do update
         set version = answer_draft.version + 1, typed = excluded.typed, officer_id = excluded.officer_id,
             writers = case when $4::bigint = any(answer_draft.writers) then answer_draft.writers
                            else answer_draft.writers || $4::bigint end,
             saved_at = excluded.saved_at
         where answer_draft.version = $2
         returning version",
        petition_id,
        seen,
        typed,
        officer_id,
        at,
    )
    .fetch_optional(connection)
    .await
}

/// The second person wants it changed.
pub async fn send_back(
    connection: &mut PgConnection,
    petition_id: i64,
    reason: &str,
    (officer_id, at): (i64, DateTime<Utc>),
) -> sqlx::Result<()> {
    sqlx::query!(
        "update answer_draft
         set version = version + 1, sent_back_reason = $2, sent_back_by = $3, sent_back_at = $4
         where petition_id = $1",
        petition_id,
        reason,
        officer_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The answer is out.
pub async fn drop(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from answer_draft where petition_id = $1", petition_id).execute(connection).await?;
    Ok(())
}
