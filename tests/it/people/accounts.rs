//! Accounts: opened, changed, reset, closed.

use axum::http::StatusCode;
use sqlx::PgPool;

use super::{acts, coded, id_of, sign_in};
use crate::visitor::{Office, PASSWORD};

const NEW: &[(&str, &str)] = &[
    ("login", "Nga.Lang"),
    ("name", "Vũ Thị Nga"),
    ("email", "Nga@hanoi.gov.vn"),
    ("agency_id", "HN-09454"),
    ("role", "handler"),
];
const OWN: &str = "bốn từ dễ nhớ";

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_new_officer_gets_a_one_time_password_and_does_nothing_before_choosing_another(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut focal = office.officer().await;
    let opened = focal.post("/admin/officers", NEW).await;
    let page = focal.get(opened.to()).await;
    assert!(page.shows("Đã mở tài khoản nga.lang"), "{}", page.html);
    let one_time = coded(&page);
    assert!(!focal.get(opened.to()).await.shows(&one_time), "shown once");

    let mut nga = office.visitor();
    assert_eq!(sign_in(&mut nga, "nga.lang", &one_time).await.to(), "/admin");
    for path in ["/admin", "/admin/calls", "/admin/account", "/admin/account/second-factor"] {
        assert_eq!(nga.get(path).await.to(), "/admin/account/password", "{path}");
    }
    let page = nga.get("/admin/account/password").await;
    assert!(page.shows("Mật khẩu này do người khác đặt") && !page.shows("Việc cần làm"), "{}", page.html);
    let weak = nga.post("/admin/account/password", &[("old", &one_time), ("new", "ngắn"), ("again", "ngắn")]).await;
    assert!(weak.status == StatusCode::UNPROCESSABLE_ENTITY && weak.shows("ít nhất 10 ký tự"), "{}", weak.html);
    let change = [("old", one_time.as_str()), ("new", OWN), ("again", OWN)];
    assert_eq!(nga.post("/admin/account/password", &change).await.to(), "/admin");
    assert_eq!(nga.get("/admin").await.status, StatusCode::OK, "the session goes on");

    assert_eq!(sign_in(&mut office.visitor(), "nga.lang", &one_time).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(sign_in(&mut office.visitor(), "nga.lang", OWN).await.to(), "/admin");
    assert_eq!(acts(&office.pool, "nga.lang").await, ["account_added", "sign_in", "password", "sign_in"]);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_one_time_password_that_nobody_used_in_time_opens_nothing(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut focal = office.officer().await;
    let opened = focal.post("/admin/officers", NEW).await;
    let one_time = coded(&focal.get(opened.to()).await);
    office.clock.advance(zalo_petitions::officer::account::ONE_TIME_LASTS);
    assert_eq!(sign_in(&mut office.visitor(), "nga.lang", &one_time).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_is_missing_is_named_by_its_field_and_what_was_typed_stays(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut focal = office.officer().await;
    for (field, value, say) in [
        ("login", "Nga Láng", "Nhập 2 đến 40 chữ cái không dấu"),
        ("login", "ha.vp", "Tên đăng nhập ha.vp đã có người dùng"),
        ("name", " ", "Nhập họ và tên cán bộ"),
        ("email", "nga", "Nhập địa chỉ thư công vụ"),
        ("agency_id", "HN-XX", "Chọn một cơ quan đang hoạt động"),
        ("role", "", "Chọn một vai trò"),
    ] {
        let form: Vec<_> = NEW.iter().map(|(name, good)| (*name, if *name == field { value } else { *good })).collect();
        let page = focal.post("/admin/officers", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        let link = format!("<a href=\"#{field}\">");
        assert!(page.shows(&link) && page.shows(say), "{field}: {}", page.html);
        if field != "name" {
            assert!(page.shows("value=\"Vũ Thị Nga\""), "{field}: {}", page.html);
        }
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_changed_role_counts_at_once_and_a_stale_form_changes_nothing(pool: PgPool) {
    let office = Office::open(pool).await;
    let (mut focal, mut minh) = (office.officer().await, office.signed_in("minh.lang").await);
    let place = format!("/admin/officers/{}", id_of(&office.pool, "minh.lang").await);
    let version = focal.get(&place).await.field("version");
    let form = |name: &'static str, role: &'static str| {
        [
            ("version", version.clone()),
            ("name", name.to_owned()),
            ("agency_id", "HN-09454".to_owned()),
            ("role", role.to_owned()),
        ]
    };
    let posts = form("Lê Minh", "focal_office");
    let posts: Vec<_> = posts.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(minh.get("/admin/officers").await.status, StatusCode::FORBIDDEN);
    assert_eq!(focal.post(&place, &posts).await.to(), place);
    assert_eq!(minh.get("/admin/officers").await.status, StatusCode::OK);

    let stale = form("Lê Văn Minh", "leader");
    let stale: Vec<_> = stale.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = focal.post(&place, &stale).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("vừa được người khác sửa") && page.shows("value=\"Lê Văn Minh\""), "{}", page.html);
    assert_eq!(page.field("version"), "2", "what is saved next is saved over what the page shows");
    assert_eq!(acts(&office.pool, "minh.lang").await, ["sign_in", "account_changed"]);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_reset_password_ends_all_sessions_and_is_no_password_to_keep(pool: PgPool) {
    let office = Office::open(pool).await;
    let (mut focal, mut minh) = (office.officer().await, office.signed_in("minh.lang").await);
    let place = format!("/admin/officers/{}", id_of(&office.pool, "minh.lang").await);
    let reset = focal.post(&format!("{place}/password"), &[]).await;
    let one_time = coded(&focal.get(reset.to()).await);
    assert_eq!(minh.get("/admin").await.to(), "/admin/login");
    assert_eq!(sign_in(&mut minh, "minh.lang", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    sign_in(&mut minh, "minh.lang", &one_time).await;
    assert_eq!(minh.get("/admin").await.to(), "/admin/account/password");
    let kept: String = sqlx::query_scalar("select string_agg(detail::text || subject, ' ') from audit_entry")
        .fetch_one(&office.pool)
        .await
        .expect("a log");
    assert!(!kept.contains(&one_time), "{kept}");

    let own = format!("/admin/officers/{}", office.officer_id);
    for part in ["password", "second-factor", "sessions", "closure"] {
        let page = focal.post(&format!("{own}/{part}"), &[]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "one's own {part}");
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_leaves_gives_back_what_was_not_finished_and_nothing_is_deleted(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut focal = office.officer().await;
    let opened = focal.post("/admin/officers", NEW).await;
    let place = opened.to().to_owned();
    let nga = id_of(&office.pool, "nga.lang").await;
    for status in ["assigned", "in_progress", "published"] {
        let reference = office.file(&[]).await;
        sqlx::query(
            "update petition set handling_agency_id = 'HN-09454', handler_id = $2, status = $3 where reference = $1",
        )
        .bind(&reference)
        .bind(nga)
        .bind(status)
        .execute(&office.pool)
        .await
        .expect("given");
    }
    let page = focal.get(&format!("{place}/closure")).await;
    assert!(page.shows("2 phản ánh chưa xong trở về đầu mối UBND phường Láng"), "{}", page.html);
    let closed = focal.post(&format!("{place}/closure"), &[]).await;
    let page = focal.get(closed.to()).await;
    assert!(page.shows("2 phản ánh đang xử lý đã trả về đầu mối cơ quan"), "{}", page.html);
    assert!(page.shows("Đã đóng") && !page.shows("Lưu tài khoản"), "{}", page.html);

    let left: i64 = sqlx::query_scalar("select count(*) from petition where handler_id = $1")
        .bind(nga)
        .fetch_one(&office.pool)
        .await
        .expect("a count");
    assert_eq!(left, 1, "what was finished keeps its name");
    let lines: i64 = sqlx::query_scalar("select count(*) from petition_event where detail ? 'given_back'")
        .fetch_one(&office.pool)
        .await
        .expect("a count");
    assert_eq!(lines, 2);
    assert_eq!(focal.get(&format!("{place}/closure")).await.status, StatusCode::NOT_FOUND);
    assert!(focal.get("/admin/officers?state=closed").await.shows("Vũ Thị Nga"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_last_of_the_focal_office_stays(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut focal = office.officer().await;
    let vy = format!("/admin/officers/{}", id_of(&office.pool, "vy.vp").await);
    assert_eq!(focal.post(&format!("{vy}/closure"), &[]).await.to(), vy);
    let own = format!("/admin/officers/{}", office.officer_id);
    let version = focal.get(&own).await.field("version");
    let form = [("version", version.as_str()), ("name", "Trần Thu Hà"), ("agency_id", "HN-VP"), ("role", "leader")];
    let page = focal.post(&own, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("tài khoản đầu mối Thành phố cuối cùng"), "{}", page.html);
}
