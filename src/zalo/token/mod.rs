//! The tokens of the Official Account (zalo-oa 3).
//!
//! A refresh token works once and brings the next one. So one process at a time refreshes (a lock in Redis, and a claim
//! that is a row in Postgres, not a transaction: none is open while Zalo is asked), and the new pair is written before
//! anybody uses it. The tokens are kept in the database only, encrypted ([`seal`]); every instance reads them there, so
//! that after a new consent ([`consent`]) all go on without a restart.

mod application;
pub mod consent;
mod error;
mod health;
mod lock;
pub mod seal;
mod store;

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;
use uuid::Uuid;

pub use application::Application;
use application::Pair;
pub use error::TokenError;
pub use health::{Lost, TokenHealth, health};
pub use lock::Lock;
use seal::Field;
use store::{Row, Sealed};

/// A token is renewed this long before it expires, at the latest.
const AHEAD: TimeDelta = TimeDelta::minutes(10);
/// Longer than a call to Zalo and the writing after it may take: only a process that died leaves its claim this long.
const CLAIM: TimeDelta = TimeDelta::seconds(60);
/// After a failure nobody asks Zalo again for this long.
const REST: TimeDelta = TimeDelta::seconds(15);
/// Those who wait for another's refresh look again this often, and this many times: a little longer than a call takes.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
const LOOKS: u32 = 120;
/// A refresh token dies unused after three months (zalo-oa 3.5).
const REFRESH_LIFE: TimeDelta = TimeDelta::days(90);
/// The worker refreshes once a day even where a token would live longer.
const DAILY: TimeDelta = TimeDelta::days(1);

/// Keeps the access token fresh.
#[derive(Clone, Debug)]
pub struct Tokens {
    pool: PgPool,
    application: Application,
    lock: Lock,
    first: Option<SecretString>,
}

/// An access token and which one it is.
#[derive(Clone, Debug)]
pub struct Access {
    pub token: SecretString,
    version: i32,
}

impl Tokens {
    /// `first` is the refresh token of the settings: used when none is stored, or when the stored one is lost.
    pub fn new(pool: PgPool, application: Application, lock: Lock, first: Option<SecretString>) -> Self {
        Self { pool, application, lock, first }
    }

    /// The access token, refreshed where it expires within ten minutes. A token that still works is given even when the
    /// refresh fails.
    pub async fn access(&self, at: DateTime<Utc>) -> Result<Access, TokenError> {
        let row = self.stored(at).await?;
        let present = self.opened(&row);
        if let Some(access) = present.clone().filter(|_| row.expires_at - AHEAD > at) {
            return Ok(access);
        }
        let still_works = present.filter(|_| row.expires_at > at);
        match (self.next_after(row.version, at).await, still_works) {
            (Err(error), Some(access)) => {
                if !matches!(error, TokenError::Resting { .. }) {
                    tracing::warn!(error = %error, "the token could not be refreshed ahead of time");
                }
                Ok(access)
            }
            (outcome, _) => outcome,
        }
    }

    /// The token after `refused`, which Zalo did not take. Refreshes only if nobody has done so since.
    pub async fn after(&self, refused: &Access, at: DateTime<Utc>) -> Result<Access, TokenError> {
        let row = self.stored(at).await?;
        if row.version != refused.version {
            return self.opened(&row).ok_or(TokenError::Unreadable);
        }
        store::expire(&mut *self.pool.acquire().await?, &self.application.app_id, row.version, at).await?;
        self.next_after(row.version, at).await
    }

