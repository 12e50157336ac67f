//! Requests about data, locked senders, talks that officers end.

use sqlx::PgPool;
use zalo_petitions::casework;

use crate::visitor::Office;

async fn citizen_of(office: &Office, reference: &str) -> i64 {
    sqlx::query_scalar("select citizen_id from petition where reference = $1")
        .bind(reference)
        .fetch_one(&office.pool)
        .await
        .expect("a citizen")
}

/// The sender has everything erased.
async fn erase(office: &Office, reference: &str) {
    let citizen_id = citizen_of(office, reference).await;
    let mut connection = office.pool.acquire().await.expect("a connection");
    casework::erase(&office.rules, &mut connection, citizen_id, office.clock.now()).await.expect("erased");
}

/// The sender wrote something in the chat.
async fn said(office: &Office, reference: &str, text: &str) {
    sqlx::query(
        "insert into inbox_event (event_name, citizen_id, happened_at, received_at, body, state, retry_at, finished_at)
         values ('user_send_text', $1, $2, $2, $3, 'done', $2, $2)",
    )
    .bind(citizen_of(office, reference).await)
    .bind(office.clock.now())
    .bind(serde_json::json!({ "message": { "text": text } }).to_string().into_bytes())
    .execute(&office.pool)
    .await
    .expect("said");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_request_waits_with_its_deadline_until_somebody_has_done_it(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let mut officer = office.officer().await;
    let page = officer.get("/admin/data-requests").await;
    assert!(page.shows("Không có yêu cầu nào về dữ liệu đang chờ"), "{}", page.html);

    erase(&office, &reference).await;
    let page = officer.get("/admin/data-requests").await;
    for shown in [
        "1 yêu cầu về dữ liệu đang chờ",
        "Xóa, khóa dữ liệu",
        "P. T. L., 0912***678",
        "18/11/2026, 09:10",
        "20/11/2026",
        &reference,
    ] {
        assert!(page.shows(shown), "{shown}: {}", page.html);
    }
    assert!(!page.shows("Phạm Thị Lan") && !page.shows("0912 345 678"), "{}", page.html);
    assert!(page.shows("aria-current=\"page\">Dữ liệu <span class=\"count\">1</span>"), "{}", page.html);
    office.wait(120); // Monday 23/11
    let page = officer.get("/admin/data-requests").await;
    assert!(page.shows("due is-late") && page.shows("Quá hạn 1 ngày làm việc"), "{}", page.html);

    let id = page
        .html
        .split("action=\"/admin/data-requests/")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("an id");
    let path = format!("/admin/data-requests/{id}");
    assert_eq!(officer.post(&path, &[]).await.to(), "/admin/data-requests");
    let page = officer.get("/admin/data-requests").await;
    assert!(page.shows("Đã ghi: đã làm.") && page.shows("Không có yêu cầu nào"), "{}", page.html);
    assert!(page.shows("Trần Thu Hà") && page.shows("23/11/2026, 09:10") && page.shows(", quá hạn"), "{}", page.html);
    officer.post(&path, &[]).await;
    assert!(officer.get("/admin/data-requests").await.shows("Yêu cầu này đã có người làm."));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn another_agency_sees_no_requests_and_no_locked_sender(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    said(&office, &reference, "bí mật trước khi xóa").await;
    office.wait(1);
    erase(&office, &reference).await;
    office.wait(1);
    said(&office, &reference, "viết sau khi xóa").await;

    office.lay_at_the_ward(&reference).await;
    let mut ward = office.signed_in("minh.lang").await;
    assert_eq!(ward.get("/admin/data-requests").await.status, 403);
    assert_eq!(ward.post("/admin/data-requests/1", &[]).await.status, 403);
    let done: i64 = sqlx::query_scalar("select count(*) from data_request where done_at is not null")
        .fetch_one(&office.pool)
        .await
        .expect("a count");
    assert_eq!(done, 0);
    let path = format!("/admin/petitions/{reference}");
    let page = ward.get(&path).await;
    assert!(!page.shows("/admin/data-requests") && !page.shows("/sender\" method"), "{}", page.html);
    assert!(page.shows("Người gửi đã yêu cầu xóa dữ liệu: thông tin liên hệ được khóa."), "{}", page.html);
    for hidden in ["Phạm Thị Lan", "0912 345 678", "lan.pham@mail.vn"] {
        assert!(!page.shows(hidden), "also in the own words: {hidden}: {}", page.html);
    }
    assert!(page.shows("Khóa thông tin liên hệ theo yêu cầu người gửi"), "a line in the history: {}", page.html);
    assert_eq!(ward.post(&format!("{path}/sender"), &[]).await.status, 403);

    // The focal office opens it, with a line in the history; what was said before stays closed to everybody.
    let mut officer = office.officer().await;
    officer.post(&format!("{path}/sender"), &[]).await;
    let page = officer.get(&path).await;
    assert!(page.shows("Phạm Thị Lan") && page.shows("0912 345 678"), "{}", page.html);
    assert!(page.shows("viết sau khi xóa") && !page.shows("bí mật trước khi xóa"), "{}", page.html);
    let reveals: i64 = sqlx::query_scalar("select count(*) from petition_event where action = 'reveal'")
        .fetch_one(&office.pool)
        .await
        .expect("a count");
    assert_eq!(reveals, 1);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_locked_sender_is_unnamed_on_the_lists_of_other_agencies(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let mut officer = office.officer().await;
    let fields = [("version", "1"), ("seen", "1"), ("agency_id", "HN-09454")];
    officer.post(&format!("/admin/petitions/{reference}/acceptance"), &fields).await;
    sqlx::query("update outbox_message set state = 'unreachable'").execute(&office.pool).await.expect("unreachable");
    let mut ward = office.signed_in("minh.lang").await;
    assert!(ward.get("/admin/calls").await.shows("Phạm Thị Lan"));
    erase(&office, &reference).await;
    let page = ward.get("/admin/calls").await;
    assert!(!page.shows("Phạm Thị Lan") && !page.shows("0912 345 678"), "{}", page.html);
    assert!(officer.get("/admin/calls").await.shows("Phạm Thị Lan"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_talk_is_seen_and_ended_from_both_pages(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let mut officer = office.officer().await;
    let path = format!("/admin/petitions/{reference}");
    assert!(!officer.get(&path).await.shows("Kết thúc trao đổi"));
    let seen = officer.get(&path).await.field("seen");
    officer.post(&format!("{path}/word"), &[("seen", seen.as_str()), ("word", "Bà gửi thêm giấy hẹn giúp.")]).await;
    let page = officer.get(&path).await;
    assert!(page.shows("Máy im lặng từ hôm nay, 09:10") && page.shows("Kết thúc trao đổi"), "{}", page.html);
    let page = officer.get("/admin/calls").await;
    assert!(page.shows("1 cuộc trao đổi chưa kết thúc") && page.shows("Phạm Thị Lan"), "{}", page.html);

    office.wait(1);
    assert_eq!(officer.post(&format!("{path}/talk"), &[]).await.to(), path);
    let page = officer.get(&path).await;
    assert!(page.shows("Đã kết thúc trao đổi.") && !page.shows("Máy im lặng từ"), "{}", page.html);
    assert!(!officer.get("/admin/calls").await.shows("chưa kết thúc"));
    let is_due: bool =
        sqlx::query_scalar("select notice_due from officer_talk").fetch_one(&office.pool).await.expect("one");
    assert!(is_due, "the dialog is to be told");

    // The same from the list of calls.
    let seen = officer.get(&path).await.field("seen");
    officer.post(&format!("{path}/word"), &[("seen", seen.as_str()), ("word", "Bà đã nhận được chưa?")]).await;
    let citizen_id = citizen_of(&office, &reference).await;
    office.wait(1);
    assert_eq!(officer.post(&format!("/admin/talks/{citizen_id}"), &[]).await.to(), "/admin/calls");
    assert!(!officer.get("/admin/calls").await.shows("chưa kết thúc"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_writes_more_is_on_the_list_again_with_the_time(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let citizen_id = citizen_of(&office, &reference).await;
    let mut officer = office.officer().await;
    let path = format!("/admin/petitions/{reference}");
    let seen = officer.get(&path).await.field("seen");
    officer.post(&format!("{path}/word"), &[("seen", seen.as_str()), ("word", "Bà gửi thêm giấy hẹn giúp.")]).await;
    office.wait(1);
    said(&office, &reference, "tôi gửi rồi đấy").await;
    let event: i64 =
        sqlx::query_scalar("select max(inbox_event_id) from inbox_event").fetch_one(&office.pool).await.expect("one");
    let mut connection = office.pool.acquire().await.expect("a connection");
    casework::keep_for_officer(&mut connection, citizen_id, event, office.clock.now()).await.expect("kept");
    let page = officer.get("/admin/calls").await;
    for shown in ["1 người muốn gặp cán bộ", "Tin mới", "tôi gửi rồi đấy", "18/11/2026, 10:10", "Phạm Thị Lan"]
    {
        assert!(page.shows(shown), "{shown}: {}", page.html);
    }
    assert!(!page.shows("chưa kết thúc"), "who waits stands on one list only: {}", page.html);
    let id = page.html.split("id=\"asking-").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
    officer.post(&format!("/admin/officer-calls/{id}"), &[]).await;
    let page = officer.get("/admin/calls").await;
    assert!(page.shows("Không có ai đang chờ cán bộ") && !page.shows("chưa kết thúc"), "{}", page.html);
}
