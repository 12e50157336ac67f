//! Knocks that were turned away, counted in the process and written down now and then: whoever knocks in vain must not be
//! able to make us write.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::webhook::TurnedAway;
use crate::clock::hanoi;

/// What one instance has turned away and not yet written down. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Knocks(Arc<[AtomicI64; TurnedAway::ALL.len()]>);

impl Knocks {
    pub(super) fn note(&self, reason: TurnedAway) {
        self.0[reason as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Adds what was counted to the day's figures, for all instances to see. What cannot be written is written the next
    /// time.
    pub async fn write(&self, connection: &mut PgConnection, at: DateTime<Utc>) -> sqlx::Result<()> {
        for reason in TurnedAway::ALL {
            let counted = self.0[reason as usize].swap(0, Ordering::Relaxed);
            if counted == 0 {
                continue;
            }
            if let Err(error) = add(connection, reason.label(), counted, at).await {
                self.0[reason as usize].fetch_add(counted, Ordering::Relaxed);
                return Err(error);
            }
        }
        Ok(())
    }
}

async fn add(connection: &mut PgConnection, reason: &str, count: i64, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into webhook_refusal as known (day_on, reason, count, last_at) values ($1, $2, $3, $4)
         on conflict (day_on, reason) do update
         set count = known.count + $3, last_at = greatest(known.last_at, $4)",
        hanoi(at).date_naive(),
        reason,
        count,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}
