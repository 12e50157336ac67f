//! The notice board.

use std::path::Path;

use axum::http::StatusCode;
use sqlx::PgPool;
use zalo_petitions::casework::PublicationDraft;
use zalo_petitions::dialog::Catalog;

use crate::visitor::Office;

fn draft() -> PublicationDraft {
    PublicationDraft {
        is_public: true,
        title: "Trợ cấp hưu trí xã hội quá hẹn chưa có kết quả".to_owned(),
        content: "Tôi là [họ tên], nộp hồ sơ từ 5/10. <script>alert(1)</script>".to_owned(),
        answer: "UBND phường đã kiểm tra ngày 16/11. Đường dây đã được nối lại.".to_owned(),
        ..PublicationDraft::default()
    }
}

const ANSWER: &str = "UBND phường đã kiểm tra hồ sơ của bà Phạm Thị Lan ngày 16/11 và trả kết quả ngày 17/11.";

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_published_result_is_shown_without_its_sender(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    office.answer(&reference, ANSWER).await;
    office.publish(&reference, &draft()).await;

    let mut visitor = office.visitor();
    for path in ["/".to_owned(), format!("/p/{reference}"), "/?q=tro+cap".to_owned()] {
        let page = visitor.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.shows(&reference) && page.shows("Trợ cấp hưu trí"), "{path}: {}", page.html);
        for private in ["Lan", "345 678", "345678", "Nguyễn Thượng Hiền", "mail.vn", "<script"] {
            assert!(!page.shows(private), "{path} shows {private}: {}", page.html);
        }
    }
    let page = visitor.get(&format!("/p/{reference}")).await;
    assert!(page.shows("<span class=\"masked\">[họ tên]</span>"));
    assert!(page.shows("&lt;script&gt;"), "shown as the text it is");
    assert!(page.shows("Một người dân ở phường Láng"));
    assert!(page.shows("đúng hạn"));
    let answer = page.html.find("UBND phường Láng trả lời").expect("the answer");
    assert!(answer < page.html.find("Người dân phản ánh").expect("the question"), "the answer comes first");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_is_not_public_looks_like_what_does_not_exist(pool: PgPool) {
    let office = Office::open(pool).await;
    let under_way = office.file(&[]).await;
    let private = office.file(&[]).await;
    office.answer(&private, ANSWER).await;
    office.publish(&private, &PublicationDraft { is_public: false, ..draft() }).await;

    let mut visitor = office.visitor();
    let nobodys = visitor.get("/p/HN-PAKN-20261102-0009-C").await;
    assert_eq!(nobodys.status, StatusCode::NOT_FOUND);
    for reference in [&under_way, &private] {
        let page = visitor.get(&format!("/p/{reference}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert_eq!(page.html.replace(reference, "HN-PAKN-20261102-0009-C"), nobodys.html);
        assert!(page.shows("gửi riêng Ông/Bà qua Zalo"));
    }
    let list = visitor.get("/").await;
    assert!(list.shows("Chưa có kết quả nào"), "{}", list.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn results_are_found_without_diacritics_and_never_by_name(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    office.answer(&reference, ANSWER).await;
    office.publish(&reference, &draft()).await;

    let mut visitor = office.visitor();
    let short = reference.to_lowercase().replace('-', "+");
    for found in ["duong+day", "HƯU+TRÍ", "ho\u{302}\u{300}+so\u{31b}", &short] {
        assert!(visitor.get(&format!("/?q={}", found)).await.shows(&reference), "{found}");
    }
    for absent in ["pham+thi+lan", "0912345678", "678", "nguyen+thuong+hien", "100%25", "_"] {
        assert!(!visitor.get(&format!("/?q={absent}")).await.shows(&reference), "{absent}");
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_reference_is_read_as_people_write_it(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut visitor = office.visitor();
    let page = visitor.get("/p/hn%20pakn%2020261118%200042%20k").await;
    assert_eq!((page.status, page.to()), (StatusCode::PERMANENT_REDIRECT, "/p/HN-PAKN-20261118-0042-K"));
    let page = visitor.get("/p/HN-PAKN-20261118-0042-L").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.shows("Chưa đọc được mã này"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_notice_on_personal_data_is_read_in_full_and_in_its_version(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut visitor = office.visitor();
    let board = visitor.get("/").await;
    assert!(board.shows("href=\"/notice\""), "{}", board.html);
    let page = visitor.get("/notice").await;
    assert_eq!(page.status, StatusCode::OK);
    let catalog = Catalog::load(Path::new("dialogs")).expect("dialogs");
    assert!(page.shows(&format!("Bản <span class=\"ref\">{}</span>", catalog.consent_version())), "{}", page.html);
    for said in [
        "trợ lý tự động (máy)",
        "Họ tên, số điện thoại, địa chỉ",
        "Cổng Dịch vụ công quốc gia (dichvucong.gov.vn)",
        "10 năm từ khi kết thúc",
        "12 tháng",
        "nhắn &quot;dữ liệu của tôi&quot;",
        "rút lại đồng ý",
        "Văn phòng UBND Thành phố",
        "gọi 024 1022",
        "Ban Tiếp công dân thành phố Hà Nội",
    ] {
        assert!(page.shows(said), "{said}: {}", page.html);
    }
    assert!(!page.shows("{"), "a slot is left open: {}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn every_page_carries_its_headers_and_every_failure_a_number(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut visitor = office.visitor();
    let pages = [visitor.get("/").await, visitor.get("/no-such-page").await, visitor.post("/", &[]).await];
    assert_eq!(pages.each_ref().map(|page| page.status.as_u16()), [200, 404, 405]);
    for page in &pages {
        let policy = page.headers["content-security-policy"].to_str().expect("a policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        assert_eq!(page.headers["referrer-policy"], "same-origin");
        assert!(!page.shows(" style=") && !page.shows("<script") && !page.shows("<style"), "{}", page.html);
    }
    let numbers: Vec<&str> = pages[1..].iter().map(|page| incident(&page.html)).collect();
    assert_ne!(numbers[0], numbers[1]);
    assert!(numbers.iter().all(|number| number.len() == 9), "{numbers:?}");

    let sheet = pages[0].html.split("href=\"/static/look.css").nth(1).expect("a stylesheet");
    let sheet = visitor.get(&format!("/static/look.css{}", sheet.split('"').next().expect("an address"))).await;
    assert_eq!(sheet.status, StatusCode::OK);
    assert!(sheet.headers["cache-control"].to_str().expect("a rule").contains("immutable"));
}

fn incident(html: &str) -> &str {
    let (_, after) = html.split_once("mã sự cố <b class=\"ref\">").expect("an incident number");
    after.split('<').next().expect("an end")
}
