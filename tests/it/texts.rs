//! Texts and ready sentences that the office changes, the poster, the help.

use std::path::Path;

use axum::http::StatusCode;
use sqlx::PgPool;
use zalo_petitions::casework::notices::{Notices, lines};

use crate::visitor::{OA, Office, Page, Visitor, wording};

const HOTLINE: &str = "/admin/texts/directory.hotline";

async fn writes(officer: &mut Visitor, path: &str, text: &str) -> Page {
    let version = officer.get(path).await.field("version");
    officer.post(path, &[("version", &version), ("text", text)]).await
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_changed_number_stands_everywhere_at_once_and_can_be_taken_back(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut officer = office.officer().await;
    let page = officer.get("/admin/texts").await;
    for shown in ["Tổng đài của Thành phố", "024 1022", "Tố cáo: nơi đúng", "Áp phích: làm thế nào"]
    {
        assert!(page.shows(shown), "{shown}: {}", page.html);
    }
    let page = writes(&mut officer, HOTLINE, " 024 3333\r\n").await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/admin/texts"), "{}", page.html);
    let page = officer.get("/admin/texts").await;
    assert!(page.shows("Đã ghi: Tổng đài của Thành phố.") && page.shows("đã sửa"), "{}", page.html);
    assert!(office.visitor().get("/").await.shows("tổng đài 024 3333"), "the public page says it at once");
    let refusal = office.rules.notices.refusals().iter().find_map(|refusal| refusal.call.clone()).expect("a button");
    assert_eq!(refusal.0, "Gọi 024 3333");

    let page = officer.get(HOTLINE).await;
    assert!(page.shows("Trần Thu Hà") && page.shows("Lời gốc") && page.shows("024 1022"), "{}", page.html);
    let version = page.field("version");
    officer.post(HOTLINE, &[("version", &version), ("original", "yes")]).await;
    assert!(office.visitor().get("/").await.shows("tổng đài 024 1022"));
    let page = officer.get(HOTLINE).await;
    assert!(page.shows("name=\"text\" value=\"024 3333\"><button>Dùng lại bản này"), "{}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_is_wrong_is_named_and_what_was_typed_stays(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut officer = office.officer().await;
    let page = writes(&mut officer, "/admin/texts/notice.accepted.text", "Đã nhận {reference} {nơi}").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.shows("tên chỗ trống viết sai") && page.shows("Đã nhận {reference} {nơi}</textarea>"),
        "{}",
        page.html
    );
    let page = writes(&mut officer, "/admin/texts/notice.accepted.text", "Đã nhận {reference} {due}").await;
    for problem in ["Không có chỗ trống {due}.", "Thiếu {agency} (cơ quan).", "Thiếu {answer_due} (hạn trả lời)."]
    {
        assert!(page.shows(problem), "{problem}: {}", page.html);
    }
    // too long for a screen of the dialogs, though not for the directory
    let page = writes(&mut officer, "/admin/texts/directory.citizen_reception", &"Ban Tiếp công dân ".repeat(8)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.html);
    assert!(page.shows("Với lời này") || page.shows("Trong khung chat"), "{}", page.html);
    let written: i64 =
        sqlx::query_scalar("select count(*) from office_text").fetch_one(&office.pool).await.expect("a count");
    assert_eq!(written, 0);
    assert_eq!(officer.get("/admin/texts/consent.title").await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn two_who_change_one_text_do_not_overwrite_each_other(pool: PgPool) {
    let office = Office::open(pool).await;
    let (mut one, mut other) = (office.officer().await, office.signed_in("vy.vp").await);
    let version = other.get(HOTLINE).await.field("version");
    writes(&mut one, HOTLINE, "024 3333").await;
    let page = other.post(HOTLINE, &[("version", &version), ("text", "024 4444")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.shows("Người khác vừa sửa lời này.") && page.shows("024 4444</textarea>"), "{}", page.html);
    assert!(office.visitor().get("/").await.shows("024 3333"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn another_instance_reads_the_change_too(pool: PgPool) {
    let office = Office::open(pool).await;
    let elsewhere = wording(&Notices::load(Path::new("dialogs")).expect("texts of another process"));
    writes(&mut office.officer().await, HOTLINE, "024 3333").await;
    assert!(elsewhere.notices.line(lines::PUBLIC_CONTACT).contains("024 1022"), "it has not looked yet");
    let mut connection = office.pool.acquire().await.expect("a connection");
    assert_eq!(elsewhere.refresh(&mut connection).await.expect("refreshed"), 1);
    assert!(elsewhere.notices.line(lines::PUBLIC_CONTACT).contains("024 3333"));
    assert!(format!("{:?}", elsewhere.dialogs.present()).contains("024 3333"), "the chat says it, too");
    assert_eq!(elsewhere.refresh(&mut connection).await.expect("refreshed"), 0);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_ready_sentence_is_written_changed_and_put_into_the_field(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    office.lay_at_the_ward(&reference).await;
    let mut ward = office.signed_in("minh.lang").await;
    let new = "/admin/quick-texts/new";
    let page = ward.post(new, &[("title", ""), ("body", "Chào {tên}")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("id=\"title-error\"") && page.shows("Chỗ trống chỉ có {mã}"), "{}", page.html);
    let body = "{tên cơ quan} mời Ông/Bà về việc {mã}.";
    ward.post(new, &[("title", "Mời đến quầy"), ("body", body), ("is_offered", "yes")]).await;
    assert!(ward.get("/admin/quick-texts").await.shows("Mời đến quầy"));

    let path = format!("/admin/petitions/{reference}");
    let sheet = ward.get(&path).await;
    let (before, _) = sheet.html.split_once("\">Mời đến quầy</option>").expect("it is offered");
    let id = before.rsplit_once("value=\"").expect("a number").1.to_owned();
    let fields = [("seen", "1"), ("word", "Chào Ông/Bà."), ("quick_text", id.as_str())];
    let page = ward.post(&format!("{path}/word/quick-text"), &fields).await;
    let filled = format!("Chào Ông/Bà.\nUBND phường Láng mời Ông/Bà về việc {reference}.</textarea>");
    assert!(page.status == 200 && page.shows(&filled), "{}", page.html);

    // of the ward, so not for others; and every version stays
    assert!(!office.signed_in("vy.vp").await.get(&path).await.shows("Mời đến quầy</option>"));
    let edit = format!("/admin/quick-texts/{id}");
    let version = ward.get(&edit).await.field("version");
    ward.post(&edit, &[("version", &version), ("title", "Mời đến quầy 3"), ("body", body)]).await;
    assert!(!ward.get(&path).await.shows("Mời đến quầy 3</option>"), "not offered any more");
    let page = ward.get(&edit).await;
    assert!(page.shows("<b>Mời đến quầy</b>") && page.shows("Dùng lại bản này"), "{}", page.html);
    let page = ward.post(&edit, &[("version", &version), ("title", "Khác"), ("body", body)]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.html);
    let all = "/admin/quick-texts/1";
    assert_eq!(ward.get(all).await.status, StatusCode::NOT_FOUND, "of all agencies: the focal office's");
    assert_eq!(office.officer().await.get(all).await.status, StatusCode::OK);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_poster_carries_the_code_of_the_account_and_what_belongs_there(pool: PgPool) {
    let office = Office::open(pool).await;
    let page = office.signed_in("minh.lang").await.get("/admin/poster?agency=HN-SXD").await;
    let link = format!("https://zalo.me/{OA}");
    for shown in ["<b>Sở Xây dựng</b>", &link, "<svg viewBox", "Nhận ở đây", "Khiếu nại: Ban Tiếp công dân"]
    {
        assert!(page.shows(shown), "{shown}: {}", page.html);
    }
    assert!(!page.shows("style="), "nothing that the policy forbids");
    let page = office.signed_in("minh.lang").await.get("/admin/poster?agency=TW-THUE-HN").await;
    assert!(page.shows("<b>UBND phường Láng</b>"), "no agency of the city: one's own");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn every_page_says_what_it_is_for(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut officer = office.officer().await;
    for path in ["/admin", "/admin/calls", "/admin/texts", "/admin/petitions/new", "/admin/channel"] {
        assert!(officer.get(path).await.shows("<summary>Trang này để làm gì</summary>"), "{path}");
    }
    let page = officer.get("/admin/help").await;
    assert!(page.shows("Ghi phản ánh</h2>") && page.shows("Bàn phím"), "{}", page.html);
}
