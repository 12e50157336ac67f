//! Who the sender is, is kept apart; whom a petition complains of does not see it; who oversees the office learns of nobody.

use axum::http::StatusCode;
use serde_json::json;
use sqlx::PgPool;
use zalo_petitions::officer::{self, NewOfficer, Role};

use crate::visitor::{Office, PASSWORD, Page, Visitor};

const NAMES_HER: &[&str] = &["Phạm Thị Lan", "0912 345 678", "0912345678", "lan.pham@mail.vn", "ngõ 30", "Thượng Hiền"];

fn says_nothing_of_her(page: &Page, place: &str) {
    for personal in NAMES_HER {
        assert!(!page.shows(personal), "{place} says {personal}: {}", page.html);
    }
}

async fn somebody(office: &Office, login: &str, name: &str, role: Role, agency_id: &str) -> i64 {
    let mut connection = office.pool.acquire().await.expect("a connection");
    let new = NewOfficer { login, name, agency_id, role };
    officer::add(&mut connection, &new, PASSWORD, office.clock.now()).await.expect("added")
}

/// What was said in the chat, and what came along.
async fn tell_more(office: &Office, reference: &str) {
    let (petition_id, citizen_id): (i64, i64) =
        sqlx::query_as("select petition_id, citizen_id from petition where reference = $1")
            .bind(reference)
            .fetch_one(&office.pool)
            .await
            .expect("a petition");
    sqlx::query(
        "insert into inbox_event (event_name, citizen_id, happened_at, received_at, body, state, retry_at, finished_at)
         values ('user_send_text', $1, $2, $2, $3, 'done', $2, $2)",
    )
    .bind(citizen_id)
    .bind(office.clock.now())
    .bind(json!({"message": {"text": "Tôi là Phạm Thị Lan, gọi 0912 345 678"}}).to_string().into_bytes())
    .execute(&office.pool)
    .await
    .expect("heard");
    sqlx::query(
        "insert into attachment (petition_id, kind, name, description) values ($1, 'file', $2, $3),
                ($1, 'location', null, null)",
    )
    .bind(petition_id)
    .bind("don_Pham_Thi_Lan.pdf")
    .bind("Đơn của Phạm Thị Lan, 0912 345 678")
    .execute(&office.pool)
    .await
    .expect("attached");
    sqlx::query("update attachment set latitude = '21.0123', longitude = '105.8123' where kind = 'location'")
        .execute(&office.pool)
        .await
        .expect("placed");
    sqlx::query(
        "insert into supplement (petition_id, draft_key, occasion, words, supplied_at)
         values ($1, 'more', 'added', 'Nhà tôi ở số 8 ngõ 30 Nguyễn Thượng Hiền, tên Phạm Thị Lan', $2)",
    )
    .bind(petition_id)
    .bind(office.clock.now())
    .execute(&office.pool)
    .await
    .expect("told");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_asked_to_stay_unnamed_is_unnamed_everywhere_before_the_agency(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office
        .file(&[("identity_confidential", "yes"), ("title", "Phạm Thị Lan hỏi vì sao hồ sơ trợ cấp bị trả lại")])
        .await;
    tell_more(&office, &reference).await;
    office.lay_at_the_ward(&reference).await;
    let mut ward = office.signed_in("minh.lang").await;
    let sheet = ward.get(&format!("/admin/petitions/{reference}")).await;
    assert_eq!(sheet.status, StatusCode::OK, "{}", sheet.html);
    says_nothing_of_her(&sheet, "the page");
    assert!(!sheet.shows("21.0123"), "where she was says where she lives: {}", sheet.html);
    assert!(sheet.shows("[họ tên]") && sheet.shows("[địa chỉ]"), "{}", sheet.html);
    assert_eq!(ward.post(&format!("/admin/petitions/{reference}/sender"), &[]).await.status, StatusCode::FORBIDDEN);

    let mut focal = office.officer().await;
    let sheet = focal.get(&format!("/admin/petitions/{reference}")).await;
    assert!(sheet.shows("Phạm Thị Lan hỏi vì sao"), "her own words, to the focal office: {}", sheet.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_oversees_the_office_reads_everything_and_learns_of_nobody(pool: PgPool) {
    let office = Office::open(pool).await;
    somebody(&office, "mttq", "Vũ Giám Sát", Role::Oversight, "HN-VP").await;
    let reference = office.file(&[("proposal", "Nhắn cho ông Trần Văn Ba ở số 5 phố Láng Hạ, 0987654321")]).await;
    tell_more(&office, &reference).await;
    office
        .answer(&reference, "Đã trả kết quả cho bà Phạm Thị Lan ngày 17/11, còn vướng gọi 0912 345 678, cảm ơn bà.")
        .await;
    let path = format!("/admin/petitions/{reference}");
    let mut oversight = office.signed_in("mttq").await;
    let sheet = oversight.get(&path).await;
    assert_eq!(sheet.status, StatusCode::OK);
    says_nothing_of_her(&sheet, "the page");
    for hidden in ["Trần Văn Ba", "phố Láng Hạ", "0987654321", "id=\"chat-title\"", "name=\"word\"", "don_", "21.0123"]
    {
        assert!(!sheet.shows(hidden), "{hidden}: {}", sheet.html);
    }
    assert!(sheet.shows("2 tệp, không mở ở vai trò") && sheet.shows("trợ cấp hưu trí"), "{}", sheet.html);
    for (page, status) in [
        ("/publication", StatusCode::FORBIDDEN),
        ("/refusal", StatusCode::FORBIDDEN),
        ("/named-officers", StatusCode::FORBIDDEN),
        ("/attachments/1", StatusCode::FORBIDDEN),
    ] {
        assert_eq!(oversight.get(&format!("{path}{page}")).await.status, status, "{page}");
    }
    assert_eq!(oversight.post(&format!("{path}/sender"), &[]).await.status, StatusCode::FORBIDDEN);
}

async fn sees(visitor: &mut Visitor, reference: &str) -> bool {
    visitor.get(&format!("/admin/petitions/{reference}")).await.status == StatusCode::OK
}

const RUDE: &str = "Sáng 17/11 tại bộ phận một cửa, cán bộ LE MINH quát mắng mẹ tôi và không nhận hồ sơ trợ cấp.";

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn whom_a_petition_names_is_marked_when_it_is_filed_and_does_not_see_it(pool: PgPool) {
    let office = Office::open(pool).await;
    let conduct = [("category", "official_conduct"), ("content", RUDE)];
    let reference = office.file(&conduct).await;
    let other = office.file(&[("content", RUDE)]).await;
    for reference in [&reference, &other] {
        office.lay_at_the_ward(reference).await;
    }
    let (mut minh, mut focal) = (office.signed_in("minh.lang").await, office.officer().await);
    assert!(!sees(&mut minh, &reference).await);
    assert!(sees(&mut minh, &other).await, "a matter of procedure names nobody by itself");
    let path = format!("/admin/petitions/{reference}");
    let sheet = focal.get(&path).await;
    assert!(sheet.shows("Lê Minh, UBND phường Láng") && sheet.shows("Ghi người bị phản ánh"), "{}", sheet.html);
    for page in ["/publication", "/refusal", "/named-officers"] {
        assert_eq!(minh.get(&format!("{path}{page}")).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    assert_eq!(minh.post(&format!("{path}/sender"), &[]).await.status, StatusCode::NOT_FOUND);

    // the focal office takes the mark away, and sets it again
    let form = focal.get(&format!("{path}/named-officers")).await;
    assert!(form.shows("checked> <span><b>Lê Minh</b>") && form.shows("có tên trong lời kể"), "{}", form.html);
    let (version, seen) = (form.field("version"), form.field("seen"));
    let none = [("version", version.as_str()), ("seen", seen.as_str())];
    assert_eq!(focal.post(&format!("{path}/named-officers"), &none).await.to(), path);
    assert!(sees(&mut minh, &reference).await);
    let stale = focal.post(&format!("{path}/named-officers"), &none).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.html);
    let form = focal.get(&format!("{path}/named-officers")).await;
    let id: i64 = sqlx::query_scalar("select officer_id from officer where login = 'minh.lang'")
        .fetch_one(&office.pool)
        .await
        .expect("an officer");
    let (version, seen, id) = (form.field("version"), form.field("seen"), id.to_string());
    let fields = [("version", version.as_str()), ("seen", seen.as_str()), ("officer", id.as_str())];
    assert_eq!(focal.post(&format!("{path}/named-officers"), &fields).await.to(), path);
    assert!(!sees(&mut minh, &reference).await);
    assert_eq!(minh.get(&format!("{path}/named-officers")).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn somebody_of_the_focal_office_always_receives_a_petition(pool: PgPool) {
    let office = Office::open(pool).await;
    sqlx::query("update officer set closed_at = created_at where role = 'focal_office' and officer_id <> $1")
        .bind(office.officer_id)
        .execute(&office.pool)
        .await
        .expect("one is left");
    let told = "Cán bộ Trần Thu Hà của Văn phòng không trả lời điện thoại và nói trống không với tôi hôm 16/11.";
    let reference = office.file(&[("category", "official_conduct"), ("content", told)]).await;
    let mut focal = office.officer().await;
    assert!(sees(&mut focal, &reference).await, "nobody else could receive it");
    let path = format!("/admin/petitions/{reference}/named-officers");
    let form = focal.get(&path).await;
    assert!(form.shows("có tên trong lời kể"), "{}", form.html);
    let (version, seen, id) = (form.field("version"), form.field("seen"), office.officer_id.to_string());
    let fields = [("version", version.as_str()), ("seen", seen.as_str()), ("officer", id.as_str())];
    let page = focal.post(&path, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("Mở thêm một tài khoản đầu mối trước"), "{}", page.html);

    somebody(&office, "thay.vp", "Đỗ Thay", Role::FocalOffice, "HN-VP").await;
    assert_eq!(focal.post(&path, &fields).await.to(), "/admin");
    assert!(!sees(&mut focal, &reference).await);
    assert!(sees(&mut office.signed_in("thay.vp").await, &reference).await);
    let another = office.file(&[("category", "official_conduct"), ("content", told)]).await;
    assert!(!sees(&mut focal, &another).await, "now the machine marks her at once");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn nobody_is_marked_who_has_nothing_to_do_with_it(pool: PgPool) {
    let office = Office::open(pool).await;
    let far = somebody(&office, "xa", "Ngô Văn Xa", Role::AgencyFocal, "HN-SXD").await;
    let reference = office.file(&[("category", "official_conduct"), ("content", RUDE)]).await;
    let path = format!("/admin/petitions/{reference}/named-officers");
    let mut focal = office.officer().await;
    let form = focal.get(&path).await;
    assert!(!form.shows("Ngô Văn Xa"), "{}", form.html);
    let (version, seen, id) = (form.field("version"), form.field("seen"), far.to_string());
    let fields = [("version", version.as_str()), ("seen", seen.as_str()), ("officer", id.as_str())];
    assert_eq!(focal.post(&path, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}
