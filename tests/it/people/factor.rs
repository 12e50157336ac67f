//! The second factor.

use axum::http::StatusCode;
use chrono::TimeDelta;
use sqlx::PgPool;
use zalo_petitions::config::SecondFactor;

use super::{acts, id_of, sets_up, sign_in};
use crate::visitor::{GateSettings, Office, PASSWORD};

async fn strict(pool: PgPool) -> Office {
    Office::open_gated(pool, GateSettings { second_factor: SecondFactor::FocalOffice, sign_on: None }).await
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_focal_office_sets_up_a_second_factor_before_anything_else(pool: PgPool) {
    let office = strict(pool).await;
    let mut ha = office.signed_in("ha.vp").await;
    for path in ["/admin", "/admin/officers", "/admin/account", "/admin/account/recovery-codes"] {
        assert_eq!(ha.get(path).await.to(), "/admin/account/second-factor", "{path}");
    }
    let page = ha.get("/admin/account/second-factor").await;
    assert!(page.shows("<svg") && page.shows("cần mã xác thực") && !page.shows("Việc cần làm"), "{}", page.html);
    let wrong = ha.post("/admin/account/second-factor", &[("code", "000000")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.shows("Mã chưa đúng"), "{}", wrong.html);
    assert_eq!(super::coded(&wrong), super::coded(&page), "the phone need not scan again");

    let (_, codes) = sets_up(&office, &mut ha, "ha.vp").await;
    assert_eq!(codes.len(), 10);
    assert!(!ha.get("/admin/account/recovery-codes").await.shows(&codes[0]), "shown once");
    assert_eq!(ha.get("/admin").await.status, StatusCode::OK);
    assert_eq!(ha.get("/admin/account/second-factor/removal").await.status, StatusCode::FORBIDDEN);
    assert_eq!(office.signed_in("minh.lang").await.get("/admin").await.status, StatusCode::OK, "others need none");
    assert_eq!(acts(&office.pool, "ha.vp").await, ["sign_in", "second_factor"]);

    let kept: String = sqlx::query_scalar("select totp_sealed from officer where login = 'ha.vp'")
        .fetch_one(&office.pool)
        .await
        .expect("a sealed secret");
    assert!(kept.starts_with("v1:"), "{kept}");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_password_alone_does_not_open_and_no_code_opens_twice(pool: PgPool) {
    let office = strict(pool).await;
    let (phone, _) = sets_up(&office, &mut office.signed_in("ha.vp").await, "ha.vp").await;
    let setting_up = phone.shows(office.clock.now());
    let mut ha = office.visitor();
    let page = ha.post("/admin/login", &[("login", "ha.vp"), ("password", PASSWORD), ("next", "/admin/calls")]).await;
    assert_eq!(page.to(), "/admin/login/code");
    assert!(ha.get("/admin").await.to().starts_with("/admin/login"), "not signed in yet");
    assert!(ha.get("/admin/login/code").await.shows("Mã xác thực 6 số"));
    let twice = ha.post("/admin/login/code", &[("code", &setting_up)]).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "the code that set it up");

    office.clock.advance(TimeDelta::seconds(30));
    let code = phone.shows(office.clock.now());
    assert_eq!(ha.post("/admin/login/code", &[("code", &code)]).await.to(), "/admin/calls");
    assert_eq!(ha.get("/admin").await.status, StatusCode::OK);
    let mut thief = office.visitor();
    sign_in(&mut thief, "ha.vp", PASSWORD).await;
    let page = thief.post("/admin/login/code", &[("code", &code)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "the same code again");
    let next = phone.shows(office.clock.now() + TimeDelta::seconds(30));
    assert_eq!(thief.post("/admin/login/code", &[("code", &next)]).await.to(), "/admin", "a phone that runs ahead");
    let mut late = office.visitor();
    sign_in(&mut late, "ha.vp", PASSWORD).await;
    office.clock.advance(TimeDelta::minutes(10));
    assert_eq!(late.get("/admin/login/code").await.to(), "/admin/login?notice=late");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn codes_cannot_be_guessed_not_even_with_the_password(pool: PgPool) {
    let office = strict(pool).await;
    let (phone, _) = sets_up(&office, &mut office.signed_in("ha.vp").await, "ha.vp").await;
    let mut thief = office.visitor();
    for guess in ["000000", "000001", "000002", "000003"] {
        // the password again and again does not begin the count anew
        sign_in(&mut thief, "ha.vp", PASSWORD).await;
        thief.post("/admin/login/code", &[("code", guess)]).await;
    }
    sign_in(&mut thief, "ha.vp", PASSWORD).await;
    thief.post("/admin/login/code", &[("code", "000004")]).await;
    office.clock.advance(TimeDelta::seconds(60));
    let right = phone.shows(office.clock.now());
    let page = thief.post("/admin/login/code", &[("code", &right)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "locked");
    assert_eq!(sign_in(&mut office.visitor(), "ha.vp", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    office.clock.advance(zalo_petitions::officer::LOCKED_FOR);
    assert_eq!(sign_in(&mut office.visitor(), "ha.vp", PASSWORD).await.to(), "/admin/login/code");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_recovery_code_opens_once(pool: PgPool) {
    let office = strict(pool).await;
    let (_, codes) = sets_up(&office, &mut office.signed_in("ha.vp").await, "ha.vp").await;
    let mut ha = office.visitor();
    sign_in(&mut ha, "ha.vp", PASSWORD).await;
    assert!(ha.get("/admin/login/code?recovery=1").await.shows("Mã khôi phục"));
    let typed = codes[3].to_uppercase().replace('-', " ");
    assert_eq!(ha.post("/admin/login/code", &[("code", &typed), ("recovery", "1")]).await.to(), "/admin");
    assert!(ha.get("/admin").await.shows("còn 9 mã"));
    let mut again = office.visitor();
    sign_in(&mut again, "ha.vp", PASSWORD).await;
    let page = again.post("/admin/login/code", &[("code", &codes[3]), ("recovery", "1")]).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.shows("Mã khôi phục"), "{}", page.html);

    let renewed = ha.post("/admin/account/recovery-codes", &[("password", PASSWORD)]).await;
    assert_eq!(super::codes(&ha.get(renewed.to()).await).len(), 10);
    let page = again.post("/admin/login/code", &[("code", &codes[4]), ("recovery", "1")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "a former one");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_lost_everything_is_helped_by_who_keeps_the_accounts(pool: PgPool) {
    let office = strict(pool).await;
    let mut ha = office.signed_in("ha.vp").await;
    sets_up(&office, &mut ha, "ha.vp").await;
    let mut vy = office.signed_in("vy.vp").await;
    sets_up(&office, &mut vy, "vy.vp").await;
    let place = format!("/admin/officers/{}", id_of(&office.pool, "vy.vp").await);
    assert_eq!(ha.post(&format!("{place}/second-factor"), &[]).await.to(), place);
    assert_eq!(vy.get("/admin").await.to(), "/admin/login", "whoever has the phone is out");
    let mut vy = office.signed_in("vy.vp").await;
    assert_eq!(vy.get("/admin").await.to(), "/admin/account/second-factor");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn whoever_needs_none_may_have_one_and_take_it_away_with_the_password(pool: PgPool) {
    let office = strict(pool).await;
    let mut minh = office.signed_in("minh.lang").await;
    sets_up(&office, &mut minh, "minh.lang").await;
    assert_eq!(sign_in(&mut office.visitor(), "minh.lang", PASSWORD).await.to(), "/admin/login/code");
    let wrong = minh.post("/admin/account/second-factor/removal", &[("password", "sai")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = minh.post("/admin/account/second-factor/removal", &[("password", PASSWORD)]).await;
    assert_eq!(done.to(), "/admin/account");
    assert_eq!(sign_in(&mut office.visitor(), "minh.lang", PASSWORD).await.to(), "/admin");
}
