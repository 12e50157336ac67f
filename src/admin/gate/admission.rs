//! From a right password, or the city's word, into the office: at once, or by way of the second factor.

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::response::{IntoResponse, Redirect, Response};
use axum_login::AuthSession;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::AdminState;
use super::super::visit::SESSION;
use super::away;
use crate::http::Failure;
use crate::officer::audit::{Note, note};
use crate::officer::second_factor::Proof;
use crate::officer::{Desk, Officer, Way, session};

const HALF: &str = "half_signed_in";
/// So long somebody may look for their phone.
const WITHIN: TimeDelta = TimeDelta::minutes(10);

/// Somebody who has shown who they are.
pub(super) struct Arriving<'a> {
    pub officer: Officer,
    pub way: Way,
    pub next: &'a str,
}

/// The same, kept in the session of a browser that is not signed in yet.
#[derive(Serialize, Deserialize)]
pub(super) struct Half {
    pub officer_id: i64,
    /// Under which password it began.
    pub stamp: [u8; 32],
    pub way: Way,
    pub next: String,
    until: DateTime<Utc>,
}

impl Arriving<'_> {
    /// Asks for the second factor, where there is one; else opens the door.
    pub async fn go_on(
        self,
        state: &AdminState,
        auth: &mut AuthSession<Desk>,
        headers: &HeaderMap,
    ) -> Result<Response, Failure> {
        if !self.officer.has_second_factor {
            return self.enter(state, auth, headers, None).await;
        }
        let half = Half {
            officer_id: self.officer.officer_id,
            stamp: self.officer.stamp,
            way: self.way,
            next: self.next.to_owned(),
            until: state.clock.now() + WITHIN,
        };
        auth.session.insert(HALF, half).await.map_err(anyhow::Error::from)?;
        Ok(Redirect::to("/admin/login/code").into_response())
    }

    /// Signs in: a session with an id of its own, and its row.
    pub async fn enter(
        self,
        state: &AdminState,
        auth: &mut AuthSession<Desk>,
        headers: &HeaderMap,
        proof: Option<Proof>,
    ) -> Result<Response, Failure> {
        let at = state.clock.now();
        let officer_id = self.officer.officer_id;
        let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let former: Option<i64> = auth.session.get(SESSION).await.map_err(anyhow::Error::from)?;
        // whoever sits at this browser now was not there before
        auth.session.flush().await.map_err(anyhow::Error::from)?;
        let mut transaction = state.pool.begin().await?;
        if let (Some(left), Some(former)) = (&auth.user, former) {
            session::end(&mut transaction, left.officer_id, former, at).await?;
        }
        let officer_session_id = session::begin(&mut transaction, officer_id, self.way, agent, at).await?;
        let entered = Note {
            officer_id: Some(officer_id),
            act: "sign_in",
            petition_id: None,
            subject: &self.officer.login,
            detail: json!({ "session": officer_session_id, "way": self.way.name(), "proof": proof.map(proof_name) }),
            at,
        };
        note(&mut transaction, &entered).await?;
        transaction.commit().await?;
        auth.login(&self.officer).await.map_err(away)?;
        auth.session.insert(SESSION, officer_session_id).await.map_err(anyhow::Error::from)?;
        tracing::info!(target: "audit", officer_id, "an officer signed in");
        Ok(Redirect::to(self.next).into_response())
    }
}

fn proof_name(proof: Proof) -> &'static str {
    match proof {
        Proof::Authenticator => "authenticator",
        Proof::RecoveryCode => "recovery_code",
    }
}

/// Who stands between the two steps in this browser, if that is not long ago.
pub(super) async fn half(state: &AdminState, auth: &AuthSession<Desk>) -> Result<Option<Half>, Failure> {
    let half: Option<Half> = auth.session.get(HALF).await.map_err(anyhow::Error::from)?;
    Ok(half.filter(|half| half.until > state.clock.now()))
}
