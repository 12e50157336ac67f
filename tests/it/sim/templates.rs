//! Template messages, by user id and by phone.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::stage::Stage;

fn data() -> Value {
    json!({ "name": "Lê Thị Lan", "reference": "HN-PAKN-1", "title": "Chậm giải quyết", "news": "Đã có trả lời" })
}

fn to_phone(phone: &str) -> Value {
    json!({ "phone": phone, "template_id": "300001", "template_data": data(), "tracking_id": "t-1" })
}

#[tokio::test]
async fn a_template_by_user_id_needs_no_window_but_consent() {
    let mut stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    let send = async |stage: &Stage, template_id: &str, data: Value| {
        let body = json!({ "user_id": phone.user_id(), "template_id": template_id, "template_data": data });
        stage.post("/v3.0/oa/message/template", &body).await
    };
    assert_eq!(send(&stage, "300001", data()).await["error"], -213, "a stranger");
    phone.types("chào");
    stage.settings.clock.advance(TimeDelta::days(30));
    stage.renew().await;
    let sent = send(&stage, "300001", data()).await;
    assert_eq!((&sent["error"], &sent["data"]["user_id"]), (&json!(0), &json!(phone.user_id())), "{sent}");
    let shown = phone.last_message().expect("a message");
    assert_eq!(shown.template_id.as_deref(), Some("300001"));
    assert!(shown.text.contains("news: Đã có trả lời"), "{}", shown.text);
    stage.zalo.deliver_webhooks().await;
    let names = stage.ear.event_names();
    assert_eq!(names, ["user_send_text", "user_received_message", "user_seen_message"]);

    assert_eq!(send(&stage, "300002", json!({ "name": "Lan" })).await["error"], -249);
    assert_eq!(send(&stage, "300003", json!({ "name": "Lan" })).await["error"], -201, "not approved");
    assert_eq!(send(&stage, "none", data()).await["error"], -201);
    assert_eq!(send(&stage, "300001", json!({ "name": "Lan" })).await["error"], -201, "parameters are missing");
    let mut long = data();
    long["name"] = json!("a".repeat(31));
    assert_eq!(send(&stage, "300001", long).await["error"], -210);
    phone.stands(|standing| standing.refuses_templates = true);
    assert_eq!(send(&stage, "300001", data()).await["error"], -244);
    phone.stands(|standing| standing.has_blocked = true);
    assert_eq!(send(&stage, "300001", data()).await["error"], -217);
}

#[tokio::test]
async fn a_template_by_phone_is_confirmed_in_zns_s_own_way() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    let sent = stage.post("/message/template", &to_phone(&phone.number())).await;
    let quota = json!({ "dailyQuota": "500", "remainingQuota": "499" });
    assert_eq!((&sent["error"], &sent["data"]["quota"]), (&json!(0), &quota), "{sent}");
    let msg_id = phone.last_message().expect("a message").msg_id;
    assert_eq!(sent["data"]["msg_id"], msg_id.as_str());

    stage.zalo.deliver_webhooks().await;
    let (headers, body) = stage.ear.requests().remove(0);
    assert_eq!(headers["X-ZEvent-Server"], "ZNS");
    let event: Value = serde_json::from_slice(&body).expect("JSON");
    let delivered_at = stage.now().timestamp_millis().to_string();
    let message = json!({ "delivery_time": delivered_at, "msg_id": msg_id, "tracking_id": "t-1" });
    assert_eq!((&event["event_name"], &event["message"]), (&json!("user_received_message"), &message));
    assert_eq!(event["sender"]["id"], stage.settings.oa_id);
    assert_eq!(event["recipient"]["id"], phone.number());

    let plus = to_phone(&format!("+{}", phone.number()));
    assert_eq!(stage.post("/message/template", &plus).await["error"], 0);
    let status = stage.ask(&format!("/message/status?message_id={msg_id}")).await;
    assert_eq!(status["data"]["status"], 1);
    assert_eq!(stage.ask("/message/status?message_id=none").await["data"]["status"], -1);
    assert_eq!(stage.ask("/message/quota").await["data"]["remainingQuota"], 498, "a number here");
    assert_eq!(stage.ask("/template/all").await["data"][0]["templateId"], "300001");
    let info = stage.ask("/template/info/v2?template_id=300001").await;
    assert_eq!(info["data"]["listParams"][0]["maxLength"], 30);
}

