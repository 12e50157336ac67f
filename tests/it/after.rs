//! The road after filing: asked and supplemented, answered, rated; another one reopened and answered by somebody else.

use sqlx::{PgConnection, PgPool};
use zalo_petitions::casework::{self, AnswerDraft, Hand, Rules, SupplementRequest};
use zalo_petitions::officer;
use zalo_petitions::petition::{Petition, Status, answer, follow_up, store};
use zalo_petitions::sim::Phone;

use crate::app::{TestApp, replies};
use crate::road;
use crate::visitor::drafted;

const WARD: &str = "HN-00082";

/// The office of the test: two officers, the rules, one connection.
struct Desk {
    connection: sqlx::pool::PoolConnection<sqlx::Postgres>,
    rules: Rules,
    ha: i64,
    minh: i64,
}

impl Desk {
    async fn open(app: &TestApp) -> Self {
        let mut connection = app.pool.acquire().await.expect("a connection");
        let ha = officer(&mut connection, app, "ha").await;
        let minh = officer(&mut connection, app, "minh").await;
        Self { connection, rules: Rules::load(&app.settings).expect("rules"), ha, minh }
    }

    async fn petition(&mut self, reference: &str) -> Petition {
        let reference = reference.parse().expect("a reference");
        store::find(&mut self.connection, &reference).await.expect("read").expect("the petition")
    }

    async fn hand<'a>(&mut self, app: &TestApp, reference: &'a str, officer_id: i64) -> Hand<'a> {
        Hand { reference, version: self.petition(reference).await.version, officer_id, at: app.now() }
    }

    async fn accept(&mut self, app: &TestApp, reference: &str) {
        let hand = self.hand(app, reference, self.ha).await;
        casework::accept(&self.rules, &mut self.connection, hand, WARD).await.expect("accepted");
    }

    async fn answer(&mut self, app: &TestApp, reference: &str, officer_id: i64) -> Result<(), casework::CaseError> {
        let draft = AnswerDraft {
            evidence: "none".to_owned(),
            no_evidence_reason: "Đã trả kết quả tại quầy.".to_owned(),
            outcome: "obstacle_removed".to_owned(),
            is_own: "yes".to_owned(),
            ..drafted("Hồ sơ đã được duyệt chi ngày 17/11/2026. Bà nhận tiền tại Một cửa phường từ ngày 26/11.")
        };
        let hand = self.hand(app, reference, officer_id).await;
        casework::answer(&self.rules, &mut self.connection, hand, &draft).await.map(|_| ())
    }

    async fn publish(&mut self, app: &TestApp, reference: &str) {
        let petition = self.petition(reference).await;
        let kept = answer::latest(&mut self.connection, petition.petition_id).await.expect("read").expect("an answer");
        let draft = casework::publication_proposal(&petition, &kept);
        let hand = self.hand(app, reference, self.ha).await;
        casework::publish(&self.rules, &mut self.connection, hand, &draft).await.expect("published");
        app.settle().await;
    }
}

async fn officer(connection: &mut PgConnection, app: &TestApp, login: &str) -> i64 {
    officer::add(connection, &crate::visitor::focal(login, login), "mat-khau-dai-12", app.now())
        .await
        .expect("an officer");
    sqlx::query_scalar("select officer_id from officer where login = $1")
        .bind(login)
        .fetch_one(connection)
        .await
        .expect("the officer")
}

async fn reference(pool: &PgPool) -> String {
    sqlx::query_scalar("select reference from petition order by petition_id desc limit 1")
        .fetch_one(pool)
        .await
        .expect("a petition")
}

