//! Agencies: who receives for them, and how they change without being deleted.

use axum::http::StatusCode;
use sqlx::PgPool;
use zalo_petitions::officer::{self, Agency};

use super::acts;
use crate::visitor::Office;

const SXD: &str = "/admin/agencies/HN-SXD";

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_agency_without_a_focal_officer_or_a_substitute_is_shown(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut focal = office.officer().await;
    let page = focal.get("/admin/agencies").await;
    assert!(page.shows("<h1>1 cơ quan chưa có đầu mối</h1>"), "the construction department: {}", page.html);
    assert!(page.shows("2 cơ quan chưa có người dự phòng"), "it and the ward; the focal office has two: {}", page.html);
    assert!(page.shows("Không giao việc"), "the tax office is no agency of the city: {}", page.html);

    for (login, substitute) in [("an.sxd", ""), ("bo.sxd", "on")] {
        let form = [
            ("login", login),
            ("name", "Nguyễn An"),
            ("agency_id", "HN-SXD"),
            ("role", "agency_focal"),
            ("is_substitute", substitute),
        ];
        let page = focal.post("/admin/officers", &form).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html);
    }
    let page = focal.get("/admin/agencies").await;
    assert!(page.shows("Cơ quan nào cũng có đầu mối") && page.shows("1 đầu mối, 1 dự phòng"), "{}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_the_office_edited_is_not_undone_at_the_next_start(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut focal = office.officer().await;
    let form = [("version", "1"), ("name", "Sở Xây dựng Hà Nội"), ("official_code", "H26.13")];
    assert_eq!(focal.post(SXD, &form).await.to(), "/admin/agencies");
    let listed = Agency {
        agency_id: "HN-SXD".to_owned(),
        name: "Sở Xây dựng".to_owned(),
        level: "department".to_owned(),
        kind: "so".to_owned(),
        parent_id: None,
        certainty: "confirmed".to_owned(),
        note: String::new(),
    };
    let mut connection = office.pool.acquire().await.expect("a connection");
    officer::save_agencies(&mut connection, &[listed]).await.expect("saved");
    drop(connection);
    let page = focal.get("/admin/agencies").await;
    assert!(page.shows("Sở Xây dựng Hà Nội") && page.shows("mã định danh H26.13"), "{}", page.html);
    let stale = focal.post(SXD, &[("version", "1"), ("name", "Sở Xây dựng và Giao thông")]).await;
    assert!(stale.shows("vừa được người khác sửa") && stale.shows("Sở Xây dựng và Giao thông"), "{}", stale.html);
    assert_eq!(acts(&office.pool, "HN-SXD").await, ["agency_changed"]);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_closed_agency_is_offered_nowhere_and_its_work_is_found_with_its_successor(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut focal = office.officer().await;
    let added = [
        ("agency_id", "hn-sxdgt"),
        ("level", "department"),
        ("name", "Sở Xây dựng và Giao thông"),
        ("valid_from", "01/07/2026"),
    ];
    assert_eq!(focal.post("/admin/agencies", &added).await.to(), "/admin/agencies");
    for (valid_to, successor, say) in [
        ("2026-11-01", "HN-SXDGT", "Nhập ngày theo ngày/tháng/năm"),
        ("01/12/2026", "HN-SXDGT", "Nhập ngày đã ngừng, không sau hôm nay"),
        ("01/11/2026", "HN-SXD", "Chọn cơ quan khác, đang hoạt động"),
    ] {
        let form = [("version", "1"), ("name", "Sở Xây dựng"), ("valid_to", valid_to), ("successor_id", successor)];
        let page = focal.post(SXD, &form).await;
        assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.shows(say), "{}", page.html);
    }
    let form = [("version", "1"), ("name", "Sở Xây dựng"), ("valid_to", "01/11/2026"), ("successor_id", "HN-SXDGT")];
    assert_eq!(focal.post(SXD, &form).await.to(), "/admin/agencies");

    let page = focal.get("/admin/agencies").await;
    assert!(page.shows("Đã ngừng") && page.shows("<td role=\"cell\" data-l=\"Đến ngày\">01/11/2026"), "{}", page.html);
    let form = focal.get("/admin/officers/new").await;
    assert!(!form.shows("value=\"HN-SXD\"") && form.shows("value=\"HN-SXDGT\""), "{}", form.html);
    let mut connection = office.pool.acquire().await.expect("a connection");
    let offered = officer::agencies_of_the_city(&mut connection).await.expect("agencies");
    assert!(offered.iter().all(|(id, _)| id != "HN-SXD"), "{offered:?}");
    let successor = officer::successor(&mut connection, "HN-SXD").await.expect("looked up");
    assert_eq!(successor.map(|(id, _)| id).as_deref(), Some("HN-SXDGT"));
    assert_eq!(officer::successor(&mut connection, "HN-VP").await.expect("looked up"), None);
}
