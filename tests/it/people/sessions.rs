//! Sign-ins that can be seen and ended; the account page.

use axum::http::StatusCode;
use sqlx::PgPool;

use super::{acts, id_of};
use crate::visitor::{Office, PASSWORD};

async fn latest(pool: &PgPool, login: &str) -> i64 {
    let query = "select max(officer_session_id) from officer_session join officer using (officer_id) where login = $1";
    sqlx::query_scalar(query).bind(login).fetch_one(pool).await.expect("a session")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_session_that_was_ended_is_refused_at_its_next_request(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut here = office.signed_in("minh.lang").await;
    let own = latest(&office.pool, "minh.lang").await;
    let mut there = office.signed_in("minh.lang").await;
    let other = latest(&office.pool, "minh.lang").await;
    let page = here.get("/admin/account").await;
    assert!(page.shows(&format!("/admin/account/sessions/{other}")), "{}", page.html);
    assert!(!page.shows(&format!("/admin/account/sessions/{own}")), "not the one in use: {}", page.html);
    here.post(&format!("/admin/account/sessions/{own}"), &[]).await;
    assert_eq!(here.get("/admin/account").await.status, StatusCode::OK, "nor by hand");

    here.post(&format!("/admin/account/sessions/{other}"), &[]).await;
    assert_eq!(there.get("/admin/account").await.to(), "/admin/login?next=%2Fadmin%2Faccount");
    assert_eq!(there.get("/admin/login").await.status, StatusCode::OK, "and can sign in again");
    assert!(here.get("/admin/account").await.shows("Đã kết thúc"));
    assert_eq!(acts(&office.pool, "minh.lang").await, ["sign_in", "sign_in", "session_ended"]);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn nobody_ends_the_session_of_another_but_who_keeps_the_accounts(pool: PgPool) {
    let office = Office::open(pool).await;
    let (mut focal, mut minh) = (office.officer().await, office.signed_in("minh.lang").await);
    let (of_focal, of_minh) = (latest(&office.pool, "ha.vp").await, latest(&office.pool, "minh.lang").await);
    minh.post(&format!("/admin/account/sessions/{of_focal}"), &[]).await;
    assert_eq!(focal.get("/admin").await.status, StatusCode::OK);

    let place = format!("/admin/officers/{}", id_of(&office.pool, "minh.lang").await);
    focal.post(&format!("{place}/sessions/{of_focal}"), &[]).await;
    assert_eq!(focal.get("/admin").await.status, StatusCode::OK, "a session goes by its officer's address only");
    focal.post(&format!("{place}/sessions/{of_minh}"), &[]).await;
    assert_eq!(minh.get("/admin").await.to(), "/admin/login");

    let mut again = office.signed_in("minh.lang").await;
    focal.post(&format!("{place}/sessions"), &[]).await;
    assert_eq!(again.get("/admin").await.to(), "/admin/login");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_new_password_ends_the_other_sessions_and_not_this_one(pool: PgPool) {
    let office = Office::open(pool).await;
    let (mut here, mut there) = (office.officer().await, office.officer().await);
    let former = here.cookie.clone();
    let change = |old: &'static str| [("old", old), ("new", "một mật khẩu khác"), ("again", "một mật khẩu khác")];
    let wrong = here.post("/admin/account/password", &change("sai hẳn rồi")).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.shows("href=\"#old\""), "{}", wrong.html);
    assert_eq!(here.post("/admin/account/password", &change(PASSWORD)).await.to(), "/admin/account");
    assert_eq!(here.get("/admin/account").await.status, StatusCode::OK);
    assert_ne!(here.cookie, former, "under another id");
    assert_eq!(there.get("/admin").await.to(), "/admin/login");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn guessing_the_old_password_locks_as_signing_in_does(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut thief = office.officer().await;
    let change = |old: &'static str| [("old", old), ("new", "một mật khẩu khác"), ("again", "một mật khẩu khác")];
    for guess in ["1", "2", "3", "4", "5"] {
        thief.post("/admin/account/password", &change(guess)).await;
    }
    let page = thief.post("/admin/account/password", &change(PASSWORD)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "the right one comes too late");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn single_keys_are_switched_off_and_the_pages_say_so(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut officer = office.officer().await;
    assert!(officer.get("/admin").await.shows("<body class=\"office\" data-keys=\"on\">"));
    officer.post("/admin/account/keys", &[]).await;
    assert!(officer.get("/admin").await.shows("<body class=\"office\" data-keys=\"off\">"));
    officer.post("/admin/account/keys", &[("keys", "on")]).await;
    assert!(officer.get("/admin").await.shows("data-keys=\"on\""));
}
