//! Zalo's API as the service sees it: the token endpoint of zalo-oa 3 and the calls of zalo-oa 2 and 4.
//!
//! Errors come as Zalo sends them, with HTTP 200 and a number.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;

use super::Zalo;
use super::fault::Fault;
use super::rules::Refusal;
use super::token::oauth_error;
use super::world::Receipt;
use crate::clock::hanoi;

/// Requests a minute per application (zalo-oa 2.5); told in the headers, exceeded only when a fault says so.
const RATE_LIMIT: &str = "4000";

pub fn router(zalo: Zalo) -> Router {
    Router::new()
        .route("/v4/oa/access_token", post(access_token))
        .route("/v3.0/oa/message/cs", post(message_cs))
        .route("/v3.0/oa/quota/message", post(quota))
        .route("/v3.0/oa/user/detail", get(user_detail))
        .route("/v3.0/oa/message", post(no_such_call))
        .route("/v3.0/oa/message/{kind}", post(withdrawn))
        .with_state(zalo)
}

#[derive(Deserialize)]
struct TokenRequest {
    #[serde(default)]
    app_id: String,
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    refresh_token: String,
}

async fn access_token(State(zalo): State<Zalo>, headers: HeaderMap, Form(request): Form<TokenRequest>) -> Json<Value> {
    let settings = zalo.settings();
    if request.app_id != settings.app_id {
        return Json(oauth_error(-14002, "Invalid app id"));
    }
    if header(&headers, "secret_key") != settings.app_secret {
        return Json(oauth_error(-14004, "Invalid secret key"));
    }
    if request.grant_type != "refresh_token" {
        return Json(oauth_error(-14012, "Invalid grant type"));
    }
    let at = zalo.now();
    Json(zalo.change(|world| {
        let answer = world.tokens.refresh(&request.refresh_token, at);
        world.note(at, if answer.is_ok() { "Dịch vụ đổi lấy token mới" } else { "Zalo từ chối refresh token" });
        answer.unwrap_or_else(|error| error)
    }))
}

async fn message_cs(State(zalo): State<Zalo>, headers: HeaderMap, body: Bytes) -> Response {
    let fault = zalo.change(|world| world.faults.take());
    match fault {
        None => answer(send(&zalo, &headers, &body)),
        Some(Fault::Slow(wait)) => {
            tokio::time::sleep(wait).await;
            answer(send(&zalo, &headers, &body))
        }
        Some(Fault::ServerError) => {
            failed(&zalo, StatusCode::INTERNAL_SERVER_ERROR, "application/json", r#"{"error":-1}"#)
        }
        Some(Fault::Html) => {
            failed(&zalo, StatusCode::BAD_GATEWAY, "text/html", "<html><h1>502 Bad Gateway</h1></html>")
        }
        Some(Fault::Refuse(code)) => answer(refused(&zalo, Refusal::of(code))),
        Some(Fault::Silence) => {
            note(&zalo, "Zalo không trả lời dịch vụ");
            std::future::pending::<Infallible>().await;
            unreachable!("nobody waits for ever and comes back")
        }
        Some(Fault::LostAnswer) => {
            // Wrong messages are refused as ever; of a right one the answer gets lost.
            match send(&zalo, &headers, &body) {
                Ok(_) => broken_off(),
                refusal => answer(refusal),
            }
        }
    }
}

fn send(zalo: &Zalo, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    let at = zalo.now();
    let sent = authorised(zalo, headers).and_then(|()| {
        let body: Value = serde_json::from_slice(body).map_err(|_| Refusal::new(-201, "body is invalid!"))?;
        zalo.change(|world| world.accept(&body, at))
    });
    match sent {
        Ok(receipt) => Ok(message_data(zalo, &receipt, at)),
        Err(refusal) => refused(zalo, refusal),
    }
}

fn message_data(zalo: &Zalo, receipt: &Receipt, at: DateTime<Utc>) -> Value {
    let (quota_type, remain, total) = match receipt.free_left {
        Some(left) => ("reply", left, 8),
        None => ("sub_quota", 1_000, 1_000),
    };
    let expires = hanoi(at + chrono::TimeDelta::days(2)).format("%d/%m/%Y").to_string();
    json!({
        "message_id": receipt.message_id,
        "user_id": receipt.user_id,
        "sent_time": at.timestamp_millis().to_string(),
        "quota": {
            "quota_type": quota_type,
            "remain": remain.to_string(),
            "total": total.to_string(),
            "expired_date": expires,
            "owner_type": "OA",
            "owner_id": zalo.settings().oa_id,
        },
    })
}

async fn quota(State(zalo): State<Zalo>, headers: HeaderMap, body: Bytes) -> Response {
    let at = zalo.now();
    answer(authorised(&zalo, &headers).and_then(|()| {
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let world = zalo.world();
        let user_id = body["user_id"].as_str().unwrap_or_default();
        let id = world.find(user_id).ok_or_else(super::rules::unknown_recipient)?;
        let citizen = world.citizen(id);
        let last = citizen.last_heard_at.map(|heard| hanoi(heard).format("%d/%m/%Y %H:%M:%S").to_string());
        Ok(json!({
            "last_interaction": last,
            "cs_reply": { "remain": citizen.free_replies(at), "total": 8 },
            "promotion": { "daily_remain": 1, "daily_total": 1, "monthly_remain": 4, "monthly_total": 4 },
        }))
    }))
}

#[derive(Deserialize)]
struct DataQuery {
    #[serde(default)]
    data: String,
}

async fn user_detail(State(zalo): State<Zalo>, headers: HeaderMap, Query(query): Query<DataQuery>) -> Response {
    answer(authorised(&zalo, &headers).and_then(|()| {
        let data: Value = serde_json::from_str(&query.data).unwrap_or_default();
        let world = zalo.world();
        let user_id = data["user_id"].as_str().unwrap_or_default();
        let id = world.find(user_id).ok_or_else(super::rules::unknown_recipient)?;
        let citizen = world.citizen(id);
        let last = citizen.last_heard_at.map(|heard| hanoi(heard).format("%d/%m/%Y").to_string());
        Ok(json!({
            "user_id": citizen.user_id,
            "user_id_by_app": citizen.user_id_by_app,
            "user_external_id": "",
            "display_name": citizen.name,
            "user_alias": citizen.name,
            "is_sensitive": false,
            "user_last_interaction_date": last.unwrap_or_default(),
            "user_is_follower": citizen.is_follower,
            "avatar": "",
            "avatars": { "120": "", "240": "" },
            "dynamic_param": "",
            "tags_and_notes_info": { "notes": [], "tag_names": [] },
        }))
    }))
}

/// A path without its last segment (zalo-oa 2).
async fn no_such_call() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "error": 404, "message": "Empty or invalid API" }))).into_response()
}

