//! Chat messages: what is shown and confirmed, what is refused, and what may be asked of people.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use zalo_petitions::sim::Side;

use super::stage::{Stage, text, with_buttons};

#[tokio::test]
async fn an_accepted_message_stands_on_the_phone_and_is_confirmed() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.follows();
    stage.zalo.deliver_webhooks().await;
    assert_eq!(stage.ear.event_names(), ["follow"]);

    let answer = stage.send(&phone.user_id(), text("Xin chào Ông/Bà.")).await;
    assert_eq!((&answer["error"], &answer["message"]), (&json!(0), &json!("Success")));
    assert_eq!(answer["data"]["user_id"], phone.user_id());
    assert_eq!(answer["data"]["sent_time"], stage.now().timestamp_millis().to_string());
    assert_eq!(answer["data"]["quota"]["remain"], "7", "the first of eight free replies");
    let shown = phone.last_message().expect("a message");
    assert_eq!(
        (shown.text.as_str(), answer["data"]["message_id"].as_str()),
        ("Xin chào Ông/Bà.", Some(&*shown.msg_id))
    );

    stage.zalo.deliver_webhooks().await;
    let events = stage.ear.events();
    let names: Vec<&Value> = events.iter().map(|event| &event["event_name"]).collect();
    assert_eq!(names, ["oa_send_text", "user_received_message", "user_seen_message"]);
    assert!(events.iter().all(|event| event["sender"]["id"] == stage.settings.oa_id), "the account is the sender");
    assert_eq!(events[1]["message"]["msg_id"], shown.msg_id);
    assert_eq!(events[2]["message"]["msg_ids"], json!([shown.msg_id]));

    stage.zalo.manners(|manners| (manners.echoes, manners.receipts) = (false, false));
    stage.send(&phone.user_id(), text("Nữa")).await;
    assert_eq!(stage.zalo.deliver_webhooks().await, 0, "as from people at a computer");
}

#[tokio::test]
async fn a_hidden_button_speaks_without_being_seen() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    let buttons = [
        ("Đồng ý", "oa.query.hide", json!("#consent")),
        ("Trợ giúp", "oa.query.show", json!("#help")),
        ("Xem", "oa.open.url", json!({ "url": "https://pakn.hanoi.example/p/1" })),
    ];
    stage.send(&phone.user_id(), with_buttons("Ông/Bà đồng ý?", &buttons)).await;
    stage.zalo.manners(|manners| (manners.echoes, manners.receipts) = (false, false));
    stage.zalo.deliver_webhooks().await;
    stage.ear.requests();
    let bubbles = phone.messages().len();

    phone.presses("Đồng ý").expect("the button");
    stage.zalo.deliver_webhooks().await;
    let events = stage.ear.events();
    assert_eq!(
        (&events[0]["event_name"], &events[0]["message"]["text"]),
        (&json!("user_send_text"), &json!("#consent"))
    );
    assert_eq!(phone.messages().len(), bubbles, "not shown");

    phone.presses("Trợ giúp").expect("the button");
    stage.zalo.deliver_webhooks().await;
    assert_eq!(stage.ear.events()[0]["message"]["text"], "#help");
    assert_eq!(
        phone.messages().last().map(|bubble| (bubble.from, bubble.text.clone())),
        Some((Side::Citizen, "#help".into()))
    );

    phone.presses("Xem").expect("the button");
    assert_eq!(stage.zalo.pending_webhooks(), 0, "Zalo tells nobody that a page was opened");
    let missing = phone.presses("Từ chối").expect_err("no such button");
    assert_eq!(missing.there, ["Đồng ý", "Trợ giúp", "Xem"]);
}

#[tokio::test]
async fn nobody_is_written_to_after_seven_days_or_without_being_known() {
    let mut stage = Stage::set().await;
    let phone = stage.zalo.phone("Ông Bình");
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], -230, "never heard");
    assert_eq!(stage.send("999", text("chào")).await["error"], -201, "not known");

    phone.types("chào");
    stage.settings.clock.advance(TimeDelta::days(7));
    stage.renew().await;
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], 0);
    stage.settings.clock.advance(TimeDelta::seconds(1));
    let answer = stage.send(&phone.user_id(), text("chào")).await;
    assert_eq!((&answer["error"], answer.get("data")), (&json!(-230), None));
    assert_eq!(answer["message"], "User has not interacted with the OA in the past 7 days");

    let told = stage.zalo.pending_webhooks();
    let earlier = stage.zalo.acquaintance("Bà Hạnh");
    earlier.wrote_before("chào");
    assert_eq!(stage.zalo.pending_webhooks(), told, "nobody is told");
    stage.settings.clock.advance(TimeDelta::hours(24));
    assert_eq!(stage.send(&earlier.user_id(), text("chào")).await["error"], 0);
    assert_eq!(stage.zalo.phones().len(), 1, "not on the page");
}

