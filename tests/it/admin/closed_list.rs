//! The closed list: who may know of it, and that every reading is written down.

use axum::http::StatusCode;
use sqlx::PgPool;

use crate::visitor::Office;

async fn told(office: &Office) -> i64 {
    sqlx::query_scalar(
        "with somebody as (
             insert into citizen (zalo_user_id, created_at) values ('ai-do', $1) returning citizen_id)
         insert into denunciation (citizen_id, told, passed_at)
         select citizen_id, 'cán bộ <b>nhận</b> phong bì', $1 from somebody returning denunciation_id",
    )
    .bind(office.clock.now())
    .fetch_one(&office.pool)
    .await
    .expect("a line")
}

async fn readings(office: &Office) -> i64 {
    sqlx::query_scalar("select count(*) from denunciation_reading").fetch_one(&office.pool).await.expect("a count")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_focal_office_reads_and_closes_and_every_reading_is_written_down(pool: PgPool) {
    let office = Office::open(pool).await;
    let id = told(&office).await;
    let mut officer = office.officer().await;
    let list = officer.get("/admin/closed-list").await;
    assert!(list.shows("Danh sách kín: 1 tin chờ") && !list.shows("phong bì"), "{}", list.html);
    assert_eq!(readings(&office).await, 0, "the list alone shows nothing");
    let opened = officer.post(&format!("/admin/closed-list/{id}/reading"), &[]).await;
    assert!(opened.shows("cán bộ &lt;b&gt;nhận&lt;/b&gt; phong bì"), "{}", opened.html);
    assert_eq!(readings(&office).await, 1);

    let path = format!("/admin/closed-list/{id}/closure");
    let refused = officer.post(&path, &[("outcome", "x")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.shows("Ghi đã làm gì"), "{}", refused.html);
    assert_eq!(officer.post(&path, &[("outcome", "Chuyển Thanh tra ngày 18/11")]).await.to(), "/admin/closed-list");
    let list = officer.get("/admin/closed-list").await;
    assert!(list.shows("không có tin chờ") && list.shows("Chuyển Thanh tra ngày 18/11, Trần Thu Hà"), "{}", list.html);
    officer.post(&path, &[("outcome", "một việc khác")]).await;
    assert!(officer.get("/admin/closed-list").await.shows("Chuyển Thanh tra ngày 18/11"), "closed once");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn other_agencies_are_not_told_that_there_is_a_list(pool: PgPool) {
    let office = Office::open(pool).await;
    let id = told(&office).await;
    let mut stranger = office.signed_in("minh.lang").await;
    assert!(!stranger.get("/admin").await.shows("Danh sách kín"));
    assert_eq!(stranger.get("/admin/closed-list").await.status, StatusCode::NOT_FOUND);
    for path in ["reading", "closure"] {
        let page = stranger.post(&format!("/admin/closed-list/{id}/{path}"), &[("outcome", "đã xem xong")]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(readings(&office).await, 0);
}
