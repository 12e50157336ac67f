//! The page of one petition.

use axum::http::StatusCode;
use serde_json::json;
use sqlx::PgPool;

use crate::visitor::Office;

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_page_shows_everything_but_the_sender(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office
        .file(&[
            ("proposal", "Đề nghị nhắn trước <b>ngày trả</b>"),
            ("incident", "Quầy 3, khoảng 9 giờ"),
            ("publish_consent", "no"),
        ])
        .await;
    let mut officer = office.officer().await;
    let page = officer.get(&format!("/admin/petitions/{reference}")).await;
    assert_eq!(page.status, StatusCode::OK);
    for shown in [
        "Trợ cấp hưu trí xã hội quá hẹn",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&lt;b&gt;ngày trả&lt;/b&gt;",
        "Quầy 3, khoảng 9 giờ",
        "Cá nhân, phường Láng",
        "UBND phường Láng",
        "Chỉ trả lời riêng",
        "Còn 8 giờ để tiếp nhận",
        "Gửi phản ánh",
        "18/11/2026, 09:10",
    ] {
        assert!(page.shows(shown), "{shown}: {}", page.html);
    }
    for hidden in ["lan.pham@mail.vn", "0912 345 678</dd>", "<script>"] {
        assert!(!page.shows(hidden), "{hidden}: {}", page.html);
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_the_sender_is_is_shown_once_and_written_down(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let path = format!("/admin/petitions/{reference}");
    let mut officer = office.officer().await;
    let page = officer.post(&format!("{path}/sender"), &[]).await;
    assert_eq!(page.to(), format!("{path}#sender"));
    let page = officer.get(&path).await;
    for shown in
        ["<dd>Phạm Thị Lan</dd>", "<dd>0912 345 678</dd>", "lan.pham@mail.vn", "Xem thông tin người gửi", "Trần Thu Hà"]
    {
        assert!(page.shows(shown), "{shown}: {}", page.html);
    }
    let page = officer.get(&path).await;
    assert!(!page.shows("<dd>Phạm Thị Lan</dd>"), "one look is one line");
    let version: i32 = sqlx::query_scalar("select version from petition").fetch_one(&office.pool).await.expect("one");
    assert_eq!(version, 1, "looking changes nothing");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn whoever_asked_to_stay_unnamed_is_known_to_the_focal_agency_only(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[("identity_confidential", "yes"), ("category", "official_conduct")]).await;
    let path = format!("/admin/petitions/{reference}");
    office.lay_at_the_ward(&reference).await;
    let mut ward = office.signed_in("minh.lang").await;
    let page = ward.get(&path).await;
    assert!(page.shows("Chỉ cán bộ đầu mối của Thành phố được xem họ tên") && page.shows("Thái độ cán bộ"));
    assert_eq!(ward.post(&format!("{path}/sender"), &[]).await.status, StatusCode::FORBIDDEN);
    assert!(!ward.get(&path).await.shows("<dd>Phạm Thị Lan</dd>"));
    let mut focal = office.officer().await;
    focal.post(&format!("{path}/sender"), &[]).await;
    assert!(focal.get(&path).await.shows("<dd>Phạm Thị Lan</dd>"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_conversation_is_read_with_the_sender_hidden(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let citizen_id: i64 =
        sqlx::query_scalar("select citizen_id from petition").fetch_one(&office.pool).await.expect("one");
    let said = [
        ("user_send_text", json!({"message": {"text": "Tôi tên PHAM THI LAN, số 0912.345.678"}})),
        ("user_send_text", json!({"message": {"text": "#yes"}})),
        ("user_send_image", json!({"message": {"attachments": [{"type": "image", "payload": {"url": "u"}}]}})),
        ("user_submit_info", json!({"info": {"phone": "84912345678"}})),
        ("user_received_message", json!({})),
    ];
    let ask = json!({"text": "Gửi đi <b>chứ</b>?", "buttons": [{"title": "Gửi, cho đăng", "press": {"hide": "#yes"}}]});
    sqlx::query(
        "insert into outbox_message (citizen_id, kind, message, state, send_at, sent_at, seen_at, created_at, begun_at)
         values ($1, 'reply', $2, 'sent', $3, $3, $3, $3, $3)",
    )
    .bind(citizen_id)
    .bind(ask)
    .bind(office.clock.now())
    .execute(&office.pool)
    .await
    .expect("sent");
    office.wait(1);
    for (event, body) in said {
        sqlx::query(
            "insert into inbox_event (event_name, citizen_id, happened_at, received_at, body, state, retry_at, finished_at)
             values ($1, $2, $3, $3, $4, 'done', $3, $3)",
        )
        .bind(event)
        .bind(citizen_id)
        .bind(office.clock.now())
        .bind(body.to_string().into_bytes())
        .execute(&office.pool)
        .await
        .expect("heard");
    }
    let mut officer = office.officer().await;
    let path = format!("/admin/petitions/{reference}");
    let page = officer.get(&path).await;
    let (_, chat) = page.html.split_once("class=\"chat\"").expect("a conversation");
    for shown in [
        "<span class=\"masked\">[họ tên]</span>",
        "<span class=\"masked\">[điện thoại]</span>",
        "«Gửi, cho đăng»",
        "[Ảnh]",
        "[Thẻ thông tin liên hệ]",
        "đã xem 09:10",
        "Gửi đi &lt;b&gt;chứ&lt;/b&gt;?",
        "Thứ Tư, 18/11/2026",
    ] {
        assert!(chat.contains(shown), "{shown}: {chat}");
    }
    assert!(!chat.contains("THI LAN") && !chat.contains("345.678") && !chat.contains("84912345678"), "{chat}");
    assert!(page.shows("Nhắn được đến"));
    officer.post(&format!("{path}/sender"), &[]).await;
    assert!(officer.get(&path).await.shows("PHAM THI LAN"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_reference_nobody_has_is_a_page_that_says_so(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut officer = office.officer().await;
    for reference in ["HN-PAKN-20261102-0009-C", "khong-co"] {
        for page in ["", "/refusal", "/publication"] {
            let page = officer.get(&format!("/admin/petitions/{reference}{page}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND);
            assert!(page.shows("mã sự cố"));
        }
    }
}
