//! One instance of the service: its router and its workers. Any number of them on one Postgres and one Redis are one
//! service.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use chrono::TimeDelta;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower_http::timeout::TimeoutLayer;

use super::bells::{Bells, ring_after_forms};
use super::connect::{self, Pools};
use super::files::Files;
use super::health::{self, Health};
use super::{Pulse, Reminders};
use crate::admin::{self, AdminState, Live, Wording};
use crate::attachment::{Clamd, Fetcher, Hosts, Intake, Keeper, Limits, Shelf};
use crate::batch::Batches;
use crate::casework::Rules;
use crate::clock::Clock;
use crate::config::Settings;
use crate::dialog::Dialogs;
use crate::inbox::webhook::{self, WebhookState};
use crate::inbox::{Checkpoints, Knocks, Receipts, Store, Turns};
use crate::memory::Redis;
use crate::officer::audit::Sealer;
use crate::officer::{Seal, SignOn};
use crate::outbox::{Deliverer, Leases, Settle, Terms};
use crate::public::{self, PublicState};
use crate::worker::{self, Bell};
use crate::zalo::client::Client;
use crate::zalo::gate::{Gate, Urgency};
use crate::zalo::signature::Verifier;
use crate::zalo::token::consent::Consents;
use crate::zalo::token::{Application, Lock, Tokens};
use crate::zalo::window::Night;
use crate::{http, telemetry};

/// How long a stop waits for what is under way; then it lets go of it, and is over within ten seconds.
const STOPS_WITHIN: Duration = Duration::from_secs(8);

/// And for letting go: Postgres may be away.
const LETS_GO_WITHIN: Duration = Duration::from_secs(1);

/// A request that takes longer (a body that trickles in) is let go, so that nobody can hold connections for ever.
const REQUEST_WITHIN: Duration = Duration::from_secs(30);
/// How often we look for words that are not to be kept any longer.
const TIDIED_EVERY: Duration = Duration::from_secs(600);
/// While one worker waits for Postgres, another thinks.
const TURNERS: usize = 2;
/// Who sends what. A round waits for its slowest call, so several take turns with replies: a citizen whom Zalo answers
/// slowly holds nobody else up; and no reply waits for a round of notices.
const DELIVERERS: [Urgency; 5] = [Urgency::Reply, Urgency::Reply, Urgency::Reply, Urgency::Notice, Urgency::Reminder];
/// How often we look how old the token is.
const TOKEN_LOOKED_AT_EVERY: Duration = Duration::from_secs(60);
/// And for attachments that are not: a person who erased their data has been told that it is gone.
const DELETED_EVERY: Duration = Duration::from_secs(60);
/// How many messages that were sent are settled in one transaction at most, and how many may wait for it; whoever sent more waits.
const SETTLED_AT_ONCE: usize = 128;
const SETTLEMENTS: usize = 512;
/// One attachment at a time each: a few slow servers hold nobody up, and together they hold a few times the limit.
const KEEPERS: usize = 4;
/// How soon a text that was changed at another instance is read at this one.
const TEXTS_EVERY: Duration = Duration::from_secs(3);
/// How often we look whose date is near or has passed; they are counted in hours and days.
const REMINDED_EVERY: Duration = Duration::from_secs(180);
/// How often the figures that come from the database are taken.
const PULSE_EVERY: Duration = Duration::from_secs(15);

pub struct House {
    pub pool: PgPool,
    pub router: Router,
    pub turns: Turns,
    pub receipts: Receipts,
    pub deliverer: Deliverer,
    pub keeper: Keeper,
    pub pulse: Pulse,
    pub sealer: Sealer,
    /// The texts an office changes while the service runs.
    pub wording: Wording,
    /// Cancelled when the house closes: what stays open by itself ends.
    closing: CancellationToken,
    pub reminders: Reminders,
    bells: Bells,
}

/// What the router's rooms share.
struct Rooms<'a> {
    rules: &'a Arc<Rules>,
    pool: &'a PgPool,
    road: &'a PgPool,
    redis: Redis,
    clock: &'a Clock,
    bells: &'a Bells,
    consents: Consents,
    shelf: &'a Shelf,
    knocks: &'a Knocks,
    sign_on: Option<SignOn>,
    wording: Wording,
    live: Live,
}

impl House {
    /// Checks the files an office edits, connects, brings the database up to date, and puts the rooms together. Nothing
    /// runs yet.
    pub async fn build(settings: &Settings, clock: Clock) -> anyhow::Result<Self> {
        Files::load(settings)?;
        let pools = connect::pools(&settings.database_url, settings.database_connections).await?;
        let redis = connect::redis(&settings.redis_url).await?;
        super::prepare(&pools.pages).await?;
        Self::furnish(settings, clock, pools, redis)
    }

