//! The few things of Zalo that the post room and the tokens talk to. The full simulator is `zalo_petitions::sim`.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Form, Json, Router};
use secrecy::SecretString;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::sync::Notify;
use url::Url;
use zalo_petitions::memory::Redis;
use zalo_petitions::zalo::token::{Application, Lock, Tokens};

pub const APP: &str = "1000000000000000001";
pub const APP_SECRET: &str = "app-secret";

#[derive(Clone)]
pub struct FakeZalo {
    pub url: Url,
    world: Arc<Mutex<World>>,
    redis: Redis,
    /// All instances of one service begin their keys in Redis with it.
    prefix: String,
}

#[derive(Default)]
pub struct World {
    /// Messages taken: citizen, text, Zalo's id.
    pub taken: Vec<(String, String, String)>,
    pub last_headers: HeaderMap,
    pub last_body: Value,
    /// Answers that come before the ordinary one, for each citizen.
    answers: HashMap<String, VecDeque<Answer>>,
    under_way: HashMap<String, u32>,
    /// Whether two calls for one citizen were ever open at the same time.
    pub overlapped: bool,
    pub calls: usize,
    /// The number of the pair of tokens that is valid now.
    pub pair: u32,
    pub refreshes: usize,
    pub token_api_is_down: bool,
    /// Codes of consents that were given and not yet brought back, each with its challenge.
    codes: HashMap<String, String>,
    /// What the token API answers once, instead of what it would.
    pub next_token_error: Option<i64>,
}

pub enum Answer {
    Code(i64),
    Status(u16),
    /// Takes the message, and answers only when it is told to.
    TakeAndHang(Arc<Notify>),
}

