//! The media host, and what can go wrong with it.

use std::time::Duration;

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::Value;
use zalo_petitions::sim::Quirk;

use super::stage::Stage;

/// The attachment of the photo or file that was just sent.
async fn sent(stage: &Stage) -> Value {
    stage.zalo.deliver_webhooks().await;
    let mut event = stage.ear.events().pop().expect("an event");
    event["message"]["attachments"][0]["payload"].take()
}

#[tokio::test]
async fn a_file_comes_with_its_checksum_or_a_wrong_one() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.sends_file("giay-hen.pdf", b"hello world".to_vec());
    let file = sent(&stage).await;
    assert_eq!((&file["checksum"], &file["size"]), (&"5eb63bbbe01eeed093cb22bb8f5acdc3".into(), &"11".into()));
    assert_eq!((&file["type"], &file["name"]), (&"pdf".into(), &"giay-hen.pdf".into()));
    stage.zalo.chance(Quirk::WrongChecksum, 1.0);
    phone.sends_file("giay-hen.pdf", b"hello world".to_vec());
    assert_ne!(sent(&stage).await["checksum"], file["checksum"]);
}

#[tokio::test]
async fn links_expire_when_they_are_told_to() {
    let stage = Stage::set().await;
    stage.zalo.phone("Bà Lan").sends_photo("a.png", vec![1]);
    let url = sent(&stage).await["url"].as_str().expect("an address").to_owned();
    let status = async || stage.http.get(&url).send().await.expect("an answer").status();
    stage.settings.clock.advance(TimeDelta::days(365));
    assert_eq!(status().await, StatusCode::OK, "for ever as a rule");
    stage.zalo.manners(|manners| manners.links_live = Duration::from_secs(3600));
    assert_eq!(status().await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_media_host_can_be_hostile() {
    let stage = Stage::set().await;
    stage.zalo.phone("Bà Lan").sends_photo("a.png", b"\x89PNG".to_vec());
    let url = sent(&stage).await["url"].as_str().expect("an address").to_owned();
    let staying = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let load = async |quirk: Quirk| {
        stage.zalo.seed(1);
        stage.zalo.chance(quirk, 1.0);
        staying.get(&url).send().await.expect("an answer")
    };
    assert_eq!(load(Quirk::MediaGone).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(load(Quirk::MediaError).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(load(Quirk::MediaMislabelled).await.headers()["content-type"], "text/html");
    let astray = load(Quirk::MediaAstray).await;
    assert_eq!(astray.headers()["location"], "http://169.254.169.254/latest/meta-data/");
    load(Quirk::MediaMoved).await;
    let moved = stage.http.get(&url).send().await.expect("an answer");
    assert!(moved.url().path().starts_with("/media/moved/"));
    assert_eq!(moved.bytes().await.expect("bytes"), b"\x89PNG".as_slice());
    stage.zalo.manners(|manners| manners.slow = Duration::from_millis(1));
    let mut pieces = load(Quirk::MediaSlow).await;
    assert_eq!(pieces.chunk().await.expect("a piece").expect("bytes").len(), 1, "it trickles");
    let mut endless = load(Quirk::MediaEndless).await;
    let mut size = 0;
    while size < 1 << 20 {
        size += endless.chunk().await.expect("a piece").expect("always more").len();
    }
}
