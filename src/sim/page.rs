//! The phones in a web page. Everything works by plain forms; the script only saves the reloading.

mod controls;
mod form;
mod switch;
mod view;

use std::convert::Infallible;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::map_response;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use futures::{Stream, stream};

use super::Zalo;
use view::PhonesPage;

/// Who stands on the page when it is opened first.
pub const FIRST_NAMES: [&str; 2] = ["Bà Lan", "Ông Bình"];

/// A photo from a phone has up to this many bytes; Zalo's own limit is not known.
const UPLOAD_LIMIT: usize = 25 << 20;
/// Our own files only; the script may ask this page again.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub fn router(zalo: Zalo) -> Router {
    Router::new()
        .route("/", get(phones))
        .route("/changes", get(changes))
        .route("/sim.css", get(|| async { ([(CONTENT_TYPE, "text/css")], include_str!("static/sim.css")) }))
        .route("/sim.js", get(|| async { ([(CONTENT_TYPE, "text/javascript")], include_str!("static/sim.js")) }))
        .route("/phones", post(form::add_phone))
        .route("/phones/{number}/messages", post(form::send_message))
        .route("/phones/{number}/presses", post(form::press))
        .route("/phones/{number}/contact", post(form::share_contact))
        .route("/phones/{number}/follow", post(form::follow))
        .route("/clock", post(form::move_clock))
        .route("/manners", post(form::change_manners))
        .route("/subscription", post(form::resubscribe))
        .route("/phones/{number}/standing", post(switch::standing))
        .route("/faults", post(switch::wish))
        .route("/chances", post(switch::chances))
        .route("/ways", post(switch::ways))
        .route("/switches", post(switch::press))
        .layer(DefaultBodyLimit::max(UPLOAD_LIMIT))
        .layer(map_response(add_headers))
        .with_state(zalo)
        .merge(crate::http::router())
}

async fn phones(State(zalo): State<Zalo>) -> Response {
    match PhonesPage::of(&zalo).render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page with the phones could not be drawn");
            axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Says that something changed, whenever something did.
async fn changes(State(zalo): State<Zalo>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = zalo.0.changes.subscribe();
    let events = stream::unfold(changes, |mut changes| async {
        changes.changed().await.ok()?;
        let count = *changes.borrow_and_update();
        Some((Ok(Event::default().data(count.to_string())), changes))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

async fn add_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
