//! Where the small Zalo is played with: itself over HTTP, and an ear in the place of the service.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;
use zalo_petitions::clock::Clock;
use zalo_petitions::sim::{SimSettings, Template, Zalo};

/// Stands where the service will stand: keeps what it is told and answers as it is told to.
#[derive(Clone, Default)]
pub struct Ear(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    requests: Vec<(HeaderMap, Bytes)>,
    answers: Vec<StatusCode>,
}

impl Ear {
    pub async fn hear(State(ear): State<Self>, headers: HeaderMap, body: Bytes) -> StatusCode {
        let mut heard = ear.0.lock().expect("the ear");
        heard.requests.push((headers, body));
        if heard.answers.is_empty() { StatusCode::OK } else { heard.answers.remove(0) }
    }

    pub fn will_answer(&self, count: usize, status: StatusCode) {
        self.0.lock().expect("the ear").answers.extend(std::iter::repeat_n(status, count));
    }

    /// What was heard since the last time.
    pub fn requests(&self) -> Vec<(HeaderMap, Bytes)> {
        std::mem::take(&mut self.0.lock().expect("the ear").requests)
    }

    pub fn events(&self) -> Vec<Value> {
        self.requests().iter().map(|(_, body)| serde_json::from_slice(body).expect("JSON")).collect()
    }

    pub fn event_names(&self) -> Vec<String> {
        self.events().iter().map(|event| event["event_name"].as_str().expect("a name").to_owned()).collect()
    }
}

pub struct Stage {
    pub zalo: Zalo,
    pub settings: SimSettings,
    pub ear: Ear,
    pub url: String,
    pub http: reqwest::Client,
    pub access_token: String,
    pub refresh_token: String,
}

impl Stage {
    pub async fn set() -> Self {
        let ear = Ear::default();
        let service = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let webhook_url = format!("http://{}/zalo/webhook", service.local_addr().expect("an address"));
        let router = Router::new().route("/zalo/webhook", post(Ear::hear)).with_state(ear.clone());
        tokio::spawn(async move { axum::serve(service, router).await });

        let clock = Clock::standing_at("2026-11-18T02:10:00Z".parse().expect("a time"));
        let mut settings = SimSettings::rehearsal(Url::parse(&webhook_url).expect("a url"), clock);
        settings.templates.push(Template { by_uid: false, ..Template::new("300002", &[("name", 30)]) });
        settings.templates.push(Template { is_approved: false, ..Template::new("300003", &[("name", 30)]) });
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
    pub async fn renew(&mut self) {
        let pair = self.refresh(&self.refresh_token, &self.settings.app_secret).await;
        let token = |name: &str| pair[name].as_str().expect("a token").to_owned();
        (self.access_token, self.refresh_token) = (token("access_token"), token("refresh_token"));
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.settings.clock.now()
    }

    pub async fn refresh(&self, token: &str, secret: &str) -> Value {
        let form = [("refresh_token", token), ("app_id", &self.settings.app_id), ("grant_type", "refresh_token")];
        let request = self.http.post(format!("{}/v4/oa/access_token", self.url)).header("secret_key", secret);
        request.form(&form).send().await.expect("an answer").json().await.expect("JSON")
    }

    /// Posts a signed call; gives Zalo's answer.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.authorised(self.http.post(format!("{}{path}", self.url))).json(body);
        request.send().await.expect("an answer").json().await.expect("JSON")
    }

    /// Asks by a signed call; gives Zalo's answer.
    pub async fn ask(&self, path: &str) -> Value {
        let request = self.authorised(self.http.get(format!("{}{path}", self.url)));
        request.send().await.expect("an answer").json().await.expect("JSON")
    }

    /// Turns a switch of the simulator's own API; gives status and answer.
    pub async fn turn(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.http.post(format!("{}/sim/api{path}", self.url)).json(body).send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    /// Nothing of the account's own messages is told.
    pub fn without_receipts(&self) {
        self.zalo.manners(|manners| (manners.echoes, manners.receipts) = (false, false));
    }

    /// Signs a call as the service does.
    pub fn authorised(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.settings.app_secret.as_bytes()).expect("a key");
        mac.update(self.access_token.as_bytes());
        let proof = hex::encode(mac.finalize().into_bytes());
        request.header("access_token", &self.access_token).header("appsecret_proof", proof)
    }

    pub fn sending(&self, user_id: &str, message: Value) -> reqwest::RequestBuilder {
        let body = json!({ "recipient": { "user_id": user_id }, "message": message });
        self.authorised(self.http.post(format!("{}/v3.0/oa/message/cs", self.url))).json(&body)
    }

    pub async fn send(&self, user_id: &str, message: Value) -> Value {
        let answer = self.sending(user_id, message).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.expect("JSON")
    }
}

pub fn text(text: &str) -> Value {
    json!({ "text": text })
}

pub fn with_buttons(text: &str, buttons: &[(&str, &str, Value)]) -> Value {
    let button =
        |(title, kind, payload): &(&str, &str, Value)| json!({ "title": title, "type": kind, "payload": payload });
    let buttons: Vec<Value> = buttons.iter().map(button).collect();
    json!({ "text": text, "attachment": { "type": "template", "payload": { "buttons": buttons } } })
}
