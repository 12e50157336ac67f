//! One instance of the service: its router and its workers. Any number of them on one Postgres and one Redis are one
//! service.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use redis::aio::ConnectionManager;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower_http::timeout::TimeoutLayer;

use super::connect;
use super::files::Files;
use super::health::{self, Health};
use crate::admin::{self, AdminState};
use crate::attachment::{Clamd, Fetcher, Hosts, Keeper, Limits, Shelf};
use crate::casework::Rules;
use crate::clock::Clock;
use crate::config::Settings;
use crate::inbox::webhook::{self, WebhookState};
use crate::inbox::{Checkpoints, Receipts, Turns};
use crate::outbox::Deliverer;
use crate::public::{self, PublicState};
use crate::worker::{self, Bell};
use crate::zalo::client::Client;
use crate::zalo::signature::Verifier;
use crate::zalo::token::Tokens;
use crate::{http, telemetry};

/// How long a stop waits for what is under way.
const STOPS_WITHIN: Duration = Duration::from_secs(10);

/// A request that takes longer (a body that trickles in) is let go, so that nobody can hold connections for ever.
const REQUEST_WITHIN: Duration = Duration::from_secs(30);
/// How often we look for words that are not to be kept any longer.
const TIDIED_EVERY: Duration = Duration::from_secs(600);
/// And for attachments that are not: a person who erased their data has been told that it is gone.
const DELETED_EVERY: Duration = Duration::from_secs(60);
/// A round of sending waits for its slowest call, so that several take turns: a citizen whom Zalo answers slowly holds
/// nobody else up.
const DELIVERERS: usize = 3;
/// One attachment at a time each: a few slow servers hold nobody up, and together they hold a few times the limit.
const KEEPERS: usize = 4;

pub struct House {
    pub pool: PgPool,
    pub router: Router,
    pub turns: Turns,
    pub receipts: Receipts,
    pub deliverer: Deliverer,
    pub keeper: Keeper,
    inbox_bell: Bell,
    outbox_bell: Bell,
}

/// What the router's rooms share.
struct Rooms<'a> {
    rules: &'a Arc<Rules>,
    pool: &'a PgPool,
    redis: ConnectionManager,
    clock: &'a Clock,
    inbox_bell: &'a Bell,
    shelf: &'a Shelf,
}

impl House {
    /// Checks the files an office edits, connects, brings the database up to date, and puts the rooms together. Nothing
    /// runs yet.
    pub async fn build(settings: &Settings, clock: Clock) -> anyhow::Result<Self> {
        Files::load(settings)?;
        let pool = connect::postgres(&settings.database_url).await?;
        let redis = connect::redis(&settings.redis_url).await?;
        super::prepare(&pool).await?;
        Self::furnish(settings, clock, pool, redis)
    }

    /// Puts the rooms together on a Postgres and a Redis that are there.
    pub fn furnish(settings: &Settings, clock: Clock, pool: PgPool, redis: ConnectionManager) -> anyhow::Result<Self> {
        let files = Files::load(settings)?;
        let (inbox_bell, outbox_bell) = (Bell::default(), Bell::default());
        let turns = Turns {
            pool: pool.clone(),
            checkpoints: Checkpoints::new(redis.clone(), &settings.redis_prefix),
            catalog: files.catalog,
            rules: files.rules.clone(),
            clock: clock.clone(),
            outbox: outbox_bell.clone(),
        };
        let shelf = Shelf::open(&settings.attachment_store)?;
        let rooms =
            Rooms { rules: &files.rules, pool: &pool, redis, clock: &clock, inbox_bell: &inbox_bell, shelf: &shelf };
        Ok(Self {
            router: router(settings, rooms),
            receipts: Receipts { pool: pool.clone(), rules: files.rules.clone(), clock: clock.clone() },
            deliverer: deliverer(settings, &pool, &clock)?,
            keeper: keeper(settings, &pool, &clock, shelf)?,
            turns,
            pool,
            inbox_bell,
            outbox_bell,
        })
    }

