//! The road of one petition, from the first word to the notice.

use sqlx::PgPool;
use zalo_petitions::casework::{self, AnswerDraft, Hand, Rules};
use zalo_petitions::officer;
use zalo_petitions::sim::Phone;

use crate::app::{TestApp, replies};

pub use crate::stage::{CONVERSATION, STORY};

/// The citizen goes the whole way; gives the receipt.
pub async fn petition(app: &TestApp, phone: &Phone) -> String {
    let mut last = String::new();
    for line in CONVERSATION {
        last = app.ask(phone, line).await;
    }
    last
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_petition_is_sent_answered_published_and_told(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    let receipt = petition(&app, &phone).await;
    assert!(receipt.contains("✅ Đã gửi, cho đăng công khai. Mã: HN-PAKN-20261118-0001-"), "{receipt}");
    assert!(receipt.contains("9h10 thứ Năm 19/11") && receipt.contains("17h thứ Năm 10/12/2026"), "{receipt}");
    assert!(!receipt.contains('{'), "a slot was left open: {receipt}");

    let reference = publish(&app).await;
    app.settle().await;
    let told = replies(&phone);
    let [.., accepted, published] = told.as_slice() else { panic!("two notices") };
    assert!(accepted.text.contains(&reference) && accepted.text.contains("UBND phường Cửa Nam"), "{}", accepted.text);
    assert!(published.text.contains(&reference) && published.text.contains("đã có trả lời"), "{}", published.text);
    assert!(published.text.contains("Hồ sơ của bà đã được duyệt chi ngày 17/11/2026"), "{}", published.text);

    app.ask(&phone, "tra cứu").await;
    let detail = app.ask(&phone, "1").await;
    assert!(detail.contains(&reference) && detail.contains("ĐÃ TRẢ LỜI"), "{detail}");
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_send_button_pressed_twice_files_once(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    for line in &CONVERSATION[..7] {
        app.ask(&phone, line).await;
    }
    phone.presses("Gửi, cho đăng").expect("the button");
    phone.presses("Gửi, cho đăng").expect("the button");
    app.settle().await;
    let answers = replies(&phone);
    assert!(answers.last().expect("an answer").text.contains("Không gửi lần hai."), "{:?}", answers.last());
    assert_eq!(count(&pool, "petition").await, 1);
    app.finish().await;
}

/// An officer accepts, answers and publishes the first petition; gives its reference.
pub async fn publish(app: &TestApp) -> String {
    let mut connection = app.pool.acquire().await.expect("a connection");
    officer::add(&mut connection, &crate::visitor::focal("ha", "Trần Thu Hà"), "mat-khau-dai-12", app.now())
        .await
        .expect("an officer");
    let officer_id: i64 =
        sqlx::query_scalar("select officer_id from officer").fetch_one(&mut *connection).await.expect("the officer");
    let reference: String =
        sqlx::query_scalar("select reference from petition").fetch_one(&mut *connection).await.expect("the petition");
    let rules = Rules::load(&app.settings).expect("rules");
    let hand = |version| Hand { reference: &reference, version, officer_id, at: app.now() };
    casework::accept(&rules, &mut connection, hand(1), "HN-00082").await.expect("accepted");
    let did = "Hồ sơ của bà đã được duyệt chi ngày 17/11/2026 theo quyết định số 118/QĐ-UBND. Bà nhận tiền tại Một cửa phường.";
    let answer = AnswerDraft {
        document_number: "118/QĐ-UBND".to_owned(),
        outcome: "obstacle_removed".to_owned(),
        ..crate::visitor::drafted(did)
    };
    casework::answer(&rules, &mut connection, hand(2), &answer).await.expect("answered");
    let key = reference.parse().expect("a reference");
    let petition =
        zalo_petitions::petition::store::find(&mut connection, &key).await.expect("read").expect("the petition");
    let kept = zalo_petitions::petition::answer::latest(&mut connection, petition.petition_id)
        .await
        .expect("read")
        .expect("the answer");
    let draft = casework::publication_proposal(&petition, &kept);
    casework::publish(&rules, &mut connection, hand(3), &draft).await.expect("published");
    drop(connection);
    reference
}

pub async fn count(pool: &PgPool, table: &'static str) -> i64 {
    let query = match table {
        "petition" => "select count(*) from petition",
        "inbox_event" => "select count(*) from inbox_event",
        _ => unreachable!("another table"),
    };
    sqlx::query_scalar(query).fetch_one(pool).await.expect("a count")
}
