//! What goes wrong by chance: here always, so that it can be seen.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use zalo_petitions::sim::Quirk;

use super::stage::{Stage, text};

#[tokio::test]
async fn a_body_in_another_dress_says_the_same_and_is_signed_as_it_is() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    for quirk in [Quirk::Escaped, Quirk::Spaced, Quirk::Shuffled, Quirk::NumberedTime] {
        stage.zalo.chance(quirk, 1.0);
    }
    stage.ear.will_answer(1, StatusCode::SERVICE_UNAVAILABLE);
    phone.types("Xin chào 👋");
    stage.zalo.deliver_webhooks().await;
    stage.settings.clock.advance(TimeDelta::seconds(30));
    stage.zalo.deliver_webhooks().await;
    let requests = stage.ear.requests();
    assert_eq!(requests[0].1, requests[1].1, "a repetition has the same bytes");
    let body = String::from_utf8(requests[0].1.to_vec()).expect("text");
    assert!(body.is_ascii() && body.contains("\\ud83d\\udc4b"), "{body}");
    let event: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(event["message"]["text"], "Xin chào 👋");
    assert!(event["timestamp"].is_i64());
    let time = event["timestamp"].to_string();
    let mac = zalo_petitions::zalo::signature::sign(
        &stage.settings.app_id,
        body.as_bytes(),
        &time,
        &stage.settings.oa_secret,
    );
    assert_eq!(requests[0].0["X-ZEvent-Signature"].to_str().expect("text"), mac);
}

#[tokio::test]
async fn events_come_at_once_overtake_each_other_and_are_repeated_though_taken() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    stage.zalo.chance(Quirk::AtOnce, 1.0);
    phone.types("một");
    assert_eq!(stage.zalo.deliver_webhooks().await, 1);
    assert_eq!(stage.ear.requests().len(), 3, "the same event three times");

    stage.zalo.seed(1);
    stage.zalo.chance(Quirk::Overtaken, 1.0);
    phone.types("hai");
    stage.zalo.seed(1);
    phone.types("ba");
    stage.zalo.deliver_webhooks().await;
    stage.settings.clock.advance(TimeDelta::minutes(1));
    stage.zalo.deliver_webhooks().await;
    let texts: Vec<Value> = stage.ear.events().iter().map(|event| event["message"]["text"].clone()).collect();
    assert_eq!(texts, ["ba", "hai"]);

    stage.zalo.chance(Quirk::LostTaking, 1.0);
    phone.types("bốn");
    assert_eq!(stage.zalo.deliver_webhooks().await, 0);
    stage.zalo.seed(1);
    stage.settings.clock.advance(TimeDelta::seconds(30));
    assert_eq!(stage.zalo.deliver_webhooks().await, 1);
    assert_eq!(stage.ear.requests()[1].0["num_retry"], "1");

    stage.zalo.chance(Quirk::LostEvent, 1.0);
    phone.types("năm");
    stage.zalo.deliver_webhooks().await;
    assert!(stage.ear.requests().is_empty() && stage.zalo.pending_webhooks() == 1, "lost on its way, to be repeated");
}

#[tokio::test]
async fn receipts_come_late_twice_in_lists_the_wrong_way_round_or_never() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    stage.zalo.deliver_webhooks().await;
    stage.zalo.manners(|manners| manners.echoes = false);
    let send = async || {
        stage.ear.requests();
        stage.send(&phone.user_id(), text("chào")).await;
        stage.zalo.deliver_webhooks().await;
        stage.ear.event_names()
    };
    let (received, seen) = ("user_received_message", "user_seen_message");
    stage.zalo.chance(Quirk::SeenFirst, 1.0);
    assert_eq!(send().await, [seen, received]);
    stage.zalo.chance(Quirk::ReceiptsTwice, 1.0);
    assert_eq!(send().await, [seen, seen, received, received]);
    stage.zalo.seed(1);
    stage.zalo.chance(Quirk::NoReceipts, 1.0);
    assert!(send().await.is_empty());
    stage.zalo.seed(1);
    stage.zalo.chance(Quirk::ReceiptsLate, 1.0);
    assert!(send().await.is_empty());
    stage.settings.clock.advance(TimeDelta::minutes(1));
    assert_eq!(stage.zalo.deliver_webhooks().await, 2);
    stage.zalo.seed(1);
    stage.zalo.chance(Quirk::SeenTogether, 1.0);
    assert_eq!([send().await, send().await].concat(), [received, received]);
    stage.ear.requests();
    stage.send(&phone.user_id(), text("chào")).await;
    stage.zalo.deliver_webhooks().await;
    let events = stage.ear.events();
    assert_eq!(events[1]["message"]["msg_ids"].as_array().map(Vec::len), Some(3), "{events:?}");
    send().await;
    phone.looks();
    assert_eq!(stage.zalo.deliver_webhooks().await, 1, "the last one is told when the citizen looks");
}

#[tokio::test]
async fn noise_comes_beside_the_right_event() {
    let stage = Stage::set().await;
    for quirk in [Quirk::UnknownEvent, Quirk::UnsignedTest, Quirk::BadlySignedTest] {
        stage.zalo.chance(quirk, 1.0);
    }
    stage.zalo.phone("Bà Lan").types("chào");
    assert_eq!(stage.zalo.deliver_webhooks().await, 4);
    let requests = stage.ear.requests();
    let unsigned = requests.iter().filter(|(headers, _)| !headers.contains_key("X-ZEvent-Signature")).count();
    let bodies: BTreeSet<_> = requests.iter().map(|(_, body)| body.clone()).collect();
    assert_eq!((unsigned, bodies.len()), (1, 3), "the two tests are alike");
}

#[tokio::test]
async fn with_everything_at_once_nothing_is_lost() {
    let stage = Stage::set().await;
    assert_eq!(stage.turn("/chances", &json!({ "seed": 7, "all": 0.05 })).await.0, 200);
    let phone = stage.zalo.phone("Bà Lan");
    let words: BTreeSet<String> = (0..60).map(|nth| format!("tin {nth}")).collect();
    words.iter().for_each(|word| phone.types(word));
    let (mut requests, mut heard) = (0, BTreeSet::new());
    while stage.zalo.pending_webhooks() > 0 {
        stage.zalo.deliver_webhooks().await;
        let events = stage.ear.events();
        requests += events.len();
        heard.extend(events.iter().filter_map(|event| event["message"]["text"].as_str().map(str::to_owned)));
        stage.settings.clock.advance(TimeDelta::minutes(1));
    }
    assert!(words.is_subset(&heard), "{} of 60", heard.len());
    assert!(requests > 66, "{requests}: nothing went wrong");
}
