//! Every call: tokens, proofs, the rate, and faults.

use std::time::Duration;

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use zalo_petitions::sim::{Call, Fault, Quirk, Side};

use super::stage::{Stage, text};

#[tokio::test]
async fn calls_need_the_token_and_the_proof() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    let call = || stage.http.post(format!("{}/v3.0/oa/message/cs", stage.url));
    let body = json!({ "recipient": { "user_id": phone.user_id() }, "message": { "text": "chào" } });
    let error = async |request: reqwest::RequestBuilder| {
        let answer: Value = request.json(&body).send().await.expect("an answer").json().await.expect("JSON");
        answer["error"].as_i64().expect("a number")
    };
    assert_eq!(error(call()).await, -216);
    assert_eq!(error(call().header("access_token", &stage.access_token)).await, -242, "no proof");
    let wrong = call().header("access_token", &stage.access_token).header("appsecret_proof", "00");
    assert_eq!(error(wrong).await, -242);
    assert_eq!(error(stage.authorised(call())).await, 0);

    stage.settings.clock.advance(TimeDelta::hours(25));
    assert_eq!(error(stage.authorised(call())).await, -220, "after 25 hours");
    assert_eq!(phone.messages().iter().filter(|bubble| bubble.from == Side::Account).count(), 1);
}

#[tokio::test]
async fn the_token_endpoint_is_strict() {
    let stage = Stage::set().await;
    assert_eq!(stage.refresh("any", "not the secret").await["error"], -14004);
    let spent = stage.refresh(&stage.settings.refresh_token, &stage.settings.app_secret).await;
    assert_eq!(spent["error"], -14014);
    assert!(spent["error_description"].is_string(), "{spent}");
}

#[tokio::test]
async fn faults_come_in_the_order_they_were_wished_for() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    let shown = || phone.messages().iter().filter(|bubble| bubble.from == Side::Account).count();
    let send = || stage.sending(&phone.user_id(), text("chào")).send();

    stage.zalo.next_sends(1, Fault::ServerError);
    stage.zalo.next_sends(1, Fault::Html);
    stage.zalo.next_sends(2, Fault::Refuse(-32));
    assert_eq!(send().await.expect("an answer").status(), StatusCode::INTERNAL_SERVER_ERROR);
    let gateway = send().await.expect("an answer");
    assert_eq!(gateway.status(), StatusCode::BAD_GATEWAY);
    assert!(gateway.text().await.expect("a page").starts_with("<html>"));
    for _ in 0..2 {
        let refused: Value = send().await.expect("an answer").json().await.expect("JSON");
        assert_eq!(refused["error"], -32);
    }
    assert_eq!(shown(), 0);

    stage.zalo.next_sends(1, Fault::LostAnswer);
    let lost = send().await.expect("a head").json::<Value>().await;
    assert!(lost.is_err(), "the answer breaks off");
    assert_eq!(shown(), 1, "and yet the message is there");

    stage.zalo.next_sends(1, Fault::Silence);
    let silent = stage.sending(&phone.user_id(), text("chào")).timeout(Duration::from_millis(100)).send().await;
    assert!(silent.expect_err("nobody answers").is_timeout());
    assert_eq!(shown(), 1);

    stage.zalo.every_send(Some(Fault::ServerError));
    for _ in 0..3 {
        assert_eq!(send().await.expect("an answer").status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
    stage.zalo.every_send(None);
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], 0);
}

#[tokio::test]
async fn beyond_the_rate_a_call_is_refused_until_the_next_minute() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    stage.zalo.manners(|manners| manners.rate_limit = 3);
    let mut left = Vec::new();
    for _ in 0..4 {
        let answer = stage.sending(&phone.user_id(), text("chào")).send().await.expect("an answer");
        assert_eq!(answer.headers()["X-RateLimit-Limit"], "3");
        left.push(answer.headers()["X-RateLimit-Remain"].to_str().expect("text").to_owned());
    }
    assert_eq!(left, ["2", "1", "0", "0"]);
    assert_eq!(stage.ask("/v2.0/oa/getoa").await["error"], -32, "every call counts");
    assert_eq!(stage.refresh("any", "wrong").await["error"], -14004, "the token endpoint is another host");
    stage.settings.clock.advance(TimeDelta::minutes(1));
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], 0);
}

#[tokio::test]
async fn a_fault_meets_one_kind_of_call() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    stage.zalo.every_call(Call::Question, Some(Fault::Refuse(-209)));
    stage.zalo.next_calls(Call::PhoneTemplate, 1, &Fault::Refuse(-115));
    stage.zalo.next_calls(Call::Token, 1, &Fault::Refuse(-14014));
    stage.zalo.next_calls(Call::Message, 1, &Fault::TooManyRequests);
    assert_eq!(stage.ask("/v2.0/oa/getoa").await["error"], -209);
    let refused = stage.post("/message/template", &json!({})).await;
    assert_eq!((&refused["error"], &refused["message"]), (&json!(-115), &json!("Out of quota or balance")));
    let refused = stage.refresh(&stage.refresh_token, &stage.settings.app_secret).await;
    assert_eq!((&refused["error"], refused["error_name"].is_string()), (&json!(-14014), true), "flat");
    let busy = stage.sending(&phone.user_id(), text("chào")).send().await.expect("an answer");
    assert_eq!(busy.status(), StatusCode::TOO_MANY_REQUESTS);
    stage.zalo.next_sends(1, Fault::LostRequest);
    let lost = stage.sending(&phone.user_id(), text("chào")).send().await.expect("a head").text().await;
    assert!(lost.is_err() && phone.last_message().is_none(), "nothing was delivered");
}

#[tokio::test]
async fn the_quota_is_told_in_strings_in_numbers_or_not_at_all() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    let quota = async || stage.send(&phone.user_id(), text("chào")).await["data"].get("quota").cloned();
    assert_eq!(quota().await.expect("a quota")["remain"], "7");
    stage.zalo.chance(Quirk::QuotaInNumbers, 1.0);
    assert_eq!(quota().await.expect("a quota")["remain"], 6);
    stage.zalo.chance(Quirk::NoQuota, 1.0);
    assert_eq!(quota().await, None);
}