#[tokio::test]
async fn the_template_host_refuses_by_its_own_table() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    let send = async |change: &dyn Fn(&mut Value)| {
        let mut body = to_phone(&phone.number());
        change(&mut body);
        stage.post("/message/template", &body).await["error"].as_i64().expect("a number")
    };
    assert_eq!(send(&|body| body["phone"] = json!("0900000001")).await, -108);
    assert_eq!(send(&|body| body["phone"] = json!("84911111111")).await, -118);
    assert_eq!(send(&|body| body["template_id"] = json!("none")).await, -109);
    assert_eq!(send(&|body| body["template_id"] = json!("300003")).await, -131);
    assert_eq!(send(&|body| body["template_data"] = json!({})).await, -111);
    assert_eq!(send(&|body| body["template_data"]["name"] = Value::Null).await, -1122);
    assert_eq!(send(&|body| body["template_data"]["name"] = json!("a".repeat(31))).await, -1121);
    assert_eq!(send(&|body| body["template_data"]["name"] = json!([])).await, -1124);
    assert_eq!(send(&|body| body["tracking_id"] = Value::Null).await, -132);
    assert_eq!(send(&|body| body["mode"] = json!("development")).await, -127);
    for (stand, code) in [
        ("has_no_account", -118),
        ("is_outdated", -110),
        ("is_inactive", -114),
        ("refuses_templates", -139),
        ("is_ineligible", -140),
        ("has_blocked", -141),
    ] {
        assert_eq!(stage.turn("/phones/0/standing", &json!({ stand: true })).await.0, 200);
        assert_eq!(send(&|_| {}).await, code, "{stand}");
        phone.stands(|standing| *standing = Default::default());
    }
    phone.stands(|standing| standing.is_admin = true);
    assert_eq!(send(&|body| body["mode"] = json!("development")).await, 0);
    assert_eq!(stage.ask("/message/quota").await["data"]["remainingQuota"], 500, "a trial costs nothing");

    let bare = stage.http.post(format!("{}/message/template", stage.url)).body("{}").send().await.expect("an answer");
    assert_eq!(bare.json::<Value>().await.expect("JSON")["error"], -124, "without a token");
    let proof = stage.http.post(format!("{}/message/template", stage.url)).header("access_token", &stage.access_token);
    let unproven = proof.body("{}").send().await.expect("an answer").json::<Value>().await.expect("JSON");
    assert_eq!(unproven["error"], -1241);
}

#[tokio::test]
async fn templates_by_phone_have_hours_a_balance_and_limits() {
    let mut stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    let send = async |stage: &Stage| stage.post("/message/template", &to_phone(&phone.number())).await["error"].clone();
    stage.zalo.manners(|manners| {
        (manners.templates_a_day, manners.templates_a_day_each, manners.templates_a_month_each) = (3, 2, 3);
    });
    assert_eq!([send(&stage).await, send(&stage).await, send(&stage).await], [0, 0, -1472].map(Value::from));
    stage.settings.clock.advance(TimeDelta::days(1));
    assert_eq!([send(&stage).await, send(&stage).await], [0, -1471].map(Value::from));
    stage.zalo.manners(|manners| manners.templates_a_day = 1);
    assert_eq!(send(&stage).await, -144);
    stage.zalo.manners(|manners| manners.balance_is_empty = true);
    assert_eq!(send(&stage).await, -115);
    stage.zalo.manners(|manners| (manners.balance_is_empty, manners.templates_a_day) = (false, 500));
    stage.settings.clock.advance(TimeDelta::days(20) + TimeDelta::hours(13));
    stage.renew().await;
    assert_eq!(send(&stage).await, 0, "the night is allowed as a rule");
    stage.zalo.manners(|manners| manners.templates_sleep = true);
    assert_eq!(send(&stage).await, -133, "22:10 in Hanoi");
}
