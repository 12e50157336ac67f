//! Reaching Postgres and Redis at start.

use std::time::Duration;

use anyhow::Context;
use backon::{ConstantBuilder, Retryable};
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::PgPoolOptions;
use sqlx::{PgConnection, PgPool};

use crate::memory::{Address, Redis};

/// How long a start waits for a Postgres or Redis that is away.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long one question to Redis may take before it counts as away.
const REDIS_ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// Connections for a command that does one thing.
pub const FEW: u32 = 2;

fn every_second() -> ConstantBuilder {
    ConstantBuilder::default().with_delay(Duration::from_secs(1)).with_max_times(PATIENCE.as_secs() as usize)
}

/// Connects to Postgres with so many connections at most; says that it is away, tries for half a minute, then gives up.
pub async fn postgres(url: &SecretString, connections: u32) -> anyhow::Result<PgPool> {
    let connect = || {
        let options = PgPoolOptions::new().max_connections(connections).acquire_timeout(Duration::from_secs(3));
        let options = options.after_connect(|connection, _| Box::pin(without_jit(connection)));
        async move { options.connect(url.expose_secret()).await }
    };
    connect
        .retry(every_second())
        .notify(|error, _| tracing::warn!(%error, "Postgres is away; trying again for 30 seconds"))
        .await
        .context("Postgres (DATABASE_URL) cannot be reached")
}

/// Every statement of ours reads few rows by an index and is done in milliseconds; compiling one takes longer than that.
async fn without_jit(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("set jit = off").execute(connection).await.map(drop)
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
