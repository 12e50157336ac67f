//! Đôn đốc by the clock: what is due soon or has passed is said to those who have it, once of each date. Any number of instances
//! may look: whoever writes it first has said it.

use std::sync::Arc;

use sqlx::PgPool;

use crate::casework::{self, CaseError, Rules};
use crate::clock::Clock;
use crate::petition::calendar_store::working_time;
use crate::petition::queue::Now;
use crate::petition::reminder;

/// How many one round looks at; the next one goes on.
const BATCH: i64 = 200;

#[derive(Clone)]
pub struct Reminders {
    pub pool: PgPool,
    pub rules: Arc<Rules>,
    pub clock: Clock,
}

impl Reminders {
    /// Urges where it is time; gives how often. Each petition is a transaction of its own.
    pub async fn round(&self) -> anyhow::Result<u64> {
        let at = self.clock.now();
        let mut connection = self.pool.acquire().await?;
        let time = working_time(&mut connection, &self.rules.office_hours).await?;
        let candidates = reminder::candidates(&mut connection, Now::of(&time, at), BATCH).await?;
        drop(connection);
        let mut urged = 0;
        for candidate in candidates {
            let mut transaction = self.pool.begin().await?;
            match casework::remind_by_clock(&self.rules, &mut transaction, &candidate, at).await {
                Ok(is_urged) => {
                    transaction.commit().await?;
                    urged += u64::from(is_urged);
                }
                Err(CaseError::Database(error)) => return Err(error.into()),
                // one that cannot be urged holds no other up
                Err(error) => tracing::error!(reference = candidate.reference, %error, "nobody was urged"),
            }
        }
        Ok(urged)
    }
}