impl FakeZalo {
    pub async fn start() -> Self {
        let world = Arc::new(Mutex::new(World::default()));
        let router = Router::new()
            .route("/v3.0/oa/message/cs", post(message))
            .route("/v3.0/oa/message/template", post(template))
            .route("/message/template", post(template))
            .route("/v4/oa/access_token", post(token))
            .with_state(world.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        let redis = crate::app::connect(&crate::app::redis_url()).await;
        let prefix = format!("test-{}", uuid::Uuid::new_v4());
        Self { url: format!("http://{address}").parse().expect("an address"), world, redis, prefix }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("nobody panicked")
    }

    pub fn answer(&self, citizen: &str, answers: impl IntoIterator<Item = Answer>) {
        self.world().answers.entry(citizen.to_owned()).or_default().extend(answers);
    }

    pub fn forget_answers(&self, citizen: &str) {
        self.world().answers.remove(citizen);
    }

    /// The texts that a citizen has got.
    pub fn heard_by(&self, citizen: &str) -> Vec<String> {
        let world = self.world();
        world.taken.iter().filter(|(to, ..)| to == citizen).map(|(_, text, _)| text.clone()).collect()
    }

    /// A token keeper whose settings name the refresh token `refresh-0`.
    pub fn tokens(&self, pool: &PgPool) -> Tokens {
        self.tokens_from(pool, Some("refresh-0"))
    }

    pub fn tokens_from(&self, pool: &PgPool, first: Option<&str>) -> Tokens {
        self.tokens_with(pool, self.application(&[]), self.redis.clone(), first)
    }

    /// A token keeper of another instance, with keys or a Redis of its own.
    pub fn tokens_with(&self, pool: &PgPool, application: Application, redis: Redis, first: Option<&str>) -> Tokens {
        Tokens::new(pool.clone(), application, Lock::new(redis, &self.prefix, APP), first.map(SecretString::from))
    }

    pub fn application(&self, keys: &[&str]) -> Application {
        let keys: Vec<SecretString> = keys.iter().map(|key| (*key).into()).collect();
        Application::new(&self.url, APP, APP_SECRET.into(), &keys).expect("a client")
    }

    /// An administrator of the account `oa_id` opens `address` and consents; gives where Zalo sends the browser.
    pub fn consents(&self, address: &str, oa_id: &str) -> Url {
        let address: Url = address.parse().expect("an address");
        let asked: HashMap<String, String> = address.query_pairs().into_owned().collect();
        assert!(address.as_str().starts_with(&format!("{}v4/oa/permission?", self.url)), "{address}");
        assert_eq!(asked["app_id"], APP);
        let code = format!("code-{}", uuid::Uuid::new_v4());
        self.world().codes.insert(code.clone(), asked["code_challenge"].clone());
        let mut back: Url = asked["redirect_uri"].parse().expect("an address");
        back.query_pairs_mut().append_pair("code", &code).append_pair("oa_id", oa_id);
        back.query_pairs_mut().append_pair("state", &asked["state"]);
        back
    }
}

async fn message(State(world): State<Arc<Mutex<World>>>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    let citizen = body["recipient"]["user_id"].as_str().expect("a user id").to_owned();
    let text = body["message"]["text"].as_str().expect("a text").to_owned();
    let answer = {
        let mut world = world.lock().expect("nobody panicked");
        world.calls += 1;
        world.last_headers = headers.clone();
        world.last_body = body;
        let under_way = world.under_way.entry(citizen.clone()).or_default();
        *under_way += 1;
        let overlaps = *under_way > 1;
        world.overlapped |= overlaps;
        world.answers.get_mut(&citizen).and_then(VecDeque::pop_front)
    };
    tokio::time::sleep(Duration::from_millis(5)).await;
    let (response, hang) = {
        let mut world = world.lock().expect("nobody panicked");
        let expected = format!("access-{}", world.pair);
        let token_is_valid = headers.get("access_token").is_some_and(|token| token == expected.as_str());
        match answer {
            _ if !token_is_valid => (refusal(-216), None),
            Some(Answer::Code(code)) => (refusal(code), None),
            Some(Answer::Status(status)) => {
                let status = StatusCode::from_u16(status).expect("a status");
                ((status, "<html>Bad gateway</html>").into_response(), None)
            }
            Some(Answer::TakeAndHang(notify)) => (take(&mut world, &citizen, text), Some(notify)),
            None => (take(&mut world, &citizen, text), None),
        }
    };
    if let Some(hang) = hang {
        hang.notified().await;
    }
    if let Some(under_way) = world.lock().expect("nobody panicked").under_way.get_mut(&citizen) {
        *under_way -= 1;
    }
    response
}

/// A template message, by user id or by phone: kept with the template's news in place of a text.
async fn template(State(world): State<Arc<Mutex<World>>>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    let to = body["user_id"].as_str().or(body["phone"].as_str()).expect("somebody").to_owned();
    let mut world = world.lock().expect("nobody panicked");
    world.calls += 1;
    world.last_headers = headers;
    let answer = world.answers.get_mut(&to).and_then(VecDeque::pop_front);
    let news = body["template_data"]["news"].as_str().unwrap_or_default().to_owned();
    world.last_body = body;
    match answer {
        Some(Answer::Code(code)) => refusal(code),
        Some(Answer::Status(status)) => StatusCode::from_u16(status).expect("a status").into_response(),
        Some(Answer::TakeAndHang(_)) => unreachable!("nobody hangs a template"),
        None => take(&mut world, &to, news),
    }
}

fn take(world: &mut World, citizen: &str, text: String) -> Response {
    let id = format!("message-{}", world.taken.len() + 1);
    world.taken.push((citizen.to_owned(), text, id.clone()));
    Json(json!({"error": 0, "message": "Success", "data": {"message_id": id, "user_id": citizen}})).into_response()
}

fn refusal(code: i64) -> Response {
    Json(json!({"error": code, "message": "refused"})).into_response()
}

/// Refresh tokens work once: `refresh-n` brings the pair `n + 1`. So do codes, with the verifier of their challenge.
async fn token(
    State(world): State<Arc<Mutex<World>>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut world = world.lock().expect("nobody panicked");
    let known = headers.get("secret_key").is_some_and(|secret| secret == APP_SECRET)
        && form.get("app_id").is_some_and(|app_id| app_id == APP);
    let grant = form.get("grant_type").map(String::as_str);
    world.refreshes += usize::from(grant == Some("refresh_token"));
    if world.token_api_is_down {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let refused = match world.next_token_error.take() {
        Some(code) => Some(code),
        None if !known => Some(-14002),
        None => match grant {
            Some("refresh_token") => {
                let is_right = form.get("refresh_token") == Some(&format!("refresh-{}", world.pair));
                (!is_right).then_some(-14014)
            }
            Some("authorization_code") => {
                let challenge = form.get("code").and_then(|code| world.codes.remove(code));
                let proved = form.get("code_verifier").map(|verifier| challenge_of(verifier));
                (challenge.is_none() || challenge != proved).then_some(-14019)
            }
            _ => Some(-14012),
        },
    };
    if let Some(code) = refused {
        return Json(json!({"error": code, "error_name": "x", "error_reason": "x"})).into_response();
    }
    world.pair += 1;
    let pair = world.pair;
    let (access, refresh) = (format!("access-{pair}"), format!("refresh-{pair}"));
    Json(json!({"access_token": access, "refresh_token": refresh, "expires_in": "90000"})).into_response()
}

fn challenge_of(verifier: &str) -> String {
    use base64::Engine;
    use sha2::Digest;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(verifier))
}
