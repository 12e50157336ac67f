//! The access token of the Official Account (zalo-oa 3).
//!
//! A refresh token works once and brings the next one. So one process at a time refreshes (the claim is a row, not a
//! transaction: none is open while Zalo is asked), and the new pair is written before anybody uses it. The token is kept
//! in the database only; every instance reads it there.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sqlx::PgPool;
use url::Url;
use uuid::Uuid;

use super::store::{self, Pair, Row};
use super::{endpoint, http, shape};

/// A token is renewed this long before it expires.
const AHEAD: TimeDelta = TimeDelta::minutes(10);
/// Longer than a call to Zalo and the writing after it may take: only a process that died leaves its claim this long.
const CLAIM: TimeDelta = TimeDelta::seconds(60);
/// After a failure nobody asks Zalo again for this long.
const REST: TimeDelta = TimeDelta::seconds(15);
/// Those who wait for another's refresh look again this often, and this many times: a little longer than a call takes.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
const LOOKS: u32 = 120;
/// Where Zalo does not say how long a token lives. The shortest life that was ever seen.
const SHORTEST_LIFE: i64 = 3_600;
/// A refresh token that Zalo no longer takes: invalid, expired.
const LOST: [i64; 2] = [-14014, -14020];

/// Keeps the access token fresh.
#[derive(Clone, Debug)]
pub struct Tokens {
    pool: PgPool,
    http: reqwest::Client,
    endpoint: String,
    app_id: String,
    app_secret: SecretString,
    first: Option<SecretString>,
}

/// An access token and which one it is.
#[derive(Clone, Debug)]
pub struct Access {
    pub token: SecretString,
    version: i32,
}