#[tokio::test]
async fn the_contact_form_comes_back_in_the_shape_that_was_chosen() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    let element =
        json!({ "title": "Thông tin", "subtitle": "Bấm thẻ này", "image_url": "https://pakn.example/contact.png" });
    let payload = json!({ "template_type": "request_user_info", "elements": [element] });
    let card = json!({ "attachment": { "type": "template", "payload": payload } });
    assert_eq!(stage.send(&phone.user_id(), card.clone()).await["error"], 0);
    let page = stage.http.get(&stage.url).send().await.expect("a page").text().await.expect("text");
    assert!(page.contains("Bấm thẻ này") && page.contains("action=\"/phones/0/contact\""), "{page}");

    let fill = async |shape: &str| {
        let fields = [
            ("name", "Lê Thị Lan"),
            ("phone", "84912345678"),
            ("address", "Số 5"),
            ("ward", "Phường Láng Hạ"),
            ("district", "Quận Đống Đa"),
            ("city", "Hà Nội"),
            ("shape", shape),
        ];
        let url = format!("{}/phones/0/contact", stage.url);
        let posted = stage.http.post(url).form(&fields).send().await.expect("a page");
        assert_eq!((posted.status(), posted.url().path()), (StatusCode::OK, "/"));
        stage.ear.requests();
        stage.zalo.deliver_webhooks().await;
        stage.ear.events().into_iter().find(|event| event["event_name"] == "user_submit_info").expect("the form")
    };
    let current = fill("current").await;
    assert_eq!(current["sender"]["id"], phone.user_id());
    let address = json!({ "user_city": "Hà Nội", "user_ward": "Phường Láng Hạ", "user_address": "Số 5" });
    let info = json!({ "name": "Lê Thị Lan", "phone": "84912345678", "full_address": address });
    assert_eq!(current["info"], info);
    let old = fill("old").await;
    let info = json!({ "name": "Lê Thị Lan", "phone": 84_912_345_678_u64, "address": "Số 5", "ward": "Phường Láng Hạ",
                       "district": "Quận Đống Đa", "city": "Hà Nội" });
    assert_eq!(old["info"], info);

    stage.zalo.manners(|manners| manners.takes_no_cards = true);
    assert_eq!(stage.send(&phone.user_id(), card).await["error"], -233);
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], 0, "a text still goes through");
}

#[tokio::test]
async fn the_other_calls_answer_as_zalo_does() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    let json = async |request: reqwest::RequestBuilder| {
        request.send().await.expect("an answer").json::<Value>().await.expect("JSON")
    };
    let detail = |user_id: &str| {
        let query = [("data", json!({ "user_id": user_id }).to_string())];
        stage.authorised(stage.http.get(format!("{}/v3.0/oa/user/detail", stage.url))).query(&query)
    };
    let known = json(detail(&phone.user_id())).await;
    assert_eq!(known["data"]["display_name"], "Bà Lan");
    assert_eq!(known["data"]["user_last_interaction_date"], "18/11/2026");
    assert_eq!(json(detail(&stage.settings.oa_id)).await["error"], -201, "the account is no user");

    let quota = stage.authorised(stage.http.post(format!("{}/v3.0/oa/quota/message", stage.url)));
    let quota = json(quota.json(&json!({ "user_id": phone.user_id() }))).await;
    assert_eq!(quota["data"]["cs_reply"], json!({ "remain": 8, "total": 8 }));

    let promotion = stage.authorised(stage.http.post(format!("{}/v3.0/oa/message/promotion", stage.url)));
    assert_eq!(json(promotion).await["error"], -240);
    let bare = stage.http.post(format!("{}/v3.0/oa/message", stage.url)).send().await.expect("an answer");
    assert_eq!(bare.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_message_may_answer_one_that_stands_there() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    let msg_id = phone.messages()[0].msg_id.clone();
    let quoting = |id: &str| json!({ "text": "Vâng", "quote_message_id": id });
    assert_eq!(stage.send(&phone.user_id(), quoting(&msg_id)).await["error"], 0);
    assert_eq!(phone.last_message().and_then(|bubble| bubble.quote).as_deref(), Some(&*msg_id));
    assert_eq!(stage.send(&phone.user_id(), quoting("0a1b")).await["error"], -201, "nobody wrote that");
    assert_eq!(stage.send(&phone.user_id(), quoting("")).await["error"], 0, "as the PHP SDK sends it");

    phone.answers(&msg_id, "Nữa");
    stage.without_receipts();
    stage.zalo.deliver_webhooks().await;
    let events = stage.ear.events();
    assert!(events.iter().any(|event| event["message"]["quote_msg_id"] == msg_id.as_str()), "{events:?}");
}

