//! Redis in its three forms: the house must not notice which.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use redis::{AsyncCommands, RedisResult};
use sqlx::PgPool;
use zalo_petitions::dialog::Session;
use zalo_petitions::inbox::{Checkpoint, Checkpoints};
use zalo_petitions::memory::Redis;

use crate::app::{TestApp, connect};
use crate::redis_servers::{Cluster, Node, WatchedPair};
use crate::road::{CONVERSATION, petition};

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_house_on_a_cluster_takes_petitions(pool: PgPool) {
    let cluster = Cluster::start().await;
    let app = TestApp::start_with(&pool, &cluster.url()).await;
    let phones: Vec<_> = (0..12).map(|nth| app.zalo.phone(&format!("Công dân {nth}"))).collect();
    for line in CONVERSATION {
        for phone in &phones {
            phone.types(line);
        }
        app.settle().await;
    }
    let petitions: i64 = sqlx::query_scalar("select count(*) from petition").fetch_one(&pool).await.expect("a count");
    assert_eq!(petitions, 12);
    let held = join_all(cluster.nodes.iter().map(|node| node.ask::<u64>("DBSIZE"))).await;
    let held: Vec<_> = held.into_iter().map(|keys| keys.expect("a count")).collect();
    assert!(held.iter().all(|keys| *keys > 0), "every node holds conversations: {held:?}");
    assert_eq!(app.sessions().await.len(), 12);
    app.finish().await;
}

#[tokio::test]
async fn checkpoints_of_many_slots_come_and_go_together() {
    let cluster = Cluster::start().await;
    let checkpoints = Checkpoints::new(connect(&cluster.url()).await, "test");
    let session = Session::default();
    let all: Vec<_> = (0..200).map(|citizen| Checkpoint::new(None, citizen, &session, &session)).collect();
    let kept: Vec<_> = all.iter().map(|checkpoint| (checkpoint.event, Some(checkpoint.clone()))).collect();
    checkpoints.save(&kept).await.expect("saved");
    let citizens: Vec<_> = (0..200).rev().collect();
    let loaded = checkpoints.load(&citizens).await.expect("loaded");
    let events: Vec<_> = loaded.into_iter().map(|checkpoint| checkpoint.expect("there").event).collect();
    assert_eq!(events, citizens, "each in its place");

    let forgotten: Vec<_> = (0..100).map(|citizen| (citizen, None)).collect();
    checkpoints.save(&forgotten).await.expect("forgotten");
    let loaded = checkpoints.load(&citizens).await.expect("loaded");
    let left: BTreeSet<_> = loaded.into_iter().flatten().map(|checkpoint| checkpoint.event).collect();
    assert_eq!(left, (100..200).collect());
}

#[tokio::test]
async fn what_is_asked_of_one_key_in_a_cluster_stays_in_order() {
    let cluster = Cluster::start().await;
    let mut redis = connect(&cluster.url()).await;
    let mut pipeline = redis::pipe();
    for key in ["a", "b", "c", "d"] {
        pipeline.set(key, 1).ignore().incr(key, 1).incr(key, 1).del(key).ignore().get(key);
    }
    let answers: Vec<Option<i64>> = pipeline.query_async(&mut redis).await.expect("answers");
    assert_eq!(answers, [Some(2), Some(3), None].repeat(4));

    let wrong: RedisResult<()> = redis::pipe().set("a", "x").incr("a", 1).get("b").query_async(&mut redis).await;
    assert!(wrong.is_err(), "what one node refuses is not lost among the answers");
    let (before, after): (i64, i64) = redis::pipe()
        .atomic()
        .set("n", 1)
        .ignore()
        .incr("n", 1)
        .incr("n", 1)
        .query_async(&mut redis)
        .await
        .expect("both");
    assert_eq!((before, after), (2, 3));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_conversation_goes_on_when_another_master_takes_over(pool: PgPool) {
    let mut pair = WatchedPair::start().await;
    let app = TestApp::start_with(&pool, &pair.url()).await;
    let phone = app.zalo.phone("Ông Bình");
    for line in &CONVERSATION[..4] {
        app.ask(&phone, line).await;
    }
    pair.fail_over().await;
    // The line to the dead master breaks at the first question; the worker's next round finds the new one.
    phone.types(CONVERSATION[4]);
    app.zalo.deliver_webhooks().await;
    let refused = app.house.turns.round().await.expect_err("the dead master");
    assert!(refused.chain().any(|cause| cause.is::<redis::RedisError>()), "{refused:#}");
    app.back("/readyz").await;
    app.settle().await;
    for line in &CONVERSATION[5..] {
        app.ask(&phone, line).await;
    }
    assert_eq!(app.sessions().await.len(), 1, "the new master remembers");
    let another = app.zalo.phone("Bà Lan");
    petition(&app, &another).await;
    app.finish().await;
}

#[tokio::test]
async fn whoever_wants_tls_does_not_go_without() {
    let node = Node::alone().await;
    let address = format!("rediss://127.0.0.1:{}", node.port).parse().expect("an address");
    Redis::connect(&address, Duration::from_secs(5)).await.expect_err("a server that speaks no TLS");
}

#[tokio::test]
async fn a_master_that_has_become_a_replica_is_left() {
    let pair = WatchedPair::start().await;
    let mut redis = connect(&pair.url()).await;
    let _: () = redis.set("mưa", "nắng").await.expect("written");
    pair.swap().await;
    let refused: RedisResult<()> = redis.set("mưa", "gió").await;
    refused.expect_err("the old master takes no words any more");
    let _: () = redis.set("mưa", "gió").await.expect("the new master");
    let said: String = pair.replica.ask("GET mưa").await.expect("a value");
    assert_eq!(said, "gió");
}
