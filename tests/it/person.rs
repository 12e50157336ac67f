//! A person in the chat: while the office writes, in our page or in Zalo's own tool, the machine is silent; it comes back
//! by itself.

use chrono::TimeDelta;
use sqlx::PgPool;
use zalo_petitions::casework::{self, Listener, Rules, Word};
use zalo_petitions::officer::{self, Officer};

use crate::app::TestApp;
use crate::road::STORY;

const ENDED: &str = "Cán bộ đã kết thúc trao đổi. Tôi là trợ lý tự động, đã trở lại.";

async fn officer(app: &TestApp) -> Officer {
    let mut connection = app.pool.acquire().await.expect("a connection");
    officer::add(&mut connection, &crate::visitor::focal("ha", "Trần Thu Hà"), "mat-khau-dai-12", app.now())
        .await
        .expect("added");
    let officer_id = sqlx::query_scalar("select officer_id from officer").fetch_one(&app.pool).await.expect("one");
    Officer {
        officer_id,
        login: "ha".to_owned(),
        name: "Trần Thu Hà".to_owned(),
        agency_id: "HN-VP".to_owned(),
        agency_name: "Văn phòng UBND".to_owned(),
        role: zalo_petitions::officer::Role::FocalOffice,
        has_single_keys: true,
        has_second_factor: false,
        has_one_time_password: false,
        stamp: [0; 32],
    }
}

async fn citizen(app: &TestApp) -> i64 {
    sqlx::query_scalar("select citizen_id from citizen").fetch_one(&app.pool).await.expect("one citizen")
}

async fn writes(app: &TestApp, officer: &Officer, text: &str) {
    let rules = Rules::load(&app.settings).expect("rules");
    let mut connection = app.pool.acquire().await.expect("a connection");
    let listener = Listener::Citizen(citizen(app).await);
    casework::say(&rules, &mut connection, listener, Word { officer, text, at: app.now() }).await.expect("said");
    drop(connection);
    app.settle().await;
}

async fn ends(app: &TestApp, officer: &Officer) {
    let mut connection = app.pool.acquire().await.expect("a connection");
    casework::end_talk(&mut connection, citizen(app).await, officer.officer_id, app.now()).await.expect("ended");
    drop(connection);
    app.settle().await;
}

