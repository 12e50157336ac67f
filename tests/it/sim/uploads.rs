//! Uploads: ids and tokens that can be sent for seven days.

use chrono::TimeDelta;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::stage::Stage;

const PNG: &[u8] = b"\x89PNG a small one";

async fn upload(stage: &Stage, kind: &str, name: &str, bytes: &[u8]) -> Value {
    let form = Form::new().part("file", Part::bytes(bytes.to_vec()).file_name(name.to_owned()));
    let request = stage.authorised(stage.http.post(format!("{}/v2.0/oa/upload/{kind}", stage.url))).multipart(form);
    request.send().await.expect("an answer").json().await.expect("JSON")
}

fn image(id: &Value) -> Value {
    let element = json!({ "media_type": "image", "attachment_id": id });
    json!({ "attachment": { "type": "template", "payload": { "template_type": "media", "elements": [element] } } })
}

#[tokio::test]
async fn what_was_uploaded_can_be_sent_for_seven_days() {
    let mut stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    let picture = upload(&stage, "image", "ban-do.png", PNG).await["data"]["attachment_id"].clone();
    let letter = upload(&stage, "file", "tra-loi.pdf", b"%PDF").await["data"]["token"].clone();
    let file = |token: &Value| json!({ "attachment": { "type": "file", "payload": { "token": token } } });

    assert_eq!(stage.send(&phone.user_id(), image(&picture)).await["error"], 0);
    let shown = phone.last_message().and_then(|bubble| bubble.picture).expect("a picture");
    assert_eq!((shown.name.as_str(), shown.is_image), ("ban-do.png", true));
    assert_eq!(stage.send(&phone.user_id(), file(&letter)).await["error"], 0);
    assert_eq!(stage.send(&phone.user_id(), image(&letter)).await["error"], -201, "a letter is no picture");
    assert_eq!(stage.send(&phone.user_id(), image(&json!("none"))).await["error"], -201);
    stage.zalo.deliver_webhooks().await;
    let names = stage.ear.event_names();
    assert!(names.contains(&"oa_send_image".to_owned()) && names.contains(&"oa_send_file".to_owned()), "{names:?}");

    stage.settings.clock.advance(TimeDelta::days(7) + TimeDelta::seconds(1));
    stage.renew().await;
    phone.types("còn đó không");
    assert_eq!(stage.send(&phone.user_id(), image(&picture)).await["error"], -100);
    assert_eq!(stage.send(&phone.user_id(), file(&letter)).await["error"], -100);
    let again = upload(&stage, "image", "ban-do.png", PNG).await["data"]["attachment_id"].clone();
    assert_eq!(stage.send(&phone.user_id(), image(&again)).await["error"], 0);
    stage.turn("/uploads/expire", &json!({})).await;
    assert_eq!(stage.send(&phone.user_id(), image(&again)).await["error"], -100, "by the switch");
}

#[tokio::test]
async fn uploads_are_checked_and_counted() {
    let mut stage = Stage::set().await;
    let wrong = upload(&stage, "image", "a.png", b"GIF89a").await;
    assert_eq!(wrong["error"], -201);
    assert_eq!(wrong["message"], "file is invalid. We only support png and jpeg");
    assert_eq!(upload(&stage, "file", "a.pdf", &vec![1; (5 << 20) + 1]).await["error"], -210);
    let unnamed = stage.authorised(stage.http.post(format!("{}/v2.0/oa/upload/image", stage.url)));
    let unnamed = unnamed.multipart(Form::new().text("photo", "x")).send().await.expect("an answer");
    assert_eq!(unnamed.json::<Value>().await.expect("JSON")["error"], -201, "the part is called file");
    stage.zalo.manners(|manners| {
        assert_eq!(std::mem::replace(&mut manners.uploads_a_month, 2), 5_000);
    });
    assert_eq!(upload(&stage, "gif", "a.gif", b"GIF89a").await["error"], 0);
    assert_eq!(upload(&stage, "gif", "a.gif", b"GIF89a").await["error"], 0);
    assert_eq!(upload(&stage, "gif", "a.gif", b"GIF89a").await["error"], -211);
    stage.settings.clock.advance(TimeDelta::days(13));
    stage.renew().await;
    assert_eq!(upload(&stage, "gif", "a.gif", b"GIF89a").await["error"], 0, "December");
}
