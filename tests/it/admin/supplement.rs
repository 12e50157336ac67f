//! Asking the sender for something, and reading what they said after filing.

use axum::http::StatusCode;
use sqlx::PgPool;
use zalo_petitions::casework::{self, FollowUp};
use zalo_petitions::privacy::Personal;

use crate::visitor::Office;

async fn given(office: &Office, reference: &str, draft_key: &str, name: &str, words: &str) -> FollowUp {
    let citizen_id = sqlx::query_scalar("select citizen_id from petition where reference = $1")
        .bind(reference)
        .fetch_one(&office.pool)
        .await
        .expect("the sender");
    FollowUp {
        citizen_id,
        reference: reference.to_owned(),
        draft_key: draft_key.to_owned(),
        answers: [(name.to_owned(), Personal::new(words))].into(),
        attachments: Vec::new(),
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_sender_is_asked_and_what_comes_is_marked_as_new(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let path = format!("/admin/petitions/{reference}");
    let mut officer = office.officer().await;
    let sheet = officer.get(&path).await;
    assert!(sheet.shows("Hỏi thêm người gửi") && !sheet.shows("Người gửi nói thêm"));
    let (version, seen) = (sheet.field("version"), sheet.field("seen"));
    let words = "Gửi giúp ảnh giấy hẹn để phường tra hồ sơ.";
    let fields = |asked| [("version", version.as_str()), ("seen", seen.as_str()), ("asked", asked), ("words", words)];

    let page = officer.post(&format!("{path}/supplement-request"), &fields("")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("Ghi ngắn điều cần thêm") && page.shows(words), "what was typed is still there");
    let page = officer.post(&format!("{path}/supplement-request"), &fields("ảnh giấy hẹn")).await;
    assert_eq!(page.to(), path, "{}", page.html);
    let sheet = officer.get(&path).await;
    assert!(sheet.shows("Đã hỏi người gửi.") && sheet.shows("Đang chờ người gửi: ảnh giấy hẹn"), "{}", sheet.html);
    assert!(!sheet.shows("Hỏi thêm người gửi"), "once at a time");
    let page = officer.post(&format!("{path}/supplement-request"), &fields("bản sao")).await;
    assert_eq!(page.status, StatusCode::CONFLICT);

    office.clock.advance(chrono::TimeDelta::hours(1));
    let mut connection = office.pool.acquire().await.expect("a connection");
    let said = given(&office, &reference, "draft-9", "words", "Giấy hẹn số <b>12</b>").await;
    casework::supplement(&office.rules, &mut connection, &said, office.clock.now()).await.expect("supplemented");
    let sheet = officer.get(&path).await;
    assert!(sheet.shows("Gửi thêm theo yêu cầu") && sheet.shows("Giấy hẹn số &lt;b&gt;12"), "{}", sheet.html);
    assert!(sheet.shows("<span class=\"chip is-new\">mới</span>"));
    assert!(sheet.shows("id=\"acceptance\""), "it waits to be accepted again");

    office.clock.advance(chrono::TimeDelta::hours(1));
    let fields =
        [("version", sheet.field("version")), ("seen", sheet.field("seen")), ("agency_id", "HN-09454".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(officer.post(&format!("{path}/acceptance"), &fields).await.to(), path);
    let sheet = officer.get(&path).await;
    assert!(sheet.shows("Gửi thêm theo yêu cầu") && !sheet.shows("mới</span>"), "somebody has worked on it since");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_took_a_petition_back_is_masked(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let path = format!("/admin/petitions/{reference}");
    let mut officer = office.officer().await;
    assert!(officer.get(&path).await.shows("Xem họ tên, số điện thoại, địa chỉ"));
    let mut connection = office.pool.acquire().await.expect("a connection");
    let said = given(&office, &reference, "draft-9", "reason", "đã xong rồi").await;
    casework::withdraw(&office.rules, &mut connection, &said, office.clock.now()).await.expect("withdrawn");
    let sheet = officer.get(&path).await;
    assert!(!sheet.shows("Xem họ tên, số điện thoại, địa chỉ"), "{}", sheet.html);
    assert!(sheet.shows("Người gửi đã rút phản ánh; thông tin liên hệ được che.") && sheet.shows("đã xong rồi"));
    let page = officer.post(&format!("{path}/sender"), &[]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn whoever_asks_for_an_officer_from_a_petition_is_seen_there(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    sqlx::query(
        "with event as (
             insert into inbox_event (dedupe_key, event_name, citizen_id, body, happened_at, received_at, retry_at)
             select 'k', 'user_send_text', citizen_id, '{}', $2, $2, $2 from petition where reference = $1
             returning inbox_event_id, citizen_id
         )
         insert into officer_call (citizen_id, inbox_event_id, about, called_at, petition_id)
         select event.citizen_id, inbox_event_id, 'Nhắn cán bộ', $2, petition_id
         from event join petition using (citizen_id)",
    )
    .bind(&reference)
    .bind(office.clock.now())
    .execute(&office.pool)
    .await
    .expect("a call");
    let mut officer = office.officer().await;
    assert!(officer.get("/admin/calls").await.shows("Hỏi về phản ánh"));
    let sheet = officer.get(&format!("/admin/petitions/{reference}")).await;
    assert!(sheet.shows("Người gửi muốn gặp cán bộ về phản ánh này"), "{}", sheet.html);
}
