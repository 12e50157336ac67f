//! Signing in.

use std::sync::LazyLock;

use axum_login::{AuthUser, AuthnBackend};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sqlx::PgPool;

use super::audit::{Note, note};
use super::second_factor::{self, Proof};
use super::{Officer, Seal, password, store};
use crate::clock::Clock;

/// How many times in a row a password, or a code after it, may be wrong.
pub const ATTEMPTS: i32 = 5;
/// How long the account rests after that.
pub const LOCKED_FOR: TimeDelta = TimeDelta::minutes(15);

/// What is typed at the desk.
pub struct Credentials {
    pub login: String,
    pub password: SecretString,
}

/// Where officers sign in.
#[derive(Clone, Debug)]
pub struct Desk {
    pool: PgPool,
    clock: Clock,
    seal: Seal,
}

/// The desk itself failed; wrong credentials are no error.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SignInError(#[from] anyhow::Error);

impl Desk {
    pub fn new(pool: PgPool, clock: Clock, seal: Seal) -> Self {
        // made now, so that the first stranger does not wait longer than the next
        LazyLock::force(&password::NOBODY);
        Self { pool, clock, seal }
    }

    /// The officer, if name and password belong together and the account is neither locked nor closed. Whoever has a second
    /// factor is not signed in by this alone.
    async fn sign_in(&self, credentials: Credentials) -> anyhow::Result<Option<Officer>> {
        let login = store::folded_login(&credentials.login);
        let Some(officer_id) = self.is_right(&login, credentials.password).await? else {
            tracing::warn!(target: "audit", "a sign-in was refused");
            return Ok(None);
        };
        let mut connection = self.pool.acquire().await?;
        let officer = store::find(&mut connection, officer_id).await?;
        // else a thief of the password could begin the count of codes anew with it
        if officer.as_ref().is_some_and(|officer| !officer.has_second_factor) {
            store::clear_attempts(&mut connection, officer_id).await?;
        }
        Ok(officer)
    }

    /// Whose password this is.
    ///
    /// An attempt is counted before the password is looked at, and taken back when it was right: guesses made at the same
    /// moment cannot outrun the lock. Where there is no account to look at, the same work is done for nobody.
    async fn is_right(&self, login: &str, password: SecretString) -> anyhow::Result<Option<i64>> {
        let at = self.clock.now();
        let mut connection = self.pool.acquire().await?;
        let attempt = store::count_attempt(&mut connection, login, at, ATTEMPTS, at + LOCKED_FOR).await?;
        // hashing takes its time; the connection is for others meanwhile
        drop(connection);
        let hash = attempt.as_ref().map_or_else(|| password::NOBODY.clone(), |attempt| attempt.password_hash.clone());
        let is_right = password::verify(password.expose_secret().to_owned(), hash).await?;
        let Some(attempt) = attempt else { return Ok(None) };
        if !is_right || attempt.is_outdated {
            self.note_refusal(attempt.officer_id, login, at);
            return Ok(None);
        }
        let mut connection = self.pool.acquire().await?;
        store::take_attempt_back(&mut connection, attempt.officer_id).await?;
        Ok(Some(attempt.officer_id))
    }

    /// The second step: whether this is a code of an officer whose password was right. Wrong codes are counted with wrong
    /// passwords, and lock the account as they do.
    pub async fn second_step(&self, officer: &Officer, code: &str) -> anyhow::Result<Option<Proof>> {
        let at = self.clock.now();
        let mut connection = self.pool.acquire().await?;
        let attempt = store::count_attempt(&mut connection, &officer.login, at, ATTEMPTS, at + LOCKED_FOR).await?;
        if attempt.is_none() {
            return Ok(None);
        }
        let proof = second_factor::take(&mut connection, &self.seal, officer.officer_id, code, at).await?;
        match proof {
            Some(_) => store::clear_attempts(&mut connection, officer.officer_id).await?,
            None => self.note_refusal(officer.officer_id, &officer.login, at),
        }
        Ok(proof)
    }

    /// Whether an officer who is signed in knows their password: asked before what a thief of the session would like to do.
    pub async fn confirms(&self, officer: &Officer, password: SecretString) -> anyhow::Result<bool> {
        Ok(self.is_right(&officer.login, password).await?.is_some())
    }

    /// Written beside the answer, which must not take longer for an account that there is.
    fn note_refusal(&self, officer_id: i64, login: &str, at: DateTime<Utc>) {
        let (pool, login) = (self.pool.clone(), login.to_owned());
        tokio::spawn(async move {
            let detail = json!({ "account": officer_id });
            let refused =
                Note { officer_id: None, act: "sign_in_refused", petition_id: None, subject: &login, detail, at };
            let noted = match pool.acquire().await {
                Ok(mut connection) => note(&mut connection, &refused).await,
                Err(error) => Err(error),
            };
            if let Err(error) = noted {
                tracing::error!(target: "audit", officer_id, %error, "a refused sign-in was not noted");
            }
        });
    }
}

impl AuthUser for Officer {
    type Id = i64;

    fn id(&self) -> i64 {
        self.officer_id
    }

    fn session_auth_hash(&self) -> &[u8] {
        &self.stamp
    }
}

impl AuthnBackend for Desk {
    type User = Officer;
    type Credentials = Credentials;
    type Error = SignInError;

    async fn authenticate(&self, credentials: Credentials) -> Result<Option<Officer>, SignInError> {
        Ok(self.sign_in(credentials).await?)
    }

    async fn get_user(&self, officer_id: &i64) -> Result<Option<Officer>, SignInError> {
        let mut connection = self.pool.acquire().await.map_err(anyhow::Error::from)?;
        Ok(store::find(&mut connection, *officer_id).await.map_err(anyhow::Error::from)?)
    }
}
