//! How the tokens stand, for those who look after the channel.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{AHEAD, DAILY};

/// What is known of the tokens of one application. Nothing of all this where nobody has consented yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenHealth {
    /// Until when the access token works.
    pub expires_at: Option<DateTime<Utc>>,
    /// When Zalo last gave a pair.
    pub refreshed_at: Option<DateTime<Utc>>,
    /// When the refresh token dies, three months after it was given, unless it is used before (zalo-oa 3.5).
    pub refresh_expires_at: Option<DateTime<Utc>>,
    /// That a person has to consent again.
    pub lost: Option<Lost>,
    /// Why the last refresh failed, for whoever looks after the machines; none after one that succeeded.
    pub last_error: Option<String>,
    /// When somebody last consented.
    pub connected_at: Option<DateTime<Utc>>,
    /// The officer who had it done; none where it was the command `connect`.
    pub connected_by: Option<i64>,
}

impl TokenHealth {
    /// When the worker will have the pair renewed; none where nobody wrote down how old it is.
    pub fn renews_at(&self) -> Option<DateTime<Utc>> {
        let (refreshed_at, expires_at) = (self.refreshed_at?, self.expires_at?);
        let half_spent = refreshed_at + (expires_at - refreshed_at) / 2;
        Some(half_spent.min(expires_at - AHEAD).min(refreshed_at + DAILY))
    }
}

/// Since when Zalo has not taken the refresh token, and its code; none where ours cannot be decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    pub since: DateTime<Utc>,
    pub code: Option<i64>,
}

/// Reads it, decrypting nothing.
pub async fn health(connection: &mut PgConnection, app_id: &str) -> sqlx::Result<TokenHealth> {
    let row = sqlx::query!(
        r#"select case when access_token <> '' then expires_at end as "expires_at", refreshed_at, refresh_expires_at,
                  lost_at, lost_code, last_error, connected_at, connected_by
           from zalo_token where app_id = $1"#,
        app_id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map_or_else(TokenHealth::default, |row| TokenHealth {
        expires_at: row.expires_at,
        refreshed_at: row.refreshed_at,
        refresh_expires_at: row.refresh_expires_at,
        lost: row.lost_at.map(|since| Lost { since, code: row.lost_code }),
        last_error: row.last_error,
        connected_at: row.connected_at,
        connected_by: row.connected_by,
    }))
}