/// Why there is no access token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error(
        "there is no refresh token yet: let an administrator of the Official Account grant the application access \
         (developers.zalo.me, «Công cụ khám phá API» / API Explorer, OA access token), set ZALO_REFRESH_TOKEN to the \
         refresh token shown there, and restart"
    )]
    Missing,
    #[error(
        "Zalo no longer takes the refresh token ({code}): let an administrator of the Official Account grant the \
         application access again (developers.zalo.me, «Công cụ khám phá API» / API Explorer, OA access token), set \
         ZALO_REFRESH_TOKEN to the new refresh token, and restart; messages wait meanwhile"
    )]
    Lost { code: i64 },
    #[error("Zalo refused to refresh the token ({code}): check ZALO_APP_ID and ZALO_APP_SECRET")]
    Refused { code: i64 },
    #[error("Zalo's token API gave no answer that can be read: {0}")]
    Unclear(String),
    #[error("the token could not be refreshed a moment ago and is not asked for again before {until}")]
    Resting { until: DateTime<Utc> },
    #[error("another process has been refreshing the token for too long")]
    Busy,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Tokens {
    /// `first` is the refresh token of the settings: used when none is stored, or when the stored one is lost.
    pub fn new(
        pool: PgPool,
        oauth_url: &Url,
        app_id: impl Into<String>,
        app_secret: SecretString,
        first: Option<SecretString>,
    ) -> reqwest::Result<Self> {
        let endpoint = endpoint(oauth_url, "v4/oa/access_token");
        Ok(Self { pool, http: http()?, endpoint, app_id: app_id.into(), app_secret, first })
    }

    /// The access token, refreshed where it expires within ten minutes. A token that still works is given even when the
    /// refresh fails.
    pub async fn access(&self, at: DateTime<Utc>) -> Result<Access, TokenError> {
        let row = self.stored(at).await?;
        if row.expires_at - AHEAD > at {
            return Ok(row.into());
        }
        let still_works = row.expires_at > at && !row.access_token.is_empty();
        match self.next_after(row.version, at).await {
            Err(error) if still_works => {
                if !matches!(error, TokenError::Resting { .. }) {
                    tracing::warn!(error = %error, "the token could not be refreshed ahead of time");
                }
                Ok(row.into())
            }
            outcome => outcome,
        }
    }

    /// The token after `refused`, which Zalo did not take. Refreshes only if nobody has done so since.
    pub async fn after(&self, refused: &Access, at: DateTime<Utc>) -> Result<Access, TokenError> {
        let row = self.stored(at).await?;
        if row.version != refused.version {
            return Ok(row.into());
        }
        store::expire(&mut *self.pool.acquire().await?, &self.app_id, row.version, at).await?;
        self.next_after(row.version, at).await
    }

    async fn stored(&self, at: DateTime<Utc>) -> Result<Row, TokenError> {
        let mut connection = self.pool.acquire().await?;
        if let Some(row) = store::find(&mut connection, &self.app_id).await? {
            return Ok(row);
        }
        let first = self.first.as_ref().ok_or(TokenError::Missing)?;
        store::begin(&mut connection, &self.app_id, first.expose_secret(), at).await?;
        store::find(&mut connection, &self.app_id).await?.ok_or(TokenError::Missing)
    }

    /// Refreshes, or waits for whoever is refreshing. Holds no connection while it waits.
    async fn next_after(&self, version: i32, at: DateTime<Utc>) -> Result<Access, TokenError> {
        let mine = Uuid::new_v4();
        for _ in 0..LOOKS {
            let mut connection = self.pool.acquire().await?;
            let claimed = store::claim(&mut connection, &self.app_id, version, mine, at, at + CLAIM).await?;
            if let Some(refresh_token) = claimed {
                drop(connection);
                return self.refresh(version, mine, refresh_token, at).await;
            }
            let row = store::find(&mut connection, &self.app_id).await?.ok_or(TokenError::Missing)?;
            drop(connection);
            match row {
                row if row.version != version => return Ok(row.into()),
                Row { refreshing: None, refreshing_until: Some(until), .. } if until > at => {
                    return Err(TokenError::Resting { until });
                }
                _ => tokio::time::sleep(LOOK_AGAIN).await,
            }
        }
        Err(TokenError::Busy)
    }

    /// Asks Zalo for the next pair and writes it. Runs to its end even when the caller goes away: a pair that Zalo has
    /// given and that is not written is lost.
    async fn refresh(
        &self,
        version: i32,
        mine: Uuid,
        refresh_token: String,
        at: DateTime<Utc>,
    ) -> Result<Access, TokenError> {
        let tokens = self.clone();
        let task = tokio::spawn(async move {
            let outcome = tokens.next_pair(refresh_token, at).await;
            match &outcome {
                Ok(pair) => tokens.keep(version, pair).await?,
                Err(error) => tokens.rest(mine, error, at).await?,
            }
            let result = if outcome.is_ok() { "refreshed" } else { "failed" };
            metrics::counter!("zalo_token_refreshes_total", "result" => result).increment(1);
            outcome.map(|pair| Access { token: pair.access_token.into(), version: version + 1 })
        });
        task.await.map_err(|_| TokenError::Unclear("the refresh was broken off".to_owned()))?
    }

    /// The stored refresh token first; if Zalo no longer takes it, the one in the settings, which an administrator may
    /// have renewed since.
    async fn next_pair(&self, stored: String, at: DateTime<Utc>) -> Result<Pair, TokenError> {
        match (self.exchange(&stored, at).await, &self.first) {
            (Err(TokenError::Lost { .. }), Some(first)) if first.expose_secret() != stored => {
                tracing::warn!("the stored refresh token is lost: trying the one in ZALO_REFRESH_TOKEN");
                self.exchange(first.expose_secret(), at).await
            }
            (outcome, _) => outcome,
        }
    }

    /// One call to Zalo.
    async fn exchange(&self, refresh_token: &str, at: DateTime<Utc>) -> Result<Pair, TokenError> {
        let unclear = |error: reqwest::Error| TokenError::Unclear(error.without_url().to_string());
        let form =
            [("refresh_token", refresh_token), ("app_id", self.app_id.as_str()), ("grant_type", "refresh_token")];
        let request = self.http.post(&self.endpoint).header("secret_key", self.app_secret.expose_secret()).form(&form);
        let response = request.send().await.map_err(unclear)?;
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(unclear)?;
        read_pair(&body, at).unwrap_or_else(|| Err(TokenError::Unclear(format!("HTTP {status}"))))
    }

    /// Writes the pair, and tries hard: if it is lost, a person has to grant access again.
    async fn keep(&self, version: i32, pair: &Pair) -> Result<(), TokenError> {
        let write = || async {
            let mut connection = self.pool.acquire().await?;
            store::renew(&mut connection, &self.app_id, version, pair).await
        };
        let patience = ExponentialBuilder::default().with_max_times(10).with_max_delay(Duration::from_secs(5));
        write.retry(patience).await?;
        metrics::gauge!("zalo_token_lost").set(0.0);
        tracing::info!(version = version + 1, expires_at = %pair.expires_at, "the access token was refreshed");
        Ok(())
    }

    async fn rest(&self, mine: Uuid, error: &TokenError, at: DateTime<Utc>) -> Result<(), TokenError> {
        tracing::error!(error = %error, "the access token could not be refreshed");
        if matches!(error, TokenError::Lost { .. }) {
            metrics::gauge!("zalo_token_lost").set(1.0);
        }
        let mut connection = self.pool.acquire().await?;
        Ok(store::rest(&mut connection, &self.app_id, mine, at + REST).await?)
    }
}

