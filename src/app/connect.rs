//! Reaching Postgres and Redis at start.

use std::time::Duration;

use anyhow::Context;
use backon::{ConstantBuilder, Retryable};
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use crate::memory::{Address, Redis};

/// How long a start waits for a Postgres or Redis that is away.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long one question to Redis may take before it counts as away.
const REDIS_ANSWERS_WITHIN: Duration = Duration::from_secs(2);

fn every_second() -> ConstantBuilder {
    ConstantBuilder::default().with_delay(Duration::from_secs(1)).with_max_times(PATIENCE.as_secs() as usize)
}

/// Connects to Postgres; says that it is away, tries for half a minute, then gives up.
pub async fn postgres(url: &SecretString) -> anyhow::Result<PgPool> {
    let connect = || {
        let options = PgPoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(3));
        async move { options.connect(url.expose_secret()).await }
    };
    connect
        .retry(every_second())
        .notify(|error, _| tracing::warn!(%error, "Postgres is away; trying again for 30 seconds"))
        .await
        .context("Postgres (DATABASE_URL) cannot be reached")
}

/// Connects to Redis, in whichever form it stands; says that it is away, tries for half a minute, then gives up.
pub async fn redis(url: &SecretString) -> anyhow::Result<Redis> {
    let address: Address = url.expose_secret().parse().context("REDIS_URL is no Redis address")?;
    let connect = || Redis::connect(&address, REDIS_ANSWERS_WITHIN);
    connect
        .retry(every_second())
        .notify(|error, _| tracing::warn!(%error, "Redis is away; trying again for 30 seconds"))
        .await
        .context("Redis (REDIS_URL) cannot be reached")
}
