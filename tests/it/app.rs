//! The whole house with the small Zalo beside it. Nothing runs by itself: workers are stepped, nothing sleeps, and nothing
//! may be left over at the end.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, NaiveTime, TimeDelta, Utc};
use redis::AsyncCommands;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use zalo_petitions::app::{self, House};
use zalo_petitions::clock::Clock;
use zalo_petitions::config::{AnswerApproval, SecondFactor, Settings};
use zalo_petitions::memory::Redis;
use zalo_petitions::sim::{Bubble, Phone, Side, SimSettings, Zalo};
use zalo_petitions::zalo::signature::{self, sign};

/// Wednesday 18/11/2026, 9h10 in Hanoi: where the conversations of the script begin.
pub const BEGINS_AT: &str = "2026-11-18T02:10:00Z";

pub struct TestApp {
    pub house: House,
    pub zalo: Zalo,
    pub clock: Clock,
    pub settings: Settings,
    pub pool: PgPool,
    /// Where the house listens.
    address: String,
    http: reqwest::Client,
    _stop: DropGuard,
}

impl TestApp {
    /// A house on this database, with a Redis prefix of its own.
    pub async fn start(pool: &PgPool) -> Self {
        Self::start_with(pool, &redis_url()).await
    }

    /// A house on this database and this Redis.
    pub async fn start_with(pool: &PgPool, redis_url: &str) -> Self {
        Self::furnished(pool, redis_url, |_| {}).await
    }

    /// A house whose settings somebody changes before it is furnished.
    pub async fn furnished(pool: &PgPool, redis_url: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let clock = Clock::standing_at(BEGINS_AT.parse().expect("a time"));
        let stop = CancellationToken::new();
        let nowhere = "http://127.0.0.1:9/".parse().expect("an address");
        let rehearsal = SimSettings::rehearsal(nowhere, clock.clone());
        let zalo = Zalo::new(rehearsal.clone());
        let (sim_listener, house_listener) = (loopback().await, loopback().await);
        let mut settings = settings(&rehearsal, &sim_listener, redis_url);
        change(&mut settings);
        app::prepare(pool).await.expect("a prepared database");
        let house = House::furnish(&settings, clock.clone(), pool.clone(), redis(&settings).await).expect("a house");

        let address = format!("http://{}", house_listener.local_addr().expect("an address"));
        zalo.point_webhooks_at(format!("{address}/zalo/webhook").parse().expect("an address"));
        let (sim, token) = (zalo.clone(), stop.clone());
        tokio::spawn(async move { sim.serve_on(sim_listener, token).await });
        let serving =
            axum::serve(house_listener, house.router.clone()).with_graceful_shutdown(stop.clone().cancelled_owned());
        tokio::spawn(serving.into_future());
        Self {
            house,
            zalo,
            clock,
            settings,
            pool: pool.clone(),
            address,
            http: reqwest::Client::new(),
            _stop: stop.drop_guard(),
        }
    }

    /// Another instance on the same Postgres and Redis; it only works, it does not listen.
    pub async fn another_house(&self) -> House {
        let redis = redis(&self.settings).await;
        House::furnish(&self.settings, self.clock.clone(), self.pool.clone(), redis).expect("a house")
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Steps everything until nothing moves any more.
    pub async fn settle(&self) {
        while self.step().await > 0 {}
    }

    /// One round of everything.
    pub async fn step(&self) -> usize {
        let delivered = self.zalo.deliver_webhooks().await;
        let turns = self.house.turns.round().await.expect("turns");
        let receipts = self.house.receipts.round().await.expect("receipts");
        let fetched = self.house.keeper.round().await.expect("attachments");
        let sealed = self.house.sealer.round().await.expect("seals");
        delivered + turns + receipts + fetched + sealed + self.house.deliverer.round().await.expect("deliveries")
    }

    /// The citizen writes; what the account answers, in order.
    pub async fn say(&self, phone: &Phone, text: &str) -> Vec<Bubble> {
        let before = replies(phone).len();
        phone.types(text);
        self.settle().await;
        replies(phone).split_off(before)
    }

    /// The citizen writes and gets one answer.
    pub async fn ask(&self, phone: &Phone, text: &str) -> String {
        let mut answers = self.say(phone, text).await;
        assert_eq!(answers.len(), 1, "one turn, one message; after «{text}» came {answers:#?}");
        said(&answers.remove(0))
    }

    /// Zalo knocks with this event, signed as Zalo signs.
    pub async fn knock(&self, body: &serde_json::Value) {
        use secrecy::ExposeSecret;
        let secret = self.settings.zalo_oa_secret_key.first().expect("a key").expose_secret();
        let bytes = body.to_string();
        let timestamp = body["timestamp"].as_str().unwrap_or_default();
        let mac = sign(&self.settings.zalo_app_id, bytes.as_bytes(), timestamp, secret);
        let request = self.http.post(format!("{}/zalo/webhook", self.address)).body(bytes);
        let answer = request.header(signature::HEADER, mac).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200, "the event is taken");
    }

    pub async fn wait(&self, time: TimeDelta) {
        self.clock.advance(time);
        self.settle().await;
    }

    /// Status and text of a page.
    pub async fn visit(&self, path: &str) -> (u16, String) {
        let answer = reqwest::get(format!("{}{path}", self.address)).await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a text"))
    }

