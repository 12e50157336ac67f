//! The news of a conversation, as they come: server-sent events with the messages drawn anew.
//!
//! Before each event it is asked again who is there: a stream ends with its session, with the officer's account, and when
//! the petition goes to where this officer does not see it.

use std::convert::Infallible;
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderName;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use futures::stream::unfold;
use serde::Deserialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::super::AdminState;
use super::super::live::Told;
use super::super::visit::Visit;
use super::chat::{self, Chat};
use super::find;
use super::sheet::MESSAGES;
use crate::http::{Failure, Path, Query};
use crate::officer::{self, Right, session};
use crate::petition::conversation;

/// How often a stream looks by itself: a change may be told to nobody (what was fetched, a session that ended).
const LOOKS_EVERY: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
pub(in super::super) struct Seen {
    /// The revision that stands on the page.
    #[serde(default)]
    seen: String,
}

#[derive(Template)]
#[template(path = "admin/templates/live.html", config = "src/http/askama.toml")]
struct Bubbles {
    chat: Chat,
}

/// One open page.
struct Watcher {
    state: AdminState,
    visit: Visit,
    reference: String,
    citizen_id: i64,
    /// What stands on the page.
    revision: String,
    told: Receiver<Told>,
    is_new: bool,
}

pub(in super::super) async fn events(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Query(Seen { seen }): Query<Seen>,
) -> Result<Response, Failure> {
    let petition = find(&mut *state.pool.acquire().await?, &visit, &reference, Right::Talk).await?;
    let told = state.live.listen();
    let citizen_id = petition.citizen_id;
    let watcher = Watcher { state, visit, reference, citizen_id, revision: seen, told, is_new: true };
    let stream = Sse::new(news(watcher)).keep_alive(KeepAlive::default());
    // a proxy that collects answers would keep the news for itself
    Ok(([(HeaderName::from_static("x-accel-buffering"), "no")], stream).into_response())
}

fn news(watcher: Watcher) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(watcher, |mut watcher| async move {
        let event = watcher.next().await?;
        Some((Ok(event), watcher))
    })
}

impl Watcher {
    /// The next change; none when the stream is over.
    async fn next(&mut self) -> Option<Event> {
        loop {
            // what came between the page and its stream is told at once
            if !std::mem::take(&mut self.is_new) {
                self.wait().await?;
            }
            match self.look().await {
                Ok(Some(event)) => return Some(event),
                Ok(None) => {}
                Err(failure) => {
                    tracing::debug!(cause = %failure, "the stream of a conversation ends");
                    return None;
                }
            }
        }
    }

    /// Until something may have changed; none when the house closes.
    async fn wait(&mut self) -> Option<()> {
        let own = self.citizen_id;
        let told = async {
            loop {
                match self.told.recv().await {
                    Ok(Told::Citizen(citizen_id)) if citizen_id != own => {}
                    Ok(_) | Err(RecvError::Lagged(_)) => return true,
                    Err(RecvError::Closed) => return false,
                }
            }
        };
        let has_ear = tokio::select! {
            () = self.state.live.stop.cancelled() => return None,
            () = tokio::time::sleep(LOOKS_EVERY) => true,
            has_ear = told => has_ear,
        };
        if !has_ear {
            self.told = self.state.live.listen();
        }
        Some(())
    }

    /// The conversation, if it reads otherwise than on the page; a failure where this officer may not read it any more.
    async fn look(&mut self) -> Result<Option<Event>, Failure> {
        let visit = self.still_there().await?;
        let mut connection = self.state.pool.acquire().await?;
        let petition = find(&mut connection, &visit, &self.reference, Right::Talk).await?;
        conversation::watch(&mut connection, self.citizen_id, visit.at).await?;
        if conversation::revision(&mut connection, self.citizen_id).await? == self.revision {
            return Ok(None);
        }
        let heard = chat::read(&mut connection, &self.state, &visit, &petition, MESSAGES).await?;
        let chat = heard.ok_or(Failure::NotFound)?.draw(&petition, false, visit.at);
        self.revision.clone_from(&chat.revision);
        let html = Bubbles { chat }.render()?.replace('\r', "");
        Ok(Some(Event::default().event("conversation").id(&self.revision).data(html)))
    }

    /// The officer, if their session and their account are still open.
    async fn still_there(&self) -> Result<Visit, Failure> {
        const GONE: Failure = Failure::Forbidden("the session has ended");
        let (officer_id, id) = (self.visit.officer.officer_id, self.visit.officer_session_id);
        let mut connection = self.state.pool.acquire().await?;
        if !session::is_open(&mut connection, officer_id, id, self.state.clock.now()).await? {
            return Err(GONE);
        }
        let officer = officer::find(&mut connection, officer_id).await?;
        let officer = officer.filter(|officer| officer.stamp == self.visit.officer.stamp).ok_or(GONE)?;
        Ok(self.visit.later(officer, self.state.clock.now()))
    }
}
