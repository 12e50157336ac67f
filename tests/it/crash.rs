//! The crash table of `lib.rs`, row by row: what is left when the process dies at a step of the road, and what happens next.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join_all;
use nix::sys::signal::Signal;
use rand::Rng;
use sqlx::{ConnectOptions, PgPool};
use zalo_petitions::inbox::store;

use crate::app::{TestApp, redis_url, replies};
use crate::road::{CONVERSATION, count};
use crate::stage::crowd::{Crowd, Manner, Tally, are_in_order, lapse_leases, quiet, tally};
use crate::stage::{Knocker, Stage, free_address};

/// How often a process is killed under load, at least.
const KILLS: usize = 24;
/// How many people chat at the same time.
const CROWD: usize = 10;

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_claim_dies_with_its_worker(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Bà Lan");
    phone.types("Xin chào");
    app.zalo.deliver_webhooks().await;
    let mut dying = pool.begin().await.expect("a transaction");
    assert_eq!(store::claim(&mut dying, app.now(), 10).await.expect("a claim").len(), 1);
    assert_eq!(app.house.turns.round().await.expect("a round"), 0, "nobody else may be in this lane");
    // as Postgres does for a worker that is gone
    dying.rollback().await.expect("undone");
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
/// Events come in by sixteen connections, the process dies in the middle, and each that was answered with 200 is there.
#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_was_acknowledged_outlives_kill_nine(pool: PgPool) {
    let stage = Stage::set(pool.connect_options().to_url_lossy().to_string(), redis_url()).await;
    let mut instance = stage.start(free_address().await);
    instance.ready().await;
    let taken = Arc::new(Mutex::new(Vec::new()));
    let posts: Vec<_> = (0..16)
        .map(|line| tokio::spawn(post_until_it_dies(stage.knocker(instance.address), line, taken.clone())))
        .collect();
    let count = || taken.lock().expect("nobody panics").len();
    while count() < 300 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    instance.kill();
    join_all(posts).await;
    let taken = taken.lock().expect("nobody panics").clone();
    let kept: Vec<String> =
        sqlx::query_scalar("select dedupe_key from inbox_event").fetch_all(&pool).await.expect("keys");
    let lost: Vec<_> = taken.iter().filter(|id| !kept.iter().any(|key| key.contains(id.as_str()))).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged events are lost: {lost:?}", lost.len(), taken.len());
}

async fn post_until_it_dies(knocker: Knocker, line: u32, taken: Arc<Mutex<Vec<String>>>) {
    for number in 0.. {
        let id = format!("acknowledged-{line}-{number}");
        match knocker.knock(&format!("{}", 2_000_000_000 + line), &id).await {
            Some(status) if status.is_success() => taken.lock().expect("nobody panics").push(id),
            Some(_) => {}
            None => return,
        }
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn kill_nine(pool: PgPool) {
    let stage = Stage::set(pool.connect_options().to_url_lossy().to_string(), redis_url()).await;
    let addresses = [free_address().await, free_address().await];
    let mut instances = addresses.map(|address| stage.start(address));
    stage.knock_at(addresses[0]);
    let crowd = Crowd::gathers(&stage.zalo, CROWD, Manner::Attentive);
    let mut kills = 0;
    while kills < KILLS || crowd.finished() < 2 * CROWD {
        assert!(kills < 10 * KILLS, "people do not get through");
        let (victim, other) = (kills % 2, (kills + 1) % 2);
        instances[victim].ready().await;
        instances[other].ready().await;
        tokio::time::sleep(Duration::from_millis(rand::rng().random_range(0..700))).await;
        instances[victim].kill();
        stage.knock_at(addresses[other]);
        // The dead hold leases for a minute; the test cannot wait, so it lets the minute pass for them.
        lapse_leases(&pool).await;
        instances[victim] = stage.start(addresses[victim]);
        kills += 1;
    }
    let finished = crowd.leaves().await;
    quiet(&pool, &stage.zalo).await;
    let phones = stage.zalo.phones();
    let found = tally(&pool, &phones, finished).await;
    let conversations = phones.len() as i64;
    assert_eq!(found, Tally { conversations, petitions: conversations, twice: found.twice, ..Tally::default() });
    assert!(phones.iter().all(are_in_order), "out of order");
    let heard: i64 = sqlx::query_scalar("select count(*) from inbox_event where event_name = 'user_send_text'")
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert_eq!(heard, conversations * CONVERSATION.len() as i64, "every event once");
    println!("{kills} kills, {finished} conversations, {} messages sent twice", found.twice);
    for mut instance in instances {
        instance.signal(Signal::SIGTERM);
        let (status, took) = instance.ends();
        assert!(status.success() && took < Duration::from_secs(11), "{status} after {took:?}");
    }
}