    /// Puts the rooms together on a Postgres and a Redis that are there.
    pub fn furnish(settings: &Settings, clock: Clock, pools: impl Into<Pools>, redis: Redis) -> anyhow::Result<Self> {
        let files = Files::load(settings)?;
        let Pools { pages: pool, road } = pools.into();
        let bells = Bells::default();
        let dialogs = Dialogs::new(&settings.dialogs, files.catalog);
        let wording = Wording::new(files.rules.notices.clone(), dialogs.clone());
        let closing = CancellationToken::new();
        let turns = Turns {
            pool: road.clone(),
            checkpoints: Checkpoints::new(redis.clone(), &settings.redis_prefix),
            dialogs: dialogs.clone(),
            rules: files.rules.clone(),
            clock: clock.clone(),
            outbox: bells.replies.clone(),
            attachments: bells.attachments.clone(),
        };
        let application = super::connection::application(settings)?;
        let tokens = tokens(settings, &road, &redis, application.clone());
        let consents = super::connection::consents(settings, application);
        let deliverer = deliverer(settings, &road, &redis, &clock, tokens)?;
        let shelf = Shelf::open(&settings.attachment_store)?;
        let pulse = pulse(settings, &pool, &deliverer);
        let rooms = Rooms {
            rules: &files.rules,
            pool: &pool,
            road: &road,
            redis,
            clock: &clock,
            bells: &bells,
            consents,
            shelf: &shelf,
            knocks: &pulse.knocks,
            sign_on: sign_on(settings)?,
            wording: wording.clone(),
            live: Live::new(pool.clone(), closing.clone()),
        };
        Ok(Self {
            router: router(settings, rooms),
            reminders: Reminders { pool: pool.clone(), rules: files.rules.clone(), clock: clock.clone() },
            receipts: Receipts { pool: pool.clone(), rules: files.rules.clone(), clock: clock.clone() },
            deliverer,
            keeper: keeper(settings, &pool, &clock, shelf.clone())?,
            pulse,
            wording,
            closing,
            sealer: Sealer { pool: pool.clone(), clock },
            turns,
            pool,
            bells,
        })
    }

    /// Serves `listener` and runs the workers until `stop`; then takes no new work and finishes what is under way.
    pub async fn run(self, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
        self.refresh().await;
        let mut workers = self.start(&stop);
        let closing = self.closing.clone();
        let deliverer = self.deliverer.clone();
        // put together once: a router by itself is put together anew for each connection, some 300 kB
        let pages = self.router.into_make_service();
        let serving = axum::serve(listener, pages).with_graceful_shutdown(stop.clone().cancelled_owned());
        let serving = tokio::spawn(serving.into_future());
        stop.cancelled().await;
        closing.cancel();
        let finished = tokio::time::timeout(STOPS_WITHIN, async {
            while workers.join_next().await.is_some() {}
            serving.await
        });
        match finished.await {
            Ok(served) => Ok(served??),
            Err(_) => {
                let messages = tokio::time::timeout(LETS_GO_WITHIN, deliverer.let_go()).await??;
                tracing::warn!(messages, "what was under way did not finish in time: others take it up");
                Ok(())
            }
        }
    }

    /// What another instance changed before this one came.
    async fn refresh(&self) {
        let refreshed = async { self.wording.refresh(&mut *self.pool.acquire().await?).await };
        if let Err(error) = refreshed.await {
            tracing::error!(error = format!("{error:#}"), "the changed texts come later: the files' own stand");
        }
    }

