//! The small Zalo over HTTP, as the service meets it: tokens, limits, windows, faults, signed and repeated webhooks.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;
use zalo_petitions::clock::Clock;
use zalo_petitions::sim::{Fault, Side, SimSettings, WebhookState, Zalo};

/// Stands where the service will stand: keeps what it is told and answers as it is told to.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    requests: Vec<(HeaderMap, Bytes)>,
    answers: Vec<StatusCode>,
}

impl Ear {
    async fn hear(State(ear): State<Self>, headers: HeaderMap, body: Bytes) -> StatusCode {
        let mut heard = ear.0.lock().expect("the ear");
        heard.requests.push((headers, body));
        if heard.answers.is_empty() { StatusCode::OK } else { heard.answers.remove(0) }
    }

    fn will_answer(&self, count: usize, status: StatusCode) {
        self.0.lock().expect("the ear").answers.extend(std::iter::repeat_n(status, count));
    }

    /// What was heard since the last time.
    fn requests(&self) -> Vec<(HeaderMap, Bytes)> {
        std::mem::take(&mut self.0.lock().expect("the ear").requests)
    }

    fn events(&self) -> Vec<Value> {
        self.requests().iter().map(|(_, body)| serde_json::from_slice(body).expect("JSON")).collect()
    }

    fn event_names(&self) -> Vec<String> {
        self.events().iter().map(|event| event["event_name"].as_str().expect("a name").to_owned()).collect()
    }
}

struct Stage {
    zalo: Zalo,
    settings: SimSettings,
    ear: Ear,
    url: String,
    http: reqwest::Client,
    access_token: String,
    refresh_token: String,
}

impl Stage {
    async fn set() -> Self {
        let ear = Ear::default();
        let service = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let webhook_url = format!("http://{}/zalo/webhook", service.local_addr().expect("an address"));
        let router = Router::new().route("/zalo/webhook", post(Ear::hear)).with_state(ear.clone());
        tokio::spawn(async move { axum::serve(service, router).await });

        let clock = Clock::standing_at("2026-11-18T02:10:00Z".parse().expect("a time"));
        let settings = SimSettings::rehearsal(Url::parse(&webhook_url).expect("a url"), clock);
        let zalo = Zalo::new(settings.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let served = zalo.clone();
        tokio::spawn(async move { served.serve_on(listener, CancellationToken::new()).await });

        let http = reqwest::Client::builder().timeout(Duration::from_secs(5)).build().expect("a client");
        let refresh_token = settings.refresh_token.clone();
        let mut stage = Self { zalo, settings, ear, url, http, access_token: String::new(), refresh_token };
        stage.renew().await;
        stage
    }

    /// Gets a new pair of tokens.
    async fn renew(&mut self) {
        let pair = self.refresh(&self.refresh_token, &self.settings.app_secret).await;
        let token = |name: &str| pair[name].as_str().expect("a token").to_owned();
        (self.access_token, self.refresh_token) = (token("access_token"), token("refresh_token"));
    }

    fn now(&self) -> DateTime<Utc> {
        self.settings.clock.now()
    }

    async fn refresh(&self, token: &str, secret: &str) -> Value {
        let form = [("refresh_token", token), ("app_id", &self.settings.app_id), ("grant_type", "refresh_token")];
        let request = self.http.post(format!("{}/v4/oa/access_token", self.url)).header("secret_key", secret);
        request.form(&form).send().await.expect("an answer").json().await.expect("JSON")
    }

    /// Signs a call as the service does.
    fn authorised(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.settings.app_secret.as_bytes()).expect("a key");
        mac.update(self.access_token.as_bytes());
        let proof = hex::encode(mac.finalize().into_bytes());
        request.header("access_token", &self.access_token).header("appsecret_proof", proof)
    }

    fn sending(&self, user_id: &str, message: Value) -> reqwest::RequestBuilder {
        let body = json!({ "recipient": { "user_id": user_id }, "message": message });
        self.authorised(self.http.post(format!("{}/v3.0/oa/message/cs", self.url))).json(&body)
    }

    async fn send(&self, user_id: &str, message: Value) -> Value {
        let answer = self.sending(user_id, message).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.expect("JSON")
    }
}

fn text(text: &str) -> Value {
    json!({ "text": text })
}

fn with_buttons(text: &str, buttons: &[(&str, &str, Value)]) -> Value {
    let button =
        |(title, kind, payload): &(&str, &str, Value)| json!({ "title": title, "type": kind, "payload": payload });
    let buttons: Vec<Value> = buttons.iter().map(button).collect();
    json!({ "text": text, "attachment": { "type": "template", "payload": { "buttons": buttons } } })
}

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
