//! Whether the service lives, whether it can work, and its figures.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use sqlx::PgPool;
use tokio::time::{Duration, timeout};

use crate::memory::Redis;

/// A part that does not answer within this time counts as away.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub struct Health {
    pub pool: PgPool,
    pub redis: Redis,
    pub metrics: PrometheusHandle,
}

/// `/healthz`: the process runs. `/readyz`: Postgres and Redis answer, else 503 and which part is away. `/metrics`.
pub fn router(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(readyz))
        .route("/metrics", get(async |State(health): State<Health>| health.metrics.render()))
        .with_state(health)
}

async fn readyz(State(mut health): State<Health>) -> impl IntoResponse {
    let postgres = timeout(ANSWERS_WITHIN, sqlx::query_scalar!(r#"select 1 as "one!""#).fetch_one(&health.pool));
    let ping = redis::cmd("PING");
    let redis = timeout(ANSWERS_WITHIN, ping.query_async::<String>(&mut health.redis));
    let (postgres, redis) = tokio::join!(postgres, redis);
    let say = |answers: bool| if answers { "ok" } else { "away" };
    let (postgres, redis) = (matches!(postgres, Ok(Ok(_))), matches!(redis, Ok(Ok(_))));
    let status = if postgres && redis { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, format!("postgres: {}\nredis: {}\n", say(postgres), say(redis)))
}
