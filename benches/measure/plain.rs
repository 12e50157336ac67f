//! The baseline of the door: a plain handler with a pool of 32 that stores each event with an insert of its own; and people who
//! knock at it, or at any other.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use futures::future::join_all;
use sqlx::PgPool;
use zalo_petitions::clock::Clock;
use zalo_petitions::zalo::event::Event;
use zalo_petitions::zalo::signature::{HEADER, Verifier};

use super::figures::Times;
use super::ground::{self, APP_ID, Ground, OA_SECRET};
use super::line::{Line, text_event};

/// So many people write, in turn.
const CITIZENS: u64 = 10_000;

/// Serves it.
pub async fn serve(ground: &Ground) -> SocketAddr {
    async fn receive(
        State((verifier, pool)): State<(Arc<Verifier>, PgPool)>,
        headers: HeaderMap,
        body: Bytes,
    ) -> StatusCode {
        let signature = headers.get(HEADER).map(|value| value.as_bytes()).unwrap_or_default();
        if verifier.verify(signature, &body).is_err() {
            return StatusCode::UNAUTHORIZED;
        }
        let Ok(event) = Event::parse(&body) else { return StatusCode::BAD_REQUEST };
        let stored = sqlx::query(
            "insert into plain_event (dedupe_key, citizen, received_at, body) values ($1, $2, $3, $4)
             on conflict (dedupe_key) do nothing",
        )
        .bind(event.dedupe_keys().first())
        .bind(event.citizen())
        .bind(Clock::system().now())
        .bind(body.as_ref())
        .execute(&pool)
        .await;
        stored.map_or(StatusCode::SERVICE_UNAVAILABLE, |_| StatusCode::OK)
    }
    let pool = ground.pool(32).await;
    sqlx::query(
        "create table plain_event (
             event_id bigint generated always as identity primary key,
             dedupe_key text not null unique, citizen text, received_at timestamptz not null, body bytea not null)",
    )
    .execute(&pool)
    .await
    .expect("a table");
    let router = Router::new().route("/zalo/webhook", post(receive)).with_state((Arc::new(verifier()), pool));
    ground::serve(router).await
}

pub fn verifier() -> Verifier {
    Verifier::new(APP_ID, vec![OA_SECRET.into()])
}

/// Events a second, and the p99 of their waits in milliseconds.
pub async fn knocks(address: SocketAddr, connections: usize, time: Duration) -> (f64, f64) {
    let begun = Instant::now();
    let one = |_| tokio::spawn(knock_for(address, time));
    let times = join_all((0..connections).map(one)).await;
    let mut all = Times::default();
    times.into_iter().for_each(|times| all.join(times.expect("no panic")));
    (all.count() as f64 / begun.elapsed().as_secs_f64(), all.percentile(0.99))
}

async fn knock_for(address: SocketAddr, time: Duration) -> Times {
    let (mut line, mut times, run) =
        (Line::open(address).await, Times::default(), uuid::Uuid::new_v4().simple().to_string());
    let begun = Instant::now();
    for number in 0.. {
        if begun.elapsed() >= time {
            break;
        }
        let citizen = 2_000_000_000_000 + rand::random_range(0..CITIZENS);
        let event = text_event(&citizen.to_string(), &format!("{run}-{number}"), "Xin chào, tôi muốn gửi phản ánh");
        let asked_at = Instant::now();
        assert_eq!(line.knock(&event).await, 200);
        times.note(asked_at.elapsed());
    }
    times
}
