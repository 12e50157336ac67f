//! The SQL of the door.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A verified event that is to be stored.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// By what a repetition is recognised; one row for each. Never empty.
    pub dedupe_keys: Vec<String>,
    pub event_name: String,
    /// Zalo's id of the citizen who did it.
    pub zalo_user_id: Option<String>,
    /// When the citizen did something that opens the 7-day window.
    pub heard_at: Option<DateTime<Utc>>,
    pub happened_at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
    /// Exactly as it was signed.
    pub body: Vec<u8>,
}

/// Stores an event, and its citizen if we have not heard of them. Gives the number of rows that are new: none for a
/// repetition. One statement, one transaction.
pub async fn insert(connection: &mut PgConnection, arrival: &Arrival) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "with heard as (
             insert into citizen (zalo_user_id, created_at, last_heard_at)
             select $1, $2, $3 where $1::text is not null
             on conflict (zalo_user_id) do update
             set last_heard_at = greatest(citizen.last_heard_at, excluded.last_heard_at)
             returning citizen_id
         )
         insert into inbox_event (dedupe_key, event_name, citizen_id, happened_at, received_at, body, retry_at)
         select key, $4, citizen_id, $5, $2, $6, $2
         from unnest($7::text[]) as key
         -- joined, not looked up: the event gets its number after the citizen's row is locked, so the numbers of one
         -- citizen's events follow the order of their commits
         left join heard on true
         on conflict (dedupe_key) do nothing",
        arrival.zalo_user_id,
        arrival.received_at,
        arrival.heard_at,
        arrival.event_name,
        arrival.happened_at,
        arrival.body,
        &arrival.dedupe_keys,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
