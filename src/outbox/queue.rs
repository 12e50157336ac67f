//! How much waits in the post room.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::zalo::gate::Urgency;

/// The messages of one urgency that have not come to their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queue {
    pub urgency: Urgency,
    /// Also those that are held for a later time, and those under way.
    pub waiting: i64,
    /// When the first of them is to be sent, or was.
    pub due_at: Option<DateTime<Utc>>,
}

/// What waits just now, the most urgent first; a line for every urgency.
pub async fn queues(connection: &mut PgConnection) -> sqlx::Result<Vec<Queue>> {
    let rows = sqlx::query!(
        r#"select urgency, count(*) as "waiting!", min(due_at) as due_at
           from outbox_message where state in ('waiting', 'leased')
           group by urgency"#,
    )
    .fetch_all(connection)
    .await?;
    let queue = |urgency: Urgency| {
        let row = rows.iter().find(|row| row.urgency == urgency.rank());
        Queue { urgency, waiting: row.map_or(0, |row| row.waiting), due_at: row.and_then(|row| row.due_at) }
    };
    Ok(Urgency::ALL.map(queue).into())
}
