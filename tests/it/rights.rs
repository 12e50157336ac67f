//! Rights over one's data: what is erased is gone, what must be kept is locked, what was withdrawn holds at once.

use sqlx::PgPool;
use zalo_petitions::casework::{self, Rules};
use zalo_petitions::officer;
use zalo_petitions::sim::Phone;

use crate::app::TestApp;
use crate::road::{self, STORY};

async fn number(pool: &PgPool, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(pool).await.expect("a number")
}

/// A second story, never sent.
const DRAFT: &str = "Con tôi xin xác nhận khuyết tật ở phường Định Công từ 12/10, đến nay chưa có kết quả";

async fn erases(app: &TestApp, phone: &Phone) -> String {
    let question = app.ask(phone, "xoa du lieu").await;
    assert!(question.contains("Không xóa được: phản ánh đã vào sổ"), "{question}");
    app.ask(phone, "Xóa dữ liệu của tôi").await
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_is_held_is_said_and_what_is_erased_does_not_come_back(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    road::petition(&app, &phone).await;
    app.ask(&phone, DRAFT).await;
    let held = app.ask(&phone, "dữ liệu của tôi").await;
    for said in [
        "Trần Văn Bình, 0901***567, phường Cửa Nam",
        "1 phản ánh",
        "phần viết dở",
        "đồng ý xử lý ngày 18/11/2026",
        "cho đăng: 0001-",
    ] {
        assert!(held.contains(said), "{said}: {held}");
    }
    let unsure = app.ask(&phone, "xóa dữ liệu").await;
    assert!(unsure.contains("Xóa?"), "{unsure}");
    let unsure = app.ask(&phone, "1").await;
    assert!(unsure.contains("tôi chỉ xóa khi"), "{unsure}");
    assert_eq!(number(&pool, "select count(*) from data_request").await, 0);

    let twice = app.ask(&phone, "xóa dữ liệu").await;
    assert!(twice.contains("tôi chỉ xóa khi"), "the command again erases nothing: {twice}");
    app.ask(&phone, "Không xóa").await;

    let erased = erases(&app, &phone).await;
    assert!(erased.contains("Yêu cầu khóa thông tin trong 1 phản ánh đã ghi lúc 9h10 18/11"), "{erased}");
    assert!(erased.contains("trước 17h thứ Sáu 20/11"), "{erased}");
    let remembered: String = app.sessions().await.into_iter().map(|(_, session)| session).collect();
    assert!(!remembered.contains("khuyết tật"), "nothing in Redis, not even as what was before: {remembered}");
    assert_eq!(number(&pool, "select count(*) from petition where contact_locked_at is not null").await, 1);
    assert_eq!(number(&pool, "select count(*) from petition_event where action = 'lock_contact'").await, 1);
    assert_eq!(number(&pool, "select count(*) from data_request where kind = 'erase' and done_at is null").await, 1);

    // Rebuilt from the events, and thought on: the draft stays gone, and nothing of last time is offered.
    let nothing = app.ask(&phone, "tiếp tục").await;
    assert!(nothing.contains("không có phần nào đang viết dở"), "{nothing}");
    let held = app.ask(&phone, "thông tin của tôi").await;
    assert!(!held.contains("Bình") && !held.contains("viết dở") && held.contains("đã khóa"), "{held}");
    app.forget_sessions().await;
    let anew = app.ask(&phone, "gửi phản ánh").await;
    assert!(anew.contains("kể việc đang vướng"), "{anew}");
    let mut connection = pool.acquire().await.expect("a connection");
    let citizen_id = number(&pool, "select citizen_id from citizen").await;
    let known = zalo_petitions::petition::contact::known(&mut connection, &[citizen_id]).await.expect("read");
    assert!(known.is_empty(), "nothing of last time is offered");
    drop(connection);
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn consent_to_publish_withdrawn_takes_the_result_down_at_once(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    road::petition(&app, &phone).await;
    let reference = road::publish(&app).await;
    app.settle().await;
    assert_eq!(app.visit(&format!("/p/{reference}")).await.0, 200);

    app.ask(&phone, "rút lại đồng ý").await;
    let done = app.ask(&phone, "1").await;
    assert!(done.contains("Đã rút lúc 9h10 18/11. Phản ánh 0001-"), "{done}");
    assert!(done.contains("gỡ trước 17h thứ Năm 19/11"), "{done}");
    assert_eq!(app.visit(&format!("/p/{reference}")).await.0, 404);
    assert!(!app.visit("/").await.1.contains(&reference));
    let about: String = sqlx::query_scalar("select about from data_request where kind = 'unpublish'")
        .fetch_one(&pool)
        .await
        .expect("a request");
    assert_eq!(about, reference);
    assert_eq!(number(&pool, "select count(*) from petition_event where action = 'unpublish'").await, 1);
    let withdrawn =
        number(&pool, "select count(*) from consent where purpose = 'publication' and withdrawn_at is not null");
    assert_eq!(withdrawn.await, 1);

    // A button of an old message asks again, and does nothing.
    app.ask(&phone, "rút lại đồng ý").await;
    app.ask(&phone, "menu").await;
    phone.presses("Tất cả").expect("the button");
    app.settle().await;
    assert!(phone.last_message().expect("a question").text.contains("rút đồng ý nào"));
    assert_eq!(
        number(&pool, "select count(*) from consent where purpose = 'processing' and withdrawn_at is null").await,
        1
    );
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_wants_no_messages_gets_no_notice_and_is_still_answered(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    road::petition(&app, &phone).await;
    app.ask(&phone, "đừng nhắn nữa").await;
    let done = app.ask(&phone, "Ngừng nhận tin").await;
    assert!(done.contains("kết quả xem bằng mã tại http://ketqua.test"), "{done}");

    let before = phone.messages().len();
    let reference = road::publish(&app).await;
    app.settle().await;
    assert_eq!(phone.messages().len(), before, "nothing is told");
    assert_eq!(number(&pool, "select count(*) from outbox_message where state = 'withheld'").await, 2);
    let detail = app.ask(&phone, &reference).await;
    assert!(detail.contains("ĐÃ TRẢ LỜI"), "asked, it is answered: {detail}");

    app.ask(&phone, "rút lại đồng ý").await;
    app.ask(&phone, "nhận tin qua zalo").await;
    let again = app.ask(&phone, "Nhận tin lại").await;
    assert!(again.contains("Đã ghi đồng ý nhận tin qua Zalo"), "{again}");
    let last: bool = sqlx::query_scalar(
        "select withdrawn_at is null from consent where purpose = 'messages' order by consent_id desc limit 1",
    )
    .fetch_one(&pool)
    .await
    .expect("the last");
    assert!(last);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_waits_to_be_sent_is_withheld_too(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    road::petition(&app, &phone).await;
    let rules = Rules::load(&app.settings).expect("rules");
    let mut connection = pool.acquire().await.expect("a connection");
    officer::add(&mut connection, &crate::visitor::focal("ha", "Trần Thu Hà"), "mat-khau-dai-12", app.now())
        .await
        .expect("added");
    let officer_id = number(&pool, "select officer_id from officer").await;
    let reference: String = sqlx::query_scalar("select reference from petition").fetch_one(&pool).await.expect("one");
    let hand = casework::Hand { reference: &reference, version: 1, officer_id, at: app.now() };
    casework::accept(&rules, &mut connection, hand, "HN-00082").await.expect("accepted");
    let citizen_id = number(&pool, "select citizen_id from citizen").await;
    casework::withdraw_consent(&rules, &mut connection, citizen_id, "messages", app.now()).await.expect("withdrawn");
    drop(connection);
    let before = phone.messages().len();
    app.settle().await;
    assert_eq!(phone.messages().len(), before);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_correction_goes_to_officers_and_last_time_is_not_offered_again(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    road::petition(&app, &phone).await;
    app.ask(&phone, "sửa thông tin của tôi").await;
    let noted = app.ask(&phone, "số điện thoại mới 0987 654 321").await;
    assert!(noted.contains("Đã ghi yêu cầu sửa lúc 9h10 18/11; cán bộ trả lời trước 17h thứ Sáu 20/11"), "{noted}");
    let about: String = sqlx::query_scalar("select about from data_request where kind = 'correct'")
        .fetch_one(&pool)
        .await
        .expect("a request");
    assert_eq!(about, "số điện thoại mới 0987 654 321");
    assert_eq!(number(&pool, "select count(*) from citizen where contact_forgotten_at is not null").await, 1);
    assert_eq!(
        number(&pool, "select count(*) from petition where phone = '+84901234567'").await,
        1,
        "by officers only"
    );
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_withdrawal_on_zalos_side_withdraws_and_erases_everything(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let (one, other) = (app.zalo.phone("Ông Bình"), app.zalo.phone("Bà Lan"));
    for phone in [&one, &other] {
        app.ask(phone, "Xin chào").await;
        app.ask(phone, "Đồng ý, bắt đầu").await;
        app.ask(phone, STORY).await;
    }
    let before = (one.messages().len(), other.messages().len());
    one.withdraws();
    other.is_removed();
    app.settle().await;
    assert_eq!((one.messages().len(), other.messages().len()), before, "nobody is written to");
    assert_eq!(number(&pool, "select count(*) from consent where withdrawn_at is null").await, 0);
    assert_eq!(
        number(&pool, "select count(*) from data_request where kind = 'erase' and citizen_id is not null").await,
        2
    );
    for phone in [&one, &other] {
        let anew = app.ask(phone, "tiếp tục").await;
        assert!(anew.contains("không có phần nào đang viết dở"), "{anew}");
    }

    // Somebody of whom we have nothing: an officer looks into it.
    app.zalo.phone("Người lạ").is_removed();
    app.settle().await;
    assert_eq!(number(&pool, "select count(*) from data_request where citizen_id is null and about <> ''").await, 1);
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_stops_following_can_still_write_and_be_written_to(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    road::petition(&app, &phone).await;
    phone.unfollows();
    app.settle().await;
    assert_eq!(number(&pool, "select count(*) from consent where withdrawn_at is not null").await, 0);
    assert_eq!(number(&pool, "select count(*) from data_request").await, 0);
    app.ask(&phone, "tra cứu").await;
    app.finish().await;
}
