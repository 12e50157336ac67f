//! One request of an officer who is signed in.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum_login::AuthSession;
use axum_login::tower_sessions::Session;
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::form_urlencoded::byte_serialize;

use super::AdminState;
use crate::http::Failure;
use crate::officer::{Debt, Desk, Officer, On, Right, Sealed, Way, debt, may, session};

pub(super) const FLASH: &str = "flash";
/// Which row of the sign-ins this browser's is.
pub(super) const SESSION: &str = "officer_session";
const REVEALED: &str = "revealed";
const WHISPER: &str = "whisper";

/// An officer at a moment. Whoever is not signed in is sent to sign in instead, so a handler that takes a `Visit` cannot be
/// reached by a stranger; nor by somebody who has to choose a password or set up a second factor first.
pub struct Visit {
    pub officer: Officer,
    pub at: DateTime<Utc>,
    /// By what they signed in, and which sign-in it is.
    pub way: Way,
    pub officer_session_id: i64,
    session: Session,
}

/// A secret for one page of one officer, as it lies in the session.
#[derive(Serialize, Deserialize)]
struct Whisper {
    about: String,
    sealed: String,
}

/// What the page after a redirect says first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flash {
    /// The state's class: `is-done`, `is-soon`, `is-late`.
    pub class: String,
    /// What changed.
    pub strong: String,
    /// What follows from it.
    pub rest: String,
    /// Where it can be looked at, or undone: an address and its words.
    #[serde(default)]
    pub link: Option<(String, String)>,
}

impl Flash {
    pub fn done(strong: impl Into<String>, rest: impl Into<String>) -> Self {
        Self { class: "is-done".to_owned(), strong: strong.into(), rest: rest.into(), link: None }
    }

    /// With a way to where it can be looked at, or undone.
    pub fn leading_to(self, href: impl Into<String>, words: impl Into<String>) -> Self {
        Self { link: Some((href.into(), words.into())), ..self }
    }
}

impl Visit {
    /// Whether this officer may do it in the office as a whole.
    pub fn may(&self, right: Right) -> bool {
        may(&self.officer, right, On::Office)
    }

    /// A page that says so, where this officer may not.
    pub fn must(&self, right: Right) -> Result<(), Failure> {
        if self.may(right) { Ok(()) } else { Err(Failure::Forbidden("this officer's role does not do that")) }
    }

    /// The same browser a while later, in the hand of this officer.
    pub fn later(&self, officer: Officer, at: DateTime<Utc>) -> Self {
        Self { officer, at, way: self.way, officer_session_id: self.officer_session_id, session: self.session.clone() }
    }

    /// Leaves a word for the next page, and goes there.
    pub async fn go_on(&self, to: &str, flash: Flash) -> Result<Response, Failure> {
        self.session.insert(FLASH, flash).await.map_err(anyhow::Error::from)?;
        Ok(Redirect::to(to).into_response())
    }

    /// The word that was left, once.
    pub async fn take_flash(&self) -> Result<Option<Flash>, Failure> {
        self.take(FLASH).await
    }

    /// Lets the next page of this petition, and only that one, show who the sender is.
    pub async fn reveal_next(&self, reference: &str) -> Result<(), Failure> {
        Ok(self.session.insert(REVEALED, reference).await.map_err(anyhow::Error::from)?)
    }

    /// Whether this page may show who the sender of `reference` is.
    pub async fn take_revealed(&self, reference: &str) -> Result<bool, Failure> {
        let revealed: Option<String> = self.take(REVEALED).await?;
        Ok(revealed.as_deref() == Some(reference))
    }

    /// Leaves a secret for the next page about `about`, which shows it once.
    pub async fn whisper(&self, state: &AdminState, about: &str, secret: &str) -> Result<(), Failure> {
        let sealed = state.seal.seal(self.sealed(), secret);
        let whisper = Whisper { about: about.to_owned(), sealed };
        Ok(self.session.insert(WHISPER, whisper).await.map_err(anyhow::Error::from)?)
    }

    /// The secret that was left for this page, once.
    pub async fn take_whisper(&self, state: &AdminState, about: &str) -> Result<Option<SecretString>, Failure> {
        let whisper: Option<Whisper> = self.take(WHISPER).await?;
        let whisper = whisper.filter(|whisper| whisper.about == about);
        Ok(whisper.and_then(|whisper| state.seal.open(self.sealed(), &whisper.sealed)))
    }

    fn sealed(&self) -> Sealed {
        Sealed::Whisper { officer_id: self.officer.officer_id }
    }

    /// What lies in the session under `key` is taken out; where nothing lies, the session is not written again.
    async fn take<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Failure> {
        if self.session.get_value(key).await.map_err(anyhow::Error::from)?.is_none() {
            return Ok(None);
        }
        Ok(self.session.remove(key).await.map_err(anyhow::Error::from)?)
    }
}

impl FromRequestParts<AdminState> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AdminState) -> Result<Self, Response> {
        let auth = AuthSession::<Desk>::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let away = |parts: &Parts| Redirect::to(&sign_in_address(parts)).into_response();
        let Some(officer) = auth.user else { return Err(away(parts)) };
        let at = state.clock.now();
        let open = open_session(state, &officer, &auth.session, at).await.map_err(IntoResponse::into_response)?;
        let Some((officer_session_id, way)) = open else { return Err(away(parts)) };
        if let Some(owed) = debt(&officer, way, state.second_factor).map(place_of)
            && !parts.uri.path().starts_with(owed)
        {
            return Err(Redirect::to(owed).into_response());
        }
        Ok(Self { officer, at, way, officer_session_id, session: auth.session })
    }
}

/// The sign-in this browser belongs to; where it was ended, nothing is left of it here either.
async fn open_session(
    state: &AdminState,
    officer: &Officer,
    session: &Session,
    at: DateTime<Utc>,
) -> Result<Option<(i64, Way)>, Failure> {
    let id: Option<i64> = session.get(SESSION).await.map_err(anyhow::Error::from)?;
    if let Some(id) = id
        && let Some(way) = session::seen(&mut *state.pool.acquire().await?, officer.officer_id, id, at).await?
    {
        return Ok(Some((id, way)));
    }
    session.flush().await.map_err(anyhow::Error::from)?;
    Ok(None)
}

/// Where a debt is paid.
fn place_of(debt: Debt) -> &'static str {
    match debt {
        Debt::Password => "/admin/account/password",
        Debt::SecondFactor => "/admin/account/second-factor",
    }
}

/// Where to sign in and come back from. What was posted cannot be posted again by a redirect: the page says so.
fn sign_in_address(parts: &Parts) -> String {
    if parts.method != Method::GET {
        return "/admin/login?notice=expired".to_owned();
    }
    let path = parts.uri.path_and_query().map_or("/admin", |path| path.as_str());
    match path {
        "/admin" => "/admin/login".to_owned(),
        path => format!("/admin/login?next={}", byte_serialize(path.as_bytes()).collect::<String>()),
    }
}
