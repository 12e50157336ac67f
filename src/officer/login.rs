//! Signing in.

use std::sync::LazyLock;

use axum_login::{AuthUser, AuthnBackend};
use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;

use super::{Officer, password, store};
use crate::clock::Clock;

/// How many times in a row a password may be wrong.
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
}

/// The desk itself failed; wrong credentials are no error.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SignInError(#[from] anyhow::Error);

impl Desk {
    pub fn new(pool: PgPool, clock: Clock) -> Self {
        // made now, so that the first stranger does not wait longer than the next
        LazyLock::force(&password::NOBODY);
        Self { pool, clock }
    }

    /// The officer, if name and password belong together and the account is neither locked nor closed.
    ///
    /// An attempt is counted before the password is looked at, and taken back when it was right: guesses made at the same
    /// moment cannot outrun the lock. Where there is no account to look at, the same work is done for nobody.
    async fn sign_in(&self, credentials: Credentials) -> anyhow::Result<Option<Officer>> {
        let at = self.clock.now();
        let login = store::folded_login(&credentials.login);
        let mut connection = self.pool.acquire().await?;
        let attempt = store::count_attempt(&mut connection, &login, at, ATTEMPTS, at + LOCKED_FOR).await?;
        // hashing takes its time; the connection is for others meanwhile
        drop(connection);
        let hash = attempt.as_ref().map_or_else(|| password::NOBODY.clone(), |attempt| attempt.password_hash.clone());
        let is_right = password::verify(credentials.password.expose_secret().to_owned(), hash).await?;
        let Some(attempt) = attempt.filter(|_| is_right) else {
            tracing::warn!(target: "audit", "a sign-in was refused");
            return Ok(None);
        };
        let mut connection = self.pool.acquire().await?;
        store::clear_attempts(&mut connection, attempt.officer_id).await?;
        tracing::info!(target: "audit", officer_id = attempt.officer_id, "an officer signed in");
        Ok(store::find(&mut connection, attempt.officer_id).await?)
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
