//! `POST /zalo/webhook`: knock and store (zalo-oa 1.1 and 1.2).

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};

use super::arrival::{Arrival, STORED_WITHIN, Store};
use super::knocks::Knocks;
use crate::batch::{Batches, NotDone};
use crate::clock::Clock;
use crate::worker::Bell;
use crate::zalo::event::{Event, Unreadable, dedupe_key_of_unknown};
use crate::zalo::signature::{self, Verifier};

/// Larger than any event of Zalo's.
const BODY_LIMIT: usize = 64 * 1024;
/// The name under which an event is stored that we can verify but not read.
const UNKNOWN: &str = "unknown";

/// What the door needs.
#[derive(Clone, Debug)]
pub struct WebhookState {
    pub arrivals: Batches<Store>,
    pub verifier: Verifier,
    /// Wakes the worker of the inbox.
    pub bell: Bell,
    pub clock: Clock,
    /// Counts what is turned away.
    pub knocks: Knocks,
}

/// The route. A GET is answered too: people try the address in a browser, and it does no harm.
pub fn router(state: WebhookState) -> Router {
    Router::new()
        .route("/zalo/webhook", get(StatusCode::OK).post(receive))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(state)
}

/// A body that Zalo signed for our application. There is no other way to get one than to have it verified.
#[derive(Debug)]
pub struct SignedEvent {
    body: Bytes,
    event: Result<Event, Unreadable>,
    received_at: DateTime<Utc>,
}

/// Why a knock was not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnedAway {
    /// The developer console tries an address without a signature, and refuses it unless it answers 200.
    Unsigned,
    /// The console's constant test message, signed or not.
    ConsoleTest,
    /// Zalo repeats the delivery for two hours: nothing is lost when a key was changed there before it was changed here.
    WrongSignature,
    NotJson,
    TooLarge,
    /// The body broke off.
    Broken,
    AnotherApp,
}

impl FromRequest<WebhookState> for SignedEvent {
    type Rejection = TurnedAway;

    async fn from_request(request: Request, state: &WebhookState) -> Result<Self, TurnedAway> {
        Self::verified(request, state).await.inspect_err(|reason| state.knocks.note(*reason))
    }
}

impl SignedEvent {
    async fn verified(request: Request, state: &WebhookState) -> Result<Self, TurnedAway> {
        let received_at = state.clock.now();
        let signature = request.headers().get(signature::HEADER).cloned();
        let body = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => TurnedAway::TooLarge,
            _ => TurnedAway::Broken,
        })?;
        let event = Event::parse(&body);
        match &event {
            Err(Unreadable::NotJson) => return Err(TurnedAway::NotJson),
            Ok(event) if event.is_console_test() => return Err(TurnedAway::ConsoleTest),
            _ => {}
        }
        let signature = signature.ok_or(TurnedAway::Unsigned)?;
        let app_id = event.as_ref().ok().and_then(|event| event.app_id.as_deref());
        if app_id.is_some_and(|app_id| app_id != state.verifier.app_id()) {
            return Err(TurnedAway::AnotherApp);
        }
        state.verifier.verify(signature.as_bytes(), &body).map_err(|_| TurnedAway::WrongSignature)?;
        Ok(Self { body, event, received_at })
    }

    fn into_arrival(self) -> Arrival {
        let Self { body, event, received_at } = self;
        let Ok(event) = event else {
            return Arrival {
                dedupe_keys: vec![dedupe_key_of_unknown(&body)],
                event_name: UNKNOWN.to_owned(),
                zalo_user_id: None,
                heard_at: None,
                happened_at: received_at,
                received_at,
                body: body.into(),
            };
        };
        let happened_at = event.happened_at(received_at);
        Arrival {
            dedupe_keys: event.dedupe_keys(),
            zalo_user_id: event.citizen().map(str::to_owned),
            heard_at: event.opens_window().then_some(happened_at),
            happened_at,
            received_at,
            event_name: event.name,
            body: body.into(),
        }
    }
}

impl TurnedAway {
    pub(super) const ALL: [Self; 7] = [
        Self::Unsigned,
        Self::ConsoleTest,
        Self::WrongSignature,
        Self::NotJson,
        Self::TooLarge,
        Self::Broken,
        Self::AnotherApp,
    ];

    /// As it stands in figures and in the database.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::ConsoleTest => "console_test",
            Self::WrongSignature => "wrong_signature",
            Self::NotJson => "not_json",
            Self::TooLarge => "too_large",
            Self::Broken => "broken",
            Self::AnotherApp => "another_app",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Unsigned | Self::ConsoleTest => StatusCode::OK,
            Self::WrongSignature => StatusCode::UNAUTHORIZED,
            Self::NotJson | Self::Broken => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::AnotherApp => StatusCode::FORBIDDEN,
        }
    }
}

impl IntoResponse for TurnedAway {
    fn into_response(self) -> Response {
        count(self.label());
        if self.status() == StatusCode::OK {
            tracing::info!(reason = self.label(), "a knock was answered, nothing is stored");
        } else {
            tracing::warn!(reason = self.label(), "a knock was turned away");
        }
        self.status().into_response()
    }
}

/// Stores the event. 200 after the commit; 503 while the database is away or too much waits, so that Zalo comes again.
async fn receive(State(state): State<WebhookState>, event: SignedEvent) -> StatusCode {
    let arrival = event.into_arrival();
    let event_name = arrival.event_name.clone();
    let stored = match tokio::time::timeout(STORED_WITHIN, state.arrivals.offer(arrival)).await {
        Ok(Ok(stored)) => stored,
        Ok(Err(NotDone::Full)) => return not_stored("full", "too much is waiting already"),
        Ok(Err(error)) => return not_stored("not_stored", &error.to_string()),
        Err(_) => return not_stored("not_stored", "the database took too long"),
    };
    for inbox_event_id in &stored {
        tracing::info!(inbox_event_id, event_name, "stored");
    }
    if stored.is_empty() {
        count("repeated");
    } else {
        count("stored");
        state.bell.ring();
    }
    StatusCode::OK
}

fn not_stored(result: &'static str, error: &str) -> StatusCode {
    count(result);
    tracing::error!(error, "an event could not be stored; Zalo will repeat it");
    StatusCode::SERVICE_UNAVAILABLE
}

fn count(result: &'static str) {
    metrics::counter!("webhook_events_total", "result" => result).increment(1);
}