    /// One look of the worker: refreshes where half the access token's life is over, or a day, so that a quiet night lets
    /// neither token die. Says in the figures whether a person is needed.
    pub async fn keep_fresh(&self, at: DateTime<Utc>) -> Result<(), TokenError> {
        let row = self.stored(at).await.inspect_err(|error| say_lost(matches!(error, TokenError::Missing)))?;
        say_lost(row.lost_at.is_some());
        if !is_half_spent(&row, at) {
            return Ok(());
        }
        match self.next_after(row.version, at).await {
            Err(TokenError::Resting { .. }) | Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn stored(&self, at: DateTime<Utc>) -> Result<Row, TokenError> {
        let app_id = &self.application.app_id;
        let mut connection = self.pool.acquire().await?;
        if let Some(row) = store::find(&mut connection, app_id).await? {
            if seal::is_plain(&row.access_token) || seal::is_plain(&row.refresh_token) {
                let [access, refresh] = [(Field::Access, &row.access_token), (Field::Refresh, &row.refresh_token)]
                    .map(|(field, kept)| self.covered(field, kept));
                store::cover(&mut connection, app_id, &row, &access, &refresh).await?;
            }
            return Ok(row);
        }
        let first = self.first.as_ref().ok_or(TokenError::Missing)?;
        let first = self.application.seal.seal(Field::Refresh, first);
        store::begin(&mut connection, app_id, &first, at).await?;
        store::find(&mut connection, app_id).await?.ok_or(TokenError::Missing)
    }

    /// A token from before encryption, sealed; any other as it is.
    fn covered(&self, field: Field, kept: &str) -> String {
        if seal::is_plain(kept) { self.application.seal.seal(field, &kept.into()) } else { kept.to_owned() }
    }

    fn opened(&self, row: &Row) -> Option<Access> {
        let token = self.application.seal.open(Field::Access, &row.access_token)?;
        Some(Access { token, version: row.version })
    }

    /// Refreshes, or waits for whoever is refreshing. Holds no connection while it waits.
    async fn next_after(&self, version: i32, at: DateTime<Utc>) -> Result<Access, TokenError> {
        for _ in 0..LOOKS {
            let row = self.stored(at).await?;
            if row.version != version {
                return self.opened(&row).ok_or(TokenError::Unreadable);
            }
            match (row.refreshing, row.refreshing_until) {
                (None, Some(until)) if until > at => return Err(TokenError::Resting { until }),
                (Some(_), Some(until)) if until > at => {}
                _ => {
                    if let Some(access) = self.attempt(version, at).await? {
                        return Ok(access);
                    }
                }
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Err(TokenError::Busy)
    }

    /// Refreshes, unless somebody else is at it. Runs to its end even when the caller goes away: a pair that Zalo has given
    /// and that is not written is lost, and a lock that is not given back keeps others waiting.
    async fn attempt(&self, version: i32, at: DateTime<Utc>) -> Result<Option<Access>, TokenError> {
        let tokens = self.clone();
        let task = tokio::spawn(async move {
            let mine = Uuid::new_v4();
            if !tokens.lock.take(mine).await {
                return Ok(None);
            }
            let outcome = tokens.refresh(version, mine, at).await;
            tokens.lock.release(mine).await;
            outcome
        });
        task.await.map_err(|_| TokenError::Unclear("the refresh was broken off".to_owned()))?
    }

    /// Asks Zalo for the next pair and writes it, if the refresh token is still the one of `version` and nobody has it.
    async fn refresh(&self, version: i32, mine: Uuid, at: DateTime<Utc>) -> Result<Option<Access>, TokenError> {
        let app_id = &self.application.app_id;
        let mut connection = self.pool.acquire().await?;
        let claimed = store::claim(&mut connection, app_id, version, mine, at, at + CLAIM).await?;
        drop(connection);
        let Some(claimed) = claimed else { return Ok(None) };
        let outcome = self.next_pair(self.application.seal.open(Field::Refresh, &claimed), at).await;
        let result = if outcome.is_ok() { "refreshed" } else { "failed" };
        metrics::counter!("zalo_token_refreshes_total", "result" => result).increment(1);
        match outcome {
            // None where somebody consented anew meanwhile: the next look finds that pair.
            Ok(pair) => {
                let is_kept = self.keep(version, &pair, at).await?;
                Ok(is_kept.then(|| Access { token: pair.access, version: version + 1 }))
            }
            Err(error) => {
                self.rest(mine, &error, at).await?;
                Err(error)
            }
        }
    }

    /// The stored refresh token first; if Zalo no longer takes it, the one in the settings, which an administrator may
    /// have renewed since.
    async fn next_pair(&self, stored: Option<SecretString>, at: DateTime<Utc>) -> Result<Pair, TokenError> {
        let outcome = match &stored {
            Some(stored) => self.application.refresh(stored, at).await,
            None => Err(TokenError::Unreadable),
        };
        let spent = stored.as_ref().map(ExposeSecret::expose_secret);
        match (outcome, &self.first) {
            (Err(error), Some(first)) if error.loss().is_some() && Some(first.expose_secret()) != spent => {
                tracing::warn!("the stored refresh token is lost: trying the one in ZALO_REFRESH_TOKEN");
                self.application.refresh(first, at).await
            }
            (outcome, _) => outcome,
        }
    }

    /// Writes the pair, and tries hard: if it is lost, a person has to consent again.
    async fn keep(&self, version: i32, pair: &Pair, at: DateTime<Utc>) -> Result<bool, TokenError> {
        let sealed = self.application.sealed(pair, at);
        let write = || async {
            let mut connection = self.pool.acquire().await?;
            store::renew(&mut connection, &self.application.app_id, version, &sealed).await
        };
        let is_kept = write.retry(patiently()).await?;
        if is_kept {
            say_lost(false);
            tracing::info!(version = version + 1, expires_at = %pair.expires_at, "the access token was refreshed");
        }
        Ok(is_kept)
    }

    async fn rest(&self, mine: Uuid, error: &TokenError, at: DateTime<Utc>) -> Result<(), TokenError> {
        tracing::error!(error = %error, "the access token could not be refreshed");
        let loss = error.loss();
        if loss.is_some() {
            say_lost(true);
        }
        let mut connection = self.pool.acquire().await?;
        let app_id = &self.application.app_id;
        Ok(store::rest(&mut connection, app_id, mine, (at, at + REST), &error.to_string(), loss).await?)
    }
}

impl Application {
    fn sealed(&self, pair: &Pair, at: DateTime<Utc>) -> Sealed {
        Sealed {
            access_token: self.seal.seal(Field::Access, &pair.access),
            refresh_token: self.seal.seal(Field::Refresh, &pair.refresh),
            expires_at: pair.expires_at,
            refreshed_at: at,
            refresh_expires_at: at + REFRESH_LIFE,
        }
    }
}

/// For what Zalo gives once: about half a minute of attempts.
fn patiently() -> ExponentialBuilder {
    ExponentialBuilder::default().with_max_times(10).with_max_delay(Duration::from_secs(5))
}

fn say_lost(is_lost: bool) {
    metrics::gauge!("zalo_token_lost").set(if is_lost { 1.0 } else { 0.0 });
}

/// A pair whose age nobody wrote down (from before it was, or from the settings) counts as old.
fn is_half_spent(row: &Row, at: DateTime<Utc>) -> bool {
    row.refreshed_at.is_none_or(|refreshed_at| {
        let is_half_over = row.expires_at - at <= at - refreshed_at;
        is_half_over || row.expires_at - AHEAD <= at || refreshed_at + DAILY <= at
    })
}
