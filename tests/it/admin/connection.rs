//! The consent of the Official Account's administrator, from the page and from the command.

use axum::http::StatusCode;
use chrono::TimeDelta;
use secrecy::ExposeSecret;
use sqlx::PgPool;
use url::Url;
use zalo_petitions::zalo::token::consent::{ConsentError, Party, Return};

use crate::fake_zalo::FakeZalo;
use crate::visitor::{OA, Office, Page, Visitor, morning};

const PAGE: &str = "/admin/channel/connection";
const FIXED: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

async fn office(pool: &PgPool) -> (FakeZalo, Office) {
    let zalo = FakeZalo::start().await;
    let office = Office::open_before(pool.clone(), &zalo.url, None).await;
    (zalo, office)
}

/// The browser goes where Zalo sends it, and on to the page that it is led to.
async fn comes_back(visitor: &mut Visitor, to: &Url) -> Page {
    assert_eq!(to.origin().ascii_serialization(), "http://pakn.example");
    let path = to.as_str().strip_prefix("http://pakn.example").expect("our address");
    let page = visitor.get(path).await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, PAGE), "{}", page.html);
    visitor.get(PAGE).await
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_consent_connects_all_instances_without_a_restart(pool: PgPool) {
    let (zalo, office) = office(&pool).await;
    // Two instances whose token is lost.
    zalo.world().pair = 7;
    let instances = [zalo.tokens(&pool), zalo.tokens(&pool)];
    instances[0].access(morning()).await.expect_err("a lost token");
    let mut visitor = office.officer().await;
    let page = visitor.get(PAGE).await;
    assert!(page.shows("Mất kết nối với Zalo") && page.shows("-14014") && page.shows("Cấp lại quyền"), "{}", page.html);
    let policy = page.headers["content-security-policy"].to_str().expect("a policy");
    let zalos = zalo.url.origin().ascii_serialization();
    assert!(policy.contains(&format!("form-action 'self' {zalos};")), "the button may lead to Zalo: {policy}");

    let page = visitor.post(PAGE, &[]).await;
    let back = zalo.consents(page.to(), OA);
    assert!(back.as_str().starts_with("http://pakn.example/admin/channel/connection/callback?"), "{back}");
    let page = comes_back(&mut visitor, &back).await;
    assert!(page.shows("Đã kết nối với Zalo.") && page.shows("Trần Thu Hà thực hiện"), "{}", page.html);
    for tokens in &instances {
        let access = tokens.access(morning()).await.expect("a token");
        assert_eq!(access.token.expose_secret(), "access-8");
    }
    let page = comes_back(&mut visitor, &back).await;
    assert!(page.shows("Chưa kết nối được.") && page.shows("đã dùng rồi"), "a state works once: {}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_comes_back_must_be_ours_and_in_time(pool: PgPool) {
    let (zalo, office) = office(&pool).await;
    let mut visitor = office.officer().await;
    let begin = async |visitor: &mut Visitor| visitor.post(PAGE, &[]).await.to().to_owned();

    let other_account = zalo.consents(&begin(&mut visitor).await, "999");
    let page = comes_back(&mut visitor, &other_account).await;
    assert!(page.shows("một Official Account khác") && page.shows(OA), "{}", page.html);

    let mut forged = zalo.consents(&begin(&mut visitor).await, OA).to_string();
    forged.pop();
    let page = comes_back(&mut visitor, &forged.parse().expect("an address")).await;
    assert!(page.shows("do người khác bắt đầu"), "{}", page.html);

    let late = zalo.consents(&begin(&mut visitor).await, OA);
    office.clock.advance(TimeDelta::minutes(10));
    let page = comes_back(&mut visitor, &late).await;
    assert!(page.shows("quá 10 phút"), "{}", page.html);

    let somebody = office.consents.begin(&pool, Party::Officer(office.officer_id + 1), office.clock.now()).await;
    let somebody = zalo.consents(somebody.expect("an address").as_str(), OA);
    let page = comes_back(&mut visitor, &somebody).await;
    assert!(page.shows("do người khác bắt đầu"), "{}", page.html);

    let page = comes_back(
        &mut visitor,
        &"http://pakn.example/admin/channel/connection/callback?error=-14003".parse().expect("an address"),
    )
    .await;
    assert!(page.shows("Chưa kết nối được.") && page.shows("đăng ký địa chỉ"), "{}", page.html);
    let tokens: i64 = sqlx::query_scalar("select count(*) from zalo_token").fetch_one(&pool).await.expect("a count");
    assert_eq!(tokens, 0, "nothing was kept");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_zalo_refuses_is_said_in_words(pool: PgPool) {
    let (zalo, office) = office(&pool).await;
    let mut visitor = office.officer().await;
    for (code, says) in [(-14003, "http://pakn.example/admin/channel/connection/callback"), (-14029, "duyệt")] {
        let back = zalo.consents(visitor.post(PAGE, &[]).await.to(), OA);
        zalo.world().next_token_error = Some(code);
        let page = comes_back(&mut visitor, &back).await;
        assert!(page.shows("Chưa kết nối được.") && page.shows(says) && page.shows(&code.to_string()), "{}", page.html);
    }
    let back = zalo.consents(visitor.post(PAGE, &[]).await.to(), OA);
    zalo.world().token_api_is_down = true;
    let page = comes_back(&mut visitor, &back).await;
    assert!(page.shows("Zalo chưa trả lời."), "{}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn only_the_focal_office_connects(pool: PgPool) {
    let (_zalo, office) = office(&pool).await;
    let mut visitor = office.signed_in("minh.lang").await;
    assert_eq!(visitor.get(PAGE).await.status, StatusCode::FORBIDDEN);
    assert_eq!(visitor.post(PAGE, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(visitor.get(&format!("{PAGE}/callback?code=x")).await.status, StatusCode::FORBIDDEN);
    let page = office.visitor().get(&format!("{PAGE}/callback?code=x&state=y")).await;
    assert!(
        page.to().starts_with("/admin/login?next=%2Fadmin%2Fchannel%2Fconnection%2Fcallback%3Fcode%3Dx"),
        "{page:?}"
    );
    let mut stranger = office.officer().await;
    assert_eq!(stranger.post_from("https://evil.example", PAGE, &[]).await.status, StatusCode::FORBIDDEN);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_operator_pastes_what_the_browser_came_back_to(pool: PgPool) {
    let (zalo, office) = office(&pool).await;
    let consents = &office.consents;
    let address = consents.begin(&pool, Party::Operator, morning()).await.expect("an address");
    let back = zalo.consents(address.as_str(), OA);
    let pasted = Return::pasted(&format!(" {back}\n"));
    consents.finish(&pool, pasted, Party::Operator, morning()).await.expect("connected");

    let address = consents.begin(&pool, Party::Operator, morning()).await.expect("an address");
    let back = zalo.consents(address.as_str(), OA);
    let code = back.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
    consents
        .finish(&pool, Return::pasted(&code), Party::Operator, morning())
        .await
        .expect("connected by the code alone");

    let address = consents.begin(&pool, Party::Operator, morning()).await.expect("an address");
    let other = Return::pasted(zalo.consents(address.as_str(), "999").as_str());
    let error = consents.finish(&pool, other, Party::Operator, morning()).await.expect_err("another account");
    assert!(matches!(error, ConsentError::OtherAccount), "{error}");
    let kept: String = sqlx::query_scalar("select coalesce(string_agg(zalo_consent::text, ''), '') from zalo_consent")
        .fetch_one(&pool)
        .await
        .expect("the table");
    assert_eq!(kept, "", "what came back is gone");

    // The officer whom the command's address leads to our page may end it there.
    let address = consents.begin(&pool, Party::Operator, morning()).await.expect("an address");
    let page = comes_back(&mut office.officer().await, &zalo.consents(address.as_str(), OA)).await;
    assert!(page.shows("Đã kết nối với Zalo."), "{}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_console_that_wants_a_fixed_pair_has_it(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    let office = Office::open_before(pool.clone(), &zalo.url, Some(FIXED)).await;
    let mut visitor = office.officer().await;
    let address = visitor.post(PAGE, &[]).await.to().to_owned();
    assert!(address.contains("code_challenge=fR4ifSAEy-7Mu6g7FHZulPKrtjqdAnUCwRFAJt2JFsA"), "{address}");
    let page = comes_back(&mut visitor, &zalo.consents(&address, OA)).await;
    assert!(page.shows("Đã kết nối với Zalo."), "{}", page.html);

    // The console's own link brings no state back: on the page it is refused, an operator may paste it.
    let back = zalo.consents(&address, OA);
    let stateless = back.as_str().split("&state=").next().expect("the rest").to_owned();
    let page = comes_back(&mut visitor, &stateless.parse().expect("an address")).await;
    assert!(page.shows("Chưa kết nối được."), "{}", page.html);
    let pasted = Return::pasted(&stateless);
    office.consents.finish(&pool, pasted, Party::Operator, morning()).await.expect("connected");
}
