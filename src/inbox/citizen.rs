//! Who wrote to us.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// The citizen with this id of Zalo's, entered if we have not heard of them; `heard_at` opens Zalo's 7-day window.
pub async fn meet(connection: &mut PgConnection, zalo_user_id: &str, heard_at: DateTime<Utc>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into citizen (zalo_user_id, created_at, last_heard_at)
         values ($1, $2, $2)
         on conflict (zalo_user_id) do update
         set last_heard_at = greatest(citizen.last_heard_at, excluded.last_heard_at)
         returning citizen_id",
        zalo_user_id,
        heard_at,
    )
    .fetch_one(connection)
    .await
}