async fn press(app: &TestApp, phone: &Phone, title: &str) -> String {
    let before = replies(phone).len();
    phone.presses(title).expect("the button");
    app.settle().await;
    let mut answers = replies(phone).split_off(before);
    assert_eq!(answers.len(), 1, "one turn, one message; after «{title}» came {answers:#?}");
    answers.remove(0).text
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn asked_supplemented_answered_and_rated(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    road::petition(&app, &phone).await;
    let reference = reference(&pool).await;
    let mut desk = Desk::open(&app).await;

    let hand = desk.hand(&app, &reference, desk.ha).await;
    let request = SupplementRequest {
        asked: "ảnh giấy hẹn".into(),
        words: "Gửi giúp ảnh giấy hẹn để phường tra hồ sơ.".into(),
    };
    casework::request_supplement(&desk.rules, &mut desk.connection, hand, &request).await.expect("asked");
    app.settle().await;
    let notice = replies(&phone).pop().expect("a notice").text;
    assert!(notice.contains("cần thêm: ảnh giấy hẹn") && notice.contains(&reference), "{notice}");

    phone.sends_photo("giay-hen.jpg", vec![0xff, 0xd8, 0xff]);
    app.settle().await;
    let asked = replies(&phone).pop().expect("an answer").text;
    assert_eq!(asked, format!("Đã nhận 📎 1 ảnh cho phản ánh {}. Còn gì nữa không?", &reference[17..]));
    let receipt = app.ask(&phone, "xong").await;
    assert!(receipt.starts_with("✅ Đã chuyển Văn phòng UBND Thành phố. ⏰ Hạn trả lời mới: 17h"), "{receipt}");
    assert!(!receipt.contains('{'), "a slot was left open: {receipt}");
    let petition = desk.petition(&reference).await;
    assert_eq!(petition.status, Status::Supplemented);
    let told = follow_up::of(&mut desk.connection, petition.petition_id).await.expect("read");
    assert_eq!((told.len(), told[0].attachments.len()), (1, 1));

    desk.accept(&app, &reference).await;
    desk.answer(&app, &reference, desk.ha).await.expect("answered");
    desk.publish(&app, &reference).await;
    let notice = replies(&phone).pop().expect("a notice").text;
    assert!(notice.ends_with("Việc của Ông/Bà đã xong chưa?"), "{notice}");

    let question = press(&app, &phone, "Đã xong").await;
    assert!(question.contains("nhìn chung, Ông/Bà thấy thế nào"), "{question}");
    for (typed, next) in
        [("4", "Câu 1/4."), ("hài lòng", "Câu 2/4."), ("bt", "Câu 3/4."), ("5", "Câu 4/4."), ("rất tệ", "nói thêm")]
    {
        let question = app.ask(&phone, typed).await;
        assert!(question.contains(next), "after «{typed}»: {question}");
    }
    assert!(app.ask(&phone, "lần sau gọi trước").await.starts_with("Đã ghi lời góp ý."));
    let rated: (i16, i16, i16, i16, i16, String) =
        sqlx::query_as("select overall, channels, ease, handling, timely_notice, comment from survey")
            .fetch_one(&pool)
            .await
            .expect("one survey");
    assert_eq!(rated, (4, 4, 3, 5, 1, "lần sau gọi trước".to_owned()));
    assert!(press(&app, &phone, "Đã xong").await.contains("đã đánh giá"), "once");
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn not_settled_it_is_reopened_and_somebody_else_answers(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    road::petition(&app, &phone).await;
    let reference = reference(&pool).await;
    let mut desk = Desk::open(&app).await;
    desk.accept(&app, &reference).await;
    desk.answer(&app, &reference, desk.ha).await.expect("answered");
    desk.publish(&app, &reference).await;

    assert!(press(&app, &phone, "Chưa xong").await.contains("còn điều gì chưa xong?"));
    let receipt = app.ask(&phone, "trả lời chung chung, k nói bao giờ có tiền").await;
    assert!(receipt.contains("chuyển Văn phòng UBND Thành phố xem, không phải người đã trả lời"), "{receipt}");
    let added = app.ask(&phone, "phường cũng không nghe máy").await;
    assert!(added.starts_with("Đã thêm vào phản ánh"), "{added}");
    let petition = desk.petition(&reference).await;
    assert_eq!((petition.status, petition.handling_agency_id.as_deref()), (Status::Reopened, Some("HN-VP")));
    assert_eq!(follow_up::of(&mut desk.connection, petition.petition_id).await.expect("read").len(), 2);

    assert!(desk.answer(&app, &reference, desk.ha).await.is_err(), "not who answered before");
    desk.answer(&app, &reference, desk.minh).await.expect("somebody else");
    desk.publish(&app, &reference).await;
    let notice = replies(&phone).pop().expect("a notice").text;
    assert!(notice.contains("đã được Văn phòng UBND Thành phố xem lại"), "{notice}");
    let again = app.ask(&phone, "chưa xong").await;
    assert!(again.contains("đã được mở lại một lần"), "{again}");

    let question = press(&app, &phone, "Đánh giá").await;
    assert!(question.contains("nhìn chung"), "{question}");
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_withdrawn_petition_is_taken_back_by_words_only(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    road::petition(&app, &phone).await;
    let reference = reference(&pool).await;
    let mut desk = Desk::open(&app).await;
    assert!(app.ask(&phone, "rút phản ánh").await.starts_with("Rút phản ánh"));
    app.ask(&phone, "1").await;
    assert_eq!(desk.petition(&reference).await.status, Status::Submitted, "a number withdraws nothing");
    let receipt = app.ask(&phone, "rút phản ánh").await;
    assert!(receipt.starts_with("Đã rút phản ánh"), "{receipt}");
    assert_eq!(desk.petition(&reference).await.status, Status::Withdrawn);
    let detail = app.ask(&phone, &reference).await;
    assert!(detail.contains("ĐÃ RÚT"), "{detail}");
    app.finish().await;
}
