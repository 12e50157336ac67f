//! The month's figures. It is Wednesday 18/11/2026.

use sqlx::{AssertSqlSafe, PgPool};

use crate::visitor::{Office, Page};

/// A petition as it stands now.
async fn stands(office: &Office, columns: &str) {
    let reference = office.file(&[]).await;
    let sql = format!("update petition set {columns} where reference = $1");
    sqlx::query(AssertSqlSafe(sql)).bind(reference).execute(&office.pool).await.expect("it stands so");
}

/// Times are in UTC: a day of Hanoi begins at 17:00 of the day before.
async fn november(office: &Office) {
    for columns in [
        // in time, sent in the first hour of the month
        "handling_agency_id = 'HN-09454', status = 'answered', submitted_at = '2026-10-31 17:30Z',
         answered_at = '2026-11-10 02:00Z', answer_due_at = '2026-11-30 10:00Z', publish_due_at = '2026-11-20 10:00Z'",
        // late, and sent in the last hour of the month before
        "handling_agency_id = 'HN-09454', status = 'published', submitted_at = '2026-10-31 16:30Z',
         answered_at = '2026-11-05 02:00Z', answer_due_at = '2026-11-04 10:00Z', closed_at = '2026-11-06 02:00Z'",
        // in time by its second date: the first was missed
        "handling_agency_id = 'HN-SXD', status = 'published', submitted_at = '2026-11-02 02:00Z',
         answered_at = '2026-11-06 02:00Z', answer_due_at = '2026-11-30 10:00Z', missed_due_at = '2026-11-05 10:00Z',
         closed_at = '2026-11-07 02:00Z'",
        "status = 'refused', submitted_at = '2026-11-03 02:00Z', closed_at = '2026-11-04 02:00Z'",
        "handling_agency_id = 'HN-SXD', status = 'transferred_out', submitted_at = '2026-11-03 02:00Z',
         closed_at = '2026-11-08 02:00Z'",
        // open again, and past its date
        "handling_agency_id = 'HN-09454', status = 'reopened', submitted_at = '2026-09-01 02:00Z',
         accepted_at = '2026-09-01 04:00Z', reopened_at = '2026-11-12 02:00Z', answer_due_at = '2026-11-17 10:00Z'",
    ] {
        stands(office, columns).await;
    }
}

/// What stands under a name, without mark-up.
fn tile(page: &Page, name: &str) -> String {
    let after = page.html.split(&format!("<h2>{name}</h2>")).nth(1).expect(name);
    words(after.split("</li>").next().expect("an end"))
}

fn row(page: &Page, agency: &str) -> Option<String> {
    let after = page.html.split(&format!("<b>{agency}</b></th>")).nth(1)?;
    Some(words(after.split("</tr>").next()?))
}

fn words(html: &str) -> String {
    let text: String =
        html.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| format!("{text} ")).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_month_is_counted_agency_by_agency_and_no_rate_stands_alone(pool: PgPool) {
    let office = Office::open(pool).await;
    november(&office).await;
    let page = office.officer().await.get("/admin/figures").await;
    assert!(page.shows("<h1>Số liệu tháng 11/2026</h1>") && page.shows("Toàn thành phố"), "{}", page.html);
    for (name, says) in [
        ("Nhận trong tháng", "4 tháng trước 1"),
        ("Trả lời đúng hạn", "33,3% 1/3 câu trả lời, mục tiêu 100%"),
        ("Từ chối", "25,0% 1/4 phản ánh, tháng trước 0,0%"),
        ("Chuyển nơi khác", "25,0% 1/4 phản ánh, tháng trước 0,0%"),
        ("Mở lại", "33,3% 1/3 câu trả lời"),
    ] {
        assert_eq!(tile(&page, name), says, "{name}");
    }
    assert_eq!(row(&page, "UBND phường Láng").as_deref(), Some("1 50,0% (1/2) 0 0 1 2 1 quá hạn"));
    assert_eq!(row(&page, "Sở Xây dựng").as_deref(), Some("2 0,0% (0/1) 0 1 0 0"));
    assert_eq!(row(&page, "Chưa giao cơ quan nào").as_deref(), Some("1 – 1 0 0 0"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_agency_sees_its_own_figures_only(pool: PgPool) {
    let office = Office::open(pool).await;
    november(&office).await;
    let page = office.signed_in("minh.lang").await.get("/admin/figures").await;
    assert!(page.shows("UBND phường Láng, tính lúc"), "{}", page.html);
    assert_eq!(tile(&page, "Nhận trong tháng"), "1 tháng trước 1");
    assert!(row(&page, "UBND phường Láng").is_some());
    assert!(row(&page, "Sở Xây dựng").is_none() && row(&page, "Chưa giao cơ quan nào").is_none(), "{}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn another_month_can_be_chosen_and_what_is_no_month_is_this_one(pool: PgPool) {
    let office = Office::open(pool).await;
    november(&office).await;
    let mut officer = office.officer().await;
    let page = officer.get("/admin/figures?month=2026-10").await;
    assert!(
        page.shows("<h1>Số liệu tháng 10/2026</h1>") && page.shows("<option value=\"2026-10\" selected>Tháng 10/2026")
    );
    assert_eq!(tile(&page, "Nhận trong tháng"), "1 tháng trước 1");
    assert_eq!(tile(&page, "Trả lời đúng hạn"), "– 0/0 câu trả lời, mục tiêu 100%");
    for month in ["2026-12", "2026-13", "11/2026", "", "1900-01", "-262143-01"] {
        let page = officer.get(&format!("/admin/figures?month={month}")).await;
        assert!(page.shows("<h1>Số liệu tháng 11/2026</h1>"), "{month}");
    }
}
