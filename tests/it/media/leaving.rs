//! What is not to be kept leaves nothing: neither bytes nor a row, whatever is under way.

use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgPool;
use zalo_petitions::attachment;

use super::server::Server;
use super::{files, house, photo, sends, states};
use crate::road;

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_denunciation_leaves_no_photo(pool: PgPool) {
    let (app, folder) = house(&pool, &[]).await;
    let phone = app.zalo.phone("Người báo tin");
    let reply = app.ask(&phone, "tôi muốn báo có cán bộ nhận phong bì 5 triệu mới chịu ký giấy phép").await;
    assert!(reply.contains("Luật Tố cáo giữ bí mật"), "{reply}");
    phone.sends_photo("phong-bi.jpg", photo());
    app.settle().await;
    assert_eq!(states(&pool).await, ["dropped"], "it is not even fetched");
    assert_eq!(app.house.keeper.tidy().await.expect("tidied"), 1);
    assert!(states(&pool).await.is_empty() && files(folder.path()).is_empty());
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_is_emptied_loses_its_photo_even_while_it_is_fetched(pool: PgPool) {
    let server = Server::start().await;
    let (app, folder) = house(&pool, std::slice::from_ref(&server.address)).await;
    let phone = app.zalo.phone("Người báo tin");
    sends(&app, &phone, "image", json!({ "url": server.at("/photo") })).await;
    assert_eq!(app.house.keeper.round().await.expect("a round"), 1);
    assert_eq!(files(folder.path()).len(), 3);
    sends(&app, &phone, "image", json!({ "url": server.at("/held") })).await;
    let under_way = {
        let keeper = app.house.keeper.clone();
        tokio::spawn(async move { keeper.round().await })
    };
    server.reached.notified().await;

    let mut connection = pool.acquire().await.expect("a connection");
    let events: Vec<i64> =
        sqlx::query_scalar("select inbox_event_id from media").fetch_all(&pool).await.expect("events");
    attachment::drop_of_events(&mut connection, &events).await.expect("dropped");
    assert_eq!(app.house.keeper.tidy().await.expect("tidied"), 1);
    assert!(files(folder.path()).is_empty(), "what was there is gone at once");
    server.release.add_permits(1);
    under_way.await.expect("alive").expect("a round");
    assert!(files(folder.path()).is_empty(), "and what was under way brings nothing back");

    app.clock.advance(TimeDelta::minutes(6));
    assert_eq!(app.house.keeper.tidy().await.expect("tidied"), 1);
    let rows: i64 = sqlx::query_scalar("select count(*) from media").fetch_one(&pool).await.expect("a count");
    assert_eq!(rows, 0);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn events_that_are_emptied_later_take_their_photos_with_them(pool: PgPool) {
    let (app, folder) = house(&pool, &[]).await;
    let phone = app.zalo.phone("Bà Lan");
    phone.sends_photo("a.jpg", photo());
    app.settle().await;
    assert_eq!((states(&pool).await, app.house.keeper.tidy().await.expect("tidied")), (vec!["kept".to_owned()], 0));
    sqlx::query("update inbox_event set empty_at = $1").bind(app.now()).execute(&pool).await.expect("to be emptied");
    assert_eq!(app.house.keeper.tidy().await.expect("tidied"), 1);
    assert!(files(folder.path()).is_empty());
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_erased_draft_loses_its_photos_and_a_petition_keeps_its_own(pool: PgPool) {
    let (app, folder) = house(&pool, &[]).await;
    let phone = app.zalo.phone("Ông Bình");
    for line in &road::CONVERSATION[..2] {
        app.ask(&phone, line).await;
    }
    phone.sends_photo("giay-hen.jpg", photo());
    app.settle().await;
    for line in &road::CONVERSATION[2..] {
        app.ask(&phone, line).await;
    }
    phone.sends_photo("sau-do.jpg", photo());
    app.settle().await;
    assert_eq!(states(&pool).await, ["kept", "kept"]);
    app.ask(&phone, "xóa dữ liệu").await;
    app.ask(&phone, "Xóa").await;
    assert_eq!(states(&pool).await, ["kept", "dropped"]);
    assert_eq!(app.house.keeper.tidy().await.expect("tidied"), 1);
    assert_eq!(files(folder.path()).len(), 3, "of the petition's own");
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_no_petition_took_is_gone_after_a_month(pool: PgPool) {
    let (app, folder) = house(&pool, &[]).await;
    let phone = app.zalo.phone("Bà Lan");
    phone.sends_photo("a.jpg", photo());
    app.settle().await;
    app.clock.advance(TimeDelta::days(30));
    assert_eq!(app.house.keeper.tidy().await.expect("tidied"), 0);
    app.clock.advance(TimeDelta::hours(1));
    assert_eq!(app.house.keeper.tidy().await.expect("tidied"), 1);
    assert!(states(&pool).await.is_empty() && files(folder.path()).is_empty());
}
