//! Chat messages (zalo-oa 2.1), and what is left of the second version (2.2, 2.3).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{answer, authorised, body_of, noted};
use crate::clock::hanoi;
use crate::sim::Zalo;
use crate::sim::quirk::Quirk;
use crate::sim::rules::Refusal;
use crate::sim::world::Receipt;

pub async fn cs(State(zalo): State<Zalo>, headers: HeaderMap, body: Bytes) -> Response {
    let at = zalo.now();
    let sent = body_of(&zalo, &headers, &body).and_then(|body| zalo.change(|world| world.accept(&body, at)));
    answer(noted(&zalo, sent.map(|receipt| data(&zalo, &receipt, at))))
}

/// Reactions, and answers to anonymous people. Everything else was shut down.
pub async fn v2(State(zalo): State<Zalo>, headers: HeaderMap, body: Bytes) -> Response {
    let at = zalo.now();
    let sent = body_of(&zalo, &headers, &body).and_then(|body| {
        zalo.change(|world| match () {
            () if body.get("sender_action").is_some() => world.accept_reaction(&body, at),
            () if body["recipient"].get("anonymous_id").is_some() => world.accept_anonymous(&body, at),
            () => Err(Refusal::of(-240)),
        })
    });
    let data = sent.map(|receipt| json!({ "message_id": receipt.message_id, "user_id": receipt.user_id }));
    answer(noted(&zalo, data))
}

/// `transaction` and `promotion` were shut in 2026; everything else never was.
pub async fn withdrawn(State(zalo): State<Zalo>, headers: HeaderMap) -> Response {
    answer(authorised(&zalo, &headers).and(Err(Refusal::of(-240))))
}

fn data(zalo: &Zalo, receipt: &Receipt, at: DateTime<Utc>) -> Value {
    let mut data = json!({
        "message_id": receipt.message_id,
        "user_id": receipt.user_id,
        "sent_time": at.timestamp_millis().to_string(),
    });
    if let Some(quota) = quota(zalo, receipt.free_left, at) {
        data["quota"] = quota;
    }
    data
}

/// What the message was paid with: strings as a rule, numbers now and then, nothing at times.
pub fn quota(zalo: &Zalo, free_left: Option<u32>, at: DateTime<Utc>) -> Option<Value> {
    let (quota_type, remain, total) = match free_left {
        Some(left) => ("reply", left, 8),
        None => ("sub_quota", 1_000, 1_000),
    };
    let mut world = zalo.world();
    if world.chances.strikes(Quirk::NoQuota) {
        return None;
    }
    let is_in_numbers = world.chances.strikes(Quirk::QuotaInNumbers);
    let number = |number: u32| if is_in_numbers { json!(number) } else { json!(number.to_string()) };
    Some(json!({
        "quota_type": quota_type,
        "remain": number(remain),
        "total": number(total),
        "expired_date": hanoi(at + TimeDelta::days(2)).format("%d/%m/%Y").to_string(),
        "owner_type": "OA",
        "owner_id": zalo.settings().oa_id,
    }))
}
