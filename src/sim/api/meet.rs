//! What every call meets before it is looked at: the rate limit, and whatever was wished to go wrong.

use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{answer, note, noted};
use crate::sim::Zalo;
use crate::sim::fault::{Call, Fault};
use crate::sim::rules::Refusal;
use crate::sim::token::oauth_error;

pub async fn meet(State(zalo): State<Zalo>, request: Request, next: Next) -> Response {
    let call = Call::of(request.uri().path());
    let at = zalo.now();
    // The token endpoint is another host, and counts for itself.
    let left = if call == Call::Token { Ok(0) } else { zalo.world().count_call(at) };
    let mut response = match left {
        Ok(_) => with_fault(&zalo, call, request, next).await,
        Err(ref refusal) => answer(noted(&zalo, Err(refusal.clone()))),
    };
    if call != Call::Token {
        let limit = zalo.world().manners.rate_limit;
        let headers = response.headers_mut();
        headers.insert("X-RateLimit-Limit", HeaderValue::from(limit));
        headers.insert("X-RateLimit-Remain", HeaderValue::from(left.unwrap_or(0)));
    }
    response
}

async fn with_fault(zalo: &Zalo, call: Call, request: Request, next: Next) -> Response {
    let fault = zalo.change(|world| {
        let chances = &mut world.chances;
        world.faults.take(call).or_else(|| chances.fault(call, &world.manners))
    });
    match fault {
        None => next.run(request).await,
        Some(Fault::Slow(wait)) => {
            tokio::time::sleep(wait).await;
            next.run(request).await
        }
        Some(Fault::ServerError) => {
            failed(zalo, StatusCode::INTERNAL_SERVER_ERROR, "application/json", r#"{"error":-1}"#)
        }
        Some(Fault::Html) => {
            failed(zalo, StatusCode::BAD_GATEWAY, "text/html", "<html><h1>502 Bad Gateway</h1></html>")
        }
        Some(Fault::TooManyRequests) => {
            failed(zalo, StatusCode::TOO_MANY_REQUESTS, "text/html", "<html><h1>429 Too Many Requests</h1></html>")
        }
        Some(Fault::Refuse(code)) => refused(zalo, call, code),
        Some(Fault::Silence) => {
            note(zalo, "Zalo không trả lời dịch vụ");
            std::future::pending::<Infallible>().await;
            unreachable!("nobody waits for ever and comes back")
        }
        Some(Fault::LostRequest) => broken_off(),
        Some(Fault::LostAnswer) => {
            let response = next.run(request).await;
            // Wrong calls are refused as ever; of a right one the answer gets lost.
            if response.extensions().get::<Refusal>().is_some() { response } else { broken_off() }
        }
    }
}

fn refused(zalo: &Zalo, call: Call, code: i32) -> Response {
    let refusal = match call {
        Call::PhoneTemplate => Refusal::of_template_host(code),
        _ => Refusal::of(code),
    };
    if call == Call::Token {
        return Json(oauth_error(code, &refusal.message)).into_response();
    }
    answer(noted(zalo, Err(refusal)))
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
