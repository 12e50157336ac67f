//! What officers see of it, and which of them.

use axum::http::StatusCode;
use serde_json::json;
use sqlx::PgPool;
use zalo_petitions::petition::attachment::{self, Attachment};

use super::server::Server;
use super::{PLACE, holds, house, photo, sends, states};
use crate::app::TestApp;
use crate::road;
use crate::visitor::{Office, Page};

async fn reference(pool: &PgPool) -> String {
    sqlx::query_scalar("select reference from petition").fetch_one(pool).await.expect("one petition")
}

/// Where on the page the first attachment lies.
async fn first(pool: &PgPool, reference: &str) -> String {
    let id: i64 =
        sqlx::query_scalar("select min(attachment_id) from attachment").fetch_one(pool).await.expect("an attachment");
    format!("/admin/petitions/{reference}/attachments/{id}")
}

async fn office(app: &TestApp) -> Office {
    Office::open_with(app.pool.clone(), app.house.keeper.shelf.clone()).await
}

fn header<'a>(page: &'a Page, name: &str) -> &'a str {
    page.headers[name].to_str().expect("text")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_photo_from_the_chat_stands_on_the_officers_page_and_tells_no_place(pool: PgPool) {
    let (app, _folder) = house(&pool, &[]).await;
    let phone = app.zalo.phone("Ông Bình");
    for line in &road::CONVERSATION[..2] {
        app.ask(&phone, line).await;
    }
    phone.sends_photo("giay-hen.jpg", photo());
    app.settle().await;
    for line in &road::CONVERSATION[2..] {
        app.ask(&phone, line).await;
    }
    let reference = reference(&pool).await;
    let office = office(&app).await;
    let mut officer = office.officer().await;
    let page = officer.get(&format!("/admin/petitions/{reference}")).await;
    let address = first(&pool, &reference).await;
    assert!(page.shows(&format!("<img src=\"{address}/thumbnail\"")), "{}", page.html);
    assert!(!page.shows("/media/"), "Zalo's address is not handed on: {}", page.html);

    let thumbnail = officer.get(&format!("{address}/thumbnail")).await;
    assert_eq!((thumbnail.status, header(&thumbnail, "content-type")), (StatusCode::OK, "image/jpeg"));
    let clean = officer.get(&format!("{address}/clean")).await;
    for drawn in [&thumbnail, &clean] {
        assert!(!holds(&drawn.bytes, PLACE) && !holds(&drawn.bytes, b"Exif"));
        let picture = image::load_from_memory(&drawn.bytes).expect("a picture");
        assert!(picture.height() > picture.width(), "upright");
    }
    let original = officer.get(&address).await;
    assert_eq!(original.bytes, photo(), "untouched");
    assert!(header(&original, "content-disposition").starts_with("attachment; filename=\"tep-"));
    assert_eq!(header(&original, "content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(header(&original, "x-content-type-options"), "nosniff");
    assert_eq!(header(&original, "cache-control"), "no-store");
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn only_who_may_see_it_opens_it(pool: PgPool) {
    let (app, _folder) = house(&pool, &[]).await;
    let phone = app.zalo.phone("Ông Bình");
    for line in &road::CONVERSATION[..2] {
        app.ask(&phone, line).await;
    }
    phone.sends_photo("cccd.jpg", photo());
    app.settle().await;
    for line in &road::CONVERSATION[2..] {
        app.ask(&phone, line).await;
    }
    let reference = reference(&pool).await;
    let mut connection = pool.acquire().await.expect("a connection");
    let (petition_id, url): (i64, String) =
        sqlx::query_as("select petition_id, url from petition, media").fetch_one(&pool).await.expect("both");
    sqlx::query("delete from attachment").execute(&pool).await.expect("deleted");
    let paper = Attachment { kind: "image".to_owned(), url: Some(url), is_identity: true, ..Attachment::default() };
    attachment::insert(&mut connection, petition_id, &paper).await.expect("kept");

    let office = office(&app).await;
    let address = first(&pool, &reference).await;
    let other = office.file(&[]).await;
    office.lay_at_the_ward(&reference).await;
    let mut ward = office.signed_in("minh.lang").await;
    let page = ward.get(&format!("/admin/petitions/{reference}")).await;
    assert!(page.shows("giấy tờ tùy thân, chỉ cán bộ đầu mối mở") && !page.shows(&address), "{}", page.html);
    for part in ["", "/clean", "/thumbnail"] {
        let path = format!("{address}{part}");
        assert_eq!(office.officer().await.get(&path).await.status, StatusCode::OK, "{path}");
        assert_eq!(ward.get(&path).await.status, StatusCode::FORBIDDEN, "{path}");
        let stranger = office.visitor().get(&path).await;
        assert!(stranger.to().starts_with("/admin/login"), "{path}");
        let elsewhere = path.replace(&reference, &other);
        assert_eq!(office.officer().await.get(&elsewhere).await.status, StatusCode::NOT_FOUND, "another petition's");
    }
    assert_eq!(ward.post(&format!("{address}/fetch"), &[]).await.status, StatusCode::FORBIDDEN);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_does_not_come_is_said_in_words_and_fetched_again_on_request(pool: PgPool) {
    let server = Server::start().await;
    let (app, _folder) = house(&pool, std::slice::from_ref(&server.address)).await;
    let phone = app.zalo.phone("Ông Bình");
    for line in &road::CONVERSATION[..2] {
        app.ask(&phone, line).await;
    }
    sends(&app, &phone, "file", json!({ "url": server.at("/gone"), "name": "don.pdf", "size": "120000" })).await;
    app.settle().await;
    for line in &road::CONVERSATION[2..] {
        app.ask(&phone, line).await;
    }
    let reference = reference(&pool).await;
    let office = office(&app).await;
    let mut officer = office.officer().await;
    let (path, address) = (format!("/admin/petitions/{reference}"), first(&pool, &reference).await);
    let page = officer.get(&path).await;
    assert!(page.shows("chưa tải được: Zalo không còn giữ tệp; tự tải lại lúc"), "{}", page.html);
    assert_eq!(officer.get(&address).await.status, StatusCode::NOT_FOUND);

    sqlx::query("update media set state = 'failed'").execute(&pool).await.expect("given up");
    let page = officer.get(&path).await;
    assert!(
        page.shows("không tải được: Zalo không còn giữ tệp") && page.shows("Tệp: don.pdf, 120 kB"),
        "{}",
        page.html
    );
    sqlx::query("update media set url = $1").bind(server.at("/page")).execute(&pool).await.expect("it is back");
    assert_eq!(officer.post(&format!("{address}/fetch"), &[]).await.to(), path);
    let page = officer.get(&path).await;
    assert!(page.shows("Đang tải lại tệp."), "{}", page.html);
    app.settle().await;
    assert_eq!(states(&pool).await, ["kept"]);
    let page = officer.get(&path).await;
    assert!(page.shows("tệp lạ, có thể gây hại") && !page.shows("Tải lại<"), "{}", page.html);
    let saved = officer.get(&address).await;
    assert_eq!(header(&saved, "content-type"), "application/octet-stream");
    assert!(header(&saved, "content-disposition").ends_with("don.pdf.bin"));

    for (state, words) in [
        ("waiting", "đang tải về"),
        ("unscanned", "chưa quét mã độc nên chưa mở được"),
        ("infected", "có mã độc, đã xóa"),
    ] {
        sqlx::query("update media set state = $1, reason = null").bind(state).execute(&pool).await.expect("so far");
        assert!(officer.get(&path).await.shows(words), "{words}");
        assert_eq!(officer.get(&address).await.status, StatusCode::NOT_FOUND, "{state}");
    }
}
