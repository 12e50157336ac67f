//! How much waits at the door.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// The events that wait for their turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    pub waiting: i64,
    /// When the one that waits longest came.
    pub oldest_at: Option<DateTime<Utc>>,
}

/// What waits just now.
pub async fn queue(connection: &mut PgConnection) -> sqlx::Result<Queue> {
    sqlx::query_as!(
        Queue,
        r#"select count(*) as "waiting!", min(received_at) as oldest_at from inbox_event where state = 'waiting'"#,
    )
    .fetch_one(connection)
    .await
}
