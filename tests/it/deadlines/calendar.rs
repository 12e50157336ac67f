//! The office's calendar: what would move is seen first, what was chosen moves, and the program undoes nothing.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use sqlx::PgPool;
use tower::ServiceExt;
use zalo_petitions::petition::{calendar_store, load_holidays};

use super::{assigned, at, history, petition, wait_until};
use crate::visitor::{Office, Page, Visitor};

const DECIDED: &[(&str, &str)] = &[
    ("was", "2026-11-23.swap_off"),
    ("date", "23/11/2026"),
    ("name", "Nghỉ hoán đổi trước Ngày Văn hóa Việt Nam"),
    ("kind", "swap_off"),
    ("status", "official"),
    ("source", "Công văn 1/VPCP"),
];

/// Answers the page that asks which dates move.
async fn answer(visitor: &mut Visitor, page: &Page, fields: &[(&str, &str)]) -> Page {
    let carried = ["list", "removed", "seen"].map(|name| (name, unescaped(&page.field(name))));
    let carried: Vec<(&str, &str)> = carried.iter().map(|(name, value)| (*name, value.as_str())).collect();
    visitor.post("/admin/calendar/changes", &[&carried[..], fields].concat()).await
}

fn unescaped(html: &str) -> String {
    html.replace("&#34;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

async fn import(office: &Office, visitor: &Visitor, list: &str, is_whole: &[&str]) -> (u16, String) {
    let mut body = "--x\r\ncontent-disposition: form-data; name=\"list\"\r\n\r\n\r\n".to_owned();
    let file = "content-disposition: form-data; name=\"file\"; filename=\"nghi.csv\"\r\ncontent-type: text/csv";
    body.push_str(&format!("--x\r\n{file}\r\n\r\n{list}\r\n"));
    for yes in is_whole {
        body.push_str(&format!("--x\r\ncontent-disposition: form-data; name=\"is_whole\"\r\n\r\n{yes}\r\n"));
    }
    body.push_str("--x--\r\n");
    let request = Request::post("/admin/calendar/import")
        .header("origin", "http://pakn.example")
        .header(CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header(COOKIE, visitor.cookie.as_deref().expect("signed in"))
        .body(Body::from(body))
        .expect("a request");
    let response = office.app.clone().oneshot(request).await.expect("an answer");
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.expect("a body");
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_new_day_of_rest_moves_the_dates_that_were_chosen_and_no_closed_ones(pool: PgPool) {
    let office = Office::open(pool).await;
    let (chosen, left, new) = (assigned(&office).await, assigned(&office).await, office.file(&[]).await);
    let closed = office.file(&[]).await;
    sqlx::query("update petition set status = 'withdrawn', closed_at = now() where reference = $1")
        .bind(&closed)
        .execute(&office.pool)
        .await
        .expect("closed");
    wait_until(&office, "2026-11-18T09:20");
    let mut ha = office.officer().await;
    let page = ha.get("/admin/calendar?year=2026&edit=2026-11-23.swap_off").await;
    assert!(page.shows("Sửa 23/11/2026") && page.shows("Mới đề xuất, chưa tính"), "{}", page.html);

    let page = ha.post("/admin/calendar/days", DECIDED).await;
    assert!(page.shows("3 hạn của phản ánh đang mở sẽ dời"), "{}", page.html);
    for reference in [&chosen, &left, &new] {
        assert!(page.shows(reference), "{reference}: {}", page.html);
    }
    assert!(page.shows("10/12/2026") && page.shows("11/12/2026") && !page.shows(&closed), "{}", page.html);
    assert_eq!(petition(&office, &chosen).await.answer_due_at, at("2026-12-10T17:00"), "nothing is written yet");

    let fields = [("act", "chosen"), ("move", chosen.as_str()), ("move", new.as_str())];
    assert_eq!(answer(&mut ha, &page, &fields).await.to(), "/admin/calendar?year=2026");
    let listed = ha.get("/admin/calendar?year=2026").await;
    assert!(listed.shows("2 phản ánh có hạn mới") && listed.shows("Trần Thu Hà, 18/11/2026, 09:20"), "{}", listed.html);
    assert_eq!(petition(&office, &chosen).await.answer_due_at, at("2026-12-11T17:00"));
    assert_eq!(petition(&office, &new).await.answer_due_at, at("2026-12-11T17:00"));
    assert_eq!(petition(&office, &new).await.accept_due_at, at("2026-11-19T09:10"), "due before that day");
    assert_eq!(petition(&office, &left).await.answer_due_at, at("2026-12-10T17:00"));
    assert_eq!(petition(&office, &closed).await.answer_due_at, at("2026-12-10T17:00"));
    assert_eq!(history(&office, &chosen).await.last().expect("a line"), "note: Trần Thu Hà");
    let sheet = ha.get(&format!("/admin/petitions/{chosen}")).await;
    assert!(sheet.shows("lịch nghỉ thay đổi; hạn 10/12/2026 → 11/12/2026"), "{}", sheet.html);
    let page = answer(&mut ha, &page, &fields).await;
    assert_eq!(page.status.as_u16(), 409, "the same once more: other dates would move by now");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_came_in_while_somebody_looked_is_shown_before_anything_is_written(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut ha = office.officer().await;
    let page = ha.post("/admin/calendar/days", DECIDED).await;
    assert!(page.shows("Không hạn nào dời"), "{}", page.html);
    let reference = assigned(&office).await;
    let page = answer(&mut ha, &page, &[("act", "none")]).await;
    assert_eq!(page.status.as_u16(), 409);
    assert!(page.shows("Danh sách hạn đã đổi") && page.shows(&reference), "{}", page.html);
    assert_eq!(answer(&mut ha, &page, &[("act", "all")]).await.status.as_u16(), 303);
    assert_eq!(petition(&office, &reference).await.answer_due_at, at("2026-12-11T17:00"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_start_of_the_program_undoes_nothing_that_the_office_wrote(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut ha = office.officer().await;
    let page = ha.post("/admin/calendar/days", DECIDED).await;
    answer(&mut ha, &page, &[("act", "none")]).await;
    let page = ha.post("/admin/calendar/days/2026-11-24/holiday/removal", &[]).await;
    assert!(page.shows("Thứ Ba 24/11/2026: bỏ dòng nghỉ lễ, tết"), "{}", page.html);
    answer(&mut ha, &page, &[("act", "none")]).await;

    let mut connection = office.pool.acquire().await.expect("a connection");
    load_holidays(&mut connection).await.expect("loaded");
    let calendar = calendar_store::calendar(&mut connection).await.expect("read");
    let is_worked = |day: &str| calendar.is_working_day(day.parse().expect("a day"));
    assert!(!is_worked("2026-11-23") && is_worked("2026-11-24"));
    let page = ha.get("/admin/calendar?year=2026").await;
    assert!(page.shows("Đã bỏ (1)") && page.shows("Công văn 1/VPCP"), "{}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_day_that_cannot_be_read_comes_back_with_what_to_enter(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut ha = office.officer().await;
    let fields = [("date", "mai"), ("name", ""), ("kind", "holiday"), ("status", "official"), ("source", "TB 1")];
    let page = ha.post("/admin/calendar/days", &fields).await;
    assert_eq!(page.status.as_u16(), 422);
    for shown in ["Nhập ngày theo ngày/tháng/năm", "Ghi tên ngày", "value=\"mai\"", "value=\"TB 1\"", "date-error"]
    {
        assert!(page.shows(shown), "{shown}: {}", page.html);
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_yearly_list_is_brought_in_or_every_wrong_line_is_named(pool: PgPool) {
    let office = Office::open(pool).await;
    let ha = office.officer().await;
    let wrong = "date,name,kind,status,source\n2028-02-30,Tết,holiday,official,TB 1\n2028-01-01,Tết Dương lịch,nghỉ,official,TB 1\n";
    let (status, page) = import(&office, &ha, wrong, &[]).await;
    assert_eq!(status, 422);
    for shown in ["2 chỗ chưa đọc được, chưa lưu gì", "Dòng 2: nhập ngày", "Dòng 3: loại ngày", "2028-02-30,Tết"]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }

    // the list of 2027 as it was decided at last: ten days of Tết, and nothing else is a day of rest
    let list = "date,name,kind,status,source\n2027-02-05,Tết Nguyên đán,holiday,official,TB 2/TB-BNV\n\
                2027-02-08,\"Tết Nguyên đán, mùng 3\",holiday,official,TB 2/TB-BNV\n2028-01-03,Nghỉ bù,substitute_off,official,TB 3\n";
    let (status, html) = import(&office, &ha, list, &["yes"]).await;
    assert_eq!(status, 200, "{html}");
    assert!(html.contains("Thứ Năm 4/2/2027: bỏ dòng nghỉ lễ, tết"), "{html}");
    let mut ha = ha;
    let page = Page { status: axum::http::StatusCode::OK, headers: Default::default(), html, bytes: Vec::new() };
    assert_eq!(answer(&mut ha, &page, &[("act", "none")]).await.status.as_u16(), 303);
    let mut connection = office.pool.acquire().await.expect("a connection");
    let calendar = calendar_store::calendar(&mut connection).await.expect("read");
    let is_worked = |day: &str| calendar.is_working_day(day.parse().expect("a day"));
    assert!(
        is_worked("2027-02-04") && !is_worked("2027-02-08") && !is_worked("2028-01-03") && !is_worked("2026-11-24")
    );
    assert_eq!(calendar.last_year(), 2028);
}
