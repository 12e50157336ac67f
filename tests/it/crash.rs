//! The crash table of `lib.rs`, row by row: what is left when the process dies at a step of the road, and what happens next.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rand::Rng;
use sqlx::{ConnectOptions, PgPool};
use tokio_util::sync::CancellationToken;
use zalo_petitions::clock::Clock;
use zalo_petitions::inbox::store;
use zalo_petitions::sim::{Phone, SimSettings, Zalo};

use crate::app::{TestApp, free_address, redis_url, replies, said};
use crate::road::{CONVERSATION, count};

/// How often a process is killed under load, at least.
const KILLS: usize = 24;
/// How many people chat at the same time.
const CROWD: usize = 10;
/// What a reply begins with, in the order of [`CONVERSATION`].
const REPLIES: [&str; 8] = [
    "Xin chào Ông/Bà.",
    "Đã ghi đồng ý.",
    "Tôi hiểu:",
    "Nơi nộp:",
    "Số điện thoại",
    "Ông/Bà ở đâu?",
    "Mời Ông/Bà xem lại.",
    "✅ Đã gửi",
];

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_claim_dies_with_its_worker(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Bà Lan");
    phone.types("Xin chào");
    app.zalo.deliver_webhooks().await;
    let mut dying = pool.begin().await.expect("a transaction");
    assert_eq!(store::claim(&mut dying, app.now(), 10).await.expect("a claim").len(), 1);
    assert_eq!(app.house.turns.round().await.expect("a round"), 0, "nobody else may be in this lane");
    drop(dying);
    app.settle().await;
    assert_eq!(replies(&phone).len(), 1);
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_turn_that_was_remembered_but_not_committed_is_thought_again(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Bà Lan");
    for line in &CONVERSATION[..4] {
        app.ask(&phone, line).await;
    }
    refuse_commits(&pool).await;
    phone.types(CONVERSATION[4]);
    app.zalo.deliver_webhooks().await;
    let remembered = app.sessions().await;
    app.house.turns.round().await.expect_err("the commit is refused");
    assert_ne!(app.sessions().await, remembered, "Redis is one event ahead");
    sqlx::query("drop trigger refuse_commit on inbox_event").execute(&pool).await.expect("allowed again");
    app.settle().await;
    let last = replies(&phone).pop().expect("a reply").text;
    assert!(last.starts_with("Số điện thoại"), "the name was taken once, and the next question asked: {last}");
    for line in &CONVERSATION[5..] {
        app.ask(&phone, line).await;
    }
    assert_eq!(count(&pool, "petition").await, 1);
    app.finish().await;
}

/// Every transaction that finishes an event is refused at its very end, after everything else has been done.
async fn refuse_commits(pool: &PgPool) {
    for statement in [
        "create function refuse_commit() returns trigger language plpgsql as $$
         begin raise exception 'the process died here' using errcode = '57000'; end $$",
        "create constraint trigger refuse_commit after update on inbox_event
         deferrable initially deferred for each row execute function refuse_commit()",
    ] {
        sqlx::query(statement).execute(pool).await.expect("prepared");
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_reply_that_nobody_was_woken_for_is_sent(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Bà Lan");
    phone.types("Xin chào");
    app.zalo.deliver_webhooks().await;
    app.house.turns.round().await.expect("a round");
    assert!(replies(&phone).is_empty());
    let next = app.another_house().await;
    assert_eq!(next.deliverer.round().await.expect("a round"), 1);
    assert_eq!(replies(&phone).len(), 1);
    app.finish().await;
}

/// Two instances of the real program on one Postgres and one Redis; one of them after the other is killed in the middle of
/// its work, while people chat.
#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn kill_nine(pool: PgPool) {
    let stop = CancellationToken::new();
    let Rehearsal { zalo, settings, address } = rehearse(&stop).await;
    let folder = tempfile::tempdir().expect("a folder");
    let redis_prefix = format!("crash-{}", uuid::Uuid::new_v4());
    let start = |listens_at| serve(&pool, &settings, address, &redis_prefix, listens_at, folder.path());
    let addresses = [free_address().await, free_address().await];
    let mut instances = addresses.map(start);
    zalo.point_webhooks_at(webhook(addresses[0]));

    let is_over = Arc::new(AtomicBool::new(false));
    let finished = Arc::new(AtomicUsize::new(0));
    let crowd: Vec<_> =
        (0..CROWD).map(|_| tokio::spawn(chat_until_over(zalo.clone(), is_over.clone(), finished.clone()))).collect();
    let mut kills = 0;
    while kills < KILLS || finished.load(Ordering::Relaxed) < 2 * CROWD {
        assert!(kills < 10 * KILLS, "people do not get through");
        let (victim, other) = (kills % 2, (kills + 1) % 2);
        ready(addresses[victim]).await;
        ready(addresses[other]).await;
        tokio::time::sleep(Duration::from_millis(rand::rng().random_range(0..700))).await;
        instances[victim].kill();
        zalo.point_webhooks_at(webhook(addresses[other]));
        // The dead hold leases for a minute; the test cannot wait, so it lets the minute pass for them.
        lapse_leases(&pool).await;
        instances[victim] = start(addresses[victim]);
        kills += 1;
    }
    is_over.store(true, Ordering::Relaxed);
    for one in crowd {
        one.await.expect("everybody comes to the end");
    }
    quiet(&pool, &zalo).await;
    let finished = finished.load(Ordering::Relaxed);
    nothing_is_lost_or_doubled(&pool, &zalo, finished).await;
    println!("{kills} kills, {finished} conversations, {} messages marked as perhaps sent twice", marked(&pool).await);
    for instance in &mut instances {
        stops_when_told(instance);
    }
    stop.cancel();
}

fn webhook(address: SocketAddr) -> url::Url {
    format!("http://{address}/zalo/webhook").parse().expect("an address")
}

/// A small Zalo in real time, with a ladder of repetitions that takes seconds instead of hours.
async fn rehearse(stop: &CancellationToken) -> Rehearsal {
    let nowhere = "http://127.0.0.1:9/".parse().expect("an address");
    let settings = SimSettings::rehearsal(nowhere, Clock::system());
    let zalo = Zalo::new(settings.clone());
    zalo.manners(|manners| manners.retry_factor = 0.004);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn({
        let (zalo, stop) = (zalo.clone(), stop.clone());
        async move { zalo.serve_on(listener, stop).await }
    });
    tokio::spawn({
        let (zalo, stop) = (zalo.clone(), stop.clone());
        async move { zalo.deliver_forever(stop).await }
    });
    Rehearsal { zalo, settings, address }
}

struct Rehearsal {
    zalo: Zalo,
    settings: SimSettings,
    address: SocketAddr,
}

/// The real program, as an operator would start it.
fn serve(
    pool: &PgPool,
    zalo: &SimSettings,
    zalo_at: SocketAddr,
    redis_prefix: &str,
    listens_at: SocketAddr,
    folder: &Path,
) -> Instance {
    let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("log")).expect("a log");
    let started = Command::new(env!("CARGO_BIN_EXE_zalo-petitions"))
        .arg("serve")
        .env("DATABASE_URL", pool.connect_options().to_url_lossy().as_str())
        .env("REDIS_URL", redis_url())
        .env("REDIS_PREFIX", redis_prefix)
        .env("LISTEN_ADDR", listens_at.to_string())
        .env("PUBLIC_URL", "http://ketqua.test")
        .env("ZALO_APP_ID", &zalo.app_id)
        .env("ZALO_APP_SECRET", &zalo.app_secret)
        .env("ZALO_OA_ID", &zalo.oa_id)
        .env("ZALO_OA_SECRET_KEY", &zalo.oa_secret)
        .env("ZALO_REFRESH_TOKEN", &zalo.refresh_token)
        .env("ZALO_API_URL", format!("http://{zalo_at}"))
        .env("ZALO_OAUTH_URL", format!("http://{zalo_at}"))
        .env("DIALOG_QUIET", "0")
        .stderr(log)
        .stdout(Stdio::null())
        .spawn();
    Instance(started.expect("the program starts"))
}

/// A running program that does not outlive its test.
struct Instance(Child);

impl Instance {
    fn kill(&mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("dead");
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // It may have stopped by itself; then there is nothing to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until the instance says that it can work.
async fn ready(address: SocketAddr) {
    let begun = Instant::now();
    while reqwest::get(format!("http://{address}/readyz")).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{address} does not get ready");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn lapse_leases(pool: &PgPool) {
    sqlx::query("update outbox_message set lease_until = now() where state = 'leased'")
        .execute(pool)
        .await
        .expect("the minute has passed");
}

/// One person after the other goes from the greeting to the receipt; each writes when the answer is there.
async fn chat_until_over(zalo: Zalo, is_over: Arc<AtomicBool>, finished: Arc<AtomicUsize>) {
    while !is_over.load(Ordering::Relaxed) {
        let phone = zalo.phone("Người dân");
        for (asked, line) in CONVERSATION.iter().enumerate() {
            phone.types(line);
            let begun = Instant::now();
            while distinct(&phone).len() <= asked {
                let seen = distinct(&phone);
                assert!(begun.elapsed() < Duration::from_secs(90), "no answer to «{line}» after {seen:#?}");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        finished.fetch_add(1, Ordering::Relaxed);
    }
}

/// What the account wrote, without a message's repetition right after itself.
fn distinct(phone: &Phone) -> Vec<String> {
    let mut texts: Vec<String> = replies(phone).iter().map(said).collect();
    texts.dedup();
    texts
}

/// Waits until nothing is on its way any more.
async fn quiet(pool: &PgPool, zalo: &Zalo) {
    let begun = Instant::now();
    loop {
        lapse_leases(pool).await;
        let waiting: i64 = sqlx::query_scalar(
            "select (select count(*) from inbox_event where state = 'waiting')
                  + (select count(*) from outbox_message where state in ('waiting', 'leased'))",
        )
        .fetch_one(pool)
        .await
        .expect("a count");
        if waiting == 0 && zalo.pending_webhooks() == 0 {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{waiting} are still waiting");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn nothing_is_lost_or_doubled(pool: &PgPool, zalo: &Zalo, finished: usize) {
    assert_eq!(count(pool, "petition").await, finished as i64, "a petition for each conversation, and no other");
    let heard: i64 = sqlx::query_scalar("select count(*) from inbox_event where event_name = 'user_send_text'")
        .fetch_one(pool)
        .await
        .expect("a count");
    assert_eq!(heard, (finished * CONVERSATION.len()) as i64, "every event once");
    let given_up: i64 = sqlx::query_scalar(
        "select (select count(*) from inbox_event where state <> 'done')
              + (select count(*) from outbox_message where state not in ('sent', 'replaced'))",
    )
    .fetch_one(pool)
    .await
    .expect("a count");
    assert_eq!(given_up, 0);
    for phone in zalo.phones() {
        let seen = distinct(&phone);
        assert_eq!(seen.len(), REPLIES.len(), "{seen:#?}");
        for (text, beginning) in seen.iter().zip(REPLIES) {
            assert!(text.starts_with(beginning), "out of order: {seen:#?}");
        }
        assert!(repeated(&phone) <= perhaps_twice(pool, &phone).await, "sent twice without being marked");
    }
}

/// How many messages came more than once: two deaths in a row can send one a third time.
fn repeated(phone: &Phone) -> usize {
    let texts: Vec<String> = replies(phone).iter().map(said).collect();
    texts.chunk_by(|one, next| one == next).filter(|same| same.len() > 1).count()
}

async fn marked(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from outbox_message where perhaps_twice")
        .fetch_one(pool)
        .await
        .expect("a count")
}

async fn perhaps_twice(pool: &PgPool, phone: &Phone) -> usize {
    let marked: i64 = sqlx::query_scalar(
        "select count(*) from outbox_message join citizen using (citizen_id) where zalo_user_id = $1 and perhaps_twice",
    )
    .bind(phone.user_id())
    .fetch_one(pool)
    .await
    .expect("a count");
    usize::try_from(marked).expect("a count")
}

/// SIGTERM: what is under way is finished, within ten seconds, with exit code 0.
fn stops_when_told(Instance(instance): &mut Instance) {
    use nix::sys::signal::{Signal, kill};
    let pid = nix::unistd::Pid::from_raw(i32::try_from(instance.id()).expect("a process id"));
    let told = Instant::now();
    kill(pid, Signal::SIGTERM).expect("told");
    let status = instance.wait().expect("stopped");
    assert!(status.success(), "{status}");
    assert!(told.elapsed() < Duration::from_secs(11), "the stop took {:?}", told.elapsed());
}
