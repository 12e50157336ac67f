//! Signing in with the city's account.

use axum::http::StatusCode;
use sqlx::PgPool;
use zalo_petitions::clock::Clock;
use zalo_petitions::config::SecondFactor;
use zalo_petitions::officer::SignOn;

use super::provider::{CLIENT, Grant, Provider, parameter};
use super::sets_up;
use crate::visitor::{GateSettings, Office, Page, Visitor, morning};

const EMAIL: &str = "minh@hanoi.gov.vn";

async fn house(pool: PgPool) -> (Office, Provider) {
    let provider = Provider::opens(Clock::standing_at(morning())).await;
    let public_url = "http://pakn.example".parse().expect("an address");
    let sign_on = SignOn::new(&provider.settings(), &public_url).expect("a way there");
    let gate = GateSettings { second_factor: SecondFactor::Nobody, sign_on: Some(sign_on) };
    let office = Office::open_gated(pool, gate).await;
    let query = "update officer set work_email = $1 where login = 'minh.lang'";
    sqlx::query(query).bind(EMAIL).execute(&office.pool).await.expect("kept");
    (office, provider)
}

fn minh() -> Grant {
    Grant {
        subject: "city-4711",
        email: "Minh@hanoi.gov.vn",
        is_verified: true,
        audience: CLIENT,
        nonce: String::new(),
        challenge: String::new(),
        is_forged: false,
    }
}

/// Goes there, signs in as `grant` says, comes back.
async fn comes(provider: &Provider, visitor: &mut Visitor, grant: Grant) -> Page {
    let there = visitor.get("/admin/login/single-sign-on?next=%2Fadmin%2Fcalls").await;
    let address = there.to().to_owned();
    assert!(address.starts_with(&format!("{}/authorize?", provider.issuer)), "{address} {}", there.html);
    assert_eq!(parameter(&address, "redirect_uri"), "http://pakn.example/admin/login/single-sign-on/callback");
    assert_eq!(parameter(&address, "code_challenge_method"), "S256");
    let nonce = if grant.nonce.is_empty() { parameter(&address, "nonce") } else { grant.nonce.clone() };
    provider.grant("code", Grant { nonce, challenge: parameter(&address, "code_challenge"), ..grant });
    visitor.get(&back(&parameter(&address, "state"))).await
}

fn back(state: &str) -> String {
    format!("/admin/login/single-sign-on/callback?code=code&state={state}")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_officer_is_found_by_address_once_and_by_subject_ever_after(pool: PgPool) {
    let (office, provider) = house(pool).await;
    let mut visitor = office.visitor();
    assert!(visitor.get("/admin/login").await.shows("Đăng nhập bằng tài khoản thành phố"));
    assert_eq!(comes(&provider, &mut visitor, minh()).await.to(), "/admin/calls");
    assert!(visitor.get("/admin/account").await.shows("Tài khoản thành phố, vào lúc"));

    let moved = Grant { email: "le.minh@hanoi.gov.vn", ..minh() };
    assert_eq!(comes(&provider, &mut office.visitor(), moved).await.to(), "/admin/calls");
    let other = Grant { subject: "city-4712", ..minh() };
    let page = comes(&provider, &mut office.visitor(), other).await;
    assert!(page.shows("chưa gắn với tài khoản cán bộ nào"), "the address is bound: {}", page.html);

    sqlx::query("update officer set closed_at = now() where login = 'minh.lang'")
        .execute(&office.pool)
        .await
        .expect("closed");
    let page = comes(&provider, &mut office.visitor(), minh()).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "closed");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_the_city_does_not_say_for_sure_opens_nothing(pool: PgPool) {
    let (office, provider) = house(pool).await;
    for (grant, why) in [
        (Grant { is_verified: false, ..minh() }, "an address nobody verified"),
        (Grant { email: "ai.do@hanoi.gov.vn", ..minh() }, "an address of nobody"),
        (Grant { audience: "another", ..minh() }, "a token for another"),
        (Grant { nonce: "another".to_owned(), ..minh() }, "an answer to another question"),
        (Grant { is_forged: true, ..minh() }, "signed by somebody else"),
    ] {
        let mut visitor = office.visitor();
        let page = comes(&provider, &mut visitor, grant).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert!(visitor.get("/admin").await.to().starts_with("/admin/login"), "{why}");
    }
    let officers: i64 =
        sqlx::query_scalar("select count(*) from officer").fetch_one(&office.pool).await.expect("a count");
    assert_eq!(officers, 3, "no account is made by the way");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn whoever_did_not_leave_from_here_does_not_come_back(pool: PgPool) {
    let (office, provider) = house(pool).await;
    let mut left = office.visitor();
    let there = left.get("/admin/login/single-sign-on").await.to().to_owned();
    let (nonce, challenge) = (parameter(&there, "nonce"), parameter(&there, "code_challenge"));
    provider.grant("code", Grant { nonce, challenge, ..minh() });
    let state = parameter(&there, "state");
    let mut other = office.visitor();
    assert_eq!(other.get(&back(&state)).await.status, StatusCode::UNPROCESSABLE_ENTITY, "another browser");
    assert_eq!(left.get(&back("another")).await.status, StatusCode::UNPROCESSABLE_ENTITY, "another state");
    assert_eq!(left.get(&back(&state)).await.status, StatusCode::UNPROCESSABLE_ENTITY, "and then it is too late");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_citys_account_stands_for_the_password_and_not_for_the_second_factor(pool: PgPool) {
    let (office, provider) = house(pool).await;
    let mut visitor = office.signed_in("minh.lang").await;
    let (phone, _) = sets_up(&office, &mut visitor, "minh.lang").await;
    let mut there = office.visitor();
    assert_eq!(comes(&provider, &mut there, minh()).await.to(), "/admin/login/code");
    let code = phone.shows(office.clock.now() + chrono::TimeDelta::seconds(30));
    assert_eq!(there.post("/admin/login/code", &[("code", &code)]).await.to(), "/admin/calls");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn where_it_is_not_configured_there_is_no_such_page(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut visitor = office.visitor();
    assert!(!visitor.get("/admin/login").await.shows("tài khoản thành phố</a>"));
    for path in ["/admin/login/single-sign-on", "/admin/login/single-sign-on/callback?code=1&state=1"] {
        assert_eq!(visitor.get(path).await.status, StatusCode::NOT_FOUND);
    }
}