#[tokio::test]
async fn whoever_blocked_us_or_is_away_gets_no_message() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    phone.stands(|standing| standing.has_blocked = true);
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], -217);
    phone.stands(|standing| (standing.has_blocked, standing.is_inactive) = (false, true));
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], -227);
    phone.stands(|standing| (standing.is_inactive, standing.has_no_account) = (false, true));
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], -201);
}

#[tokio::test]
async fn beyond_the_free_replies_it_is_charged_or_refused() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    for _ in 0..8 {
        assert_eq!(stage.send(&phone.user_id(), text("chào")).await["data"]["quota"]["quota_type"], "reply");
    }
    let charged = stage.send(&phone.user_id(), text("chào")).await;
    assert_eq!(charged["data"]["quota"]["quota_type"], "sub_quota");
    stage.zalo.manners(|manners| manners.balance_is_empty = true);
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], -321);
    stage.zalo.manners(|manners| manners.only_free_replies = true);
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], -211);
    phone.types("nữa");
    assert_eq!(stage.send(&phone.user_id(), text("chào")).await["error"], 0);
}

#[tokio::test]
async fn the_second_version_takes_reactions_and_anonymous_people_only() {
    let stage = Stage::set().await;
    let phone = stage.zalo.phone("Bà Lan");
    phone.types("chào");
    let msg_id = phone.messages()[0].msg_id.clone();
    let react = |icon: &str, msg_id: &str| {
        let action = json!({ "react_icon": icon, "react_message_id": msg_id });
        json!({ "recipient": { "user_id": phone.user_id() }, "sender_action": action })
    };
    let v2 = "/v2.0/oa/message";
    assert_eq!(stage.post(v2, &react("/-heart", &msg_id)).await["error"], 0);
    assert_eq!(phone.messages()[0].reaction.as_deref(), Some("/-heart"));
    assert_eq!(stage.post(v2, &react("/-remove", &msg_id)).await["error"], 0);
    assert_eq!(phone.messages()[0].reaction, None);
    assert_eq!(stage.post(v2, &react("/-frown", &msg_id)).await["error"], -201);
    assert_eq!(stage.post(v2, &react("/-heart", "0a1b")).await["error"], -201);
    let plain = json!({ "recipient": { "user_id": phone.user_id() }, "message": { "text": "chào" } });
    assert_eq!(stage.post(v2, &plain).await["error"], -240);

    let stranger = stage.zalo.stranger();
    stranger.types("Tôi hỏi một chút");
    stage.without_receipts();
    stage.zalo.deliver_webhooks().await;
    let events = stage.ear.events();
    let event = events.iter().find(|event| event["event_name"] == "anonymous_send_text").expect("the question");
    assert_eq!(event.get("user_id_by_app"), None);
    let to = json!({ "anonymous_id": event["sender"]["id"], "conversation_id": event["message"]["conversation_id"] });
    let answer = stage.post(v2, &json!({ "recipient": to, "message": { "text": "Xin mời" } })).await;
    assert_eq!(answer["error"], 0, "{answer}");
    assert_eq!(stranger.last_message().map(|bubble| bubble.text).as_deref(), Some("Xin mời"));
    let elsewhere = json!({ "anonymous_id": event["sender"]["id"], "conversation_id": "other" });
    let answer = stage.post(v2, &json!({ "recipient": elsewhere, "message": { "text": "Xin mời" } })).await;
    assert_eq!(answer["error"], -201);
    assert_eq!(stage.send(&stranger.user_id(), text("chào")).await["error"], -201, "not by user id");
}

#[tokio::test]
async fn the_account_and_people_tell_what_they_shared() {
    let stage = Stage::set().await;
    let profile = &stage.ask("/v2.0/oa/getoa").await["data"];
    assert_eq!((&profile["oa_type"], &profile["oa_id"]), (&json!(4), &json!(stage.settings.oa_id)));
    assert_eq!(profile["package_valid_through_date"], "18/11/2027");

    let phone = stage.zalo.phone("Bà Lan");
    let shared = zalo_petitions::sim::SharedContact { name: "Lê Thị Lan".into(), ..Default::default() };
    let detail = async || {
        let data = json!({ "user_id": phone.user_id() }).to_string();
        let data: String = url::form_urlencoded::byte_serialize(data.as_bytes()).collect();
        stage.ask(&format!("/v3.0/oa/user/detail?data={data}")).await["data"]["shared_info"].clone()
    };
    assert_eq!(detail().await, json!({}));
    phone.shares_contact(&shared);
    assert_eq!(detail().await["name"], "Lê Thị Lan");
    let forget = stage.post("/v2.0/oa/deletefollowerinfo", &json!({ "user_id": phone.user_id() })).await;
    assert_eq!(forget["error"], 0);
    assert_eq!(detail().await, json!({}));

    let owned = json!({ "quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota" });
    let assets = &stage.post("/v3.0/oa/quota/message", &owned).await["data"];
    assert!(assets[0]["asset_id"].is_string(), "{assets}");
}
