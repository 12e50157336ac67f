//! What only a person can put in order: an account that is disabled, a wallet that is empty. One line a kind, until it is
//! over; officers see it on the page about the channel.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::window::Channel;

/// What is the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Zalo takes nothing in this way until something is done.
    Stopped(Channel),
    /// What costs money is refused.
    NoMoney,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Stopped(Channel::Chat) => "stopped:chat",
            Self::Stopped(Channel::TemplateToUser) => "stopped:template_user",
            Self::Stopped(Channel::TemplateToPhone) => "stopped:template_phone",
            Self::NoMoney => "no_money",
        }
    }
}

/// An alert that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// [`Kind::name`]
    pub kind: String,
    /// Zalo's number, where it gave one.
    pub code: Option<i64>,
    /// In our words.
    pub reason: String,
    pub raised_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
}

/// Raises an alert, or notes that it still stands.
pub async fn raise(
    connection: &mut PgConnection,
    kind: Kind,
    code: Option<i64>,
    reason: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into zalo_alert (kind, code, reason, raised_at, last_at) values ($1, $2, $3, $4, $4)
         on conflict (kind) do update set code = $2, reason = $3, last_at = greatest(zalo_alert.last_at, $4)",
        kind.name(),
        code,
        reason,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// It is over.
pub async fn clear(connection: &mut PgConnection, kind: Kind) -> sqlx::Result<()> {
    sqlx::query!("delete from zalo_alert where kind = $1", kind.name()).execute(connection).await?;
    Ok(())
}

/// What stands, the oldest first.
pub async fn standing(connection: &mut PgConnection) -> sqlx::Result<Vec<Alert>> {
    sqlx::query_as!(Alert, "select kind, code, reason, raised_at, last_at from zalo_alert order by raised_at, kind")
        .fetch_all(connection)
        .await
}
