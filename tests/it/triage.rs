//! Triage: one new petition at a time, every decision one post away; what is alike, and heaps.

mod alike;
mod heaps;

use axum::http::StatusCode;
use serde::Deserialize;
use sqlx::PgPool;

use crate::visitor::{Office, Page, Visitor};

const SAMPLES: &str = include_str!("../../src/app/demo/sample-petitions.jsonl");

#[derive(Deserialize)]
struct Sample {
    text: String,
    kind: String,
}

fn samples() -> Vec<Sample> {
    SAMPLES.lines().map(|line| serde_json::from_str(line).expect("a sample")).collect()
}

async fn filed(office: &Office, sample: &Sample) -> String {
    let category = if sample.kind == "thai_do" { "official_conduct" } else { "regulation_policy_procedure" };
    let title: String = sample.text.chars().take(70).collect();
    office.file(&[("category", category), ("title", &title), ("content", &sample.text)]).await
}

/// Posts one of the page's forms, as it was drawn.
async fn post(officer: &mut Visitor, page: &Page, reference: &str, what: &str, fields: &[(&str, &str)]) -> Page {
    let (version, seen) = (page.field("version"), page.field("seen"));
    let mut all = vec![("version", version.as_str()), ("seen", seen.as_str())];
    all.extend_from_slice(fields);
    officer.post(&format!("/admin/triage/{reference}/{what}"), &all).await
}

/// The petition that a page of triage is about.
fn at(page: &Page) -> String {
    let (_, after) =
        page.html.split_once("<a class=\"ref\" href=\"/admin/petitions/").unwrap_or_else(|| panic!("{}", page.html));
    after.split('"').next().expect("a reference").to_owned()
}

async fn status(office: &Office, reference: &str) -> String {
    sqlx::query_scalar("select status from petition where reference = $1")
        .bind(reference)
        .fetch_one(&office.pool)
        .await
        .expect("a status")
}

async fn notices(office: &Office) -> Vec<String> {
    sqlx::query_scalar("select message ->> 'text' from outbox_message where kind = 'notice' order by outbox_message_id")
        .fetch_all(&office.pool)
        .await
        .expect("notices")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn thirty_petitions_take_thirty_posts(pool: PgPool) {
    let office = Office::open(pool).await;
    let samples = samples();
    let mut references = Vec::new();
    for sample in &samples {
        references.push(filed(&office, sample).await);
        office.clock.advance(chrono::TimeDelta::minutes(1));
    }
    let mut officer = office.officer().await;
    let mut page = officer.get("/admin/triage").await;
    for (nth, (sample, reference)) in samples.iter().zip(&references).enumerate() {
        assert_eq!(&at(&page), reference, "the oldest first");
        assert!(page.shows(&format!("<b>1/{}</b>", samples.len() - nth)), "{}", page.html);
        let done = match sample.kind.as_str() {
            "tthc" | "thai_do" => {
                let agency = page.field("agency_id");
                post(&mut officer, &page, reference, "acceptance", &[("agency_id", &agency)]).await
            }
            "spam" => post(&mut officer, &page, reference, "closure", &[]).await,
            _ => post(&mut officer, &page, reference, "refusal", &[("reason", reason(&sample.kind))]).await,
        };
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}: {}", sample.text, done.html);
        page = officer.get(done.to()).await;
        assert!(page.shows(&reference[17..]), "what was done is said on the next page: {}", page.html);
    }
    assert!(page.shows("Không còn phản ánh mới nào chờ phân loại"), "{}", page.html);
    for (sample, reference) in samples.iter().zip(&references) {
        let expected = match sample.kind.as_str() {
            "tthc" | "thai_do" => "assigned",
            "spam" => "closed_no_content",
            _ => "refused",
        };
        assert_eq!(status(&office, reference).await, expected, "{}", sample.text);
    }
    let silent = samples.iter().filter(|sample| sample.kind == "spam").count();
    assert_eq!(notices(&office).await.len(), samples.len() - silent, "spam gets no message, everybody else one");
}

