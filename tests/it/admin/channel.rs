//! The channel's page: what it says, what rings, and what its buttons do.

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::app::{TestApp, replies};
use crate::fake_zalo::APP;
use crate::visitor::{Office, Page, Visitor, morning};

const PAGE: &str = "/admin/channel";

/// An office whose channel is connected, so that nothing rings by itself.
async fn office(pool: PgPool) -> Office {
    let office = Office::open(pool).await;
    sqlx::query(
        "insert into zalo_token (app_id, access_token, refresh_token, expires_at, version, refreshed_at, refresh_expires_at)
         values ($1, 'v1:x', 'v1:x', $2 + interval '25 hours', 1, $2, $2 + interval '90 days')",
    )
    .bind(APP)
    .bind(morning())
    .execute(&office.pool)
    .await
    .expect("a token");
    office
}

/// News of a petition in this state, and its number. `tried`: way, outcome, Zalo's number.
async fn news(office: &Office, state: &str, tried: &[(&str, &str, Option<i64>)]) -> (String, i64) {
    let reference = office.file(&[]).await;
    let fields = [("version", "1"), ("seen", "1"), ("agency_id", "HN-09454")];
    let page = office.officer().await.post(&format!("/admin/petitions/{reference}/acceptance"), &fields).await;
    assert_eq!(page.status, 303, "{}", page.html);
    let id = sqlx::query_scalar(
        "update outbox_message set state = $2, last_error = 'a cause'
         from petition where petition.petition_id = outbox_message.petition_id and reference = $1
         returning outbox_message_id",
    );
    let id: i64 = id.bind(&reference).bind(state).fetch_one(&office.pool).await.expect("one message");
    for (channel, outcome, code) in tried {
        sqlx::query(
            "insert into outbox_attempt (outbox_message_id, channel, outcome, code, reason, attempted_at)
             values ($1, $2, $3, $4, 'a reason', $5)",
        )
        .bind(id)
        .bind(*channel)
        .bind(*outcome)
        .bind(*code)
        .bind(office.clock.now())
        .execute(&office.pool)
        .await
        .expect("an attempt");
    }
    (reference, id)
}

async fn state_of(office: &Office, id: i64) -> String {
    let state = sqlx::query_scalar("select state from outbox_message where outbox_message_id = $1");
    state.bind(id).fetch_one(&office.pool).await.expect("the message")
}