    /// Waits until a page answers well again.
    pub async fn back(&self, path: &str) {
        let begun = std::time::Instant::now();
        while self.visit(path).await.0 != 200 {
            assert!(begun.elapsed().as_secs() < 30, "{path} does not come back");
        }
    }

    /// What Redis remembers of all conversations.
    pub async fn sessions(&self) -> Vec<(String, String)> {
        let mut redis = redis(&self.settings).await;
        let keys: Vec<String> = redis.keys(format!("{}:checkpoint:*", self.settings.redis_prefix)).await.expect("keys");
        let mut kept = Vec::new();
        for key in keys {
            let value = redis.get(&key).await.expect("a value");
            kept.push((key, value));
        }
        kept
    }

    pub async fn put_sessions_back(&self, kept: Vec<(String, String)>) {
        let mut redis = redis(&self.settings).await;
        for (key, value) in kept {
            let _: () = redis.set(key, value).await.expect("written");
        }
    }

    pub async fn forget_sessions(&self) {
        assert!(self.lose_sessions().await > 0, "there was nothing to forget");
    }

    /// Redis forgets all conversations; gives how many it knew.
    pub async fn lose_sessions(&self) -> usize {
        let mut redis = redis(&self.settings).await;
        let keys: Vec<String> = redis.keys(format!("{}:checkpoint:*", self.settings.redis_prefix)).await.expect("keys");
        if !keys.is_empty() {
            let _: () = redis.del(&keys).await.expect("deleted");
        }
        keys.len()
    }

    /// Nothing waits anywhere, and nothing was given up.
    pub async fn finish(self) {
        self.settle().await;
        let left: i64 = sqlx::query_scalar(
            "select (select count(*) from inbox_event where state <> 'done')
                  + (select count(*) from outbox_message
                     where state not in ('sent', 'replaced', 'withheld') and (kind <> 'reminder' or send_at <= $1))",
        )
        .bind(self.now())
        .fetch_one(&self.pool)
        .await
        .expect("a count");
        assert_eq!(left, 0, "something is left in the inbox or the outbox");
        assert_eq!(self.zalo.pending_webhooks(), 0, "Zalo still has events for us");
    }
}

/// What stands in a message: its text, or what its card says.
pub fn said(bubble: &Bubble) -> String {
    bubble.card.as_ref().map_or_else(|| bubble.text.clone(), |card| card.subtitle.clone())
}

/// What the account wrote on this phone.
pub fn replies(phone: &Phone) -> Vec<Bubble> {
    phone.messages().into_iter().filter(|bubble| bubble.from == Side::Account).collect()
}

async fn loopback() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port")
}

pub fn redis_url() -> String {
    std::env::var("REDIS_URL").expect("REDIS_URL: tests need a Redis (make test starts one)")
}

/// Until a transaction stands before what another one holds.
pub async fn until_somebody_waits_for_a_lock(pool: &PgPool) {
    let waiting =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(pool).await.expect("a count") == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub async fn redis(settings: &Settings) -> Redis {
    use secrecy::ExposeSecret;
    connect(settings.redis_url.expose_secret()).await
}

/// One that is away is away at once; one that is slow, on a busy machine, is waited for.
pub async fn connect(redis_url: &str) -> Redis {
    let address = redis_url.parse().expect("an address of Redis");
    Redis::connect(&address, Duration::from_secs(20)).await.expect("Redis")
}

fn settings(zalo: &SimSettings, sim: &TcpListener, redis_url: &str) -> Settings {
    let media_host = sim.local_addr().expect("an address").to_string();
    let sim = format!("http://{}", sim.local_addr().expect("an address")).parse::<url::Url>().expect("an address");
    Settings {
        database_url: String::new().into(),
        database_connections: 16,
        redis_url: redis_url.into(),
        redis_prefix: format!("test-{}", uuid::Uuid::new_v4()),
        listen_addr: "127.0.0.1:0".parse().expect("an address"),
        public_url: "http://ketqua.test".parse().expect("an address"),
        zalo_app_id: zalo.app_id.clone(),
        zalo_app_secret: zalo.app_secret.clone().into(),
        zalo_oa_id: zalo.oa_id.clone(),
        zalo_oa_secret_key: vec![zalo.oa_secret.clone().into()],
        zalo_refresh_token: Some(zalo.refresh_token.clone().into()),
        zalo_token_key: Vec::new(),
        zalo_code_verifier: None,
        zalo_api_url: sim.clone(),
        zalo_oauth_url: sim.clone(),
        zalo_template_url: sim,
        zalo_template_id: Some("300001".to_owned()),
        zalo_rate_per_minute: 0,
        night_hours: (NaiveTime::MIN, NaiveTime::MIN),
        time_zone: FixedOffset::east_opt(7 * 3600).expect("seven hours are an offset"),
        free_replies: 8,
        free_hours: 48,
        attachment_store: "memory:///".parse().expect("an address"),
        attachment_hosts: vec![media_host.parse().expect("a host")],
        attachment_limit_mb: 25,
        clamd_addr: None,
        dialogs: "dialogs".into(),
        dialog_quiet: 0.0,
        office_hours: "08:00-12:00,13:00-17:00".to_owned(),
        focal_agency: "HN-VP".to_owned(),
        reopen_days: 30,
        office_key: Vec::new(),
        second_factor: SecondFactor::Nobody,
        oidc_issuer: None,
        oidc_client_id: None,
        oidc_client_secret: None,
        answer_approval: AnswerApproval::Conduct,
        training: true,
    }
}
