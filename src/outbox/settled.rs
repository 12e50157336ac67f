//! Alerts that have settled themselves: Redis, which knew that a way was stopped, may have forgotten it meanwhile.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::zalo::alert::{self, Kind};
use crate::zalo::window::Channel;

/// Clears the alert of every way on which a message has gone out since it was raised last.
pub async fn clear_settled_alerts(connection: &mut PgConnection) -> sqlx::Result<()> {
    for alert in alert::standing(connection).await? {
        for channel in Channel::ALL.into_iter().filter(|channel| Kind::Stopped(*channel).name() == alert.kind) {
            if has_sent_since(connection, channel, alert.last_at).await? {
                alert::clear(connection, Kind::Stopped(channel)).await?;
            }
        }
    }
    Ok(())
}

async fn has_sent_since(connection: &mut PgConnection, channel: Channel, at: DateTime<Utc>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from outbox_message where sent_at > $1 and channel = $2) as "has_sent!""#,
        at,
        channel.name(),
    )
    .fetch_one(connection)
    .await
}
