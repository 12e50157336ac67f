//! Who sends: Zalo's card, contact data used again, petitions about the same matter, and what officers see of it.

use sqlx::PgPool;
use zalo_petitions::casework::{self, Draft, PublicationDraft};
use zalo_petitions::petition::attachment::{self, Attachment};
use zalo_petitions::petition::contact;
use zalo_petitions::petition::store;
use zalo_petitions::sim::{Fault, Phone, Shape, SharedContact};

use crate::app::TestApp;
use crate::road::{CONVERSATION, STORY, count};
use crate::visitor::Office;

/// Of the old shape: Ngọc Lâm is a former ward, all of it in today's Bồ Đề.
fn shared(shape: Shape) -> SharedContact {
    let (ward, district) = match shape {
        Shape::Current => ("Phường Bồ Đề", ""),
        Shape::Old => ("Phường Ngọc Lâm", "Quận Long Biên"),
    };
    SharedContact {
        name: "Lê Thu Trang".to_owned(),
        phone: "84987654321".to_owned(),
        address: "số 16 ngõ 298".to_owned(),
        ward: ward.to_owned(),
        district: district.to_owned(),
        city: "Thành phố Hà Nội".to_owned(),
        shape,
    }
}

/// A new citizen up to the question for their name.
async fn asked_for_the_name(app: &TestApp, name: &str) -> Phone {
    let phone = app.zalo.phone(name);
    for line in &CONVERSATION[..4] {
        app.ask(&phone, line).await;
    }
    phone
}

