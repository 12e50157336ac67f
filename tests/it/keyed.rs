//! What came by another door: one register, one law, and a sender without Zalo.

use axum::http::StatusCode;
use sqlx::PgPool;
use zalo_petitions::privacy::Personal;

use crate::app::TestApp;
use crate::visitor::{Office, Page, Visitor};

const NEW: &str = "/admin/petitions/new";

const FORM: [(&str, &str); 11] = [
    ("source", "hotline"),
    ("submitter_type", "individual"),
    ("submitter_name", "Trần Văn Bình"),
    ("phone", "0912 345 678"),
    ("place", "phường Láng"),
    ("address_detail", "số 8 ngõ 30 Nguyễn Thượng Hiền"),
    ("category", "regulation_policy_procedure"),
    ("content", "Tôi nộp hồ sơ trợ cấp hưu trí xã hội từ 5/10, hẹn 10 ngày, đến nay chưa có kết quả."),
    ("target_agency_code", "HN-09454"),
    ("publish_consent", "no"),
    ("consent", "yes"),
];

async fn keys_in(officer: &mut Visitor, change: &[(&str, &str)]) -> (String, Page) {
    let key = officer.get(NEW).await.field("draft_key");
    let mut fields: Vec<(&str, &str)> = FORM.to_vec();
    fields.retain(|(name, _)| change.iter().all(|(changed, _)| changed != name));
    fields.extend(change);
    fields.push(("draft_key", &key));
    let page = officer.post(NEW, &fields).await;
    (key, page)
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_the_hotline_heard_is_entered_with_who_entered_it(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut officer = office.officer().await;
    let (_, page) = keys_in(&mut officer, &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html);
    let receipt = officer.get(page.to()).await;
    for shown in ["Giấy tiếp nhận", "HN-PAKN-20261118-0001", "Đường dây nóng", "Trần Thu Hà", "17h"] {
        assert!(receipt.shows(shown), "{shown}: {}", receipt.html);
    }
    let row: (String, Option<String>, String, String, String, Option<i64>) = sqlx::query_as(
        "select source, zalo_user_id, phone, commune_code, title, officer_id
         from petition join citizen using (citizen_id) join petition_event using (petition_id)
         where action = 'file'",
    )
    .fetch_one(&office.pool)
    .await
    .expect("one petition");
    assert_eq!((row.0.as_str(), row.1, row.2.as_str()), ("hotline", None, "+84912345678"));
    assert!(!row.3.is_empty() && row.4.starts_with("Trợ cấp hưu trí xã hội"), "{row:?}", row = (&row.3, &row.4));
    assert_eq!(row.5, Some(office.officer_id));
    let consents: i64 = sqlx::query_scalar("select count(*) from consent where purpose = 'processing'")
        .fetch_one(&office.pool)
        .await
        .expect("a count");
    assert_eq!(consents, 1);

    let reference = page.to().trim_end_matches("/receipt").to_owned();
    let sheet = officer.get(&reference).await;
    assert!(sheet.shows("không gửi qua Zalo") && !sheet.shows("/word\" method=\"post\""), "{}", sheet.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_form_that_is_posted_twice_is_entered_once(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut officer = office.officer().await;
    let (key, first) = keys_in(&mut officer, &[]).await;
    let again: Vec<(&str, &str)> = FORM.iter().copied().chain([("draft_key", key.as_str())]).collect();
    let (mut one, mut other) = (officer.clone(), officer.clone());
    let (second, third) = tokio::join!(one.post(NEW, &again), other.post(NEW, &again));
    assert_eq!((second.to(), third.to()), (first.to(), first.to()));
    let counted: (i64, i64) = sqlx::query_as("select (select count(*) from petition), (select count(*) from citizen)")
        .fetch_one(&office.pool)
        .await
        .expect("counts");
    assert_eq!(counted, (1, 1));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn every_field_says_what_to_enter_and_keeps_what_was_typed(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut officer = office.officer().await;
    let change = [("phone", "0168 123 4567"), ("place", "Láng Hạ"), ("consent", ""), ("submitter_name", "")];
    let (key, page) = keys_in(&mut officer, &change).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for shown in
        ["id=\"phone-error\"", "nay là 038", "id=\"place-error\"", "name=\"commune_code\"", "href=\"#consent\""]
    {
        assert!(page.shows(shown), "{shown}: {}", page.html);
    }
    assert!(page.shows("id=\"submitter_name-error\"") && page.shows("value=\"0168 123 4567\""), "{}", page.html);
    assert_eq!(page.field("draft_key"), key, "it stays the same form");
    assert!(page.shows("hẹn 10 ngày, đến nay chưa có kết quả.</textarea>"));
    let count: i64 = sqlx::query_scalar("select count(*) from citizen").fetch_one(&office.pool).await.expect("a count");
    assert_eq!(count, 0);
    assert_eq!(office.signed_in("minh.lang").await.get(NEW).await.status, StatusCode::FORBIDDEN);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_paper_that_was_handed_over_lies_with_the_petition(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut officer = office.officer().await;
    let (_, page) = keys_in(&mut officer, &[("source", "letter")]).await;
    let path = page.to().trim_end_matches("/receipt").to_owned();
    let upload = format!("{path}/attachments");
    officer.post(&upload, &[]).await;
    assert!(officer.get(page.to()).await.shows("Chưa thêm tệp."), "nothing was chosen");
    let done = officer.post_file(&upload, ("file", "don.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n")).await;
    assert_eq!(done.to(), page.to(), "{}", done.html);
    let sheet = officer.get(&path).await;
    assert!(sheet.shows("Tệp: don.pdf") && sheet.shows("Gửi thêm"), "{}", sheet.html);
    let id: i64 =
        sqlx::query_scalar("select attachment_id from attachment").fetch_one(&office.pool).await.expect("one");
    let saved = officer.get(&format!("{path}/attachments/{id}")).await;
    assert!(saved.status == 200 && saved.bytes.starts_with(b"%PDF"), "{:?}", saved.status);
}

/// The states of all news, in order.
async fn news(pool: &PgPool) -> Vec<(String, String)> {
    sqlx::query_as("select state, channel from outbox_message order by outbox_message_id")
        .fetch_all(pool)
        .await
        .expect("messages")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn news_for_who_has_no_zalo_goes_to_their_number_or_somebody_calls(pool: PgPool) {
    use zalo_petitions::casework::{self, Entry, Filing, Hand};
    use zalo_petitions::officer::{self, NewOfficer, Role};
    use zalo_petitions::petition::Source;

    let app = TestApp::start(&pool).await;
    let mut connection = pool.acquire().await.expect("a connection");
    let new = NewOfficer { login: "ha", name: "Hà", agency_id: "HN-VP", role: Role::FocalOffice };
    let officer_id = officer::add(&mut connection, &new, "một mật khẩu dài", app.now()).await.expect("added");
    let rules = &app.house.turns.rules;
    app.zalo.phone("Ông Bình");
    for (key, phone) in [("keyed-1", Some("+84901234567")), ("keyed-2", None)] {
        let mut answers: std::collections::BTreeMap<String, Personal> = [
            ("submitter_type", "individual"),
            ("submitter_name", "Trần Văn Bình"),
            ("address_detail", "số 8"),
            ("category", "regulation_policy_procedure"),
            ("content", "Tôi nộp hồ sơ trợ cấp từ 5/10, hẹn 10 ngày, nay chưa có kết quả."),
            ("publish_consent", "no"),
        ]
        .into_iter()
        .map(|(name, answer)| (name.to_owned(), answer.into()))
        .collect();
        answers.extend(phone.map(|phone| ("phone".to_owned(), phone.into())));
        let filing = Filing {
            citizen_id: 0,
            draft_key: key.to_owned(),
            answers,
            extra: Vec::new(),
            attachments: Vec::new(),
            consent_version: "2026-11".to_owned(),
        };
        let entry = Entry { filing, source: Source::Hotline, officer_id };
        let filed = casework::enter(rules, &mut connection, &entry, app.now()).await.expect("entered");
        let hand = Hand { reference: &filed.reference, version: 1, officer_id, at: app.now() };
        casework::accept(rules, &mut connection, hand, "HN-00070").await.expect("accepted");
    }
    drop(connection);
    app.settle().await;
    let states = news(&pool).await;
    assert_eq!(states[0].1, "template_phone", "{states:?}");
    assert_eq!(states[1].0, "unreachable", "nothing leads to them: {states:?}");
}
