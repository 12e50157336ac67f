//! How fast the door is: signed events, posted by 1, 32 and 128 connections, each waiting for its answer before the next.
//!
//! Two baselines: a bare handler that checks the same signature and stores nothing, and a plain one that stores each event with an
//! insert of its own.

mod measure;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use measure::figures::{Goal, Report, Rounds};
use measure::ground::{self, Ground};
use measure::plain::{self, knocks, verifier};
use measure::{Effort, run};
use sqlx::PgPool;
use zalo_petitions::clock::Clock;
use zalo_petitions::inbox::webhook::{WebhookState, router};
use zalo_petitions::inbox::{Knocks, Store};
use zalo_petitions::worker::Bell;
use zalo_petitions::zalo::signature::{HEADER, Verifier};

const CONNECTIONS: [usize; 3] = [1, 32, 128];

fn main() {
    run(bench);
}

async fn bench(effort: Effort) -> Report {
    let ground = Ground::prepare("webhook").await;
    let service = ground.pool(16).await;
    zalo_petitions::MIGRATOR.run(&service).await.expect("migrated");
    let ways =
        [("bare", serve_bare().await), ("plain", plain::serve(&ground).await), ("door", serve_door(service).await)];

    let mut report = Report::new("webhook: events a second, and how long each waits");
    for connections in CONNECTIONS {
        let mut rates = [Rounds::default(), Rounds::default(), Rounds::default()];
        let (mut waits, mut to_plain, mut to_bare, mut waits_to_plain) = (
            [Rounds::default(), Rounds::default(), Rounds::default()],
            Rounds::default(),
            Rounds::default(),
            Rounds::default(),
        );
        for _ in 0..effort.or(5, 1) {
            let mut round = Vec::new();
            for (nth, (_, address)) in ways.iter().enumerate() {
                let (rate, wait) = knocks(*address, connections, effort.seconds(2.0)).await;
                rates[nth].note(rate);
                waits[nth].note(wait);
                round.push((rate, wait));
            }
            to_bare.note(round[2].0 / round[0].0);
            to_plain.note(round[2].0 / round[1].0);
            waits_to_plain.note(round[2].1 / round[1].1);
        }
        for (nth, (name, _)) in ways.iter().enumerate() {
            report.tell(format!("{name}, {connections} connections"), rates[nth].clone(), "/s", Goal::None);
            report.tell(format!("{name}, {connections} connections, p99"), waits[nth].clone(), "ms", Goal::None);
        }
        let (bare, plain, wait) = match connections {
            1 => (Goal::None, Goal::AtLeast(0.9), Goal::None),
            128 => (Goal::AtLeast(0.25), Goal::AtLeast(3.5), Goal::AtMost(0.5)),
            _ => (Goal::None, Goal::None, Goal::None),
        };
        report.tell(format!("door to plain, {connections} connections"), to_plain, "times", plain);
        report.tell(format!("door to bare, {connections} connections"), to_bare, "times", bare);
        report.tell(format!("p99 of door to plain, {connections} connections"), waits_to_plain, "times", wait);
    }
    report
}

async fn serve_bare() -> SocketAddr {
    async fn receive(State(verifier): State<Arc<Verifier>>, headers: HeaderMap, body: Bytes) -> StatusCode {
        let signature = headers.get(HEADER).map(|value| value.as_bytes()).unwrap_or_default();
        verifier.verify(signature, &body).map_or(StatusCode::UNAUTHORIZED, |()| StatusCode::OK)
    }
    ground::serve(Router::new().route("/zalo/webhook", post(receive)).with_state(Arc::new(verifier()))).await
}

async fn serve_door(pool: PgPool) -> SocketAddr {
    let state = WebhookState {
        arrivals: Store::open(pool),
        verifier: verifier(),
        bell: Bell::default(),
        clock: Clock::system(),
        knocks: Knocks::default(),
    };
    ground::serve(router(state)).await
}