    fn start(&self, stop: &CancellationToken) -> JoinSet<()> {
        let mut workers = JoinSet::new();
        for _ in 0..TURNERS {
            let turns = self.turns.clone();
            workers.spawn(worker::run("turns", self.bells.turns.clone(), stop.clone(), move || {
                let turns = turns.clone();
                async move { turns.round().await }
            }));
        }
        let turns = self.turns.clone();
        workers.spawn(worker::tidy("inbox", TIDIED_EVERY, stop.clone(), move || {
            let turns = turns.clone();
            async move { turns.tidy().await }
        }));
        let (tokens, clock) = (self.deliverer.tokens.clone(), self.deliverer.clock.clone());
        workers.spawn(worker::tidy("token", TOKEN_LOOKED_AT_EVERY, stop.clone(), move || {
            let (tokens, clock) = (tokens.clone(), clock.clone());
            async move { Ok(tokens.keep_fresh(clock.now()).await.map(|()| 0)?) }
        }));
        let (wording, pool) = (self.wording.clone(), self.pool.clone());
        workers.spawn(worker::tidy("texts", TEXTS_EVERY, stop.clone(), move || {
            let (wording, pool) = (wording.clone(), pool.clone());
            async move { wording.refresh(&mut *pool.acquire().await?).await }
        }));
        let pulse = self.pulse.clone();
        workers.spawn(worker::tidy("pulse", PULSE_EVERY, stop.clone(), move || {
            let pulse = pulse.clone();
            async move { pulse.beat().await.map(|()| 0) }
        }));
        let reminders = self.reminders.clone();
        workers.spawn(worker::tidy("reminders", REMINDED_EVERY, stop.clone(), move || {
            let reminders = reminders.clone();
            async move { reminders.round().await }
        }));
        let receipts = self.receipts.clone();
        workers.spawn(worker::run("receipts", self.bells.receipts.clone(), stop.clone(), move || {
            let receipts = receipts.clone();
            async move { receipts.round().await }
        }));
        let sealer = self.sealer.clone();
        workers.spawn(worker::run("audit", Bell::default(), stop.clone(), move || {
            let sealer = sealer.clone();
            async move { sealer.round().await }
        }));
        for urgency in DELIVERERS {
            let deliverer = self.deliverer.clone();
            // whoever cannot help must not be woken in place of one who can
            let bell = match urgency {
                Urgency::Reply => self.bells.replies.clone(),
                Urgency::Notice => self.bells.notices.clone(),
                Urgency::Reminder => Bell::default(),
            };
            workers.spawn(worker::run("outbox", bell, stop.clone(), move || {
                let deliverer = deliverer.clone();
                async move { deliverer.round_of(urgency).await }
            }));
        }
        for _ in 0..KEEPERS {
            let keeper = self.keeper.clone();
            workers.spawn(worker::run("attachments", self.bells.attachments.clone(), stop.clone(), move || {
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
    let Rooms { rules, pool, road, redis, clock, bells, consents, shelf, knocks, sign_on, wording, live } = rooms;
    let office = AdminState {
        pool: pool.clone(),
        redis: redis.clone(),
        redis_prefix: settings.redis_prefix.clone(),
        clock: clock.clone(),
        rules: rules.clone(),
        consents,
        shelf: shelf.clone(),
        second_factor: settings.second_factor,
        seal: Seal::new(&settings.office_key, &settings.zalo_app_secret),
        sign_on,
        wording,
        live,
        intake: Intake {
            shelf: shelf.clone(),
            clamd: settings.clamd_addr.clone().map(Clamd::new),
            limit: settings.attachment_limit_mb as usize * 1_000_000,
        },
        is_training: settings.training,
    };
    let board =
        PublicState { pool: pool.clone(), rules: rules.clone(), shelf: shelf.clone(), is_training: settings.training };
    let door = WebhookState {
        arrivals: Store::open(road.clone()),
        verifier: Verifier::new(settings.zalo_app_id.clone(), settings.zalo_oa_secret_key.clone()),
        bell: bells.turns.clone(),
        clock: clock.clone(),
        knocks: knocks.clone(),
    };
    let health = Health {
        pool: pool.clone(),
        redis,
        clock: clock.clone(),
        app_id: settings.zalo_app_id.clone(),
        metrics: telemetry::metrics(),
    };
    let office = admin::router(office).layer(from_fn_with_state(bells.clone(), ring_after_forms));
    http::dressed(office.merge(public::router(board)))
        .merge(webhook::router(door))
        .merge(health::router(health))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_WITHIN))
}

fn sign_on(settings: &Settings) -> anyhow::Result<Option<SignOn>> {
    settings.single_sign_on().map(|there| SignOn::new(&there, &settings.public_url)).transpose()
}

fn deliverer(
    settings: &Settings,
    pool: &PgPool,
    redis: &Redis,
    clock: &Clock,
    tokens: Tokens,
) -> anyhow::Result<Deliverer> {
    let secret = settings.zalo_app_secret.clone();
    let settle = Settle { pool: pool.clone(), terms: terms(settings), clock: clock.clone() };
    Ok(Deliverer {
        pool: pool.clone(),
        client: Client::new(&settings.zalo_api_url, &settings.zalo_template_url, secret)?,
        tokens,
        gate: Gate::new(redis.clone(), &settings.redis_prefix, settings.zalo_rate_per_minute),
        terms: terms(settings),
        clock: clock.clone(),
        leases: Leases::default(),
        settlements: Batches::new(settle, SETTLED_AT_ONCE, SETTLEMENTS),
    })
}

fn pulse(settings: &Settings, pool: &PgPool, deliverer: &Deliverer) -> Pulse {
    Pulse {
        pool: pool.clone(),
        client: deliverer.client.clone(),
        tokens: deliverer.tokens.clone(),
        knocks: Knocks::default(),
        clock: deliverer.clock.clone(),
        app_id: settings.zalo_app_id.clone(),
        has_template: settings.zalo_template_id.is_some(),
    }
}

fn terms(settings: &Settings) -> Terms {
    let (from, until) = settings.night_hours;
    Terms {
        night: Night { from, until, zone: settings.time_zone },
        free_replies: settings.free_replies.into(),
        free_for: TimeDelta::hours(settings.free_hours.into()),
    }
}

fn tokens(settings: &Settings, pool: &PgPool, redis: &Redis, application: Application) -> Tokens {
    let lock = Lock::new(redis.clone(), &settings.redis_prefix, &settings.zalo_app_id);
    Tokens::new(pool.clone(), application, lock, settings.zalo_refresh_token.clone())
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