/// `transaction` and `promotion` were shut in 2026; everything else never was.
async fn withdrawn(State(zalo): State<Zalo>, headers: HeaderMap) -> Response {
    let withdrawn = Refusal::new(-240, "MessageV2 API has been shut down, please switch to MessageV3");
    answer(authorised(&zalo, &headers).and(Err(withdrawn)))
}

/// Is the call made with the token of the moment, by someone who knows the application's secret?
fn authorised(zalo: &Zalo, headers: &HeaderMap) -> Result<(), Refusal> {
    let token = header(headers, "access_token");
    let proof_is_required = {
        let world = zalo.world();
        world.tokens.check(token, zalo.now())?;
        world.manners.proof_is_required
    };
    let proof = header(headers, "appsecret_proof");
    let is_proven = proof == appsecret_proof(&zalo.settings().app_secret, token);
    if is_proven || (proof.is_empty() && !proof_is_required) { Ok(()) } else { Err(Refusal::of(-242)) }
}

fn appsecret_proof(app_secret: &str, access_token: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(access_token.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn answer(result: Result<Value, Refusal>) -> Response {
    let body = match result {
        Ok(data) => json!({ "error": 0, "message": "Success", "data": data }),
        Err(Refusal { code, message }) => json!({ "error": code, "message": message }),
    };
    ([("X-RateLimit-Limit", RATE_LIMIT), ("X-RateLimit-Remain", RATE_LIMIT)], Json(body)).into_response()
}

fn refused(zalo: &Zalo, refusal: Refusal) -> Result<Value, Refusal> {
    note(zalo, &format!("Zalo từ chối tin của dịch vụ ({}): {}", refusal.code, refusal.message));
    Err(refusal)
}

fn failed(zalo: &Zalo, status: StatusCode, kind: &'static str, body: &'static str) -> Response {
    note(zalo, &format!("Zalo báo lỗi {} cho dịch vụ", status.as_u16()));
    (status, [(CONTENT_TYPE, kind)], body).into_response()
}

/// An answer whose body breaks off.
fn broken_off() -> Response {
    let lost = futures::stream::once(async {
        // The head of the answer goes out first.
        tokio::time::sleep(Duration::from_millis(1)).await;
        Err::<Bytes, _>(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    });
    Body::from_stream(lost).into_response()
}

fn note(zalo: &Zalo, text: &str) {
    let at = zalo.now();
    zalo.change(|world| world.note(at, text));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn the_proof_is_an_hmac() {
        assert_eq!(
            appsecret_proof("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
