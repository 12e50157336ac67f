//! The simulator's own API, for tests and benches that drive it from outside: everything that its page can do, in JSON.
//!
//! Nothing of this exists at Zalo. It stands under `/sim/api`, away from Zalo's own paths.

mod phones;
mod state;
pub mod switches;

use axum::Json;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;

use super::Zalo;

/// A photo from a phone has up to this many bytes; Zalo's own limit is not known.
const UPLOAD_LIMIT: usize = 25 << 20;

pub fn router(zalo: Zalo) -> Router {
    let api = Router::new()
        .route("/state", get(state::state))
        .route("/faults", post(switches::wish))
        .route("/chances", post(switches::chances))
        .route("/manners", post(switches::manners))
        .route("/clock", post(switches::clock))
        .route("/token/expire", post(switches::expire_token))
        .route("/token/lose", post(switches::lose_token))
        .route("/uploads/expire", post(switches::expire_uploads))
        .route("/subscription", post(switches::subscription))
        .route("/console-test", post(switches::console_test))
        .route("/phones", post(phones::add))
        .route("/phones/{number}", get(phones::screen))
        .route("/phones/{number}/messages", post(phones::message))
        .route("/phones/{number}/presses", post(phones::press))
        .route("/phones/{number}/files", post(phones::files))
        .route("/phones/{number}/contact", post(phones::contact))
        .route("/phones/{number}/acts", post(phones::act))
        .route("/phones/{number}/standing", post(phones::standing))
        .layer(DefaultBodyLimit::max(UPLOAD_LIMIT))
        .with_state(zalo);
    Router::new().nest("/sim/api", api)
}

/// A wish that cannot be fulfilled, and why.
#[derive(Debug)]
pub struct Impossible(StatusCode, String);

impl Impossible {
    pub fn new(why: impl ToString) -> Self {
        Self(StatusCode::UNPROCESSABLE_ENTITY, why.to_string())
    }

    fn not_found(what: impl ToString) -> Self {
        Self(StatusCode::NOT_FOUND, what.to_string())
    }
}

impl IntoResponse for Impossible {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

/// `current` with the fields of `patch` in place of its own; unknown fields and wrong values are refused.
pub fn patched<T>(current: &T, patch: &serde_json::Value) -> Result<T, Impossible>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let mut whole = serde_json::to_value(current).map_err(Impossible::new)?;
    let fields = whole.as_object_mut().ok_or_else(|| Impossible::new("nothing to change"))?;
    for (name, value) in patch.as_object().ok_or_else(|| Impossible::new("an object is needed"))? {
        let field = fields.get_mut(name).ok_or_else(|| Impossible::new(format!("there is no «{name}»")))?;
        *field = value.clone();
    }
    serde_json::from_value(whole).map_err(Impossible::new)
}