/// Whether somebody waits on the officers' list, and whether with news.
async fn waits(app: &TestApp) -> (i64, i64) {
    sqlx::query_as(
        "select count(*) filter (where answered_at is null), count(*) filter (where answered_at is null and news_at is not null)
         from officer_call",
    )
    .fetch_one(&app.pool)
    .await
    .expect("counts")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn while_an_officer_writes_the_machine_is_silent_and_comes_back_when_the_talk_is_ended(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let officer = officer(&app).await;
    let phone = app.zalo.phone("Ông Bình");
    app.ask(&phone, "Xin chào").await;
    app.ask(&phone, "Đồng ý, bắt đầu").await;
    app.ask(&phone, STORY).await;
    app.ask(&phone, "gặp cán bộ").await;
    assert_eq!(waits(&app).await, (1, 0));
    assert!(app.say(&phone, "hồ sơ của mẹ tôi").await.is_empty());
    assert_eq!(waits(&app).await, (1, 1), "news");

    app.clock.advance(TimeDelta::minutes(5));
    writes(&app, &officer, "Bà cho biết nộp hôm nào?").await;
    assert_eq!(waits(&app).await, (0, 0), "who was answered waits no more");
    app.clock.advance(TimeDelta::minutes(5));
    assert!(app.say(&phone, "từ 5/10 ạ").await.is_empty());
    assert_eq!(waits(&app).await, (1, 1), "and waits again after writing more");
    app.forget_sessions().await;
    assert!(app.say(&phone, "còn gì nữa không").await.is_empty(), "also after Redis was flushed");

    let before = phone.messages().len();
    app.clock.advance(TimeDelta::minutes(5));
    ends(&app, &officer).await;
    let said = phone.messages().split_off(before);
    assert_eq!(said.len(), 1, "one message: {said:#?}");
    assert!(
        said[0].text.starts_with(ENDED) && said[0].text.contains("Ông/Bà đang viết dở phản ánh về trợ cấp"),
        "{}",
        said[0].text
    );
    assert_eq!(waits(&app).await, (0, 0));
    phone.presses("Viết tiếp").expect("the button");
    app.settle().await;
    let last = phone.last_message().expect("an answer").text;
    assert!(last.contains("cơ quan nào"), "{last}");

    ends(&app, &officer).await;
    assert_eq!(phone.last_message().expect("the same").text, last, "ended twice is ended once");
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_an_officer_writes_in_zalos_own_tool_silences_and_our_own_echo_does_not(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    app.ask(&phone, "Xin chào").await;
    // Every reply of ours has come back as an echo by now, and the machine still answers.
    app.ask(&phone, "Đồng ý, bắt đầu").await;
    app.ask(&phone, "gặp cán bộ").await;
    app.clock.advance(TimeDelta::minutes(1));

    phone.hears_officer("Chào ông, tôi là Hà ở Văn phòng.");
    app.settle().await;
    assert_eq!(waits(&app).await, (0, 0), "answered in Zalo's tool is answered");
    app.clock.advance(TimeDelta::minutes(1));
    assert!(app.say(&phone, "chào chị").await.is_empty());
    assert_eq!(waits(&app).await, (1, 1));
    let back = app.ask(&phone, "tiếp tục").await;
    assert!(back.starts_with("Tôi là trợ lý tự động, đã trở lại."), "{back}");

    // The office writes again, unasked: silent again, and back by itself after so many hours.
    app.clock.advance(TimeDelta::minutes(1));
    phone.hears_officer("Ông nhớ mang giấy hẹn.");
    app.settle().await;
    app.clock.advance(TimeDelta::minutes(1));
    assert!(app.say(&phone, "vâng").await.is_empty());
    app.clock.advance(TimeDelta::hours(12));
    let back = app.ask(&phone, "xin chào").await;
    assert!(back.starts_with("Tôi là trợ lý tự động, đã trở lại."), "{back}");
    let ended: bool =
        sqlx::query_scalar("select ended_at >= wrote_at from officer_talk").fetch_one(&pool).await.expect("one");
    assert!(ended, "the office need not end it any more");
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_echo_with_a_message_id_of_ours_is_ours_whoever_it_names(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    app.ask(&phone, "Xin chào").await;
    let ours: String =
        sqlx::query_scalar("select zalo_message_id from outbox_message").fetch_one(&pool).await.expect("one");
    let body = serde_json::json!({ "event_name": "oa_send_text", "sender": { "id": "1", "admin_id": "2" },
        "recipient": { "id": phone.user_id() }, "message": { "msg_id": ours, "text": "…" }, "timestamp": "1" });
    sqlx::query(
        "insert into inbox_event (dedupe_key, event_name, citizen_id, happened_at, received_at, body, retry_at)
         select 'x', 'oa_send_text', citizen_id, $1, $1, $2, $1 from citizen",
    )
    .bind(app.now())
    .bind(body.to_string().into_bytes())
    .execute(&pool)
    .await
    .expect("an echo");
    app.settle().await;
    app.ask(&phone, "Đồng ý, bắt đầu").await;
    let talks: i64 = sqlx::query_scalar("select count(*) from officer_talk").fetch_one(&pool).await.expect("a count");
    assert_eq!(talks, 0);
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_has_gone_on_with_the_machine_is_not_told_that_the_talk_is_over(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let officer = officer(&app).await;
    let phone = app.zalo.phone("Ông Bình");
    app.ask(&phone, "gặp cán bộ").await;
    app.clock.advance(TimeDelta::minutes(1));
    writes(&app, &officer, "Chào ông.").await;
    app.clock.advance(TimeDelta::minutes(1));
    app.ask(&phone, "menu").await;
    let before = phone.messages().len();
    ends(&app, &officer).await;
    assert_eq!(phone.messages().len(), before);

    // Ended, and the citizen writes before the machine has said so: said once, with the answer to that.
    app.clock.advance(TimeDelta::minutes(1));
    writes(&app, &officer, "Ông còn hỏi gì không?").await;
    app.clock.advance(TimeDelta::minutes(1));
    assert!(app.say(&phone, "không ạ").await.is_empty());
    let mut connection = app.pool.acquire().await.expect("a connection");
    casework::end_talk(&mut connection, citizen(&app).await, officer.officer_id, app.now()).await.expect("ended");
    drop(connection);
    let answer = app.say(&phone, "tra cứu").await;
    let said: Vec<_> = answer.iter().filter(|bubble| bubble.text.contains("kết thúc trao đổi")).collect();
    assert_eq!(said.len(), 1, "{answer:#?}");
    app.finish().await;
}