impl From<Row> for Access {
    fn from(row: Row) -> Self {
        Self { token: row.access_token.into(), version: row.version }
    }
}

/// Zalo's answer; none where it is not Zalo's. Errors come flat and with HTTP 200, the life of a token as a string.
fn read_pair(body: &[u8], at: DateTime<Utc>) -> Option<Result<Pair, TokenError>> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    match shape::whole(&answer, "/error") {
        Some(code) if LOST.contains(&code) => return Some(Err(TokenError::Lost { code })),
        Some(code) if code != 0 => return Some(Err(TokenError::Refused { code })),
        _ => {}
    }
    let life = shape::whole(&answer, "/expires_in").filter(|life| (1..=365 * 86_400).contains(life));
    Some(Ok(Pair {
        access_token: shape::text(&answer, "/access_token")?,
        refresh_token: shape::text(&answer, "/refresh_token")?,
        expires_at: at + TimeDelta::seconds(life.unwrap_or(SHORTEST_LIFE)),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(expires_in: &str) -> i64 {
        let at = DateTime::UNIX_EPOCH;
        let body = format!(r#"{{"access_token":"a","refresh_token":"r"{expires_in}}}"#);
        let pair = read_pair(body.as_bytes(), at).expect("an answer").expect("a pair");
        (pair.expires_at - at).num_seconds()
    }

    #[test]
    fn the_life_of_a_token_is_a_string_or_a_number() {
        assert_eq!(life(r#","expires_in":"90000""#), 90_000);
        assert_eq!(life(r#","expires_in":90000"#), 90_000);
        assert_eq!(life(""), SHORTEST_LIFE);
        assert_eq!(life(r#","expires_in":"-5""#), SHORTEST_LIFE);
    }

    #[test]
    fn errors_come_flat() {
        let read = |body: &str| read_pair(body.as_bytes(), DateTime::UNIX_EPOCH).map(|answer| answer.map(|_| ()));
        for code in LOST {
            let body = format!(r#"{{"error":{code},"error_name":"x"}}"#);
            assert!(matches!(read(&body), Some(Err(TokenError::Lost { code: lost })) if lost == code));
        }
        assert!(matches!(read(r#"{"error":"-14002"}"#), Some(Err(TokenError::Refused { code: -14002 }))));
        assert!(read("<html>").is_none());
        assert!(read(r#"{"access_token":"a"}"#).is_none());
    }

    #[test]
    fn a_lost_token_says_what_to_do() {
        for error in [TokenError::Missing, TokenError::Lost { code: -14014 }] {
            let steps = error.to_string();
            assert!(steps.contains("ZALO_REFRESH_TOKEN") && steps.contains("restart"), "{steps}");
        }
    }
}
