//! The send API, as cheap as can be: takes every message, answers at once, and tells whoever waits for it. (The small Zalo that
//! enforces Zalo's rules is `zalo_petitions::sim`; it would be most of what is measured.)

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::json;
use tokio::sync::mpsc;
use url::Url;

use super::ground;

/// A message that came: when, and its body.
pub type Came = (Instant, Bytes);

#[derive(Clone)]
pub struct Zalo {
    pub url: Url,
    world: Arc<World>,
}

#[derive(Default)]
struct World {
    waiting: Mutex<HashMap<String, mpsc::UnboundedSender<Came>>>,
    taken: AtomicU64,
    /// Messages that nobody waited for.
    others: AtomicU64,
}

impl World {
    fn waiting(&self) -> MutexGuard<'_, HashMap<String, mpsc::UnboundedSender<Came>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Zalo {
    pub async fn start() -> Self {
        let world = Arc::new(World::default());
        let router = Router::new()
            .route("/v3.0/oa/message/cs", post(message))
            .route("/v4/oa/access_token", post(token))
            .with_state(world.clone());
        let address = ground::serve(router).await;
        Self { url: format!("http://{address}").parse().expect("an address"), world }
    }

    /// The messages to this citizen from now on.
    pub fn phone(&self, citizen: &str) -> mpsc::UnboundedReceiver<Came> {
        let (sender, phone) = mpsc::unbounded_channel();
        self.world.waiting().insert(citizen.to_owned(), sender);
        phone
    }

    pub fn hang_up(&self, citizen: &str) {
        self.world.waiting().remove(citizen);
    }

    /// How many messages came that nobody waited for: notices.
    pub fn others(&self) -> u64 {
        self.world.others.load(Ordering::Relaxed)
    }
}

async fn message(State(world): State<Arc<World>>, body: Bytes) -> impl IntoResponse {
    let at = Instant::now();
    let number = world.taken.fetch_add(1, Ordering::Relaxed);
    let phone = citizen(&body).and_then(|citizen| world.waiting().get(citizen).cloned());
    if phone.is_none_or(|phone| phone.send((at, body.clone())).is_err()) {
        world.others.fetch_add(1, Ordering::Relaxed);
    }
    (
        [(CONTENT_TYPE, "application/json")],
        format!(r#"{{"error":0,"message":"Success","data":{{"message_id":"m{number}"}}}}"#),
    )
}

fn citizen(body: &[u8]) -> Option<&str> {
    const BEFORE: &[u8] = br#""user_id":""#;
    let from = body.windows(BEFORE.len()).position(|window| window == BEFORE)? + BEFORE.len();
    let length = body[from..].iter().position(|byte| *byte == b'"')?;
    std::str::from_utf8(&body[from..from + length]).ok()
}

async fn token() -> Json<serde_json::Value> {
    Json(json!({ "access_token": "access-1", "refresh_token": "refresh-1", "expires_in": "90000" }))
}
