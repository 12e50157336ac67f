//! The due date that counts now, and the SQL of moving it. Callers hold the row's lock and record the event in the same
//! transaction; every move gives the petition a new version.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::deadline::{Matter, Priority, Step};
use super::status::Status;
use super::store::Petition;

/// A due date whose clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    pub step: Step,
    pub due_at: DateTime<Utc>,
}

impl Petition {
    /// What decides its terms.
    pub fn matter(&self) -> Matter {
        let priority = if self.is_urgent { Priority::Urgent } else { Priority::Normal };
        Matter { category: self.details.category, priority }
    }

    /// The due date that counts now; none while the clock stands still and after the end. The column `due_at` says the same.
    pub fn running(&self) -> Option<Running> {
        let (step, due_at) = match self.status {
            _ if self.is_new() => (Step::Accept, self.accept_due_at),
            Status::Answered => (Step::Publish, self.publish_due_at?),
            Status::AwaitingSupplement => return None,
            status if status.is_open() => (Step::Answer, self.answer_due_at),
            _ => return None,
        };
        Some(Running { step, due_at })
    }
}

/// The step is due at another time.
pub async fn moved(
    connection: &mut PgConnection,
    petition_id: i64,
    step: Step,
    due_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition
         set version = version + 1,
             accept_due_at = case when $2 = 'accept' then $3 else accept_due_at end,
             answer_due_at = case when $2 = 'answer' then $3 else answer_due_at end,
             publish_due_at = case when $2 = 'publish' then $3 else publish_due_at end
         where petition_id = $1",
        petition_id,
        step.name(),
        due_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A due date was missed and the sender was told so: the first that was missed is kept, however often a new one is promised.
pub async fn apologised(
    connection: &mut PgConnection,
    petition_id: i64,
    missed_due_at: DateTime<Utc>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition set missed_due_at = coalesce(missed_due_at, $2), apologised_at = $3 where petition_id = $1",
        petition_id,
        missed_due_at,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// When the sender was last told that a date was missed.
pub async fn apologised_at(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("select apologised_at from petition where petition_id = $1", petition_id)
        .fetch_one(connection)
        .await
}

/// As urgent as this from now on, and due then.
pub async fn prioritised(
    connection: &mut PgConnection,
    petition_id: i64,
    priority: Priority,
    accept_due_at: DateTime<Utc>,
    answer_due_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition set version = version + 1, is_urgent = $2, accept_due_at = $3, answer_due_at = $4
         where petition_id = $1",
        petition_id,
        priority == Priority::Urgent,
        accept_due_at,
        answer_due_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Open petitions whose date has passed while their senders were not told since, the gravest first: at most so many.
pub async fn late_without_apology(
    connection: &mut PgConnection,
    at: DateTime<Utc>,
    at_most: i64,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "select reference from petition
         where due_at < $1 and (apologised_at is null or apologised_at < due_at) and heap_id is null
         order by due_at limit $2",
        at,
        at_most,
    )
    .fetch_all(connection)
    .await
}
