//! The figures that stand in the database and not in the process, taken now and then; and what Zalo says of the account.
//!
//! Every instance takes them: whichever one is asked for `/metrics` knows them.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};

use crate::clock::Clock;
use crate::inbox::{self, Knocks};
use crate::outbox;
use crate::zalo::account::kept;
use crate::zalo::client::Client;
use crate::zalo::token::{self, Tokens};
use crate::zalo::upload;

/// Takes the figures.
#[derive(Clone, Debug)]
pub struct Pulse {
    pub pool: PgPool,
    pub client: Client,
    pub tokens: Tokens,
    /// What this instance has turned away at the door.
    pub knocks: Knocks,
    pub clock: Clock,
    pub app_id: String,
    /// Whether template messages are sent at all.
    pub has_template: bool,
}

impl Pulse {
    /// Writes down what was turned away, asks Zalo of the account if an hour has passed, clears alerts that are over, sets the
    /// figures. Fails where the
    /// database is away, never because Zalo is.
    pub async fn beat(&self) -> anyhow::Result<()> {
        let at = self.clock.now();
        self.knocks.write(&mut *self.pool.acquire().await?, at).await?;
        let account = (self.app_id.as_str(), self.has_template);
        kept::ask(&self.pool, &self.client, &self.tokens, account, at).await?;
        let mut connection = self.pool.acquire().await?;
        outbox::clear_settled_alerts(&mut connection).await?;
        queues(&mut connection, at).await?;
        self.account(&mut connection, at).await?;
        drop(connection);
        metrics::gauge!("zalo_uploads_this_month").set(f64::from(upload::uploads(&self.pool, at).await?));
        Ok(())
    }

    async fn account(&self, connection: &mut PgConnection, at: DateTime<Utc>) -> sqlx::Result<()> {
        let token = token::health(connection, &self.app_id).await?;
        let left = |until: Option<DateTime<Utc>>| until.map_or(0.0, |until| seconds(until - at));
        metrics::gauge!("zalo_token_seconds_left").set(left(token.expires_at));
        metrics::gauge!("zalo_refresh_token_seconds_left").set(left(token.refresh_expires_at));
        if let Some(refreshed_at) = token.refreshed_at {
            metrics::gauge!("zalo_token_age_seconds").set(seconds(at - refreshed_at));
        }
        let account = kept::account(connection, &self.app_id).await?;
        for (kind, left) in [("chat", account.chat_left), ("template", account.template_left)] {
            if let Some(left) = left {
                metrics::gauge!("zalo_quota_left", "kind" => kind).set(number(left));
            }
        }
        Ok(())
    }
}

async fn queues(connection: &mut PgConnection, at: DateTime<Utc>) -> sqlx::Result<()> {
    let inbox = inbox::queue(connection).await?;
    metrics::gauge!("inbox_waiting").set(number(inbox.waiting));
    metrics::gauge!("inbox_oldest_seconds").set(inbox.oldest_at.map_or(0.0, |oldest_at| seconds(at - oldest_at)));
    for queue in outbox::queues(connection).await? {
        let urgency = queue.urgency.name();
        let late = queue.due_at.map_or(0.0, |due_at| seconds(at - due_at));
        metrics::gauge!("outbox_waiting", "urgency" => urgency).set(number(queue.waiting));
        metrics::gauge!("outbox_oldest_seconds", "urgency" => urgency).set(late);
    }
    Ok(())
}

/// None below nothing: what is not due yet is not late, what is over has nothing left.
fn seconds(time: TimeDelta) -> f64 {
    time.as_seconds_f64().max(0.0)
}

/// Exact far beyond anything we count.
fn number(count: i64) -> f64 {
    count as f64
}