/// Presses a button that leads back to `to`, and looks at the page there.
async fn press(officer: &mut Visitor, path: &str, from: &str, to: &str) -> Page {
    let page = officer.post(path, &[("from", from)]).await;
    assert_eq!((page.status.as_u16(), page.to()), (303, to), "{}", page.html);
    officer.get(to).await
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_channel_says_what_is_wrong(pool: PgPool) {
    let office = office(pool).await;
    let mut officer = office.officer().await;
    let page = officer.get(PAGE).await;
    assert!(page.shows("<h1>Kênh Zalo đang chạy</h1>"), "{}", page.html);
    assert!(page.shows("Còn 25 giờ, tự gia hạn hôm nay, 21:40. Quyền gốc còn 90 ngày."), "{}", page.html);

    let (reference, _) = news(&office, "given_up", &[("chat", "given_up", Some(-201))]).await;
    sqlx::query(
        "insert into inbox_event (event_name, happened_at, received_at, body, state, retry_at, finished_at, attempts, last_error)
         values ('user_send_text', $1, $1, '', 'set_aside', $1, $1, 7, 'another cause')",
    )
    .bind(office.clock.now())
    .execute(&office.pool)
    .await
    .expect("set aside");
    let page = officer.get(PAGE).await;
    for shown in [
        "<h1>Kênh Zalo đang chạy, có 2 việc gấp</h1>",
        "khung chat: Zalo báo lỗi -201",
        "a cause",
        "another cause",
        "Tin nhắn của người dân",
        "7 lần",
        &reference,
        "Kênh Zalo <span class=\"count\">2</span>",
    ] {
        assert!(page.shows(shown), "{shown}: {}", page.html);
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_message_that_was_given_up_is_sent_again_by_an_officer(pool: PgPool) {
    let office = office(pool).await;
    let tried = [("chat", "later", None), ("chat", "next_way", Some(-217)), ("template_user", "given_up", Some(-249))];
    let (_, id) = news(&office, "given_up", &tried).await;
    let mut officer = office.signed_in("vy.vp").await;
    let page = officer.get(PAGE).await;
    for shown in ["khung chat: đã chặn trang", "tin mẫu theo Zalo: mẫu không gửi được theo Zalo", "Tin báo về phản ánh"]
    {
        assert!(page.shows(shown), "{shown}: {}", page.html);
    }
    for hidden in ["Phạm Thị Lan", "0912", "đã được tiếp nhận", "Zalo không trả lời"] {
        assert!(!page.shows(hidden), "{hidden}: {}", page.html);
    }

    let path = format!("/admin/messages/{id}/sending");
    let page = press(&mut officer, &path, "channel", PAGE).await;
    assert!(page.shows("Đã cho gửi lại.") && !page.shows(&path), "{}", page.html);
    assert_eq!(state_of(&office, id).await, "waiting");
    let by: Option<i64> =
        sqlx::query_scalar("select officer_id from outbox_attempt where outcome = 'again' and outbox_message_id = $1")
            .bind(id)
            .fetch_one(&office.pool)
            .await
            .expect("written down");
    assert!(by.is_some_and(|by| by != office.officer_id), "by the one who pressed it");
    let page = press(&mut officer, &path, "channel", PAGE).await;
    assert!(page.shows("Tin này vừa được xử lý."), "{}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn news_for_somebody_who_wants_none_is_not_sent_again(pool: PgPool) {
    let office = office(pool).await;
    let (_, id) = news(&office, "unreachable", &[("chat", "unreachable", Some(-230))]).await;
    sqlx::query(
        "insert into consent (citizen_id, purpose, text_version, given_at, withdrawn_at)
         select citizen_id, 'messages', '1', $1, $1 from outbox_message",
    )
    .bind(office.clock.now())
    .execute(&office.pool)
    .await
    .expect("withdrawn");
    let page =
        press(&mut office.officer().await, &format!("/admin/messages/{id}/sending"), "calls", "/admin/calls").await;
    assert!(page.shows("Tin chưa được gửi lại.") && page.shows("đã rút đồng ý"), "{}", page.html);
    assert_eq!(state_of(&office, id).await, "unreachable");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_list_of_calls_says_why_and_sends_again(pool: PgPool) {
    let office = office(pool).await;
    let (_, id) = news(&office, "unreachable", &[("template_phone", "unreachable", Some(-118))]).await;
    let mut officer = office.officer().await;
    let page = officer.get("/admin/calls").await;
    assert!(page.shows("Lần cuối thử tin mẫu theo số điện thoại: số này không có Zalo."), "{}", page.html);
    assert!(page.shows("Gửi lại qua Zalo"), "{}", page.html);
    let page = press(&mut officer, &format!("/admin/messages/{id}/sending"), "calls", "/admin/calls").await;
    assert!(page.shows("Đã cho gửi lại.") && page.shows("Không có ai đang chờ cán bộ"), "{}", page.html);
    assert_eq!(state_of(&office, id).await, "waiting");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_only_a_person_can_put_in_order_is_said_in_words(pool: PgPool) {
    let office = office(pool).await;
    sqlx::query(
        "insert into zalo_alert (kind, code, reason, raised_at, last_at)
         values ('stopped:chat', -224, 'a plan', $1, $1), ('no_money', -321, 'money', $1, $1)",
    )
    .bind(office.clock.now())
    .execute(&office.pool)
    .await
    .expect("alerts");
    let page = office.officer().await.get(PAGE).await;
    for shown in [
        "<h1>Kênh Zalo không gửi được tin, có 2 việc gấp</h1>",
        "“khung chat” (mã -224)",
        "Nâng gói Official Account",
        "Hết tiền",
        "Nạp tiền hoặc nối ví",
        "Từ 18/11/2026, 09:10.",
    ] {
        assert!(page.shows(shown), "{shown}: {}", page.html);
    }
    assert!(!page.shows("Không bị dừng"), "{}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_silence_in_the_daytime_rings(pool: PgPool) {
    let office = office(pool).await;
    sqlx::query(
        "insert into inbox_event (event_name, happened_at, received_at, body, state, retry_at, finished_at)
         select 'user_send_text', moment, moment, '', 'done', moment, moment
         from generate_series($1 - interval '200 minutes', $1, interval '1 minute') as moment",
    )
    .bind(office.clock.now())
    .execute(&office.pool)
    .await
    .expect("a busy morning");
    let mut officer = office.officer().await;
    let page = officer.get(PAGE).await;
    assert!(page.shows("<h1>Kênh Zalo đang chạy</h1>") && page.shows("Tin gần nhất 0 giây trước."), "{}", page.html);
    office.wait(2);
    let page = officer.get(PAGE).await;
    assert!(page.shows("<h1>Kênh Zalo đang chạy, có 1 việc gấp</h1>") && page.shows("Im lặng"), "{}", page.html);
    let bar = "Kênh Zalo <span class=\"count\">1</span>";
    assert!(officer.get("/admin").await.shows(bar), "it rings on every page");
    office.wait(7);
    assert!(!officer.get("/admin").await.shows(bar), "in the evening nobody needs to write");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn wrong_signatures_ring(pool: PgPool) {
    let office = office(pool).await;
    sqlx::query("insert into webhook_refusal values ('2026-11-18', 'wrong_signature', 1200, $1)")
        .bind(office.clock.now())
        .execute(&office.pool)
        .await
        .expect("knocks");
    let page = office.officer().await.get(PAGE).await;
    assert!(page.shows("1.200 yêu cầu hôm nay mang chữ ký sai, gần nhất lúc 09:10."), "{}", page.html);
    assert!(page.shows("Kênh Zalo <span class=\"count\">1</span>"), "{}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_event_that_was_set_aside_has_its_turn_again(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Bà Lan");
    app.ask(&phone, "Xin chào").await;
    phone.types("Đồng ý, bắt đầu");
    app.zalo.deliver_webhooks().await;
    let id: i64 = sqlx::query_scalar(
        "update inbox_event set state = 'set_aside', attempts = 6, finished_at = received_at
         where state = 'waiting' returning inbox_event_id",
    )
    .fetch_one(&pool)
    .await
    .expect("set aside");
    app.settle().await;
    assert_eq!(replies(&phone).len(), 1, "nobody works on it");

    let office = Office::open(pool.clone()).await;
    let mut officer = office.officer().await;
    let path = format!("/admin/channel/events/{id}/repetition");
    assert!(officer.get(PAGE).await.shows(&path));
    let page = press(&mut officer, &path, "", PAGE).await;
    assert!(page.shows("Đã cho xử lý lại.") && !page.shows(&path), "{}", page.html);
    let page = press(&mut officer, &path, "", PAGE).await;
    assert!(page.shows("Tin này vừa được xử lý."), "once: {}", page.html);
    app.settle().await;
    let last = replies(&phone).pop().expect("a reply").text;
    assert!(last.starts_with("Đã ghi đồng ý."), "{last}");
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_event_whose_words_are_gone_is_not_repeated(pool: PgPool) {
    let office = office(pool).await;
    let id: i64 = sqlx::query_scalar(
        "insert into inbox_event (event_name, happened_at, received_at, body, state, retry_at, finished_at, emptied_at)
         values ('user_send_text', $1, $1, '', 'set_aside', $1, $1, $1) returning inbox_event_id",
    )
    .bind(office.clock.now() - TimeDelta::days(1))
    .fetch_one(&office.pool)
    .await
    .expect("set aside");
    let mut officer = office.officer().await;
    assert!(officer.get(PAGE).await.shows("Nội dung đã xóa"));
    let page = press(&mut officer, &format!("/admin/channel/events/{id}/repetition"), "", PAGE).await;
    assert!(page.shows("Tin này vừa được xử lý.") && page.shows("Nội dung đã xóa"), "{}", page.html);
}
