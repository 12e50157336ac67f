//! A list taken away as a file.

use std::io::{Cursor, Read};

use sqlx::PgPool;
use zip::ZipArchive;

use crate::visitor::{Office, Page};

/// One part of the workbook, as text.
fn part(page: &Page, name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(&page.bytes)).expect("a workbook");
    let mut text = String::new();
    archive.by_name(name).expect(name).read_to_string(&mut text).expect("text");
    text
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_is_on_the_screen_is_taken_away_and_nobody_s_name_with_it(pool: PgPool) {
    let office = Office::open(pool).await;
    for _ in 0..60 {
        office.file(&[("title", "Phạm Thị Lan hỏi trợ cấp, số 0912 345 678")]).await;
    }
    let trick = office.file(&[("title", "=HYPERLINK(\"http://xau.example\",\"Bấm vào đây\")")]).await;
    let land = office.file(&[("topic", "land"), ("title", "Sổ đỏ quá hẹn")]).await;
    sqlx::query("update petition set alike_id = null").execute(&office.pool).await.expect("apart");
    let mut officer = office.officer().await;
    assert!(officer.get("/admin").await.shows("Tải danh sách này (Excel)"));

    let file = officer.post("/admin/export", &[("query", "")]).await;
    assert_eq!(file.status, 200);
    assert!(file.headers["content-disposition"].to_str().expect("text").contains("phan-anh-20261118-0910.xlsx"));
    let (sheet, words) = (part(&file, "xl/worksheets/sheet1.xml"), part(&file, "xl/sharedStrings.xml"));
    assert_eq!(sheet.matches("<row ").count(), 1 + 62, "all pages");
    assert!(words.contains("Mã quốc gia") && words.contains("UBND phường Láng") && words.contains(&land), "{words}");
    for private in ["Lan", "345 678", "345678", "Nguyễn Thượng Hiền", "mail.vn"] {
        assert!(!words.contains(private), "{private}");
    }
    assert!(!sheet.contains("<f>") && words.contains("=HYPERLINK"), "a formula is text");
    assert!(sheet.contains("<v>46344.38194444"), "18/11/2026 9:10 is a date: {}", &sheet[..2_000]);

    let one = officer.post("/admin/export", &[("query", "field=land")]).await;
    let words = part(&one, "xl/sharedStrings.xml");
    assert!(words.contains(&land) && !words.contains(&trick), "the filter holds");
    let rows: Vec<i64> =
        sqlx::query_scalar("select (detail ->> 'rows')::bigint from audit_entry where act = 'export' order by 1 desc")
            .fetch_all(&office.pool)
            .await
            .expect("notes");
    assert_eq!(rows, [62, 1], "each is written down");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn only_whoever_may_takes_a_list_away_and_only_their_own(pool: PgPool) {
    use zalo_petitions::officer::{self, NewOfficer, Role};
    let office = Office::open(pool).await;
    let foreign = office.file(&[]).await;
    let mut agency = office.signed_in("minh.lang").await;
    let file = agency.post("/admin/export", &[("query", &format!("q={foreign}"))]).await;
    assert_eq!(file.status, 200);
    assert_eq!(part(&file, "xl/worksheets/sheet1.xml").matches("<row ").count(), 1, "the heads of the columns only");
    let mut connection = office.pool.acquire().await.expect("a connection");
    for (login, role) in [("handler", Role::Handler), ("oversight", Role::Oversight)] {
        let new = NewOfficer { login, name: login, agency_id: "HN-09454", role };
        officer::add(&mut connection, &new, crate::visitor::PASSWORD, office.clock.now()).await.expect("added");
        let mut visitor = office.signed_in(login).await;
        assert_eq!(visitor.post("/admin/export", &[("query", "")]).await.status, 403, "{login}");
    }
}
