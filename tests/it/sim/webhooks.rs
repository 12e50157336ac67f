//! Events: signed, repeated up the ladder, doubled, late, in other bytes.

use std::time::Duration;

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zalo_petitions::sim::{Signing, WebhookState};

use super::stage::Stage;

#[tokio::test]
async fn a_message_of_a_citizen_arrives_signed_as_zalo_signs() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("Xin chào 👋");
    assert_eq!(stage.zalo.deliver_webhooks().await, 1);

    let requests = stage.ear.requests();
    let (headers, body) = &requests[0];
    let event: Value = serde_json::from_slice(body).expect("JSON");
    let (sender, recipient) = (json!({ "id": phone.user_id() }), json!({ "id": stage.settings.oa_id }));
    assert_eq!((&event["sender"], &event["recipient"]), (&sender, &recipient));
    assert_eq!(event["app_id"], stage.settings.app_id);
    assert_eq!(event["event_name"], "user_send_text");
    assert_eq!(event["message"]["text"], "Xin chào 👋");
    assert_eq!(event["message"]["msg_id"].as_str().map(str::len), Some(20));
    let timestamp = stage.now().timestamp_millis().to_string();
    assert_eq!(event["timestamp"], timestamp);
    assert!(String::from_utf8_lossy(body).contains("Xin chào 👋"), "unescaped");

    let hash = Sha256::new().chain_update(&stage.settings.app_id).chain_update(body);
    let hash = hash.chain_update(&timestamp).chain_update(&stage.settings.oa_secret);
    let header = |name: &str| headers.get(name).map(|value| value.to_str().expect("text").to_owned());
    assert_eq!(header("X-ZEvent-Signature"), Some(format!("mac={}", hex::encode(hash.finalize()))));
    assert_eq!(header("X-ZEvent-Server").as_deref(), Some("OA OpenAPI"));
    assert_eq!(header("User-Agent").as_deref(), Some("ZaloWebhook"));
    assert_eq!(header("num_retry"), None, "the first time");
    assert_eq!(phone.messages()[0].taken_at, Some(stage.now()));
}

#[tokio::test]
async fn a_photo_lies_on_the_media_host() {
    let stage = Stage::set().await;
    stage.zalo.phone("Bà Lan").sends_photo("giay-hen.png", b"\x89PNG not really".to_vec());
    stage.zalo.deliver_webhooks().await;
    let event = stage.ear.events().remove(0);
    assert_eq!(event["event_name"], "user_send_image");
    let attachment = &event["message"]["attachments"][0];
    assert_eq!(attachment["type"], "image");
    let url = attachment["payload"]["url"].as_str().expect("an address");
    let photo = stage.http.get(url).send().await.expect("an answer");
    assert_eq!(photo.headers()["content-type"], "image/png");
    assert_eq!(photo.bytes().await.expect("bytes"), b"\x89PNG not really".as_slice());
}

#[tokio::test]
async fn what_the_service_does_not_take_comes_again_up_the_ladder() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    stage.ear.will_answer(2, StatusCode::SERVICE_UNAVAILABLE);
    phone.types("một");
    phone.types("hai");
    assert_eq!(stage.zalo.deliver_webhooks().await, 0);
    let first = stage.ear.requests();
    assert_eq!(first.len(), 1, "the second message waits for the first");

    stage.settings.clock.advance(TimeDelta::seconds(29));
    stage.zalo.deliver_webhooks().await;
    assert!(stage.ear.requests().is_empty(), "too early");
    stage.settings.clock.advance(TimeDelta::seconds(1));
    assert_eq!(stage.zalo.deliver_webhooks().await, 0);
    let second = stage.ear.requests();
    assert_eq!(second[0].1, first[0].1, "the same bytes");
    assert_eq!(second[0].0["num_retry"], "1");

    stage.settings.clock.advance(TimeDelta::minutes(5));
    assert_eq!(stage.zalo.deliver_webhooks().await, 2);
    let texts: Vec<Value> = stage.ear.events().iter().map(|event| event["message"]["text"].clone()).collect();
    assert_eq!(texts, ["một", "hai"]);
    assert!(phone.messages().iter().all(|bubble| bubble.taken_at.is_some()));
}

#[tokio::test]
async fn other_citizens_do_not_wait_for_a_failing_one() {
    let stage = Stage::set().await;
    stage.ear.will_answer(1, StatusCode::SERVICE_UNAVAILABLE);
    stage.zalo.phone("Bà Lan").types("một");
    stage.zalo.deliver_webhooks().await;
    stage.zalo.phone("Ông Bình").types("hai");
    assert_eq!(stage.zalo.deliver_webhooks().await, 1);
    assert_eq!(stage.zalo.pending_webhooks(), 1);
}

