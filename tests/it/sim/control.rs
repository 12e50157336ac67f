//! The simulator's own API.

use chrono::TimeDelta;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::stage::{Stage, text, with_buttons};

async fn look(stage: &Stage, path: &str) -> Value {
    let answer = stage.http.get(format!("{}/sim/api{path}", stage.url)).send().await.expect("an answer");
    answer.json().await.expect("JSON")
}

#[tokio::test]
async fn a_conversation_can_be_driven_from_outside() {
    let stage = Stage::set().await;
    stage.without_receipts();
    let (_, lan) = stage.turn("/phones", &json!({ "name": "Bà Lan", "phone": "84987654321" })).await;
    assert_eq!((&lan["number"], &lan["phone"]), (&json!(0), &json!("84987654321")));
    let user_id = lan["user_id"].as_str().expect("an id");
    stage.turn("/phones/0/messages", &json!({ "text": "chào" })).await;
    stage.send(user_id, with_buttons("Ông/Bà đồng ý?", &[("Đồng ý", "oa.query.hide", json!("#yes"))])).await;
    let screen = look(&stage, "/phones/0").await;
    let shown = &screen["messages"][1];
    assert_eq!((&shown["text"], &shown["buttons"][0]["title"]), (&json!("Ông/Bà đồng ý?"), &json!("Đồng ý")));
    assert_eq!(stage.turn("/phones/0/presses", &json!({ "title": "Đồng ý" })).await.0, 200);
    let (status, why) = stage.turn("/phones/0/presses", &json!({ "title": "Từ chối" })).await;
    assert!(status == 422 && why["error"].as_str().is_some_and(|why| why.contains("Đồng ý")), "{why}");
    stage.turn("/phones/0/contact", &json!({ "name": "Lê Thị Lan", "phone": "84987654321" })).await;
    stage.turn("/phones/0/acts", &json!({ "act": "location", "latitude": "21.0", "longitude": "105.8" })).await;
    let photo = |name: &str| Part::bytes(vec![1]).file_name(name.to_owned());
    let album = Form::new().part("file", photo("1.jpg")).part("file", photo("2.jpg")).text("text", "Hai ảnh");
    let url = format!("{}/sim/api/phones/0/files", stage.url);
    stage.http.post(url).multipart(album).send().await.expect("an answer");
    stage.zalo.deliver_webhooks().await;
    let names = stage.ear.event_names();
    let expected = ["user_send_text", "user_send_text", "user_submit_info", "user_send_location", "user_send_image"];
    assert_eq!(names, expected);
    assert_eq!(stage.turn("/phones/9/messages", &json!({ "text": "chào" })).await.0, 404);
    assert_eq!(stage.turn("/phones", &json!({ "name": "Ẩn danh", "is_anonymous": true })).await.1["number"], 1);
}

#[tokio::test]
async fn every_switch_can_be_turned_from_outside() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    let wish = json!({ "call": "message", "kind": "refuse", "code": -320, "count": 1 });
    assert_eq!(stage.turn("/faults", &wish).await.0, 200);
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], -320);
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], 0, "once");
    let wish = json!({ "call": "message", "kind": "refuse", "code": -244 });
    stage.turn("/faults", &wish).await;
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], -244);
    stage.turn("/faults", &json!({ "call": "message", "kind": "none" })).await;
    assert_eq!(stage.turn("/faults", &json!({ "call": "message", "kind": "refuse" })).await.0, 422, "no code");

    let chances = json!({ "quirks": { "twice": 0.5 }, "refusals": { "-32": 1.0 } });
    assert_eq!(stage.turn("/chances", &chances).await.0, 200);
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], -32);
    let state = look(&stage, "/state").await;
    assert_eq!((&state["chances"], &state["refusals"]), (&json!({ "twice": 0.5 }), &json!({ "-32": 1.0 })));
    stage.turn("/chances", &json!({ "seed": 1 })).await;
    assert_eq!(look(&stage, "/state").await["chances"], json!({}));

    assert_eq!(stage.turn("/manners", &json!({ "delay": 60, "takes_no_cards": true })).await.0, 200);
    assert_eq!(look(&stage, "/state").await["manners"]["delay"], 60.0);
    assert_eq!(stage.turn("/manners", &json!({ "delai": 60 })).await.0, 422);
    assert_eq!(stage.turn("/manners", &json!({ "delay": -1 })).await.0, 422);
    let before = stage.now();
    assert_eq!(stage.turn("/clock", &json!({ "seconds": 3600 })).await.0, 200);
    assert_eq!(stage.now() - before, TimeDelta::hours(1));
    assert_eq!(stage.turn("/clock", &json!({ "seconds": -1 })).await.0, 422);

    stage.turn("/token/expire", &json!({})).await;
    assert_eq!(stage.ask("/v2.0/oa/getoa").await["error"], -220);
    stage.turn("/token/lose", &json!({})).await;
    assert_eq!(stage.refresh(&stage.refresh_token, &stage.settings.app_secret).await["error"], -14014);
    assert_eq!(stage.turn("/console-test", &json!({ "signing": "missing" })).await.1, json!({ "status": 200 }));
    assert_eq!(stage.turn("/subscription", &json!({})).await.0, 200);
    assert_eq!(look(&stage, "/state").await["is_subscribed"], true);
}
