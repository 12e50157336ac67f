//! Reaching Postgres and Redis at start.

use std::time::Duration;

use anyhow::Context;
use backon::{ConstantBuilder, Retryable};
use secrecy::{ExposeSecret, SecretString};
use sqlx::pool::PoolConnectionMetadata;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, Executor, PgConnection, PgPool};

use crate::memory::{Address, Redis};

/// How long a start waits for a Postgres or Redis that is away.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long one question to Redis may take before it counts as away.
const REDIS_ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// So long a connection is taken to be there after its last use.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

/// Connections for a command that does one thing.
const FEW: u32 = 2;

fn every_second() -> ConstantBuilder {
    ConstantBuilder::default().with_delay(Duration::from_secs(1)).with_max_times(PATIENCE.as_secs() as usize)
}

/// Every statement of ours reads few rows by an index and is done in milliseconds; compiling one takes longer than that.
///
/// Whoever stands still inside a transaction (a machine that sleeps, or is cut off) loses it after five seconds, and others get
/// what it has locked: everybody who files waits for the one who is filing. Between two statements there is nothing to wait
/// for but Redis, for two seconds at most.
const EVERYWHERE: &str = "set jit = off; set idle_in_transaction_session_timeout = '5s'";
/// The road takes the same few statements thousands of times a minute, each by a key: they are planned once, and not for the
/// empty tables of the first day.
const PLANNED_ONCE: &str = "set enable_seqscan = off; set plan_cache_mode = force_generic_plan";

/// The connections of one instance.
#[derive(Clone, Debug)]
pub struct Pools {
    /// For pages and housekeeping: each statement is planned for what it is asked with, so that a filter that is not set
    /// costs nothing.
    pub pages: PgPool,
    /// For what every message takes, from the door to the post room. No page keeps a citizen waiting for a connection.
    pub road: PgPool,
}

impl From<PgPool> for Pools {
    fn from(pool: PgPool) -> Self {
        Self { pages: pool.clone(), road: pool }
    }
}

/// Connects an instance to Postgres with so many connections at most, half of them for the road.
pub async fn pools(url: &SecretString, connections: u32) -> anyhow::Result<Pools> {
    let road = connections / 2;
    Ok(Pools {
        pages: pool(url, connections - road, &[EVERYWHERE]).await?,
        road: pool(url, road, &[EVERYWHERE, PLANNED_ONCE]).await?,
    })
}

/// Connects a command that does one thing.
pub async fn postgres(url: &SecretString) -> anyhow::Result<PgPool> {
    pool(url, FEW, &[EVERYWHERE]).await
}

/// Says when Postgres is away, tries for half a minute, then gives up.
async fn pool(url: &SecretString, connections: u32, settings: &'static [&'static str]) -> anyhow::Result<PgPool> {
    let connect = || {
        let options = PgPoolOptions::new().max_connections(connections).acquire_timeout(Duration::from_secs(3));
        let options = options.test_before_acquire(false);
        let options = options.before_acquire(|connection, met| Box::pin(is_there(connection, met)));
        let options = options.after_connect(move |connection, _| Box::pin(set_up(connection, settings)));
        async move { options.connect(url.expose_secret()).await }
    };
    connect
        .retry(every_second())
        .notify(|error, _| tracing::warn!(%error, "Postgres is away; trying again for 30 seconds"))
        .await
        .context("Postgres (DATABASE_URL) cannot be reached")
}

/// Has a new connection work as ours do.
async fn set_up(connection: &mut PgConnection, settings: &'static [&'static str]) -> sqlx::Result<()> {
    for setting in settings {
        connection.execute(*setting).await?;
    }
    Ok(())
}

/// Asks a connection that nobody used for a while whether it is still there; one that was just used is not asked each time.
async fn is_there(connection: &mut PgConnection, met: PoolConnectionMetadata) -> sqlx::Result<bool> {
    if met.idle_for > TRUSTED_FOR { connection.ping().await.map(|()| true) } else { Ok(true) }
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
