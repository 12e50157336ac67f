//! Zalo's API as the service sees it: the token endpoint of zalo-oa 3, the calls of zalo-oa 2, 4 and 5, and the template
//! host of zalo-oa 6, all at one address.
//!
//! Errors come as Zalo sends them, with HTTP 200 and a number. Every call passes [`meet`] first: what it is counted for and
//! what may go wrong with it.

mod meet;
mod message;
mod oauth;
mod people;
mod template;
mod upload;

use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::Zalo;
use super::rules::Refusal;

/// More than any call takes: beyond Zalo's own limits a body still gets Zalo's answer.
const BODY_LIMIT: usize = 16 << 20;

pub fn router(zalo: Zalo) -> Router {
    Router::new()
        .route("/v4/oa/access_token", post(oauth::access_token))
        .route("/v3.0/oa/message/cs", post(message::cs))
        .route("/v3.0/oa/message/template", post(template::by_user_id))
        .route("/v3.0/oa/message", post(no_such_call))
        .route("/v3.0/oa/message/{kind}", post(message::withdrawn))
        .route("/v2.0/oa/message", post(message::v2))
        .route("/v3.0/oa/quota/message", post(people::quota))
        .route("/v3.0/oa/user/detail", get(people::user_detail))
        .route("/v2.0/oa/getoa", get(people::profile))
        .route("/v2.0/oa/deletefollowerinfo", post(people::forget))
        .route("/v2.0/oa/upload/{kind}", post(upload::upload))
        .route("/message/template", post(template::by_phone))
        .route("/message/status", get(template::status))
        .route("/message/quota", get(template::quota))
        .route("/template/all", get(template::all))
        .route("/template/info/v2", get(template::info))
        .layer(from_fn_with_state(zalo.clone(), meet::meet))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .merge(oauth::page())
        .with_state(zalo)
}

/// A path without its last segment (zalo-oa 2).
async fn no_such_call() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "error": 404, "message": "Empty or invalid API" }))).into_response()
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

/// The body of a call that is authorised.
fn body_of(zalo: &Zalo, headers: &HeaderMap, body: &Bytes) -> Result<Value, Refusal> {
    authorised(zalo, headers)?;
    serde_json::from_slice(body).map_err(|_| Refusal::invalid("body"))
}

fn appsecret_proof(app_secret: &str, access_token: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(access_token.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Zalo's envelope. A refusal goes along with the response, for [`meet`] to know.
fn answer(result: Result<Value, Refusal>) -> Response {
    match result {
        Ok(data) => Json(json!({ "error": 0, "message": "Success", "data": data })).into_response(),
        Err(refusal) => {
            let body = Json(json!({ "error": refusal.code, "message": refusal.message }));
            let mut response = body.into_response();
            response.extensions_mut().insert(refusal);
            response
        }
    }
}

/// Writes a refusal down for the page.
fn noted(zalo: &Zalo, result: Result<Value, Refusal>) -> Result<Value, Refusal> {
    result.inspect_err(|refusal| {
        note(zalo, &format!("Zalo từ chối dịch vụ ({}): {}", refusal.code, refusal.message));
    })
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
