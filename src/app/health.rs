//! Whether the service lives, whether it can work, and its figures.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use chrono::{DateTime, Utc};
use metrics_exporter_prometheus::PrometheusHandle;
use sqlx::{PgConnection, PgPool};
use tokio::time::{Duration, timeout};

use crate::clock::Clock;
use crate::memory::Redis;
use crate::zalo::token::{TokenHealth, health};
use crate::{inbox, outbox};

/// A part that does not answer within this time counts as away.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
/// What waits longer than this many seconds for a worker is behind. A turn that fails is tried again for half a minute.
const BEHIND: i64 = 60;

#[derive(Clone)]
pub struct Health {
    pub pool: PgPool,
    pub redis: Redis,
    pub clock: Clock,
    /// Whose token it is.
    pub app_id: String,
    pub metrics: PrometheusHandle,
}

/// What the database says of the service.
struct Vitals {
    token: TokenHealth,
    /// For how many seconds the longest has waited.
    waited: i64,
}

/// `/healthz`: the process runs. `/readyz`: whether this instance can work. `/metrics`.
pub fn router(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(readyz))
        .route("/metrics", get(async |State(health): State<Health>| health.metrics.render()))
        .with_state(health)
}

/// One line a part. 503 only where this instance cannot work, because Postgres or Redis is away: then another may. A lost
/// token and a long queue are troubles of all instances at once; taking them out of the balance would also shut the door
/// on Zalo's events, which are stored all the same. So they stand in the text, and the answer stays 200.
async fn readyz(State(mut health): State<Health>) -> impl IntoResponse {
    let at = health.clock.now();
    let postgres = timeout(ANSWERS_WITHIN, vitals(&health.pool, &health.app_id, at));
    let ping = redis::cmd("PING");
    let redis = timeout(ANSWERS_WITHIN, ping.query_async::<String>(&mut health.redis));
    let (postgres, redis) = tokio::join!(postgres, redis);
    let say = |answers: bool| if answers { "ok" } else { "away" };
    let (vitals, redis) = (postgres.ok().and_then(Result::ok), matches!(redis, Ok(Ok(_))));
    let status = if vitals.is_some() && redis { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let (token, queue) = match &vitals {
        None => ("unknown", "unknown".to_owned()),
        Some(vitals) => (token(&vitals.token, at), queue(vitals.waited)),
    };
    let (postgres, redis) = (say(vitals.is_some()), say(redis));
    (status, format!("postgres: {postgres}\nredis: {redis}\ntoken: {token}\nqueue: {queue}\n"))
}

async fn vitals(pool: &PgPool, app_id: &str, at: DateTime<Utc>) -> sqlx::Result<Vitals> {
    let mut connection = pool.acquire().await?;
    let token = health(&mut connection, app_id).await?;
    Ok(Vitals { token, waited: waited(&mut connection, at).await? })
}

/// For how many seconds the longest waits: an event since it came, a message since it was to be sent.
async fn waited(connection: &mut PgConnection, at: DateTime<Utc>) -> sqlx::Result<i64> {
    let inbox = inbox::queue(connection).await?;
    let due = outbox::queues(connection).await?.into_iter().filter_map(|queue| queue.due_at);
    let oldest = inbox.oldest_at.into_iter().chain(due).min();
    Ok(oldest.map_or(0, |oldest| (at - oldest).num_seconds()))
}

fn token(health: &TokenHealth, at: DateTime<Utc>) -> &'static str {
    match (&health.lost, health.expires_at) {
        (Some(_), _) => "lost",
        (None, None) => "none yet",
        (None, Some(expires_at)) if expires_at <= at => "expired",
        (None, Some(_)) => "ok",
    }
}

fn queue(waited: i64) -> String {
    if waited > BEHIND { format!("{waited} seconds behind") } else { "ok".to_owned() }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::zalo::token::Lost;

    #[test]
    fn a_token_is_none_good_spent_or_lost() {
        let at = "2026-11-18T05:00:00Z".parse().expect("a time");
        let mut health = TokenHealth::default();
        assert_eq!(token(&health, at), "none yet");
        health.expires_at = Some(at + TimeDelta::hours(1));
        assert_eq!(token(&health, at), "ok");
        assert_eq!(token(&health, at + TimeDelta::hours(1)), "expired");
        health.lost = Some(Lost { since: at, code: None });
        assert_eq!(token(&health, at), "lost");
    }

    #[test]
    fn a_minute_is_no_delay() {
        assert_eq!(queue(0), "ok");
        assert_eq!(queue(-5), "ok");
        assert_eq!(queue(61), "61 seconds behind");
    }
}
