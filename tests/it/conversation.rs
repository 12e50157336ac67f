//! The conversation beside a petition as it goes on, and the calls to those whom no message reaches.

use axum::body::BodyDataStream;
use axum::http::StatusCode;
use chrono::TimeDelta;
use futures::StreamExt;
use sqlx::PgPool;

use crate::visitor::{Office, Visitor};

/// One open page: what it was told so far.
struct Stream(BodyDataStream);

impl Stream {
    async fn open(visitor: &mut Visitor, path: &str) -> Self {
        let response = visitor.opens(path).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self(response.into_body().into_data_stream())
    }

    /// The next event; none when the stream is over.
    async fn next(&mut self) -> Option<String> {
        loop {
            let chunk = self.0.next().await?.expect("a part of the stream");
            let text = String::from_utf8_lossy(&chunk).into_owned();
            // a line that only keeps the connection open
            if text.contains("event:") {
                return Some(text);
            }
        }
    }
}

async fn hears(office: &Office, text: &str) {
    sqlx::query(
        "insert into inbox_event (event_name, citizen_id, happened_at, received_at, body, state, retry_at, finished_at)
         select 'user_send_text', citizen_id, $1, $1, convert_to($2, 'UTF8'), 'done', $1, $1 from citizen",
    )
    .bind(office.clock.now())
    .bind(serde_json::json!({ "message": { "text": text } }).to_string())
    .execute(&office.pool)
    .await
    .expect("heard");
}

fn events(page: &crate::visitor::Page, reference: &str) -> String {
    let (_, after) = page.html.split_once("data-seen=\"").expect("a revision");
    let seen = after.split('"').next().expect("its end");
    format!("/admin/petitions/{reference}/conversation/events?seen={seen}")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_the_sender_writes_stands_on_the_open_page(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let path = format!("/admin/petitions/{reference}");
    let mut officer = office.officer().await;
    let page = officer.get(&path).await;
    assert!(page.shows("/static/live.js?v=") && page.shows("Tải tin mới"), "{}", page.html);
    let mut stream = Stream::open(&mut officer, &events(&page, &reference)).await;
    hears(&office, "Bao giờ có <kết quả>? Gọi 0912 345 678").await;
    let told = stream.next().await.expect("an event");
    assert!(told.contains("event: conversation") && told.contains("Bao giờ có &lt;kết quả&gt;?"), "{told}");
    assert!(!told.contains("0912 345 678"), "the sender stays hidden: {told}");

    office.stop.cancel();
    assert_eq!(stream.next().await, None, "a stop does not wait for browsers");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_stream_ends_with_its_session_and_with_the_right(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    office.lay_at_the_ward(&reference).await;
    let path = format!("/admin/petitions/{reference}");

    let mut officer = office.officer().await;
    let page = officer.get(&path).await;
    let mut stream = Stream::open(&mut officer, &events(&page, &reference)).await;
    officer.post("/admin/logout", &[]).await;
    hears(&office, "Còn ai không?").await;
    assert_eq!(stream.next().await, None, "who has left is told nothing");

    let mut ward = office.signed_in("minh.lang").await;
    let page = ward.get(&path).await;
    let mut stream = Stream::open(&mut ward, &events(&page, &reference)).await;
    sqlx::query("update petition set handling_agency_id = 'HN-SXD'").execute(&office.pool).await.expect("passed on");
    hears(&office, "Tôi gửi thêm").await;
    assert_eq!(stream.next().await, None, "it lies with others now");
    office.stop.cancel();
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_call_that_reached_nobody_is_made_again_another_day(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    office.answer(&reference, "Ngày 17/11 quầy 3 đã trả kết quả cho gia đình, không còn việc gì phải làm thêm.").await;
    sqlx::query("update outbox_message set state = 'unreachable'").execute(&office.pool).await.expect("unreachable");
    let mut officer = office.officer().await;
    let page = officer.get("/admin/calls").await;
    let (_, after) = page.html.split_once("action=\"/admin/calls/").expect("a form");
    let path = format!("/admin/calls/{}", after.split('"').next().expect("its end"));
    let page = officer.post(&path, &[("note", "không nghe máy")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("Chọn đã gọi được hay chưa.") && page.shows("value=\"không nghe máy\""), "{}", page.html);

    let missed = [("outcome", "missed"), ("note", "máy bận"), ("again", "tomorrow"), ("attempts", "0")];
    officer.post(&path, &missed).await;
    let page = officer.get("/admin/calls").await;
    for shown in ["1 người hẹn gọi lại ngày khác", "Đã gọi 1 lần chưa gặp", "máy bận", "19/11/2026"]
    {
        assert!(page.shows(shown), "{shown}: {}", page.html);
    }
    assert!(!page.shows("người chưa được báo"), "not today any more: {}", page.html);
    let page = officer.post(&path, &missed).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "a second press writes nothing: {}", page.html);
    assert!(officer.get(&format!("/admin/petitions/{reference}")).await.shows("chưa gọi được"));

    office.clock.advance(TimeDelta::days(1));
    let mut officer = office.officer().await;
    assert!(officer.get("/admin/calls").await.shows("1 người chưa được báo"));
    officer.post(&path, &[("outcome", "reached"), ("attempts", "1")]).await;
    assert!(officer.get("/admin/calls").await.shows("Không có ai đang chờ cán bộ"));
    let calls: Vec<bool> = sqlx::query_scalar("select is_reached from call_attempt order by call_attempt_id")
        .fetch_all(&office.pool)
        .await
        .expect("calls");
    assert_eq!(calls, [false, true]);
}