    /// Serves `listener` and runs the workers until `stop`; then takes no new work and finishes what is under way.
    pub async fn run(self, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
        let mut workers = self.start(&stop);
        let serving = axum::serve(listener, self.router).with_graceful_shutdown(stop.clone().cancelled_owned());
        let serving = tokio::spawn(serving.into_future());
        stop.cancelled().await;
        let finished = tokio::time::timeout(STOPS_WITHIN, async {
            while workers.join_next().await.is_some() {}
            serving.await
        });
        match finished.await {
            Ok(served) => Ok(served??),
            Err(_) => {
                tracing::warn!("what was under way did not finish in time; it will be taken up at the next start");
                Ok(())
            }
        }
    }

    fn start(&self, stop: &CancellationToken) -> JoinSet<()> {
        let mut workers = JoinSet::new();
        let turns = self.turns.clone();
        workers.spawn(worker::run("turns", self.inbox_bell.clone(), stop.clone(), move || {
            let turns = turns.clone();
            async move { turns.round().await }
        }));
        let turns = self.turns.clone();
        workers.spawn(worker::tidy("inbox", TIDIED_EVERY, stop.clone(), move || {
            let turns = turns.clone();
            async move { turns.tidy().await }
        }));
        let receipts = self.receipts.clone();
        workers.spawn(worker::run("receipts", Bell::default(), stop.clone(), move || {
            let receipts = receipts.clone();
            async move { receipts.round().await }
        }));
        for _ in 0..DELIVERERS {
            let deliverer = self.deliverer.clone();
            workers.spawn(worker::run("outbox", self.outbox_bell.clone(), stop.clone(), move || {
                let deliverer = deliverer.clone();
                async move { deliverer.round().await }
            }));
        }
        for _ in 0..KEEPERS {
            let keeper = self.keeper.clone();
            workers.spawn(worker::run("attachments", Bell::default(), stop.clone(), move || {
                let keeper = keeper.clone();
                async move { keeper.round().await }
            }));
        }
        let keeper = self.keeper.clone();
        workers.spawn(worker::tidy("attachments", DELETED_EVERY, stop.clone(), move || {
            let keeper = keeper.clone();
            async move { keeper.tidy().await }
        }));
        workers
    }
}

/// Everything that is served over HTTP. The webhook answers a machine, so it stands outside what dresses the pages.
fn router(settings: &Settings, rooms: Rooms<'_>) -> Router {
    let Rooms { rules, pool, redis, clock, inbox_bell, shelf } = rooms;
    let office = AdminState {
        pool: pool.clone(),
        redis: redis.clone(),
        redis_prefix: settings.redis_prefix.clone(),
        clock: clock.clone(),
        rules: rules.clone(),
        shelf: shelf.clone(),
        is_training: settings.training,
    };
    let board = PublicState { pool: pool.clone(), rules: rules.clone(), is_training: settings.training };
    let door = WebhookState {
        pool: pool.clone(),
        verifier: Verifier::new(settings.zalo_app_id.clone(), settings.zalo_oa_secret_key.clone()),
        bell: inbox_bell.clone(),
        clock: clock.clone(),
    };
    let health = Health { pool: pool.clone(), redis, metrics: telemetry::metrics() };
    http::dressed(admin::router(office).merge(public::router(board)))
        .merge(webhook::router(door))
        .merge(health::router(health))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_WITHIN))
}

fn deliverer(settings: &Settings, pool: &PgPool, clock: &Clock) -> anyhow::Result<Deliverer> {
    let secret = &settings.zalo_app_secret;
    let first = settings.zalo_refresh_token.clone();
    Ok(Deliverer {
        pool: pool.clone(),
        client: Client::new(&settings.zalo_api_url, secret.clone())?,
        tokens: Tokens::new(pool.clone(), &settings.zalo_oauth_url, &settings.zalo_app_id, secret.clone(), first)?,
        clock: clock.clone(),
    })
}

fn keeper(settings: &Settings, pool: &PgPool, clock: &Clock, shelf: Shelf) -> anyhow::Result<Keeper> {
    let limits = Limits::of_megabytes(settings.attachment_limit_mb);
    Ok(Keeper {
        pool: pool.clone(),
        fetcher: Fetcher::new(Hosts::new(settings.attachment_hosts.clone()), limits)?,
        shelf,
        clamd: settings.clamd_addr.clone().map(Clamd::new),
        clock: clock.clone(),
    })
}
