//! Consent: an administrator of the Official Account lets the application speak for it (zalo-oa 3).
//!
//! A consent is begun here, given on Zalo's page, and comes back as a code to the redirect address, or as an address that
//! somebody pastes. Between the two a row waits for ten minutes: what comes back must name it by its state, once, from the
//! officer who began it; and the account that consented must be ours.

mod pkce;
mod store;
mod words;

use backon::Retryable;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use subtle::ConstantTimeEq;
use url::Url;
use uuid::Uuid;

use self::store::Pending;
use super::seal::Field;
use super::{Application, TokenError, patiently, say_lost};
use crate::zalo::endpoint;

/// As long as Zalo's code lives.
const LASTS: TimeDelta = TimeDelta::minutes(10);
/// Where Zalo sends the browser back to, under the service's own address.
const CALLBACK: &str = "admin/channel/connection/callback";

/// Begins and ends consents for one Official Account.
#[derive(Clone, Debug)]
pub struct Consents {
    application: Application,
    oa_id: String,
    redirect_uri: String,
    fixed_verifier: Option<SecretString>,
}

/// Who does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    Officer(i64),
    /// Whoever may run commands on the machine.
    Operator,
}

/// What came back from Zalo's page.
#[derive(Clone, Default, Deserialize)]
pub struct Return {
    code: Option<SecretString>,
    oa_id: Option<String>,
    state: Option<SecretString>,
    /// Where Zalo says no.
    #[serde(alias = "error_code")]
    error: Option<String>,
}

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    #[error(
        "this consent was not begun here, was begun by somebody else, was used already, or is older than ten minutes"
    )]
    Unknown,
    #[error("another Official Account consented, and not the one in ZALO_OA_ID")]
    OtherAccount,
    #[error("Zalo sent no code back ({0})")]
    NoCode(String),
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl From<sqlx::Error> for ConsentError {
    fn from(error: sqlx::Error) -> Self {
        Self::Token(error.into())
    }
}

impl Consents {
    /// `public_url` is where the service is reached, `fixed_verifier` the one whose challenge is saved in Zalo's console,
    /// for consoles that want it so.
    pub fn new(application: Application, oa_id: &str, public_url: &Url, fixed_verifier: Option<SecretString>) -> Self {
        let redirect_uri = endpoint(public_url, CALLBACK);
        Self { application, oa_id: oa_id.to_owned(), redirect_uri, fixed_verifier }
    }

    pub fn app_id(&self) -> &str {
        &self.application.app_id
    }

    pub fn oa_id(&self) -> &str {
        &self.oa_id
    }

    /// Zalo's own address, where a consent leads.
    pub fn oauth_url(&self) -> &Url {
        &self.application.oauth_url
    }

    /// The address that has to be registered in Zalo's console.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Zalo's page on which to consent. The address works for ten minutes, once.
    pub async fn begin(&self, pool: &PgPool, by: Party, at: DateTime<Utc>) -> sqlx::Result<Url> {
        let verifier = self.fixed_verifier.clone().unwrap_or_else(pkce::verifier);
        let (id, secret) = (Uuid::new_v4(), pkce::random());
        let pending = Pending {
            secret_digest: Sha256::digest(&secret).to_vec(),
            code_verifier: self.application.seal.seal(Field::CodeVerifier, &verifier),
            officer_id: officer_id(by),
        };
        let mut connection = pool.acquire().await?;
        store::sweep(&mut connection, at).await?;
        store::insert(&mut connection, id, self.app_id(), &pending, at + LASTS).await?;
        Ok(self.application.permission_url(&[
            ("redirect_uri", &self.redirect_uri),
            ("code_challenge", &pkce::challenge(&verifier)),
            ("state", &format!("{}.{secret}", id.simple())),
        ]))
    }

    /// Takes the code to Zalo and keeps the pair it brings. All instances use it from then on.
    ///
    /// Runs to its end even when the caller goes away: a pair that Zalo has given and that is not written is lost.
    pub async fn finish(&self, pool: &PgPool, back: Return, by: Party, at: DateTime<Utc>) -> Result<(), ConsentError> {
        let (consents, pool) = (self.clone(), pool.clone());
        let task = tokio::spawn(async move { consents.redeem(&pool, back, by, at).await });
        task.await.map_err(|_| TokenError::Unclear("the consent was broken off".to_owned()))?
    }

    async fn redeem(&self, pool: &PgPool, back: Return, by: Party, at: DateTime<Utc>) -> Result<(), ConsentError> {
        let Some(code) = &back.code else {
            return Err(ConsentError::NoCode(back.error.unwrap_or_default()));
        };
        let verifier = self.verifier(pool, &back, by, at).await?;
        let is_bare = by == Party::Operator && back.state.is_none() && back.oa_id.is_none();
        if !is_bare && back.oa_id.as_ref() != Some(&self.oa_id) {
            return Err(ConsentError::OtherAccount);
        }
        let pair = self.application.redeem(code, &verifier, at).await?;
        let sealed = self.application.sealed(&pair, at);
        let write = || async {
            let mut connection = pool.acquire().await?;
            super::store::connect(&mut connection, self.app_id(), &sealed, officer_id(by)).await
        };
        write.retry(patiently()).await?;
        say_lost(false);
        tracing::info!(officer_id = officer_id(by), "consent was given: the Official Account is connected");
        Ok(())
    }

    /// The verifier that belongs to what came back. A consent is taken out by its state, so it comes back once.
    async fn verifier(
        &self,
        pool: &PgPool,
        back: &Return,
        by: Party,
        at: DateTime<Utc>,
    ) -> Result<SecretString, ConsentError> {
        let mut connection = pool.acquire().await?;
        let pending = match (&back.state, by) {
            (Some(state), _) => {
                let (id, secret) = pkce::halves(state).ok_or(ConsentError::Unknown)?;
                let pending = store::take(&mut connection, id, self.app_id(), at).await?;
                pending.filter(|pending| bool::from(pending.secret_digest.ct_eq(&Sha256::digest(secret))))
            }
            // The link of a console that has a fixed pair saved brings no state back.
            (None, Party::Operator) => match &self.fixed_verifier {
                Some(fixed) => return Ok(fixed.clone()),
                None => store::take_latest(&mut connection, self.app_id(), at).await?,
            },
            (None, Party::Officer(_)) => None,
        };
        let own = |pending: &Pending| match by {
            Party::Operator => true,
            Party::Officer(id) => pending.officer_id.is_none_or(|officer_id| officer_id == id),
        };
        let pending = pending.filter(own).ok_or(ConsentError::Unknown)?;
        let verifier = self.application.seal.open(Field::CodeVerifier, &pending.code_verifier);
        verifier.ok_or(ConsentError::Unknown)
    }
}

impl Return {
    /// What an operator pastes: the address that the browser came back to, or the code alone.
    pub fn pasted(text: &str) -> Self {
        let Ok(address) = text.trim().parse::<Url>() else {
            return Self { code: Some(text.trim().into()), ..Self::default() };
        };
        let value =
            |name: &str| address.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        Self {
            code: value("code").map(SecretString::from),
            oa_id: Some(value("oa_id").unwrap_or_default()),
            state: value("state").map(SecretString::from),
            error: value("error").or_else(|| value("error_code")),
        }
    }
}

fn officer_id(by: Party) -> Option<i64> {
    match by {
        Party::Officer(id) => Some(id),
        Party::Operator => None,
    }
}
