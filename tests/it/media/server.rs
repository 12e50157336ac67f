//! A machine that people's files lie on, with all the manners such machines can have.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::stream;
use tokio::sync::{Notify, Semaphore};

#[derive(Clone)]
pub struct Server {
    /// `127.0.0.1:…`
    pub address: String,
    /// How often something was asked for.
    pub asked: Arc<AtomicUsize>,
    /// Each permit lets one `/held` go on.
    pub release: Arc<Semaphore>,
    /// Rung when `/held` is asked for.
    pub reached: Arc<Notify>,
}

impl Server {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let release = Arc::new(Semaphore::new(0));
        let server = Self { address, asked: Arc::default(), release, reached: Arc::default() };
        let router = Router::new()
            .route("/photo", get(photo))
            .route("/held", get(held))
            .route("/page", get(|| async { ([(CONTENT_TYPE, "image/jpeg")], "<html><script>alert(1)</script>") }))
            .route("/gone", get(|| async { StatusCode::NOT_FOUND }))
            .route("/broken", get(|| async { StatusCode::BAD_GATEWAY }))
            .route("/empty", get(|| async { "" }))
            .route("/endless", get(|| async { Body::from_stream(stream::repeat_with(|| Ok::<_, String>(piece()))) }))
            .route("/trickle", get(trickle))
            .route("/short", get(short))
            .route("/huge", get(huge))
            .route("/to", get(redirect))
            .route("/around", get(|| async { (StatusCode::FOUND, [(LOCATION, "/around")]) }))
            .with_state(server.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        server
    }

    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn piece() -> Bytes {
    Bytes::from_static(&[7; 4096])
}

async fn photo(State(server): State<Server>) -> Response {
    server.asked.fetch_add(1, Ordering::SeqCst);
    super::photo().into_response()
}

/// Sends nothing before it is told to.
async fn held(State(server): State<Server>) -> Response {
    server.reached.notify_one();
    server.release.acquire().await.expect("open").forget();
    super::photo().into_response()
}

/// A byte, and then another after each pause that is just short enough.
async fn trickle() -> Response {
    let bytes = stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Some((Ok::<_, String>(Bytes::from_static(b"x")), ()))
    });
    Body::from_stream(bytes).into_response()
}

/// Says how much it is going to send, and sends nothing.
async fn huge() -> Response {
    let body = Body::from_stream(stream::pending::<Result<Bytes, String>>());
    ([(CONTENT_LENGTH, HeaderValue::from(90_000_000_000_u64))], body).into_response()
}

/// Falls silent in the middle.
async fn short() -> Response {
    let bytes = stream::unfold(false, |has_begun| async move {
        if has_begun {
            std::future::pending::<()>().await;
        }
        Some((Ok::<_, String>(piece()), true))
    });
    Body::from_stream(bytes).into_response()
}

#[derive(serde::Deserialize)]
struct To {
    to: String,
}

async fn redirect(State(server): State<Server>, Query(To { to }): Query<To>) -> Response {
    server.asked.fetch_add(1, Ordering::SeqCst);
    (StatusCode::FOUND, [(LOCATION, to)]).into_response()
}
