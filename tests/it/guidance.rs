//! What belongs elsewhere, what must not be kept, and the one reminder.

use chrono::TimeDelta;
use sqlx::PgPool;
use zalo_petitions::sim::Phone;

use crate::app::{TestApp, replies};
use crate::road::STORY;

const DENUNCIATION: &str = "tôi muốn báo có cán bộ nhận phong bì 5 triệu mới chịu ký giấy phép";

async fn number(pool: &PgPool, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(pool).await.expect("a count")
}

/// Everything that is stored of conversations, in one text.
async fn everything(app: &TestApp) -> String {
    let rows: Vec<String> = sqlx::query_scalar(
        "select convert_from(body, 'utf8') from inbox_event
         union all select message::text from outbox_message
         union all select about from officer_call
         union all select content from petition",
    )
    .fetch_all(&app.pool)
    .await
    .expect("rows");
    let sessions = app.sessions().await.into_iter().map(|(_, session)| session);
    rows.into_iter().chain(sessions).collect()
}

async fn told_of_denunciation(app: &TestApp) -> Phone {
    let phone = app.zalo.phone("Người báo tin");
    let reply = app.ask(&phone, DENUNCIATION).await;
    assert!(reply.contains("Luật Tố cáo giữ bí mật"), "{reply}");
    phone
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_denunciation_is_filed_nowhere_and_gone_within_a_day(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = told_of_denunciation(&app).await;
    let session = app.sessions().await.remove(0).1;
    assert!(!session.contains("phong bì"), "the session keeps none of its words: {session}");
    let stopped = app.ask(&phone, "Dừng ở đây").await;
    assert!(stopped.contains("Tôi không lập phản ánh nào"), "{stopped}");
    assert_eq!(number(&pool, "select count(*) from petition").await, 0);
    assert_eq!(number(&pool, "select count(*) from denunciation").await, 0);

    app.clock.advance(TimeDelta::hours(21));
    assert_eq!(app.house.turns.tidy().await.expect("tidied"), 1);
    assert_eq!(app.house.turns.tidy().await.expect("tidied"), 0, "once");
    let kept = everything(&app).await;
    assert!(!kept.contains("phong bì"), "nothing keeps it after a day: {kept}");
    app.forget_sessions().await;
    let reply = app.ask(&phone, STORY).await;
    assert!(reply.contains("trợ cấp"), "the conversation goes on without the emptied words: {reply}");
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_denunciation_passed_on_stands_on_the_closed_list_only(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = told_of_denunciation(&app).await;
    app.ask(&phone, "người nhận tên là Văn A ở phòng tiếp dân nhận tiền của nhiều nhà khác nữa").await;
    let passed = app.ask(&phone, "Vẫn gửi").await;
    assert!(passed.contains("Đã chuyển tin này, giữ kín"), "{passed}");
    let told: String = sqlx::query_scalar("select told from denunciation").fetch_one(&pool).await.expect("one line");
    assert!(told.contains(DENUNCIATION) && told.contains("Văn A"), "{told}");
    assert_eq!(number(&pool, "select count(*) from petition").await, 0);
    // Officers who see the conversation do not see what was told.
    let citizen = number(&pool, "select citizen_id from citizen").await;
    let mut connection = pool.acquire().await.expect("a connection");
    let read =
        zalo_petitions::petition::conversation::read(&mut connection, citizen, 100).await.expect("a conversation");
    let seen: Vec<&str> = read.said.iter().map(|said| said.text.reveal()).collect();
    assert!(!seen.concat().contains("phong bì 5 triệu"), "{seen:?}");
    assert!(read.said.iter().any(|said| said.attached == ["Tin được giữ kín"]));
    // An old button does nothing new.
    let again = app.ask(&phone, "Vẫn gửi").await;
    assert!(!again.contains("Đã chuyển"), "{again}");
    assert_eq!(number(&pool, "select count(*) from denunciation").await, 1);
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_draft_is_reminded_of_once_in_the_day_and_holds_up_nothing(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    for line in ["Xin chào", "Đồng ý, bắt đầu", STORY] {
        app.ask(&phone, line).await;
    }
    let waiting = "select count(*) from outbox_message where kind = 'reminder' and state = 'waiting'";
    assert_eq!(number(&pool, waiting).await, 1, "one reminder, however many turns");
    // Something else for this citizen is sent today all the same.
    sqlx::query(
        "insert into outbox_message (citizen_id, kind, message, send_at, created_at, begun_at)
         select citizen_id, 'word', '{\"text\": \"Cán bộ hỏi thăm\"}', $1, $1, $1 from citizen",
    )
    .bind(app.now())
    .execute(&pool)
    .await
    .expect("a word");
    app.settle().await;
    assert_eq!(phone.last_message().expect("a message").text, "Cán bộ hỏi thăm");

    app.wait(TimeDelta::hours(23)).await;
    assert_eq!(number(&pool, waiting).await, 1, "not yet");
    app.wait(TimeDelta::hours(2)).await;
    let reminder = phone.last_message().expect("a message").text;
    assert!(reminder.starts_with("Ông/Bà còn phản ánh viết dở") && reminder.contains("không nhắc thêm"), "{reminder}");
    let told = replies(&phone).len();
    app.wait(TimeDelta::days(3)).await;
    assert_eq!(replies(&phone).len(), told, "once");
    phone.presses("Viết tiếp").expect("the button");
    app.settle().await;
    assert!(phone.last_message().expect("a message").text.contains("nộp ở cơ quan nào"));
    assert_eq!(number(&pool, waiting).await, 0, "this draft has had its reminder");
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_is_sent_all_the_same_says_what_it_was_taken_for(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    let reply = app.ask(&phone, "cột đèn trước số 20 phố tôi tắt 3 đêm rồi, tối lắm").await;
    assert!(reply.starts_with("Đèn đường hỏng do kênh hiện trường của Thành phố nhận"), "{reply}");
    assert!(app.ask(&phone, "Vẫn gửi").await.contains("Để gửi, tôi cần"));
    for line in ["Đồng ý", "Trần Văn Bình, 0901234567, số 8 ngõ 30 phường Cửa Nam", "gửi"] {
        app.ask(&phone, line).await;
    }
    let class: String = sqlx::query_scalar("select scope_class from petition").fetch_one(&pool).await.expect("one");
    assert_eq!(class, "field_report");
    assert_eq!(
        number(&pool, "select jsonb_array_length(scope_reasons)::bigint from petition where scope_confidence > 0.5")
            .await
            .min(1),
        1
    );
    app.finish().await;
}