#[tokio::test]
async fn after_the_last_repetition_zalo_gives_up_until_it_is_asked_again() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    stage.ear.will_answer(6, StatusCode::UNAUTHORIZED);
    phone.types("một");
    for _ in 0..6 {
        assert_eq!(stage.zalo.webhook_state(), WebhookState::On);
        stage.zalo.deliver_webhooks().await;
        stage.settings.clock.advance(TimeDelta::hours(1));
    }
    assert_eq!(stage.ear.requests().len(), 6, "once and five repetitions");
    assert_eq!(stage.zalo.webhook_state(), WebhookState::Off);
    phone.types("hai");
    assert_eq!(stage.zalo.pending_webhooks(), 0, "lost");
    stage.zalo.resubscribe();
    phone.types("ba");
    assert_eq!(stage.zalo.deliver_webhooks().await, 1);
}

#[tokio::test]
async fn every_event_can_come_twice_and_late() {
    let stage = Stage::set().await;
    stage.zalo.manners(|manners| {
        manners.sends_twice = true;
        manners.delay = Duration::from_secs(60);
    });
    stage.zalo.phone("Bà Lan").types("một");
    assert_eq!(stage.zalo.deliver_webhooks().await, 0);
    stage.settings.clock.advance(TimeDelta::minutes(1));
    assert_eq!(stage.zalo.deliver_webhooks().await, 2);
    let requests = stage.ear.requests();
    assert_eq!(requests[0].1, requests[1].1);
}

#[tokio::test]
async fn the_console_s_test_is_constant_and_signed_as_wished() {
    let stage = Stage::set().await;
    assert_eq!(stage.zalo.console_test(Signing::Missing).await, Some(200));
    stage.ear.will_answer(1, StatusCode::UNAUTHORIZED);
    assert_eq!(stage.zalo.console_test(Signing::Wrong).await, Some(401));
    assert_eq!(stage.zalo.console_test(Signing::Right).await, Some(200));
    assert_eq!(stage.zalo.pending_webhooks(), 0, "nothing is repeated");
    let requests = stage.ear.requests();
    let signature = |nth: usize| requests[nth].0.get("X-ZEvent-Signature");
    assert!(signature(0).is_none() && signature(1).is_some() && signature(1) != signature(2));
    let event: Value = serde_json::from_slice(&requests[0].1).expect("JSON");
    assert_eq!(event["message"], json!({ "msg_id": "This is message id", "text": "This is testing message" }));
}

#[tokio::test]
async fn people_do_what_else_people_do() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.opens_chat();
    phone.sends_album(vec![("1.jpg".into(), vec![1]), ("2.jpg".into(), vec![2])], "Hai ảnh");
    phone.sends_sticker("bfe458bf64fa8da4d4eb");
    phone.sends_voice("1.aac", vec![1]);
    phone.sends_video("1.mp4", vec![1]);
    phone.sends_gif("1.gif", vec![1]);
    phone.sends_link("https://hanoi.example/", "Trang của thành phố");
    phone.sends_business_card("84987654321", "Ông Bình");
    phone.reacts("0a1b", "/-heart");
    phone.does_something_new();
    stage.zalo.deliver_webhooks().await;
    let events = stage.ear.events();
    let names: Vec<&str> = events.iter().filter_map(|event| event["event_name"].as_str()).collect();
    let expected = [
        "user_click_chatnow",
        "user_send_image",
        "user_send_sticker",
        "user_send_audio",
        "user_send_video",
        "user_send_gif",
        "user_send_link",
        "user_send_business_card",
        "user_reacted_message",
        "user_does_something_new",
    ];
    assert_eq!(names, expected);
    assert_eq!(events[0]["user_id"], phone.user_id(), "flat");
    let album = &events[1]["message"];
    assert_eq!((album["attachments"].as_array().map(Vec::len), &album["text"]), (Some(2), &json!("Hai ảnh")));
    let card = events[7]["message"]["attachments"][0]["payload"]["description"].as_str().expect("a string");
    let card: Value = serde_json::from_str(card).expect("JSON in a string");
    assert_eq!(card["phone"], "84987654321");
}

#[tokio::test]
async fn thousands_of_events_find_their_way() {
    let stage = Stage::set().await;
    let phones: Vec<_> = (0..1_000).map(|nth| stage.zalo.acquaintance(&format!("Người {nth}"))).collect();
    for word in ["một", "hai", "ba"] {
        phones.iter().for_each(|phone| phone.types(word));
    }
    assert_eq!(stage.zalo.deliver_webhooks().await, 3_000);
    let texts: Vec<(Value, Value)> = stage
        .ear
        .events()
        .into_iter()
        .map(|event| (event["sender"]["id"].clone(), event["message"]["text"].clone()))
        .collect();
    let of_one = texts.iter().filter(|(sender, _)| *sender == phones[7].user_id()).map(|(_, text)| text);
    assert_eq!(of_one.collect::<Vec<_>>(), ["một", "hai", "ba"]);
}
