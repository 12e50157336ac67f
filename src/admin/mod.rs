//! The office: the pages on which officers read, accept, refuse, answer and publish.
//!
//! Must never know how a petition came in, nor change one by itself: every move is a verb of `casework`, in one
//! transaction. What it keeps:
//!
//! 1. no page is drawn for a visitor who is not signed in: a handler that takes a [`visit::Visit`] cannot be reached by one;
//! 2. an officer never overwrites what happened meanwhile: a form carries the version it was drawn from, and a stale one
//!    comes back with what changed and with everything that was typed;
//! 3. who a sender is stands on a page only after somebody asked to see it, and asking is a line in the history.

mod audit;
mod calls;
mod channel;
mod closed_list;
mod connection;
mod data_requests;
mod deadlines;
mod field;
mod figures;
mod frame;
mod gate;
mod help;
mod keyed;
mod live;
mod people;
mod petition;
mod poster;
mod queue;
mod quick;
mod refusals;
mod sessions;
mod texts;
mod triage;
mod trouble;
mod visit;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::{get, post};
use axum_login::AuthManagerLayerBuilder;
use axum_login::tower_sessions::cookie::SameSite;
use axum_login::tower_sessions::{Expiry, SessionManagerLayer};
use sqlx::PgPool;

use crate::attachment::{Intake, Shelf};
use crate::casework::Rules;
use crate::clock::Clock;
use crate::config::SecondFactor;
use crate::http::origin::{OwnOrigin, own_posts_only};
use crate::http::{uncached, with_script};
use crate::memory::Redis;
use crate::officer::{Desk, Seal, SignOn, session};
use crate::zalo::token::consent::Consents;
pub use live::Live;
pub use sessions::RedisSessions;
pub use texts::Wording;

/// What the browser carries is forgotten when the sign-in is.
const SESSION_LASTS: time::Duration = time::Duration::seconds(session::SESSION_LASTS.num_seconds());

/// An answer has at most 10,000 characters; a page of publication carries three texts.
const LARGEST_FORM: usize = 256 * 1024;

/// What the office works with.
#[derive(Clone)]
pub struct AdminState {
    pub pool: PgPool,
    pub redis: Redis,
    /// Begins every key in Redis.
    pub redis_prefix: String,
    pub clock: Clock,
    pub rules: Arc<Rules>,
    /// Connects the service with the Official Account anew.
    pub consents: Consents,
    /// Where people's attachments lie.
    pub shelf: Shelf,
    /// Who must sign in with a second factor.
    pub second_factor: SecondFactor,
    /// Seals officers' secrets.
    pub seal: Seal,
    /// Signing in with the city's accounts, where that is configured.
    pub sign_on: Option<SignOn>,
    /// The texts as they read now.
    pub wording: Wording,
    /// Tells open conversations of their news.
    pub live: Live,
    /// Takes in what officers send along with an answer.
    pub intake: Intake,
    /// Says on every page that this is training with invented data.
    pub is_training: bool,
}

/// The pages below `/admin`.
pub fn router(state: AdminState) -> Router {
    let cookies = SessionManagerLayer::new(RedisSessions::new(state.redis.clone(), &state.redis_prefix))
        .with_name("pakn_office")
        .with_path("/admin")
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(state.rules.public_url.scheme() == "https")
        .with_expiry(Expiry::OnInactivity(SESSION_LASTS));
    let desk = Desk::new(state.pool.clone(), state.clock.clone(), state.seal.clone());
    let own = OwnOrigin::from(&state.rules.public_url);
    Router::new()
        .merge(queue::routes())
        .merge(gate::routes())
        .merge(people::routes())
        .route("/admin/petitions/{reference}", get(petition::show))
        .route("/admin/petitions/{reference}/sender", post(petition::reveal))
        .route("/admin/petitions/{reference}/word", post(petition::say))
        .route("/admin/petitions/{reference}/word/quick-text", post(petition::quick_text))
        .route("/admin/petitions/{reference}/conversation/events", get(petition::events))
        .route("/admin/petitions/{reference}/talk", post(petition::end_talk))
        .route("/admin/petitions/{reference}/acceptance", post(petition::accept))
        .route("/admin/petitions/{reference}/separation", post(petition::separate))
        .route("/admin/petitions/{reference}/supplement-request", post(petition::request))
        .route("/admin/petitions/{reference}/refusal", get(petition::refusal).post(petition::refuse))
        .route("/admin/petitions/{reference}/attachments/{attachment_id}", get(petition::download))
        .route("/admin/petitions/{reference}/attachments/{attachment_id}/clean", get(petition::clean_copy))
        .route("/admin/petitions/{reference}/attachments/{attachment_id}/thumbnail", get(petition::thumbnail))
        .route("/admin/petitions/{reference}/attachments/{attachment_id}/fetch", post(petition::fetch_again))
        .route("/admin/petitions/{reference}/publication", get(petition::preview).post(petition::publish))
        .merge(triage::routes())
        .route("/admin/calls", get(calls::show))
        .route("/admin/calls/{outbox_message_id}", post(calls::record))
        .route("/admin/officer-calls/{officer_call_id}", post(calls::end))
        .route("/admin/officer-calls/{officer_call_id}/word", post(calls::say))
        .route("/admin/talks/{citizen_id}", post(calls::end_talk))
        .route("/admin/data-requests", get(data_requests::show))
        .route("/admin/data-requests/{data_request_id}", post(data_requests::record))
        .route("/admin/channel", get(channel::show))
        .route("/admin/channel/events/{inbox_event_id}/repetition", post(channel::repeat))
        .route("/admin/messages/{outbox_message_id}/sending", post(channel::send_again))
        .route("/admin/channel/connection", get(connection::show).post(connection::begin))
        .route("/admin/channel/connection/callback", get(connection::finish))
        .route("/admin/closed-list", get(closed_list::show))
        .route("/admin/closed-list/{denunciation_id}/reading", post(closed_list::read))
        .route("/admin/closed-list/{denunciation_id}/closure", post(closed_list::close))
        .merge(audit::routes())
        .merge(petition::named_routes())
        .merge(petition::message_routes())
        .merge(keyed::routes())
        .merge(quick::routes())
        .merge(texts::routes())
        .merge(poster::routes())
        .merge(help::routes())
        .merge(petition::late_routes())
        .merge(deadlines::routes())
        .merge(figures::routes())
        .merge(petition::answer_routes(&state.intake))
        .merge(petition::desk_routes())
        .with_state(state)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(AuthManagerLayerBuilder::new(desk, cookies).build())
        .layer(from_fn_with_state(own, own_posts_only))
        .layer(map_response(uncached))
        .layer(map_response(with_script))
}
