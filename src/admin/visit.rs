//! One request of an officer who is signed in.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum_login::AuthSession;
use axum_login::tower_sessions::Session;
use axum_login::tower_sessions::session::Id;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::form_urlencoded::byte_serialize;

use super::AdminState;
use crate::http::Failure;
use crate::officer::{Desk, Officer, On, Right, may};

const FLASH: &str = "flash";
const REVEALED: &str = "revealed";

/// An officer at a moment. Whoever is not signed in is sent to sign in instead, so a handler that takes a `Visit` cannot be
/// reached by a stranger.
pub struct Visit {
    pub officer: Officer,
    pub at: DateTime<Utc>,
    session: Session,
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

    /// Whose browser it is: the number of the session.
    pub fn session_id(&self) -> Option<Id> {
        self.session.id()
    }

    /// The same browser a while later, in the hand of this officer.
    pub fn later(&self, officer: Officer, at: DateTime<Utc>) -> Self {
        Self { officer, at, session: self.session.clone() }
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
        match auth.user {
            Some(officer) => Ok(Self { officer, at: state.clock.now(), session: auth.session }),
            None => Err(Redirect::to(&sign_in_address(parts)).into_response()),
        }
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
