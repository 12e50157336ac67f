//! Once, whole, and whoever dies on the way.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgPool;
use zalo_petitions::attachment;
use zalo_petitions::zalo::event::Attachment;

use super::server::Server;
use super::{files, house, photo, sends, states};

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_turn_that_is_repeated_registers_once_and_only_what_can_be_fetched(pool: PgPool) {
    let (app, _folder) = house(&pool, &[]).await;
    app.ask(&app.zalo.phone("Bà Lan"), "Xin chào").await;
    let (citizen_id, event_id): (i64, i64) =
        sqlx::query_as("select citizen_id, inbox_event_id from inbox_event").fetch_one(&pool).await.expect("an event");
    let sent = |kind: &str, url: Option<&str>| Attachment {
        kind: kind.to_owned(),
        url: url.map(str::to_owned),
        ..Attachment::default()
    };
    let all = ["image", "link", "sticker", "file", "location"].map(|kind| sent(kind, Some("https://f6.zdn.vn/1")));
    let all = [all.as_slice(), &[sent("image", None)]].concat();
    for _ in 0..2 {
        let mut transaction = pool.begin().await.expect("a transaction");
        attachment::register(&mut transaction, citizen_id, event_id, &all, app.now()).await.expect("registered");
        transaction.commit().await.expect("committed");
    }
    assert_eq!(states(&pool).await, ["waiting", "waiting"]);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_lapsed_fetch_is_taken_over_and_a_late_one_leaves_nothing(pool: PgPool) {
    let server = Server::start().await;
    let (app, folder) = house(&pool, std::slice::from_ref(&server.address)).await;
    let phone = app.zalo.phone("Bà Lan");
    sends(&app, &phone, "image", json!({ "url": server.at("/held") })).await;
    let late = {
        let keeper = app.house.keeper.clone();
        tokio::spawn(async move { keeper.round().await })
    };
    server.reached.notified().await;
    assert_eq!(app.house.keeper.round().await.expect("a round"), 0, "somebody has it");

    app.clock.advance(TimeDelta::minutes(6));
    let next = {
        let keeper = app.house.keeper.clone();
        tokio::spawn(async move { keeper.round().await })
    };
    server.reached.notified().await;
    server.release.add_permits(2);
    assert_eq!(next.await.expect("alive").expect("a round"), 1);
    assert_eq!(late.await.expect("alive").expect("a round"), 1);
    assert_eq!(states(&pool).await, ["kept"]);
    let copies: BTreeSet<_> =
        files(folder.path()).iter().map(|file| file.parent().expect("a folder").to_owned()).collect();
    assert_eq!(copies.len(), 1, "{copies:?}");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn many_at_once_are_each_fetched_once(pool: PgPool) {
    let server = Server::start().await;
    let (app, folder) = house(&pool, std::slice::from_ref(&server.address)).await;
    for number in 0..8 {
        let phone = app.zalo.phone(&format!("Người thứ {number}"));
        for _ in 0..4 {
            sends(&app, &phone, "image", json!({ "url": server.at("/photo") })).await;
        }
    }
    let another = app.another_house().await;
    let keepers = [&app.house.keeper, &another.keeper, &app.house.keeper, &another.keeper];
    let mut working = tokio::task::JoinSet::new();
    for keeper in keepers {
        let (keeper, pool) = (keeper.clone(), pool.clone());
        working.spawn(async move {
            while states(&pool).await.iter().any(|state| state != "kept") {
                keeper.round().await.expect("a round");
            }
        });
    }
    working.join_all().await;
    assert_eq!(states(&pool).await, ["kept"; 32]);
    assert_eq!(server.asked(), 32);
    assert_eq!(files(folder.path()).len(), 3 * 32, "original, clean copy, thumbnail");
    let sizes: Vec<i64> = sqlx::query_scalar("select distinct size from media").fetch_all(&pool).await.expect("sizes");
    assert_eq!(sizes, [photo().len() as i64]);
}
