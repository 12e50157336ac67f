//! The page with the phones and the switches.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::json;

use super::stage::{Stage, text, with_buttons};

#[tokio::test]
async fn the_page_works_without_script() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà <Lan>");
    let form = reqwest::multipart::Form::new().text("text", "Xin chào");
    let posted =
        stage.http.post(format!("{}/phones/0/messages", stage.url)).multipart(form).send().await.expect("a page");
    assert_eq!((posted.status(), posted.url().path()), (StatusCode::OK, "/"));
    stage.zalo.deliver_webhooks().await;
    assert_eq!(stage.ear.event_names(), ["user_send_text"]);
    stage
        .send(&phone.user_id(), with_buttons("Một <b>hai</b>\nba", &[("Đồng ý", "oa.query.hide", json!("#yes"))]))
        .await;

    let page = stage.http.get(&stage.url).send().await.expect("a page");
    let policy = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    let page = page.text().await.expect("text");
    assert!(page.contains("Bà &#60;Lan&#62;") && page.contains("Một &#60;b&#62;hai&#60;/b&#62;<br>ba"), "{page}");
    assert!(!page.contains(" style=") && !page.contains("onclick"), "nothing the policy forbids");

    let button = format!("{}.0", phone.last_message().expect("a message").msg_id);
    let press = async |number: usize, button: &str| {
        let url = format!("{}/phones/{number}/presses", stage.url);
        stage.http.post(url).form(&[("button", button)]).send().await.expect("an answer").status()
    };
    assert_eq!(press(0, &button).await, StatusCode::OK);
    assert_eq!(press(0, "nothing.0").await, StatusCode::NOT_FOUND);
    assert_eq!(press(9, &button).await, StatusCode::NOT_FOUND);

    let before = stage.now();
    let moved = stage.http.post(format!("{}/clock", stage.url)).form(&[("hours", "192")]).send().await.expect("a page");
    assert!(moved.text().await.expect("text").contains("Quá 7 ngày chưa nhắn"));
    assert_eq!(stage.now() - before, TimeDelta::days(8), "the service's clock, too");

    let faults = [("mood", "failing"), ("twice", "yes")];
    stage.http.post(format!("{}/manners", stage.url)).form(&faults).send().await.expect("a page");
    let failing = stage.sending(&phone.user_id(), text("chào")).send().await.expect("an answer");
    assert_eq!(failing.status(), StatusCode::INTERNAL_SERVER_ERROR);
    stage.http.post(format!("{}/phones", stage.url)).send().await.expect("a page");
    assert_eq!(stage.zalo.phones().len(), 2);
}

#[tokio::test]
async fn every_switch_stands_on_the_page() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    let press = async |path: &str, fields: &[(&str, &str)]| {
        let url = format!("{}{path}", stage.url);
        stage.http.post(url).form(fields).send().await.expect("a page").status()
    };
    let refuse = [("call", "message"), ("kind", "refuse"), ("code", "-217"), ("count", "1")];
    assert_eq!(press("/faults", &refuse).await, StatusCode::OK);
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], -217);
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], 0, "once");

    assert_eq!(press("/chances", &[("all", "0.05")]).await, StatusCode::OK);
    assert_eq!(press("/chances", &[("media_gone", "1")]).await, StatusCode::OK);
    let page = stage.http.get(&stage.url).send().await.expect("a page").text().await.expect("text");
    assert_eq!(page.matches("<option value=\"0.05\" selected>").count(), 33, "all the others");
    press("/chances", &[("all", "0")]).await;

    // What is not ticked is off.
    let ways = [("proof_is_required", "yes"), ("rate_limit", "100"), ("delay", "60"), ("retry_factor", "0,5")];
    assert_eq!(press("/ways", &ways).await, StatusCode::OK);
    stage.zalo.manners(|manners| {
        assert_eq!((manners.echoes, manners.rate_limit, manners.delay.as_secs()), (false, 100, 60));
        assert!((manners.retry_factor - 0.5).abs() < 1e-9);
    });
    assert_eq!(press("/ways", &[("rate_limit", "viele")]).await, StatusCode::UNPROCESSABLE_ENTITY);

    let standing = [("number", "84987654321"), ("is_inactive", "yes")];
    assert_eq!(press("/phones/0/standing", &standing).await, StatusCode::OK);
    assert_eq!((phone.number(), phone.standing().is_inactive), ("84987654321".to_owned(), true));

    assert_eq!(press("/switches", &[("switch", "test-missing")]).await, StatusCode::OK);
    assert_eq!(stage.ear.requests().len(), 1);
    assert_eq!(press("/switches", &[("switch", "expire-token")]).await, StatusCode::OK);
    assert_eq!(stage.ask("/v2.0/oa/getoa").await["error"], -220);
}
