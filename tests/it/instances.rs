//! Several processes on one Postgres and one Redis are one service: one dies, one is stopped past its lease, one is added
//! under load, all stop when they are told.

use std::time::Duration;

use nix::sys::signal::Signal;
use sqlx::{ConnectOptions, PgPool};
use zalo_petitions::sim::Fault;

use crate::app::{redis_url, until_somebody_waits_for_a_lock};
use crate::stage::crowd::{Crowd, Manner, Tally, are_in_order, converse, lapse_leases, quiet, replies, tally};
use crate::stage::{Instance, Stage, free_address};

/// How many people chat at the same time.
const CROWD: usize = 8;

async fn stage(pool: &PgPool) -> Stage {
    Stage::set(pool.connect_options().to_url_lossy().to_string(), redis_url()).await
}

async fn start(stage: &Stage) -> Instance {
    stage.start(free_address().await)
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn three_processes_are_one_service_whatever_happens_to_one(pool: PgPool) {
    let stage = stage(&pool).await;
    let (mut first, second, third) = (start(&stage).await, start(&stage).await, start(&stage).await);
    for instance in [&first, &second, &third] {
        instance.ready().await;
    }
    stage.knock_at(second.address);
    let crowd = Crowd::gathers(&stage.zalo, CROWD, Manner::Attentive);
    crowd.finishes(CROWD).await;

    first.kill();
    lapse_leases(&pool).await;
    crowd.finishes(CROWD).await;

    // Stopped in the middle of whatever it holds; its minute passes, others take over, and then it wakes up.
    third.signal(Signal::SIGSTOP);
    tokio::time::sleep(Duration::from_millis(300)).await;
    lapse_leases(&pool).await;
    crowd.finishes(CROWD).await;
    third.signal(Signal::SIGCONT);

    let fourth = start(&stage).await;
    fourth.ready().await;
    stage.knock_at(fourth.address);
    crowd.finishes(CROWD).await;

    let finished = crowd.leaves().await;
    quiet(&pool, &stage.zalo).await;
    let phones = stage.zalo.phones();
    let found = tally(&pool, &phones, finished).await;
    let conversations = phones.len() as i64;
    let right = Tally { conversations, petitions: conversations, twice: found.twice, ..Tally::default() };
    assert_eq!(found, right, "nothing lost, nothing twice but what is marked");
    assert!(phones.iter().all(are_in_order), "out of order");
    for mut instance in [second, third, fourth] {
        instance.signal(Signal::SIGTERM);
        let (status, took) = instance.ends();
        assert!(status.success() && took < Duration::from_secs(11), "{status} after {took:?}");
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_process_that_stands_still_in_the_middle_of_a_filing_stops_nobody_elses(pool: PgPool) {
    let stage = stage(&pool).await;
    let (stands_still, goes_on) = (start(&stage).await, start(&stage).await);
    for instance in [&stands_still, &goes_on] {
        instance.ready().await;
    }
    stage.knock_at(stands_still.address);
    // the day's first makes the counter that all who file have to pass
    assert!(converse(&stage.zalo.phone("Ông An"), Manner::Attentive).await);
    goes_on.signal(Signal::SIGSTOP);
    let mut counter = pool.begin().await.expect("a transaction");
    sqlx::query("select from reference_counter for update").execute(&mut *counter).await.expect("held");
    let unlucky = stage.zalo.phone("Bà Bình");
    let waits = tokio::spawn({
        let unlucky = unlucky.clone();
        async move { converse(&unlucky, Manner::Attentive).await }
    });
    until_somebody_waits_for_a_lock(&pool).await;
    // it gets the counter now, and does not know it
    stands_still.signal(Signal::SIGSTOP);
    counter.rollback().await.expect("let go");

    goes_on.signal(Signal::SIGCONT);
    stage.knock_at(goes_on.address);
    assert!(converse(&stage.zalo.phone("Ông Cường"), Manner::Attentive).await, "others file");
    assert!(waits.await.expect("no panic"), "and somebody else files what was under way");
    stands_still.signal(Signal::SIGCONT);
    quiet(&pool, &stage.zalo).await;
    let phones = stage.zalo.phones();
    let found = tally(&pool, &phones, 3).await;
    assert_eq!(found, Tally { conversations: 3, petitions: 3, twice: found.twice, ..Tally::default() });
    assert!(phones.iter().all(are_in_order), "out of order");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_stop_lets_go_of_what_zalo_does_not_answer_and_another_sends_it(pool: PgPool) {
    let stage = stage(&pool).await;
    let mut stopping = start(&stage).await;
    stopping.ready().await;
    stage.knock_at(stopping.address);
    stage.zalo.every_send(Some(Fault::Silence));
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("Xin chào");
    let leased = "select count(*) from outbox_message where state = 'leased'";
    while count(&pool, leased).await == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stopping.signal(Signal::SIGTERM);
    let (status, took) = stopping.ends();
    assert!(status.success() && took < Duration::from_secs(11), "{status} after {took:?}");
    assert_eq!(count(&pool, leased).await, 0, "the lease was given back");
    let marked = "select count(*) from outbox_message where state = 'waiting' and perhaps_twice";
    assert_eq!(count(&pool, marked).await, 1, "nobody knows whether it went out");

    stage.zalo.every_send(None);
    let next = start(&stage).await;
    next.ready().await;
    while replies(&phone).is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    quiet(&pool, &stage.zalo).await;
    assert_eq!(replies(&phone).len(), 1);
}

async fn count(pool: &PgPool, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(pool).await.expect("a count")
}