fn reason(kind: &str) -> &'static str {
    match kind {
        "khieu_nai" => "khieu_nai",
        "to_cao" => "to_cao",
        _ => "field_report",
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_page_says_what_it_is_why_whose_and_how_the_like_was_settled(pool: PgPool) {
    let office = Office::open(pool).await;
    let settled = office.file(&[]).await;
    office.answer(&settled, "UBND phường đã chi trả trợ cấp hưu trí ngày 17/11, xin lỗi vì chậm trễ.").await;
    let reference = office
        .file(&[
            ("title", "Trợ cấp hưu trí của mẹ tôi quá hẹn"),
            ("content", "Tôi nộp hồ sơ trợ cấp hưu trí xã hội cho mẹ ở phường Láng, quá hẹn 10 ngày chưa có kết quả."),
        ])
        .await;
    let mut officer = office.officer().await;
    let page = officer.get("/admin/triage").await;
    assert_eq!(at(&page), reference);
    assert!(page.shows("Thuộc phạm vi: quy định, thủ tục hành chính"), "{}", page.html);
    assert!(page.shows("<mark>") && page.shows("Chậm, quá hẹn: “") && page.shows("nên không phải khiếu nại."));
    assert!(page.shows("Nhận và giao UBND phường Láng <kbd aria-hidden=\"true\">T</kbd>"));
    assert!(page.shows("Người gửi nêu tên."));
    let (_, likes) = page.html.split_once("Phản ánh giống thế này đã trả lời").expect("the like ones");
    assert!(likes.contains(&settled) && likes.contains("đã chi trả trợ cấp hưu trí ngày 17/11"), "{likes}");
    for key in ["t", "g", "c", "h", "x", "s", "p"] {
        assert!(page.shows(&format!("data-key=\"{key}\"")), "{key}");
    }
    for hidden in ["unclear_content", "no_name_or_address"] {
        assert!(!page.shows(hidden), "what is unclear is asked for, not refused");
    }
    let policy = page.headers["content-security-policy"].to_str().expect("a policy").to_owned();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    let script = page.html.split_once("<script src=\"").expect("a script").1.split('"').next().expect("its address");
    assert!(officer.get(script).await.shows("data-key"));
    let public = office.visitor().get("/").await;
    assert!(!public.headers["content-security-policy"].to_str().expect("a policy").contains("script-src"));
    assert!(!public.shows("<script"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn just_what_is_missing_is_asked_for(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let mut officer = office.officer().await;
    let page = officer.get("/admin/triage").await;
    let preview = [("item", "paper"), ("item", "moment"), ("act", "preview")];
    let seen = post(&mut officer, &page, &reference, "supplement-request", &preview).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(seen.shows("id=\"ask\" open") && seen.shows("value=\"ngày giờ, ảnh giấy hẹn\""), "{}", seen.html);
    assert!(notices(&office).await.is_empty(), "a preview asks nobody");

    let none = post(&mut officer, &page, &reference, "supplement-request", &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.shows("Ghi ngắn điều cần thêm"), "{}", none.html);

    let words = "Gửi giúp ảnh giấy hẹn để phường tra hồ sơ.";
    let asked = [("item", "paper"), ("words", words)];
    let done = post(&mut officer, &page, &reference, "supplement-request", &asked).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    assert_eq!(status(&office, &reference).await, "awaiting_supplement");
    let told = notices(&office).await.remove(0);
    assert!(told.contains("cần thêm: ảnh giấy hẹn") && told.contains(words), "{told}");
    assert!(officer.get(done.to()).await.shows("Đã hỏi thêm ảnh giấy hẹn"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_refusal_carries_the_ready_words_or_the_officers_own(pool: PgPool) {
    let office = Office::open(pool).await;
    let light =
        office.file(&[("content", "Đèn đường ngõ 128 khu tôi ở hỏng cả tuần nay, tối om, đề nghị sửa sớm.")]).await;
    let law = office.file(&[]).await;
    let mut officer = office.officer().await;
    let page = officer.get("/admin/triage").await;
    assert!(page.shows("Ngoài phạm vi: việc hiện trường, đô thị"), "{}", page.html);
    assert!(page.shows("<option value=\"field_report\" selected>"), "the reason is proposed with its words");
    assert!(page.shows("kênh hiện trường của Thành phố nhận; ở đây chỉ nhận") && page.shows("iHanoi"));
    let ready = "Việc này do kênh hiện trường của Thành phố nhận; ở đây chỉ nhận việc thủ tục và thái độ cán bộ.";
    // another reason was chosen, the words of the first one still stand there
    let chosen = [("reason", "legal_advice"), ("text", ready), ("act", "preview")];
    let seen = post(&mut officer, &page, &light, "refusal", &chosen).await;
    assert!(seen.shows("Ông/Bà hỏi luật quy định thế nào"), "{}", seen.html);
    let none = post(&mut officer, &page, &light, "refusal", &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let own = "Đèn đường do iHanoi nhận, kênh này không xử lý được việc ngoài đường.";
    let done = post(&mut officer, &page, &light, "refusal", &[("reason", "field_report"), ("text", own)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    let page = officer.get(done.to()).await;
    assert_eq!(at(&page), law);
    assert!(notices(&office).await[0].contains(own));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn of_two_officers_at_one_petition_one_decides_and_the_other_learns_it(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let (mut ha, mut vy) = (office.officer().await, office.signed_in("vy.vp").await);
    let first = ha.get("/admin/triage").await;
    assert!(!first.shows("đang mở phản ánh này"));
    let second = vy.get("/admin/triage").await;
    assert!(second.shows("Trần Thu Hà đang mở phản ánh này"), "{}", second.html);
    office.clock.advance(chrono::TimeDelta::minutes(6));
    assert!(!vy.get("/admin/triage").await.shows("đang mở phản ánh này"), "five minutes later that says nothing");

    let give = [("agency_id", "HN-SXD")];
    let (one, other) = tokio::join!(
        post(&mut ha, &first, &reference, "acceptance", &give),
        post(&mut vy, &second, &reference, "closure", &[]),
    );
    let (won, lost) = if one.status == StatusCode::SEE_OTHER { (one, other) } else { (other, one) };
    assert_eq!((won.status, lost.status), (StatusCode::SEE_OTHER, StatusCode::CONFLICT), "{}", lost.html);
    assert!(lost.shows("Phản ánh đã thay đổi trong lúc Ông/Bà làm."), "{}", lost.html);
    assert!(lost.shows("không còn chờ phân loại") && !lost.shows("data-key=\"t\""), "{}", lost.html);
    let lines: i64 =
        sqlx::query_scalar("select count(distinct status_to) from petition_event where officer_id is not null")
            .fetch_one(&office.pool)
            .await
            .expect("a count");
    assert!(lines == 1 || lines == 2, "accepted and assigned, or closed: never both");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_line_is_walked_both_ways_and_those_picked_by_themselves(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(office.file(&[]).await);
    }
    let mut officer = office.officer().await;
    let page = officer.get(&format!("/admin/triage?at={}", all[1])).await;
    assert!(page.shows("<b>2/4</b>") && page.shows(&format!("href=\"/admin/triage?at={}\" data-key=\"k\"", all[0])));
    assert!(page.shows(&format!("href=\"/admin/triage?at={}\" data-key=\"j\"", all[2])), "{}", page.html);

    let picked = format!("of={}&of={}", all[3], all[1]);
    let page = officer.get(&format!("/admin/triage?{picked}")).await;
    assert_eq!(at(&page), all[3], "in the order in which they were picked");
    assert!(page.shows("<b>1/2</b> đã chọn"), "{}", page.html);
    let fields = [("version", "1"), ("seen", "1")];
    let done = officer.post(&format!("/admin/triage/{}/closure?{picked}", all[3]), &fields).await;
    let page = officer.get(done.to()).await;
    assert_eq!(at(&page), all[1], "{}", page.html);
    let done = officer.post(&format!("/admin/triage/{}/closure?{picked}", all[1]), &fields).await;
    assert!(officer.get(done.to()).await.shows("Đã xong các phản ánh được chọn"));
    assert_eq!(at(&officer.get("/admin/triage").await), all[0]);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_classification_is_put_right_and_written_down(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let mut officer = office.officer().await;
    let page = officer.get("/admin/triage").await;
    let fields = [("category", "official_conduct"), ("kind", "reflection"), ("field", "land")];
    let done = post(&mut officer, &page, &reference, "classification", &fields).await;
    let page = officer.get(done.to()).await;
    assert_eq!(at(&page), reference, "it still waits");
    assert!(page.shows("Đã ghi phân loại.") && page.shows("<b>Thái độ cán bộ</b>"), "{}", page.html);
    let fields = [("category", "official_conduct"), ("kind", "reflection"), ("field", "land"), ("urgent", "yes")];
    let none = post(&mut officer, &page, &reference, "classification", &fields).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "why is said");
    assert!(none.shows("id=\"classify\" open") && none.shows("value=\"yes\" checked"), "{}", none.html);
    let fields: Vec<(&str, &str)> = fields.into_iter().chain([("urgency_reason", "cần giấy trước ngày mổ")]).collect();
    let done = post(&mut officer, &page, &reference, "classification", &fields).await;
    assert!(officer.get(done.to()).await.shows("<b>Khẩn</b>"), "{}", done.html);
    let sheet = officer.get(&format!("/admin/petitions/{reference}")).await;
    assert!(sheet.shows("Sửa thông tin ghi sổ"), "{}", sheet.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_a_ministry_decides_is_sent_there(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[("target_agency_code", "TW-THUE-HN")]).await;
    let mut officer = office.officer().await;
    let page = officer.get("/admin/triage").await;
    assert!(page.shows("<option value=\"TW-THUE-HN\" selected>") && !page.shows("data-key=\"t\""), "{}", page.html);
    let fields = [("central_id", "TW-THUE-HN"), ("national_code", "PAKN.20261118.0031")];
    let none = post(&mut officer, &page, &reference, "departure", &fields).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.shows("id=\"departure_reason-error\"") && none.shows("value=\"PAKN.20261118.0031\""), "{}", none.html);
    let fields = [fields[0], fields[1], ("departure_reason", "Quyết toán thuế do cơ quan thuế giải quyết")];
    let done = post(&mut officer, &page, &reference, "departure", &fields).await;
    assert!(officer.get(done.to()).await.shows("Đã chuyển Thuế thành phố Hà Nội"), "{}", done.html);
    assert_eq!(status(&office, &reference).await, "transferred_out");
    assert!(notices(&office).await[0].contains("PAKN.20261118.0031"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn only_the_focal_office_sorts_and_nobody_whom_a_petition_names(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let mut minh = office.signed_in("minh.lang").await;
    assert_eq!(minh.get("/admin/triage").await.status, StatusCode::FORBIDDEN);
    for what in ["acceptance", "departure", "supplement-request", "refusal", "merger", "closure", "classification"] {
        let page = minh.post(&format!("/admin/triage/{reference}/{what}"), &[("version", "1"), ("seen", "1")]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{what}");
    }
    sqlx::query("insert into petition_named_officer select petition_id, $1 from petition")
        .bind(office.officer_id)
        .execute(&office.pool)
        .await
        .expect("named");
    let mut ha = office.officer().await;
    assert!(ha.get("/admin/triage").await.shows("Không còn phản ánh mới nào chờ phân loại"));
    assert_eq!(ha.get(&format!("/admin/petitions/{reference}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(at(&office.signed_in("vy.vp").await.get("/admin/triage").await), reference);
}