async fn of_last_petition<T>(pool: &PgPool, column: &'static str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
{
    let query = match column {
        "phone" => "select phone from petition order by petition_id desc limit 1",
        "commune_code" => "select commune_code from petition order by petition_id desc limit 1",
        "submitter_name" => "select submitter_name from petition order by petition_id desc limit 1",
        _ => unreachable!("another column"),
    };
    sqlx::query_scalar(query).fetch_one(pool).await.expect("a petition")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn one_tap_on_the_card_gives_name_phone_and_address_in_both_shapes(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    for (at, shape) in [Shape::Current, Shape::Old].into_iter().enumerate() {
        let phone = asked_for_the_name(&app, "Chị Trang").await;
        let card = phone.last_message().expect("a message").card.expect("a card");
        assert_eq!(card.title, "Thông tin để trả lời Ông/Bà");
        assert!(card.subtitle.starts_with("Nơi nộp: UBND phường Cửa Nam. Bấm thẻ này"), "{}", card.subtitle);
        phone.shares_contact(&shared(shape));
        app.settle().await;
        let review = phone.last_message().expect("the review").text;
        assert!(review.contains("Mục 1. Người gửi: cá nhân, Lê Thu Trang"), "{review}");
        let receipt = app.ask(&phone, "gửi").await;
        assert!(receipt.contains("✅ Đã gửi"), "{receipt}");
        assert_eq!(count(&pool, "petition").await, at as i64 + 1);
        assert_eq!(of_last_petition::<String>(&pool, "phone").await, "+84987654321");
        assert_eq!(of_last_petition::<String>(&pool, "commune_code").await, "00118");
    }
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn where_zalo_takes_no_card_the_question_goes_in_words(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    app.zalo.manners(|manners| manners.takes_no_cards = true);
    let phone = asked_for_the_name(&app, "Ông Bình").await;
    let said = phone.last_message().expect("the question");
    assert_eq!(said.card, None);
    assert_eq!(said.text, "Nơi nộp: UBND phường Cửa Nam. Họ tên của Ông/Bà? Ví dụ: \"Nguyễn Thị Hoa\".");
    let kept: (String, bool, i32) = sqlx::query_as(
        "select state, message ? 'card', attempts from outbox_message order by outbox_message_id desc limit 1",
    )
    .fetch_one(&pool)
    .await
    .expect("the message");
    assert_eq!(kept, ("sent".to_owned(), false, 1), "what is kept is what the citizen saw");
    for line in &CONVERSATION[4..] {
        app.ask(&phone, line).await;
    }
    assert_eq!(count(&pool, "petition").await, 1);
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_card_that_may_pass_later_is_not_given_up_for_words(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    for line in &CONVERSATION[..3] {
        app.ask(&phone, line).await;
    }
    app.zalo.next_sends(1, Fault::Refuse(-32));
    phone.types(CONVERSATION[3]);
    app.settle().await;
    app.wait(chrono::TimeDelta::minutes(1)).await;
    assert!(phone.last_message().expect("a message").card.is_some());
}

/// How many standing consents there are to a purpose.
async fn consents(pool: &PgPool, purpose: &str) -> i64 {
    sqlx::query_scalar("select count(*) from consent where purpose = $1 and withdrawn_at is null")
        .bind(purpose)
        .fetch_one(pool)
        .await
        .expect("a count")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn contact_data_is_used_again_by_consent_and_forgotten_for_good(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    for line in CONVERSATION {
        app.ask(&phone, line).await;
    }
    assert_eq!(consents(&pool, "reuse").await, 0, "nobody was asked yet");
    let offer = app.ask(&phone, "Hồ sơ chứng thực ở phường Láng của tôi quá hẹn 2 tuần rồi").await;
    assert!(offer.contains("Dùng lại thông tin lần trước: Trần Văn Bình, 0901***567, phường Cửa Nam?"), "{offer}");
    let review = app.ask(&phone, "như cũ").await;
    assert!(review.contains("Mục 2. Điện thoại: 0901 234 567"), "{review}");
    assert_eq!(consents(&pool, "reuse").await, 1);
    app.ask(&phone, "gửi").await;
    assert_eq!(of_last_petition::<String>(&pool, "submitter_name").await, "Trần Văn Bình");

    let mut connection = pool.acquire().await.expect("a connection");
    let citizen_id: i64 =
        sqlx::query_scalar("select citizen_id from petition limit 1").fetch_one(&mut *connection).await.expect("one");
    contact::forget(&mut connection, citizen_id, app.now()).await.expect("forgotten");
    drop(connection);
    assert_eq!(consents(&pool, "reuse").await, 0, "the consent is withdrawn, its line stays");
    app.ask(&phone, "Hồ sơ khai sinh ở phường Láng của cháu tôi quá hẹn 3 tuần rồi").await;
    let asked = phone.last_message().expect("a message");
    assert!(asked.card.is_some() && asked.choices.is_empty(), "nothing is offered: {asked:?}");
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn nothing_is_offered_without_consent_to_processing(pool: PgPool) {
    let office = Office::open(pool.clone()).await;
    office.file(&[]).await;
    let mut connection = pool.acquire().await.expect("a connection");
    let citizen_id: i64 =
        sqlx::query_scalar("select citizen_id from petition").fetch_one(&mut *connection).await.expect("one");
    assert!(casework::known_contacts(&mut connection, &[citizen_id]).await.expect("read").is_empty());
    casework::record_consent(&mut connection, citizen_id, "1", office.clock.now()).await.expect("given");
    let known = casework::known_contacts(&mut connection, &[citizen_id]).await.expect("read");
    let known = &known[&citizen_id];
    assert_eq!(known["submitter_name"].reveal(), "Phạm Thị Lan");
    assert_eq!(known["phone"].reveal(), "+84912345678");
}

fn released() -> PublicationDraft {
    PublicationDraft {
        is_public: true,
        title: "Trợ cấp hưu trí xã hội quá hẹn".to_owned(),
        content: "Tôi là [họ tên], nộp hồ sơ trợ cấp hưu trí cho mẹ từ 5/10, đến nay chưa có kết quả.".to_owned(),
        answer: "UBND phường đã chi trả ngày 16/11. Xin lỗi vì chậm. Còn nữa.".to_owned(),
        ..PublicationDraft::default()
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn only_published_petitions_of_the_same_agency_and_matter_are_compared_with(pool: PgPool) {
    let office = Office::open(pool.clone()).await;
    let topic = ("topic", "social_allowance");
    let published = office.file(&[topic]).await;
    office.answer(&published, "UBND phường đã kiểm tra hồ sơ ngày 16/11 và đã trả kết quả ngày 17/11.").await;
    office.publish(&published, &released()).await;
    for (more, is_public) in [(("topic", "land"), true), (topic, false)] {
        let other = office.file(&[more]).await;
        office.answer(&other, "UBND phường đã kiểm tra hồ sơ ngày 16/11 và đã trả kết quả ngày 17/11.").await;
        office.publish(&other, &PublicationDraft { is_public, ..released() }).await;
    }
    let open = office.file(&[topic]).await;

    let mut connection = pool.acquire().await.expect("a connection");
    let sender: i64 = sqlx::query_scalar("select citizen_id from petition where reference = $1")
        .bind(&open)
        .fetch_one(&mut *connection)
        .await
        .expect("the sender");
    let draft = Draft { citizen_id: sender, agency_id: "HN-09454", topic: "social_allowance" };
    let found = casework::similar_petitions(&office.rules, &mut connection, &[draft], &[sender]).await;
    let found = &found.expect("read")[&sender];
    let references: Vec<&str> = found.iter().map(|similar| similar.reference.as_str()).collect();
    assert_eq!(references, [open.as_str(), published.as_str()], "the own open one, and the public one of another");
    assert_eq!((found[0].result_url.as_ref(), found[0].answer.as_str()), (None, ""));
    assert_eq!(found[1].result_url.as_deref(), Some(&*format!("http://pakn.example/p/{published}")));
    assert_eq!(found[1].answer, "UBND phường đã chi trả ngày 16/11. Xin lỗi vì chậm.");
    assert!(!found[1].text.reveal().contains("Phạm Thị Lan"), "only what was published is compared");
    assert_eq!(found[1].place, "UBND phường Láng");
    let draft = Draft { agency_id: "HN-SXD", ..draft };
    let elsewhere = casework::similar_petitions(&office.rules, &mut connection, &[draft], &[sender]).await;
    assert_eq!(elsewhere.expect("read")[&sender].len(), 1, "only the own one");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_comparison_reads_its_index(pool: PgPool) {
    let mut connection = pool.acquire().await.expect("a connection");
    sqlx::query("set enable_seqscan = off").execute(&mut *connection).await.expect("set");
    let plan: Vec<String> = sqlx::query_scalar(
        "explain select p.reference from petition p
         where p.status = 'published' and coalesce(p.handling_agency_id, p.target_agency_id) = 'HN-09454'
           and p.topic = 'land' and p.citizen_id <> 1
         order by p.published_at desc limit 20",
    )
    .fetch_all(&mut *connection)
    .await
    .expect("a plan");
    let plan = plan.join("\n");
    assert!(plan.contains("petition_similar") && !plan.contains("Sort"), "{plan}");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_incident_stands_in_the_register_in_its_parts(pool: PgPool) {
    let office = Office::open(pool.clone()).await;
    let conduct = [
        ("category", "official_conduct"),
        ("incident", "tầm 8 rưỡi, quầy 2"),
        ("incident_on", "2026-11-17"),
        ("incident_time", "08:30:00"),
        ("incident_step", "reception"),
        ("content", "Chị cán bộ quát mắng tôi, tôi số định danh 001087001234, mong xem lại giúp."),
    ];
    let reference = office.file(&conduct).await;
    let mut connection = pool.acquire().await.expect("a connection");
    let key = reference.parse().expect("a reference");
    let petition = store::find(&mut connection, &key).await.expect("read").expect("the petition");
    assert_eq!(petition.details.incident_on, chrono::NaiveDate::from_ymd_opt(2026, 11, 17));
    let photo = Attachment {
        kind: "image".to_owned(),
        url: Some("https://zalo.example/secret".to_owned()),
        name: Some("cccd.jpg".to_owned()),
        is_identity: true,
        ..Attachment::default()
    };
    attachment::insert(&mut connection, petition.petition_id, &photo).await.expect("kept");
    drop(connection);

    let path = format!("/admin/petitions/{reference}");
    let focal = office.officer().await.get(&path).await;
    assert!(focal.shows("8h30, 17/11/2026, khâu tiếp nhận"), "{}", focal.html);
    assert!(focal.shows("cccd.jpg") && focal.shows("giấy tờ tùy thân"), "{}", focal.html);
    assert!(!focal.shows("zalo.example"), "an address of Zalo's is not handed on: {}", focal.html);
    assert!(focal.shows("[số định danh]") && !focal.shows("001087001234"), "masked until it is asked for");
    office.lay_at_the_ward(&reference).await;
    let ward = office.signed_in("minh.lang").await.get(&path).await;
    assert!(ward.shows("chỉ cán bộ đầu mối mở"), "{}", ward.html);
    assert!(!ward.shows("cccd.jpg"), "{}", ward.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_picture_on_the_card_is_served(pool: PgPool) {
    let office = Office::open(pool).await;
    let url = office.rules.card_image_url();
    assert_eq!(url, "http://pakn.example/static/contact.png");
    // The visitor reads texts; a picture's head is enough here.
    let head = office.visitor().head(url.trim_start_matches("http://pakn.example")).await;
    assert_eq!(head.status, axum::http::StatusCode::OK);
    assert_eq!(head.headers["content-type"], "image/png");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_officer_reads_what_stood_on_the_card(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = asked_for_the_name(&app, "Chị Trang").await;
    phone.shares_contact(&shared(Shape::Current));
    app.settle().await;
    let mut connection = pool.acquire().await.expect("a connection");
    let citizen_id: i64 =
        sqlx::query_scalar("select citizen_id from citizen").fetch_one(&mut *connection).await.expect("the citizen");
    let read = zalo_petitions::petition::conversation::read(&mut connection, citizen_id, 30).await.expect("read");
    let card = read.said.iter().find(|said| said.attached == ["Thẻ xin thông tin liên hệ"]).expect("the card");
    assert!(card.text.reveal().starts_with("Thông tin để trả lời Ông/Bà\nNơi nộp: UBND phường Cửa Nam."));
    assert!(read.said.iter().any(|said| said.attached == ["Thẻ thông tin liên hệ"]), "and what came back");
    assert!(read.said.iter().any(|said| said.text.reveal() == STORY));
}
